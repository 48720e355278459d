"""A cheque's number stands once for ever (T13), and what ended stays ended."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from aggregates.cheque import (
    KIND,
    Cheque,
    ChequeCleared,
    ChequeEnded,
    ChequeIssued,
    ChequePrinted,
    ChequeUncleared,
    Ending,
    check_number,
    evolve,
)
from aggregates.errors import WrongState
from aggregates.event import Event
from aggregates.trust_rules import ChequeNumberUsed

ACCOUNT, OTHER_ACCOUNT, MATCH = UUID(int=1), UUID(int=2), UUID(int=3)
ON = date(2026, 9, 5)
ISSUED = ChequeIssued(
    trust_account_id=ACCOUNT,
    effective_date=ON,
    number=1051,
    disbursement_id=UUID(int=4),
    ledger_id=UUID(int=5),
    entry_id=UUID(int=6),
    amount_minor=3200_00,
)
CLEARED = ChequeCleared(trust_account_id=ACCOUNT, effective_date=ON, match_id=MATCH)


def ended(ending: Ending) -> ChequeEnded:
    return ChequeEnded(trust_account_id=ACCOUNT, effective_date=ON, ending=ending, why="written twice")


def fold(*events: Event) -> Cheque:
    cheque = evolve(None, ISSUED)
    for event in events:
        cheque = evolve(cheque, event)
    return cheque


@pytest.mark.parametrize(
    "after", [(), (CLEARED,), (ended("void"),), (ended("stale"),), (ended("stopped"),)], ids=lambda a: repr(a)[:40]
)
def test_t13_a_number_is_used_for_ever_whatever_became_of_the_cheque(after: tuple[Event, ...]) -> None:
    with pytest.raises(ChequeNumberUsed) as refused:
        check_number(fold(*after), 1051)
    assert refused.value.figures["number"] == 1051


def test_t13_a_new_number_is_free_and_another_account_has_its_own() -> None:
    check_number(None, 1052)
    assert KIND.stream_id(ACCOUNT, 1051) != KIND.stream_id(OTHER_ACCOUNT, 1051)
    assert KIND.stream_id(ACCOUNT, 1051) == KIND.stream_id(ACCOUNT, 1051)


_STATUSES = ("printed", "cleared", "void", "stale", "stopped")


@pytest.mark.parametrize(
    ("cheque", "allowed"),
    [
        (fold(), {"printed", "cleared", "void", "stale", "stopped"}),
        (fold(fold().print_out()), {"cleared", "void", "stale", "stopped"}),
        (fold(ended("stale")), {"cleared", "void", "stopped"}),
        (fold(CLEARED), set[str]()),
        (fold(ended("void")), set[str]()),
        (fold(ended("stopped")), set[str]()),
    ],
    ids=["issued", "printed", "stale", "cleared", "void", "stopped"],
)
def test_what_may_become_of_a_cheque(cheque: Cheque, allowed: set[str]) -> None:
    for status in _STATUSES:
        if status in allowed:
            cheque.check_next(status)
        else:
            with pytest.raises(WrongState):
                cheque.check_next(status)


def test_it_goes_stale_on_its_day_and_not_the_day_before() -> None:
    first = ON + timedelta(days=180)
    with pytest.raises(WrongState) as refused:
        fold().go_stale(on=first - timedelta(days=1), stale_after_days=180, why="never presented")
    assert refused.value.figures["stale_from"] == first

    stale = fold().go_stale(on=first, stale_after_days=180, why="never presented")
    assert fold(stale).status == "stale"
    with pytest.raises(WrongState):
        fold(stale).go_stale(on=first, stale_after_days=180, why="again")


def test_it_is_printed_once() -> None:
    assert fold().print_out() == ChequePrinted(trust_account_id=ACCOUNT)
    with pytest.raises(WrongState):
        fold(fold().print_out()).print_out()


def test_a_match_undone_leaves_it_outstanding() -> None:
    uncleared = ChequeUncleared(trust_account_id=ACCOUNT, effective_date=ON, match_id=MATCH)
    fold(CLEARED, uncleared).check_next("cleared")
