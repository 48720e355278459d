"""Suggested matches: by cheque number, by amount and days, by sums; a rejected one never again; nothing is posted."""

import time
from datetime import date, timedelta

import pytest

from aggregates import matching
from aggregates.matching import MatchRejected
from projections.reports.bank_leg import OutstandingItem
from projections.reports.suggested_matches import Line, Suggestion, _with_best, report, suggest, suggestions
from tests.projections.september import END, day, folded, lived


def line(number: int, on: date, amount_minor: int, cheque: str | None = None) -> Line:
    """A statement line."""
    return Line(f"line-{number:05}", on, amount_minor, cheque, "")


def entry(number: int, on: date, amount_minor: int, cheque: int | None = None) -> OutstandingItem:
    """A book entry."""
    return OutstandingItem(f"entry-{number:05}", "ledger", on, amount_minor, 0, cheque, None, "", number)


def found(lines: list[Line], entries: list[OutstandingItem]) -> list[Suggestion]:
    """The likeliest first."""
    return _with_best(suggest(lines, entries, 10))


def pairs(suggested: list[Suggestion]) -> list[tuple[list[str], list[str]]]:
    """The best ones, by ids."""
    return [([a.line_id[-1] for a in s.lines], [b.entry_id[-1] for b in s.entries]) for s in suggested if s.best]


def test_a_cheque_number_beats_an_equal_amount() -> None:
    entries = [entry(1, day(1), -40_000, 1050), entry(2, day(1), -40_000, 1051)]
    suggested = found([line(1, day(3), -40_000, "0001051")], entries)
    assert pairs(suggested) == [(["1"], ["2"])]
    assert suggested[0].why == "cheque 1051, exact amount"


def test_a_cheque_that_was_paid_wrong_is_shown_with_the_difference() -> None:
    suggested = found([line(1, day(11), -322_000, "1051")], [entry(1, day(5), -320_000, 1051)])
    assert suggested[0].why == "cheque 1051, amount differs by 20.00: bank error?"
    assert suggested[0].difference_minor == 2_000


@pytest.mark.parametrize(("apart", "count"), [(-4, 0), (-3, 1), (0, 1), (10, 1), (11, 0)])
def test_an_equal_amount_counts_within_the_window(apart: int, count: int) -> None:
    assert len(found([line(1, day(15) + timedelta(days=apart), 250_000)], [entry(1, day(15), 250_000)])) == count


def test_the_nearer_of_equal_amounts_is_best_and_each_is_named_once() -> None:
    entries = [entry(1, day(1), 100), entry(2, day(8), 100)]
    suggested = found([line(1, day(9), 100), line(2, day(2), 100)], entries)
    assert pairs(suggested) == [(["2"], ["1"]), (["1"], ["2"])]
    assert len(suggested) == 3, "the other one stays to be chosen"


def test_a_deposit_slip_of_several_receipts() -> None:
    receipts = [entry(1, day(2), 10_000), entry(2, day(2), 5_050), entry(3, day(3), 7_000), entry(4, day(3), -22_050)]
    suggested = found([line(1, day(3), 22_050)], receipts)
    assert sorted(pairs(suggested)[0][1]) == ["1", "2", "3"]
    assert suggested[0].why == "3 entries add up to it"


def test_several_lines_for_one_entry() -> None:
    suggested = found([line(1, day(3), -600), line(2, day(4), -400)], [entry(1, day(2), -1_000)])
    assert pairs(suggested) == [(["1", "2"], ["1"])]
    assert suggested[0].why == "2 lines add up to it"


@pytest.mark.parametrize(("members", "count"), [(6, 1), (7, 0)])
def test_a_sum_has_six_members_at_most(members: int, count: int) -> None:
    receipts = [entry(n, day(2), 2**n) for n in range(members)]
    assert len(found([line(1, day(2), 2**members - 1)], receipts)) == count


def test_money_in_is_never_money_out() -> None:
    assert found([line(1, day(2), 100)], [entry(1, day(2), -100)]) == []


def test_september_is_matched_but_for_what_the_bank_has_not_shown(database_url: str) -> None:
    with lived(database_url, matched=False) as (database, month):
        size = month.books.log.size()
        with folded(database) as reader:
            best = [one for one in suggestions(reader, str(month.account_id), END) if one.best]
            shown = report(reader, trust_account_id=str(month.account_id), as_of=END)
        matched = {(one.lines[0].line_id, one.entries[0].entry_id) for one in best}
        assert matched == {(str(month.lines[n]), str(month.entries[n])) for n in (0, 1, 2, 3, 5, 6, 7, 9, 10, 11, 14, 15)}
        assert [one.difference_minor for one in best if one.difference_minor] == [2_000]
        assert shown.counts["best"] == 12
        assert month.books.log.size() == size


def test_what_was_rejected_is_not_suggested_again(database_url: str) -> None:
    with lived(database_url, matched=False) as (database, month):
        rejected = MatchRejected(
            trust_account_id=month.account_id, line_ids=(month.lines[1],), entry_ids=(month.entries[1],), why="another one"
        )  # fmt: skip
        before = month.books.log.size()
        month.books.append((matching.KIND.stream_id(month.account_id), rejected))
        with folded(database) as reader:
            later = suggestions(reader, str(month.account_id), END)
            then = suggestions(reader, str(month.account_id), END, before)
    about = (frozenset({str(month.lines[1])}), frozenset({str(month.entries[1])}))
    assert about not in {one.key for one in later}
    assert about in {one.key for one in then}


@pytest.mark.parametrize("same", [True, False], ids=["all of one amount", "none alike"])
def test_ten_thousand_lines_take_seconds(same: bool) -> None:
    """Every line and entry is open; equal ones are paired in their order, sums are looked for within bounds."""
    days = [day(1) + timedelta(days=n % 30) for n in range(10_000)]
    lines = [line(n, on, 100 if same else 1_000_000 + 7 * n) for n, on in enumerate(days)]
    entries = [entry(n, on, 100 if same else 3_000 + 11 * n) for n, on in enumerate(days)]
    started = time.monotonic()
    suggested = found(lines, entries)
    assert time.monotonic() - started < 20
    if same:
        assert sum(one.best for one in suggested) == 10_000


@pytest.mark.parametrize("on", [date.min, date(1, 1, 3), date(9999, 12, 30), date.max])
@pytest.mark.parametrize("window_days", [0, 10, 366])
def test_the_first_and_the_last_day_that_there_is_have_a_window_too(on: date, window_days: int) -> None:
    lines, entries = [line(1, on, 100), line(2, on, 7)], [entry(1, on, 100), entry(2, on, 3), entry(3, on, 4)]
    assert pairs(_with_best(suggest(lines, entries, window_days))) == [(["1"], ["1"]), (["2"], ["2", "3"])]
