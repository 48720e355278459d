"""Change what a cost says, or move it to the matter it belongs to, before it stands on a bill."""

from datetime import date
from typing import Any
from uuid import UUID

from aggregates import matter_cost
from aggregates.event import Words
from aggregates.matter_cost import MatterCost
from aggregates.matter_cost_events import Charge, Nature, PaidFrom
from commands.cost_work import (
    ExpenseCode,
    Percent,
    QuantityText,
    UnitCostText,
    incurred,
    percent_millionths,
    shown,
    thousandths,
    unit_millionths,
)
from commands.dispatch import Result
from commands.line_work import check_unlinked
from commands.work import Command, Work


class AmendCost(Command):
    """Change what is named, and leave the rest. On another matter, the markup is what was agreed there."""

    cost_id: UUID
    why: Words
    matter_id: UUID | None = None
    nature: Nature | None = None
    incurred_on: date | None = None
    expense_code: ExpenseCode | None = None
    description: Words | None = None
    quantity: QuantityText | None = None
    unit_cost: UnitCostText | None = None
    markup_percent: Percent | None = None
    charge: Charge | None = None
    taxed_1: bool | None = None
    taxed_2: bool | None = None
    payee: Words | None = None
    paid_from: PaidFrom | None = None


def handle(command: AmendCost, work: Work) -> Result:
    """Returns what the cost comes to now. Raises NotFound, WrongState, MarkupNotAgreed, BadRequest."""
    state = work.load(matter_cost.KIND, command.cost_id)
    state.check_free()
    if command.unit_cost or command.quantity or command.paid_from or command.nature:
        check_unlinked(work, "cost", state.id)
    after = incurred(work, **_asked(command, state))
    work.record(matter_cost.KIND, state.id, state.amend(after, command.why, on=after.incurred_on))
    return {"cost_id": str(state.id), **shown(after)}


def _asked(command: AmendCost, state: MatterCost) -> dict[str, Any]:
    """What the cost says, with what is named in its place."""
    of = state.cost
    nature = command.nature or of.nature
    percent = command.markup_percent
    stays = of.markup_millionths if command.matter_id in {None, of.matter_id} and nature == of.nature else None
    payee = command.payee if command.payee is not None else of.payee and of.payee.text
    return {
        "matter_id": command.matter_id or of.matter_id,
        "nature": nature,
        "incurred_on": command.incurred_on or of.incurred_on,
        "expense_code": command.expense_code or of.expense_code,
        "description": command.description or str(of.description),
        "quantity_thousandths": thousandths(command.quantity) if command.quantity else of.quantity_thousandths,
        "unit_cost_millionths": unit_millionths(command.unit_cost) if command.unit_cost else of.unit_cost_millionths,
        "markup_millionths": percent_millionths(percent) if percent is not None else stays,
        "charge": command.charge or of.charge,
        "taxed_1": of.taxed_1 if command.taxed_1 is None else command.taxed_1,
        "taxed_2": of.taxed_2 if command.taxed_2 is None else command.taxed_2,
        "payee": payee if nature == "hard" else None,
        "paid_from": (command.paid_from or of.paid_from) if nature == "hard" else None,
    }
