"""Cure an exception: a shortage by the firm's own money, no more than the shortage (T5); anything else by what was done."""

from datetime import date
from uuid import UUID

from aggregates import trust_exception
from aggregates.event import Minor, Words
from aggregates.trust_ledger_events import ShortageCured
from aggregates.trust_rules import FirmMoneyInTrust, money
from commands.dispatch import Result
from commands.trust_books import ledger_for, postable_account, record_on
from commands.work import Command, Work


class CureException(Command):
    """Cure it. With `replace_minor` the firm pays the shortage into trust."""

    exception_id: UUID
    effective_date: date
    how: Words
    replace_minor: Minor | None = None


def handle(command: CureException, work: Work) -> Result:
    """Returns the entry's id, if money came in. Raises NotFound, WrongState, FirmMoneyInTrust (T5), PeriodSigned."""
    state = work.load(trust_exception.KIND, command.exception_id)
    opened = state.opened
    postable_account(work, opened.trust_account_id, command.effective_date)
    entry_id = None
    if command.replace_minor is not None:
        entry_id = work.new_id()
        _replace(command, work, state, entry_id)
    else:
        _check_no_longer_short(command, work, state)
    cured = state.cure(on=command.effective_date, how=command.how, entry_id=entry_id)
    work.record(trust_exception.KIND, command.exception_id, cured)
    return {"exception_id": str(command.exception_id), "entry_id": str(entry_id) if entry_id else None}


def _replace(command: CureException, work: Work, state: trust_exception.TrustException, entry_id: UUID) -> None:
    assert command.replace_minor is not None, "asked without an amount"
    if state.opened.ledger_id is None:
        raise FirmMoneyInTrust("this exception is no shortage of a ledger; the firm's money has no place in it")
    ledger = ledger_for(work, state.opened.ledger_id, command.effective_date)
    short = max(-ledger.balance_minor, 0)
    if command.replace_minor > short:
        raise FirmMoneyInTrust(
            f"the ledger is short by {money(short)}; {money(command.replace_minor)} would leave firm money in trust",
            short_minor=short,
        )
    event = ShortageCured(
        trust_account_id=ledger.account_id,
        effective_date=command.effective_date,
        entry_id=entry_id,
        amount_minor=command.replace_minor,
        description=command.how,
        exception_id=command.exception_id,
    )
    record_on(work, ledger.id, event)
    _check_no_longer_short(command, work, state)


def _check_no_longer_short(command: CureException, work: Work, state: trust_exception.TrustException) -> None:
    if state.opened.ledger_id is None:
        return
    ledger = ledger_for(work, state.opened.ledger_id, command.effective_date)
    if ledger.balance_minor < 0:
        raise FirmMoneyInTrust(
            f"the ledger is still {money(ledger.balance_minor)}; replace the whole shortage to cure it",
            short_minor=-ledger.balance_minor,
        )
