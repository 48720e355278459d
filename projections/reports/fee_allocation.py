"""Fees collected, credited to who originated the matter, who is responsible for it, and who did the work.

Of fees collected on a bill each timekeeper has the part that the bill charges for their work; the shares agreed are of that
part for who worked, of the whole for the others (domain reference, section 3). Nothing agreed: all to who worked.
"""

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from aggregates.fee_shares import evenly, part_of
from projections.reports.card_states import card_states
from projections.reports.collected_fees import Collected, collected_fees
from projections.reports.figure_rows import link
from projections.reports.reader import Reader, bounds
from projections.reports.report import Report, columns

_SHAPE = columns(
    "name collected_minor:money working_minor:money originating_minor:money responsible_minor:money credited_minor:money "
    "payments:count day:date matter cause id matter_id source_id opens"
)
_ROLES = ("collected", "working", "originating", "responsible")
_NOBODY = "nobody: flat and contingent fees"
By = Literal["person", "each"]


@dataclass(slots=True)
class _Credit:
    person: str | None
    of: Collected | None
    """The one payment, where they are told one by one."""
    amounts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_ROLES, 0))
    payments: set[tuple[int, str]] = field(default_factory=set)


class _Agreements:
    """What binds on a day: of the matter, else of the person, else of the firm; and the attorneys of the matter."""

    def __init__(self, reader: Reader, matter_ids: set[str], known_at: int | None) -> None:
        changes = "SELECT id::text AS id, day, changes FROM {s}.card_changes WHERE position <= %(known_at)s AND kind = "
        order = " ORDER BY position, n"
        clocks = bounds(None, known_at)
        self._agreed: dict[tuple[str | None, str | None], list[dict[str, Any]]] = defaultdict(list)
        for row in reader.rows(f"{changes}'fee_share'{order}", **clocks):
            said = row["changes"]
            self._agreed[said["matter_id"], said["timekeeper_id"]].append(said)
        for several in self._agreed.values():
            several.sort(key=lambda one: str(one["binds_from"]))
        self._attorneys: dict[tuple[str, str], list[tuple[date, str | None]]] = defaultdict(list)
        mine = f"{changes}'matter' AND id = ANY(%(ids)s::uuid[]){order}"
        for row in reader.rows(mine, ids=sorted(matter_ids), **clocks) if matter_ids else ():
            for word in ("originating", "responsible"):
                if (name := f"{word}_attorney_id") in row["changes"]:
                    self._attorneys[row["id"], word].append((row["day"], row["changes"][name]))

    def millionths(self, role: str, matter_id: str, person: str, on: date) -> int:
        """A person's share in a role."""
        for key in ((matter_id, None), (None, person), (None, None)):
            if (found := self._binding(key, on)) is not None:
                return int(Decimal(found[f"{role}_percent"]) * 10_000)
        return 1_000_000 if role == "working" else 0

    def attorneys(self, role: str, matter_id: str, on: date) -> list[str]:
        """Who has the role in a matter on a day; several originators where so agreed."""
        agreed = self._binding((matter_id, None), on)
        if role == "originating" and agreed is not None and agreed["originators"]:
            return list(agreed["originators"])
        found = [who for day, who in self._attorneys[matter_id, role] if day <= on]
        return [found[-1]] if found and found[-1] is not None else []

    def _binding(self, key: tuple[str | None, str | None], on: date) -> dict[str, Any] | None:
        several = self._agreed.get(key, [])
        begun = bisect_right([str(one["binds_from"]) for one in several], on.isoformat())
        return several[begun - 1] if begun else None


def report(
    reader: Reader,
    *,
    as_of: date | None = None,
    known_at: int | None = None,
    from_day: date | None = None,
    by: By = "person",
    timekeeper_id: str | None = None,
    matter_id: str | None = None,
    include_flat: bool = True,
) -> Report:
    """Of payments from a day, or the first of the month, to `as_of`: one row a person, or each payment and person.

    Without `include_flat`, flat and contingent fees are left out.
    """
    on = as_of or reader.today
    begin = from_day or on.replace(day=1)
    with reader.snapshot():
        paid = list(collected_fees(reader, begin, on, known_at, matter_id=matter_id))
        agreements = _Agreements(reader, {one.matter_id for one in paid}, known_at)
        credits_of = _by_row(paid, agreements, by, include_flat=include_flat)
        names = _names(reader, "user", "name", {credit.person for credit in credits_of}, known_at)
        numbers = _names(reader, "matter", "number", {one.matter_id for one in paid}, known_at)
    filters = {"matter_id": matter_id, "include_flat": None if include_flat else "false"}
    rows: list[tuple[Any, ...]] = []
    for credit in credits_of:
        if timekeeper_id not in {None, credit.person}:
            continue
        person, one, amounts = credit.person, credit.of, credit.amounts
        asked: dict[str, str | None] = {"by": "each", "timekeeper_id": person, **filters}
        rows.append(
            (
                names.get(person or "", person or _NOBODY), *amounts.values(), sum(amounts[role] for role in _ROLES[1:]),
                len(credit.payments), one and one.day, one and numbers.get(one.matter_id), one and one.cause, person,
                one and one.matter_id, one and one.source_id,
                None if one else link("fee-allocation", known_at, from_day=begin, as_of=on, **asked),
            )
        )  # fmt: skip
    if by == "person":
        rows.sort(key=lambda row: (-row[5], -row[1], str(row[0])))
    names_of = {name: n for n, name in enumerate((*_ROLES, "credited"), start=1)}
    return Report(
        "Fee allocation",
        _SHAPE,
        tuple(rows),
        on,
        known_at,
        totals={name: sum(row[n] for row in rows) for name, n in names_of.items()},
        counts={"payments": len({(one.position, one.source_id) for one in paid}), "rows": len(rows)},
        facts={"from_day": begin, "to_day": on},
    )


def _by_row(paid: list[Collected], agreements: _Agreements, by: By, *, include_flat: bool) -> list[_Credit]:
    rows: dict[tuple[str | None, int], _Credit] = {}
    for n, one in enumerate(paid):
        for person, role, amount in _credited(one, agreements, include_flat=include_flat):
            at = (person, n if by == "each" else 0)
            credit = rows.setdefault(at, _Credit(person, one if by == "each" else None))
            credit.amounts[role] += amount
            credit.payments.add((one.position, one.source_id))
    return list(rows.values())


def _credited(one: Collected, agreements: _Agreements, *, include_flat: bool) -> list[tuple[str | None, str, int]]:
    on, found = one.credited_on, []
    worked = {person: part for person, part in one.worked.items() if include_flat or person is not None}
    for person, part in worked.items():
        found.append((person, "collected", part))
        if person is not None:
            found.append((person, "working", part_of(part, agreements.millionths("working", one.matter_id, person, on))))
    whole = sum(worked.values())
    for role in ("originating", "responsible"):
        several = agreements.attorneys(role, one.matter_id, on)
        if several:
            share = part_of(whole, agreements.millionths(role, one.matter_id, several[0], on))
            found += [(who, role, part) for who, part in zip(several, evenly(share, [1] * len(several)), strict=True)]
    return found


def _names(reader: Reader, kind: str, word: str, ids: set[str | None], known_at: int | None) -> dict[str, str]:
    known = [one for one in ids if one is not None]
    return {key: card[word] for key, card in card_states(reader, kind, known, known_at=known_at).items() if card.get(word)}
