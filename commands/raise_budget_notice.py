"""Raise the notice that a matter has used a share of its budget, and write to its responsible attorney."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import matter, matter_budget, user
from aggregates.event import Personal
from aggregates.matter_budget import BudgetNoticeRaised, BudgetOf, MatterBudget
from aggregates.trust_rules import money
from commands.dispatch import Result
from commands.email_work import Letter, queue, write
from commands.trust_books import the_firm
from commands.work import Command, Work

_MINUTE_S, _HOUR_S = 60, 3_600


class RaiseBudgetNotice(Command):
    """Given by the server now and then, with what was recorded: minor units, or seconds of hours."""

    matter_id: UUID
    of: BudgetOf
    used: Annotated[int, Field(ge=0, le=10**15)]


def handle(command: RaiseBudgetNotice, work: Work) -> Result:
    """Returns the share that was reached. Raises WrongState where no notice is due."""
    stream = matter_budget.stream_of(command.matter_id)
    known = work.find(matter_budget.KIND, stream) or MatterBudget()
    raised = known.notice(command.matter_id, command.of, command.used)
    work.record(matter_budget.KIND, stream, raised)
    _write(work, raised)
    return {"matter_id": str(command.matter_id), "of": raised.of, "at_percent": raised.at_percent}


def _write(work: Work, raised: BudgetNoticeRaised) -> None:
    """To the responsible attorney; where a matter has none, the report of budgets is the notice."""
    details = work.load(matter.KIND, raised.matter_id)
    responsible = details.details["responsible_attorney_id"]
    person = work.find(user.KIND, UUID(str(responsible))) if responsible is not None else None
    if person is None or not person.active or not person.email.text:
        return
    number = details.opened.number
    body = (
        f"What was recorded in matter {number} comes to {_said(work, raised, raised.used)}: "
        f"{raised.used * 100 // raised.bound} % of the budget, {_said(work, raised, raised.bound)}."
    )
    letter = Letter(
        about="notice", subject=f"{raised.at_percent} % of the budget used: matter {number}", body=body,
        matter_id=raised.matter_id,
    )  # fmt: skip
    to = Personal(subject_id=person.id, text=person.email.text)
    queue(work, write(work, ("budget", raised.matter_id), letter, to, contact_id=None, user_id=person.id))


def _said(work: Work, raised: BudgetNoticeRaised, amount: int) -> str:
    if raised.of == "hours":
        return f"{amount // _HOUR_S}:{amount % _HOUR_S // _MINUTE_S:02} hours"
    return f"{the_firm(work).established.base_currency} {money(amount)} of {raised.of}"
