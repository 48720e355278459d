"""An exception is opened by a fact, and cured once."""

from datetime import date
from uuid import UUID

import pytest

from aggregates.errors import WrongState
from aggregates.trust_exception import ExceptionCause, TrustExceptionCured, TrustExceptionOpened, evolve

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
