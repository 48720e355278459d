"""A trust bank account: what is signed stays signed (T12), and only days of its life are posted to."""

from datetime import date
from uuid import UUID

import pytest

from aggregates.errors import AlreadyExists, BadRequest
from aggregates.event import Event
from aggregates.trust_account import PeriodSealed, PeriodUnsealed, TrustAccount, TrustAccountOpened, evolve
from aggregates.trust_rules import PeriodSigned

ACCOUNT, AUGUST, SEPTEMBER = UUID(int=1), UUID(int=8), UUID(int=9)
TODAY = date(2026, 10, 5)
OPENED = TrustAccountOpened(
    trust_account_id=ACCOUNT,
    name="IOLTA-1",
    bank="First Bank",
    account_number="000123",
    ownership="pooled",
    client_id=None,
    currency="USD",
    opened_on=date(2026, 8, 1),
    statement_balance_minor=0,
)


def sealed(reconciliation_id: UUID, to: date) -> PeriodSealed:
    return PeriodSealed(trust_account_id=ACCOUNT, reconciliation_id=reconciliation_id, period_end=to)


TO_AUGUST, TO_SEPTEMBER = sealed(AUGUST, date(2026, 8, 31)), sealed(SEPTEMBER, date(2026, 9, 30))


def fold(*events: Event) -> TrustAccount:
    account: TrustAccount | None = None
    for event in (OPENED, *events):
        account = evolve(account, event)
    assert account is not None
    return account


def test_t12_the_last_signed_day_is_closed_and_the_next_is_open() -> None:
    account = fold(TO_AUGUST, TO_SEPTEMBER)

    account.check_postable(date(2026, 10, 1), TODAY)
    with pytest.raises(PeriodSigned) as refused:
        account.check_postable(date(2026, 9, 30), TODAY)

    assert refused.value.code == "trust.t12.period_signed"
    assert refused.value.figures["signed_to"] == date(2026, 9, 30)


def test_t12_an_unsigned_account_takes_its_first_day_and_today_but_neither_side_of_them() -> None:
    account = fold()

    account.check_postable(date(2026, 8, 1), TODAY)
    account.check_postable(TODAY, TODAY)
    for on in (date(2026, 7, 31), date(2026, 10, 6)):
        with pytest.raises(BadRequest):
            account.check_postable(on, TODAY)


def test_t12_reopening_opens_only_the_newest_period() -> None:
    account = fold(TO_AUGUST, TO_SEPTEMBER)

    unsealed = account.unseal(SEPTEMBER)
    with pytest.raises(BadRequest):
        account.unseal(AUGUST)

    assert unsealed == PeriodUnsealed(trust_account_id=ACCOUNT, reconciliation_id=SEPTEMBER, period_end=date(2026, 8, 31))
    reopened = fold(TO_AUGUST, TO_SEPTEMBER, unsealed)
    reopened.check_postable(date(2026, 9, 1), TODAY)
    with pytest.raises(PeriodSigned):
        reopened.check_postable(date(2026, 8, 31), TODAY)


def test_reopening_the_only_period_leaves_none_signed() -> None:
    account = fold(TO_AUGUST, fold(TO_AUGUST).unseal(AUGUST))
    assert account.sealed_to is None


def test_a_period_is_signed_once() -> None:
    account = fold(TO_AUGUST)

    assert account.seal(SEPTEMBER, date(2026, 9, 30)) == TO_SEPTEMBER
    with pytest.raises(AlreadyExists):
        account.seal(SEPTEMBER, date(2026, 8, 31))
