"""Record that a suggested match was looked at and is wrong."""

from uuid import UUID

from aggregates import bank_statement, matching, trust_account
from aggregates.errors import BadRequest, NotFound
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
    """Raises NotFound for the account or a line, BadRequest for nothing."""
    work.load(trust_account.KIND, command.trust_account_id)
    if not command.line_ids or not command.entry_ids:
        raise BadRequest("a suggestion has at least one statement line and one entry; name those that are no match")
    statements = work.find(bank_statement.KIND, bank_statement.KIND.stream_id(command.trust_account_id))
    if statements is None:
        raise NotFound("this account has no statement yet")
    for line_id in command.line_ids:
        statements.line(line_id)
    event = matching.MatchRejected(
        trust_account_id=command.trust_account_id,
        line_ids=command.line_ids,
        entry_ids=command.entry_ids,
        why=command.why,
    )
    work.record(matching.KIND, matching.KIND.stream_id(command.trust_account_id), event)
    return {"rejected": True}
