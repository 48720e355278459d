"""Undo a match, until a signed reconciliation rests on it."""

from uuid import UUID

from aggregates import matching, trust_account
from aggregates.event import Words
from commands.dispatch import Result
from commands.work import Command, Work


class UndoMatch(Command):
    """Undo a match, until a signed reconciliation rests on it."""

    trust_account_id: UUID
    match_id: UUID
    why: Words


def handle(command: UndoMatch, work: Work) -> Result:
    """Raises NotFound, WrongState."""
    account = work.load(trust_account.KIND, command.trust_account_id)
    stream = matching.KIND.stream_id(account.id)
    event = matching.undo(
        work.find(matching.KIND, stream), account.id, command.match_id, command.why, sealed_to=account.sealed_to
    )
    work.record(matching.KIND, stream, event)
    return {"match_id": str(command.match_id)}
