"""Withdraw a rule for lines of the firm's statements."""

from uuid import UUID

from aggregates import line_rule
from aggregates.event import Words
from commands.dispatch import Result
from commands.work import Command, Work


class WithdrawLineRule(Command):
    """Withdraw a rule; what was accepted stays."""

    rule_id: UUID
    why: Words


def handle(command: WithdrawLineRule, work: Work) -> Result:
    """Raises NotFound, WrongState."""
    rule = work.load(line_rule.KIND, command.rule_id)
    work.record(line_rule.KIND, command.rule_id, rule.withdraw(command.why))
    return {"rule_id": str(command.rule_id)}
