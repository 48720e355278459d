"""Pay in the firm's own money for bank charges, up to the cap (T5)."""

from datetime import date
from uuid import UUID

from aggregates.event import Minor, Words
from aggregates.trust_ledger_events import LedgerPurpose, ReserveToppedUp
from aggregates.trust_rules import FirmMoneyInTrust, money
from commands.dispatch import Result
from commands.trust_books import ledger_for, named_ledger_id, policy, record_on
from commands.work import Command, Work


class TopUpReserve(Command):
    """Pay in the firm's own money for bank charges, up to the cap (T5)."""

    trust_account_id: UUID
    amount_minor: Minor
    effective_date: date
    description: Words


def handle(command: TopUpReserve, work: Work) -> Result:
    """Returns the entry's id. Raises FirmMoneyInTrust (T5), PeriodSigned (T12)."""
    ledger_id = named_ledger_id(command.trust_account_id, LedgerPurpose.FIRM_RESERVE)
    reserve = ledger_for(work, ledger_id, command.effective_date)
    cap = policy(work, command.effective_date).number("firm_reserve_cap_minor")
    day, holds = reserve.highest_from(command.effective_date)
    if holds + command.amount_minor > cap:
        raise FirmMoneyInTrust(
            f"the reserve holds {money(holds)} on {day}; with {money(command.amount_minor)} more it would pass "
            f"its cap of {money(cap)}",
            balance_minor=holds,
            cap_minor=cap,
        )
    entry_id = work.new_id()
    event = ReserveToppedUp(
        trust_account_id=command.trust_account_id,
        effective_date=command.effective_date,
        entry_id=entry_id,
        amount_minor=command.amount_minor,
        description=command.description,
    )
    record_on(work, reserve.id, event)
    return {"entry_id": str(entry_id)}
