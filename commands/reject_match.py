"""Record that a suggested match was looked at and is wrong."""

from uuid import UUID

from aggregates import matching, trust_account
from aggregates.event import Words
from commands.dispatch import Result
from commands.work import Command, Work


class RejectMatch(Command):
    """Record that a suggested match was looked at and is wrong."""

    trust_account_id: UUID
    line_ids: tuple[UUID, ...]
    entry_ids: tuple[UUID, ...]
    why: Words


def handle(command: RejectMatch, work: Work) -> Result:
    """Raises NotFound."""
    work.load(trust_account.KIND, command.trust_account_id)
    event = matching.MatchRejected(
        trust_account_id=command.trust_account_id,
        line_ids=command.line_ids,
        entry_ids=command.entry_ids,
        why=command.why,
    )
    work.record(matching.KIND, matching.KIND.stream_id(command.trust_account_id), event)
    return {"rejected": True}
