"""Accept that bank lines and book entries are the same money. Suggestions come from the read side; only this records one."""

from datetime import date
from uuid import UUID

from aggregates import bank_statement, cheque, matching, trust_account, trust_exception, trust_ledger
from aggregates.errors import BadRequest, NotFound, WrongState
from aggregates.trust_exception import ExceptionCause
from commands.dispatch import Result
from commands.work import Command, Work


class AcceptMatch(Command):
    """Match lines with entries; each entry is named with its ledger. A bank error may make up a difference."""

    trust_account_id: UUID
    line_ids: tuple[UUID, ...]
    entries: tuple[tuple[UUID, UUID], ...]
    """(ledger id, entry id)."""
    bank_error_id: UUID | None = None


def handle(command: AcceptMatch, work: Work) -> Result:
    """Returns the match's id. Raises NotFound, AlreadyExists, WrongState, PeriodSigned (T12) where a signed period rests on
    what it changes, BadRequest where it does not agree to the cent.
    """
    account = work.load(trust_account.KIND, command.trust_account_id)
    entry_ids = [entry_id for _, entry_id in command.entries]
    if len({*command.line_ids, *entry_ids}) < len(command.line_ids) + len(entry_ids):
        raise BadRequest("a line or an entry is named twice")
    match_id = work.new_id()
    error_minor = _bank_error(command, work)
    entries = _entries(command, work)
    accepted = matching.accept(
        work.find(matching.KIND, matching.KIND.stream_id(account.id)),
        account.id,
        match_id,
        lines=_lines(command, work),
        entries=entries,
        bank_error_id=command.bank_error_id,
        bank_error_minor=error_minor,
        cheques=_cheques(command, work),
        sealed_to=account.sealed_to,
    )
    work.record(matching.KIND, matching.KIND.stream_id(account.id), accepted)
    for number in accepted.cheques:
        stream = cheque.KIND.stream_id(account.id, number)
        work.load(cheque.KIND, stream).check_next("cleared")
        cleared = cheque.ChequeCleared(trust_account_id=account.id, effective_date=accepted.matched_to, match_id=match_id)
        work.record(cheque.KIND, stream, cleared)
    return {"match_id": str(match_id)}


def _bank_error(command: AcceptMatch, work: Work) -> int:
    if command.bank_error_id is None:
        return 0
    state = work.load(trust_exception.KIND, command.bank_error_id)
    opened = state.opened
    if opened.cause is not ExceptionCause.BANK_ERROR or opened.trust_account_id != command.trust_account_id:
        raise BadRequest("that exception is not a bank error of this account")
    if state.cured_on is not None:
        raise WrongState(f"that bank error was put right on {state.cured_on}", cured_on=state.cured_on)
    return opened.amount_minor


def _lines(command: AcceptMatch, work: Work) -> dict[UUID, tuple[date, int]]:
    statements = work.find(bank_statement.KIND, bank_statement.KIND.stream_id(command.trust_account_id))
    if statements is None:
        raise NotFound("this account has no statement yet")
    lines = [statements.line(line_id) for line_id in command.line_ids]
    return {line.line_id: (line.counted_on, line.amount_minor) for line in lines}


def _entries(command: AcceptMatch, work: Work) -> dict[UUID, tuple[date, int]]:
    found: dict[UUID, tuple[date, int]] = {}
    for ledger_id, entry_id in command.entries:
        ledger = work.load(trust_ledger.KIND, ledger_id)
        if ledger.account_id != command.trust_account_id:
            raise NotFound("this account has no such entry", entry_id=entry_id)
        entry = ledger.posted(entry_id)
        if entry.opening:
            raise BadRequest("that balance was carried forward; the bank's first statement opens with it and never shows it")
        if not entry.at_bank:
            raise BadRequest("that entry undoes another, in the books only; the bank never shows it")
        found[entry_id] = (entry.on, entry.effect_minor)
    return found


def _cheques(command: AcceptMatch, work: Work) -> tuple[int, ...]:
    """The numbers of the cheques among the entries."""
    entries = [work.load(trust_ledger.KIND, ledger_id).entries[entry_id] for ledger_id, entry_id in command.entries]
    return tuple(entry.cheque_number for entry in entries if entry.cheque_number is not None)
