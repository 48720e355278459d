"""Agree how time is rounded, for the firm, a client or a matter."""

from uuid import UUID

from aggregates import contact, matter, time_rounding
from aggregates.errors import BadRequest
from aggregates.time_rounding import RoundingRule, Scope, TimeRoundingAgreed
from commands.dispatch import Result
from commands.work import Command, Work


class AgreeTimeRounding(Command):
    """Agree a rule from now on; without one, the rule of the wider scope counts again."""

    scope: Scope
    subject_id: UUID | None = None
    rule: RoundingRule | None


def handle(command: AgreeTimeRounding, work: Work) -> Result:
    """Raises NotFound, BadRequest where scope and subject do not go together or nothing changes."""
    if (command.scope == "firm") is not (command.subject_id is None):
        raise BadRequest("a client's or a matter's rule names it; the firm's names nobody")
    if command.scope == "client" and command.subject_id is not None:
        work.load(contact.KIND, command.subject_id)
    if command.scope == "matter" and command.subject_id is not None:
        work.load(matter.KIND, command.subject_id)
    stream = time_rounding.stream_of(command.scope, command.subject_id)
    known = work.find(time_rounding.KIND, stream)
    before = known.rule if known is not None else None
    if before == command.rule:
        raise BadRequest("that is the rule already")
    event = TimeRoundingAgreed(scope=command.scope, subject_id=command.subject_id, before=before, after=command.rule)
    work.record(time_rounding.KIND, stream, event)
    return {"scope": command.scope, "rule": command.rule.model_dump() if command.rule is not None else None}
