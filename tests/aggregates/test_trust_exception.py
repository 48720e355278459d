"""An exception is opened by a fact, and cured once."""

from datetime import date
from uuid import UUID

import pytest

from aggregates.errors import BadRequest, WrongState
from aggregates.trust_exception import ExceptionCause, ExceptionNoted, TrustExceptionCured, TrustExceptionOpened, evolve

OPENED = TrustExceptionOpened(
    trust_account_id=UUID(int=1),
    effective_date=date(2026, 9, 25),
    exception_id=UUID(int=2),
    cause=ExceptionCause.LEDGER_OVERDRAWN,
    ledger_id=UUID(int=3),
    entry_id=UUID(int=4),
    line_id=None,
    amount_minor=-1000_00,
    due_on=date(2026, 9, 28),
    evidence="return advice of 25 September",
)


def test_an_exception_is_cured_once_by_what_was_done() -> None:
    state = evolve(None, OPENED)

    cured = state.cure(on=date(2026, 9, 26), how="the firm paid it in", entry_id=UUID(int=5))
    with pytest.raises(WrongState):
        evolve(state, cured).cure(on=date(2026, 9, 27), how="again", entry_id=None)

    assert cured == TrustExceptionCured(
        trust_account_id=UUID(int=1), effective_date=date(2026, 9, 26), how="the firm paid it in", entry_id=UUID(int=5)
    )


def test_it_is_not_cured_before_it_came_to_light() -> None:
    state = evolve(None, OPENED)

    assert state.cure(on=date(2026, 9, 25), how="paid in", entry_id=None)
    with pytest.raises(BadRequest):
        state.cure(on=date(2026, 9, 24), how="paid in", entry_id=None)


def test_only_the_banks_error_is_corrected_by_the_bank_to_the_cent_and_once() -> None:
    error = evolve(None, OPENED.model_copy(update={"cause": ExceptionCause.BANK_ERROR, "amount_minor": 20_00}))
    line, on = UUID(int=9), date(2026, 10, 2)

    corrected = error.correct(line, 20_00, on=on, evidence="letter")
    for state, amount_minor in ((error, 19_99), (error, -20_00), (evolve(None, OPENED), -1000_00)):
        with pytest.raises(BadRequest):
            state.correct(line, amount_minor, on=on, evidence="letter")
    with pytest.raises(BadRequest):
        error.correct(line, 20_00, on=date(2026, 9, 24), evidence="letter")
    with pytest.raises(WrongState):
        evolve(error, corrected).correct(line, 20_00, on=on, evidence="letter")

    assert evolve(error, corrected).cured_on == on


def test_a_note_changes_nothing_but_stands_on_record() -> None:
    state = evolve(None, OPENED)

    assert state.note("bar notified") == ExceptionNoted(trust_account_id=UUID(int=1), note="bar notified")
    assert evolve(state, state.note("bar notified")) == state
