"""Set a rule that suggests what lines of the firm's statements are; a person accepts or does not."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import firm_account, line_rule, utbms
from aggregates.errors import BadRequest
from aggregates.event import Words
from aggregates.line_rule import Contains, LineRuleSet
from commands.cost_work import ExpenseCode
from commands.dispatch import Result
from commands.time_work import open_matter
from commands.work import Command, Work


class SetLineRule(Command):
    """Lines that contain these words are of this payee; suggest an expense code and a matter, or an overhead account."""

    contains: Contains
    payee: Words
    account_id: UUID | None = None
    """Of every account where none is named."""
    matter_id: UUID | None = None
    expense_code: ExpenseCode | None = None
    overhead: Annotated[str, Field(min_length=1, max_length=80, pattern=r"\S")] | None = None


def handle(command: SetLineRule, work: Work) -> Result:
    """Raises NotFound, WrongState for a closed matter, BadRequest."""
    if not command.contains.strip():
        raise BadRequest("name words that the lines contain")
    if command.overhead is not None and (command.matter_id is not None or command.expense_code is not None):
        raise BadRequest("a rule suggests a cost of a matter, or overhead, and not both")
    if command.account_id is not None:
        work.load(firm_account.KIND, command.account_id)
    if command.matter_id is not None:
        open_matter(work, command.matter_id)
    if command.expense_code is not None:
        utbms.expense(command.expense_code)
    rule_id = work.new_id()
    work.record(line_rule.KIND, rule_id, LineRuleSet(rule_id=rule_id, **command.model_dump()))
    return {"rule_id": str(rule_id)}
