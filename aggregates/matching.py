"""Which bank line is which book entry, for one trust account. A match is a person's word, never made by itself.

1:1, 1:n and n:1; the sums agree to the cent, or a recorded bank error makes up the difference.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar
from uuid import UUID

from rpds import HashTrieMap

from aggregates.errors import AlreadyExists, BadRequest, NotFound
from aggregates.event import AccountEvent, Event, Words
from aggregates.stream import Kind
from aggregates.trust_rules import PeriodSigned, money


class MatchAccepted(AccountEvent):
    """These lines are these entries. Amounts are signed sums; `bank_error_minor` is what the bank must still correct."""

    TOPIC: ClassVar[str] = "matching/accepted"
    SCHEMA: ClassVar[int] = 2

    match_id: UUID
    line_ids: tuple[UUID, ...]
    entry_ids: tuple[UUID, ...]
    lines_minor: int
    entries_minor: int
    bank_error_id: UUID | None
    bank_error_minor: int
    matched_to: date
    """The last day on which the bank's balance shows a line of it."""
    cheques: tuple[int, ...] = ()
    """Numbers of the cheques that cleared by it."""
    counts_from: date | None = None
    """The first day on which the bank has shown a line of it and the books an entry: from then on it changes what is
    outstanding. None where it was recorded before this was kept."""


class MatchRejected(AccountEvent):
    """A suggestion was looked at and is wrong."""

    TOPIC: ClassVar[str] = "matching/rejected"

    line_ids: tuple[UUID, ...]
    entry_ids: tuple[UUID, ...]
    why: Words


class MatchUndone(AccountEvent):
    """A match was wrong."""

    TOPIC: ClassVar[str] = "matching/undone"

    match_id: UUID
    why: Words


@dataclass(frozen=True, slots=True)
class Matching:
    """State after its events: live matches, and in which of them each line, entry and bank error stands.

    The maps are persistent: a state shares all but the changed branch with the one before, so that a match costs the same
    on an account of many years.
    """

    matches: "HashTrieMap[UUID, MatchAccepted]" = field(default_factory=HashTrieMap)
    lines: "HashTrieMap[UUID, UUID]" = field(default_factory=HashTrieMap)
    entries: "HashTrieMap[UUID, UUID]" = field(default_factory=HashTrieMap)
    bank_errors: "HashTrieMap[UUID, UUID]" = field(default_factory=HashTrieMap)

    def match(self, match_id: UUID) -> MatchAccepted:
        """Raises NotFound."""
        if match_id not in self.matches:
            raise NotFound("there is no such match", match_id=match_id)
        return self.matches[match_id]


def accept(
    matching: Matching | None,
    account_id: UUID,
    match_id: UUID,
    *,
    lines: dict[UUID, tuple[date, int]],
    entries: dict[UUID, tuple[date, int]],
    bank_error_id: UUID | None = None,
    bank_error_minor: int = 0,
    cheques: tuple[int, ...] = (),
    sealed_to: date | None,
) -> MatchAccepted:
    """Match lines (id → day, signed amount) with entries.

    Raises AlreadyExists, BadRequest, PeriodSigned (T12) where it would change what was outstanding in a signed period.
    """
    known = matching or Matching()
    if not lines or not entries:
        raise BadRequest("a match needs at least one statement line and one entry")
    if (len(lines) > 1) and (len(entries) > 1):
        raise BadRequest("match one line with many entries, or many lines with one entry, not many with many")
    taken = next(
        (kept[key] for kept, keys in ((known.lines, lines), (known.entries, entries)) for key in keys if key in kept), None
    )
    if taken is not None:
        raise AlreadyExists("a line or an entry of these stands in another match; undo that one first", match_id=taken)
    if bank_error_id is not None and bank_error_id in known.bank_errors:
        raise AlreadyExists("this bank error explains another match already", bank_error_id=bank_error_id)
    if (bank_error_id is None) != (bank_error_minor == 0):
        raise BadRequest("a difference needs the bank error that explains it, by name, and a bank error its amount")
    at_bank, in_books = sum(amount for _, amount in lines.values()), sum(amount for _, amount in entries.values())
    if at_bank + bank_error_minor != in_books:
        raise BadRequest(
            f"the bank shows {money(at_bank)}, the books {money(in_books)}"
            + (f", the bank error {money(bank_error_minor)}" if bank_error_minor else "")
            + "; a match agrees to the cent",
            lines_minor=at_bank,
            entries_minor=in_books,
        )
    counts_from = max(min(day for day, _ in side.values()) for side in (lines, entries))
    if sealed_to is not None and counts_from <= sealed_to:
        raise PeriodSigned(
            f"the reconciliation is signed to {sealed_to}, and this match would change what was outstanding on "
            f"{counts_from}; have it reopened first",
            counts_from=counts_from,
            signed_to=sealed_to,
        )
    return MatchAccepted(
        trust_account_id=account_id,
        match_id=match_id,
        line_ids=tuple(lines),
        entry_ids=tuple(entries),
        lines_minor=at_bank,
        entries_minor=in_books,
        bank_error_id=bank_error_id,
        bank_error_minor=bank_error_minor,
        matched_to=max(day for day, _ in lines.values()),
        cheques=cheques,
        counts_from=counts_from,
    )


def undo(matching: Matching | None, account_id: UUID, match_id: UUID, why: str, *, sealed_to: date | None) -> MatchUndone:
    """Raises NotFound, PeriodSigned (T12) once a signed reconciliation rests on it."""
    stands = (matching or Matching()).match(match_id)
    if sealed_to is not None and (stands.counts_from or stands.matched_to) <= sealed_to:
        raise PeriodSigned(
            f"the reconciliation signed to {sealed_to} rests on this match; have it reopened first", signed_to=sealed_to
        )
    return MatchUndone(trust_account_id=account_id, match_id=match_id, why=why)


def evolve(matching: Matching | None, event: Event) -> Matching:
    """The state one event later."""
    known = matching or Matching()
    match event:
        case MatchAccepted():
            return Matching(
                known.matches.insert(event.match_id, event),
                _with(known.lines, event.line_ids, event.match_id),
                _with(known.entries, event.entry_ids, event.match_id),
                _with(known.bank_errors, _bank_errors(event), event.match_id),
            )
        case MatchUndone():
            undone = known.matches[event.match_id]
            return Matching(
                known.matches.remove(event.match_id),
                _without(known.lines, undone.line_ids),
                _without(known.entries, undone.entry_ids),
                _without(known.bank_errors, _bank_errors(undone)),
            )
        case MatchRejected():
            return known
        case _:
            raise AssertionError(f"{event.TOPIC} is not of matching")


def _bank_errors(accepted: MatchAccepted) -> tuple[UUID, ...]:
    return () if accepted.bank_error_id is None else (accepted.bank_error_id,)


def _with(kept: "HashTrieMap[UUID, UUID]", keys: tuple[UUID, ...], match_id: UUID) -> "HashTrieMap[UUID, UUID]":
    for key in keys:
        kept = kept.insert(key, match_id)
    return kept


def _without(kept: "HashTrieMap[UUID, UUID]", keys: tuple[UUID, ...]) -> "HashTrieMap[UUID, UUID]":
    for key in keys:
        kept = kept.discard(key)
    return kept


KIND = Kind("matching", evolve)
EVENTS: tuple[type[Event], ...] = (MatchAccepted, MatchRejected, MatchUndone)
