"""Undo a match, until a signed reconciliation rests on it; cheques that cleared by it are again what they were."""

from uuid import UUID

from aggregates import cheque, matching, trust_account
from aggregates.event import Words
from commands.dispatch import Result
from commands.trust_books import cheque_of
from commands.work import Command, Work


class UndoMatch(Command):
    """Undo a match, until a signed reconciliation rests on it."""

    trust_account_id: UUID
    match_id: UUID
    why: Words


def handle(command: UndoMatch, work: Work) -> Result:
    """Raises NotFound, PeriodSigned (T12)."""
    account = work.load(trust_account.KIND, command.trust_account_id)
    stream = matching.KIND.stream_id(account.id)
    known = work.find(matching.KIND, stream) or matching.Matching()
    undone = known.match(command.match_id)
    event = matching.undo(known, account.id, command.match_id, command.why, sealed_to=account.sealed_to)
    work.record(matching.KIND, stream, event)
    for number in undone.cheques:
        state = cheque_of(work, account.id, number)
        work.record(
            cheque.KIND, cheque.KIND.stream_id(account.id, number), state.unclear(command.match_id, on=undone.matched_to)
        )
    return {"match_id": str(command.match_id), "uncleared_cheques": list(undone.cheques)}
