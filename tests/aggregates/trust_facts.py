"""Facts of one trust ledger, to build examples from: an account, a client's matter, and money on days of September 2026."""

from datetime import date
from uuid import UUID

from aggregates import trust_ledger
from aggregates.event import Event, Personal
from aggregates.trust_ledger import TrustLedger
from aggregates.trust_ledger_events import (
    DepositReturned,
    FundsDisbursed,
    FundsReceived,
    LedgerPurpose,
    TrustLedgerOpened,
)

ACCOUNT, CLIENT, MATTER, OTHER_MATTER, OTHER_CLIENT = (UUID(int=number) for number in range(1, 6))


def day(number: int) -> date:
    """That day of September 2026."""
    return date(2026, 9, number)


def entry(number: int) -> UUID:
    """The id of an entry, by a small number."""
    return UUID(int=1000 + number)


def opened(
    *,
    client_id: UUID | None = CLIENT,
    matter_id: UUID | None = MATTER,
    purpose: LedgerPurpose = LedgerPurpose.CLIENT,
    account_id: UUID = ACCOUNT,
) -> TrustLedgerOpened:
    return TrustLedgerOpened(
        trust_account_id=account_id, purpose=purpose, client_id=client_id, matter_id=matter_id, currency="USD"
    )


def received(number: int, amount_minor: int, on: date, available_on: date | None = None) -> FundsReceived:
    return FundsReceived(
        trust_account_id=ACCOUNT,
        effective_date=on,
        entry_id=entry(number),
        amount_minor=amount_minor,
        description="retainer",
        instrument="cheque",
        payer=Personal(subject_id=CLIENT, text="Ada Client"),
        reference=None,
        deposit_slip=None,
        available_on=available_on or on,
        makes_good=None,
    )


def returned(number: int, of: int, amount_minor: int, on: date) -> DepositReturned:
    return DepositReturned(
        trust_account_id=ACCOUNT,
        effective_date=on,
        entry_id=entry(number),
        amount_minor=amount_minor,
        description="not sufficient funds",
        returned_entry_id=entry(of),
    )


def fold(*events: Event) -> TrustLedger:
    """A client's ledger after these events; its opening need not be among them."""
    ledger: TrustLedger | None = None
    for event in events if events and isinstance(events[0], TrustLedgerOpened) else (opened(), *events):
        ledger = trust_ledger.evolve(ledger, event)
    assert ledger is not None
    return ledger


def disburse(
    ledger: TrustLedger, number: int, amount_minor: int, on: date, *, disbursement_id: UUID | None = None
) -> FundsDisbursed:
    return ledger.disburse(
        entry(number),
        amount_minor,
        on=on,
        disbursement_id=disbursement_id or UUID(int=5000 + number),
        payee=Personal(subject_id=CLIENT, text="An Expert"),
        method="wire",
        cheque_number=None,
        billing_reference_id=None,
        description="expert's report",
    )
