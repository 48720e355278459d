"""A match agrees to the cent, and a line or an entry stands in one match at a time."""

from datetime import date
from time import process_time
from uuid import UUID

import pytest

from aggregates.errors import AlreadyExists, BadRequest, NotFound
from aggregates.event import Event
from aggregates.matching import MatchAccepted, Matching, MatchRejected, accept, evolve, undo
from aggregates.trust_rules import PeriodSigned

ACCOUNT, MATCH, OTHER_MATCH, BANK_ERROR = (UUID(int=number) for number in range(1, 5))
LINE, LINE_2, ENTRY, ENTRY_2 = (UUID(int=number) for number in range(11, 15))
ON = date(2026, 9, 11)


def fold(*events: Event) -> Matching:
    matching = Matching()
    for event in events:
        matching = evolve(matching, event)
    return matching


def match(
    lines: dict[UUID, int],
    entries: dict[UUID, int],
    *,
    known: Matching | None = None,
    match_id: UUID = MATCH,
    bank_error_id: UUID | None = None,
    bank_error_minor: int = 0,
    days: tuple[tuple[date, ...], tuple[date, ...]] | None = None,
    sealed_to: date | None = None,
) -> MatchAccepted:
    of_lines, of_entries = days or ((ON,) * len(lines), (date(2026, 9, 5),) * len(entries))
    return accept(
        known,
        ACCOUNT,
        match_id,
        lines={key: (on, amount) for (key, amount), on in zip(lines.items(), of_lines, strict=True)},
        entries={key: (on, amount) for (key, amount), on in zip(entries.items(), of_entries, strict=True)},
        bank_error_id=bank_error_id,
        bank_error_minor=bank_error_minor,
        sealed_to=sealed_to,
    )


@pytest.mark.parametrize(
    ("lines", "entries"),
    [
        ({LINE: -3200_00}, {ENTRY: -3200_00}),
        ({LINE: 1500_00}, {ENTRY: 1000_00, ENTRY_2: 500_00}),
        ({LINE: 1000_00, LINE_2: 500_00}, {ENTRY: 1500_00}),
    ],
    ids=["1:1", "1:n", "n:1"],
)
def test_sums_that_agree_to_the_cent_are_matched(lines: dict[UUID, int], entries: dict[UUID, int]) -> None:
    accepted = match(lines, entries)

    assert accepted.lines_minor == accepted.entries_minor == sum(lines.values())
    assert accepted.matched_to == ON
    first = next(iter(lines))
    for off in (-1, 1):
        with pytest.raises(BadRequest, match="to the cent"):
            match({**lines, first: lines[first] + off}, entries)


def test_a_bank_error_on_record_makes_up_exactly_its_amount() -> None:
    """The worked example: cheque 1051, written for 3,200.00 and paid as 3,220.00."""
    accepted = match({LINE: -3220_00}, {ENTRY: -3200_00}, bank_error_id=BANK_ERROR, bank_error_minor=20_00)

    assert (accepted.bank_error_id, accepted.bank_error_minor) == (BANK_ERROR, 20_00)
    with pytest.raises(BadRequest):
        match({LINE: -3220_01}, {ENTRY: -3200_00}, bank_error_id=BANK_ERROR, bank_error_minor=20_00)


def test_a_difference_needs_a_bank_error_by_name() -> None:
    with pytest.raises(BadRequest):
        match({LINE: -3220_00}, {ENTRY: -3200_00}, bank_error_id=None, bank_error_minor=20_00)


def test_many_are_not_matched_with_many_nor_anything_with_nothing() -> None:
    for lines, entries in (
        ({LINE: 1, LINE_2: 2}, {ENTRY: 1, ENTRY_2: 2}),
        ({}, {ENTRY: 1}),
        ({LINE: 1}, {}),
    ):
        with pytest.raises(BadRequest):
            match(lines, entries)


def test_a_line_or_an_entry_stands_in_one_match() -> None:
    known = fold(match({LINE: 100}, {ENTRY: 100}))

    assert match({LINE_2: 100}, {ENTRY_2: 100}, known=known, match_id=OTHER_MATCH)
    for lines, entries in (({LINE: 100}, {ENTRY_2: 100}), ({LINE_2: 100}, {ENTRY: 100})):
        with pytest.raises(AlreadyExists):
            match(lines, entries, known=known, match_id=OTHER_MATCH)


def test_an_undone_match_frees_both_sides() -> None:
    accepted = match({LINE: 100}, {ENTRY: 100})
    known = fold(accepted, undo(fold(accepted), ACCOUNT, MATCH, "another cheque", sealed_to=None))

    assert known == Matching()
    assert match({LINE: 100}, {ENTRY: 100}, known=known)
    with pytest.raises(NotFound):
        undo(known, ACCOUNT, MATCH, "again", sealed_to=None)


def test_t12_a_match_that_a_signed_reconciliation_rests_on_stays() -> None:
    known = fold(match({LINE: 100}, {ENTRY: 100}))

    assert undo(known, ACCOUNT, MATCH, "another cheque", sealed_to=date(2026, 9, 10)).match_id == MATCH
    with pytest.raises(PeriodSigned):
        undo(known, ACCOUNT, MATCH, "another cheque", sealed_to=ON)


JULY, AUGUST = date(2026, 7, 31), date(2026, 8, 1)


@pytest.mark.parametrize(
    ("of_lines", "of_entries", "bars"),
    [
        ((JULY,), (JULY,), True),
        ((AUGUST,), (JULY,), False),
        ((JULY,), (AUGUST,), False),
        ((JULY, AUGUST), (JULY,), True),
        ((JULY,), (JULY, AUGUST), True),
        ((AUGUST, AUGUST), (JULY,), False),
    ],
    ids=["both", "in transit", "booked later", "part of a wire", "part of a slip", "wire after"],
)
def test_t12_a_match_that_changes_what_was_outstanding_in_a_signed_period_is_neither_made_nor_undone(
    of_lines: tuple[date, ...], of_entries: tuple[date, ...], *, bars: bool
) -> None:
    total = len(of_lines) * len(of_entries)
    lines = {UUID(int=100 + n): total // len(of_lines) for n in range(len(of_lines))}
    entries = {UUID(int=200 + n): total // len(of_entries) for n in range(len(of_entries))}

    made = match(lines, entries, days=(of_lines, of_entries))
    if bars:
        with pytest.raises(PeriodSigned):
            match(lines, entries, days=(of_lines, of_entries), sealed_to=JULY)
        with pytest.raises(PeriodSigned):
            undo(fold(made), ACCOUNT, MATCH, "wrong", sealed_to=JULY)
    else:
        assert match(lines, entries, days=(of_lines, of_entries), sealed_to=JULY) == made
        assert undo(fold(made), ACCOUNT, MATCH, "wrong", sealed_to=JULY).match_id == MATCH
        with pytest.raises(PeriodSigned):
            undo(fold(made), ACCOUNT, MATCH, "wrong", sealed_to=AUGUST)


def test_t12_of_a_match_recorded_before_its_first_day_was_kept_the_last_day_of_its_lines_decides() -> None:
    old = match({LINE: 100}, {ENTRY: 100}).model_copy(update={"counts_from": None})
    assert undo(fold(old), ACCOUNT, MATCH, "wrong", sealed_to=date(2026, 9, 10)).match_id == MATCH
    with pytest.raises(PeriodSigned):
        undo(fold(old), ACCOUNT, MATCH, "wrong", sealed_to=ON)


def test_a_rejected_suggestion_changes_no_match() -> None:
    known = fold(match({LINE: 100}, {ENTRY: 100}))
    rejected = MatchRejected(trust_account_id=ACCOUNT, line_ids=(LINE_2,), entry_ids=(ENTRY_2,), why="another client's")
    assert evolve(known, rejected) == known


def test_a_match_costs_the_same_on_an_account_of_many_years() -> None:
    """States share what did not change: the five-thousandth match copies no more than the first."""
    matches = [match({UUID(int=n + 10**6): 1}, {UUID(int=n + 2 * 10**6): 1}, match_id=UUID(int=n)) for n in range(5_000)]
    undone = [undo(fold(one), ACCOUNT, one.match_id, "wrong", sealed_to=None) for one in matches]
    before = fold(*matches)
    began = process_time()
    after = fold(*matches, *undone)
    spent = process_time() - began

    assert after == Matching()
    assert len(before.matches) == len(before.lines) == len(before.entries) == 5_000, "a later state changed an older one"
    assert spent < 1, f"{spent:.1f} s for 5,000 matches made and undone"


def test_an_undone_match_frees_its_bank_error() -> None:
    accepted = match({LINE: -3220_00}, {ENTRY: -3200_00}, bank_error_id=BANK_ERROR, bank_error_minor=20_00)
    known = fold(accepted)
    with pytest.raises(AlreadyExists, match="bank error"):
        match(
            {LINE_2: -20}, {ENTRY_2: -10}, known=known, match_id=OTHER_MATCH, bank_error_id=BANK_ERROR, bank_error_minor=10
        )
    freed = fold(accepted, undo(known, ACCOUNT, MATCH, "another cheque", sealed_to=None))
    assert match({LINE: -3220_00}, {ENTRY: -3200_00}, known=freed, bank_error_id=BANK_ERROR, bank_error_minor=20_00)
