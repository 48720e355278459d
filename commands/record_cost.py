"""Record a cost of a matter: what was paid for the client, or what the firm charges for copies, postage, miles."""

from datetime import date
from uuid import UUID

from aggregates import matter_cost
from aggregates.errors import AlreadyExists
from aggregates.event import Words
from aggregates.matter_cost_events import Charge, CostIncurred, Nature, PaidFrom
from commands.cost_work import (
    ExpenseCode,
    Percent,
    QuantityText,
    UnitCostText,
    incurred,
    percent_millionths,
    record,
    shown,
    thousandths,
    unit_millionths,
)
from commands.dispatch import Result
from commands.work import Command, Work


class RecordCost(Command):
    """Record a hard or a soft cost. Without a markup it is what was agreed for the matter: none, unless there is more."""

    matter_id: UUID
    nature: Nature
    incurred_on: date
    expense_code: ExpenseCode
    description: Words
    quantity: QuantityText = "1"
    unit_cost: UnitCostText
    markup_percent: Percent | None = None
    charge: Charge = "billable"
    taxed_1: bool = True
    taxed_2: bool = True
    payee: Words | None = None
    paid_from: PaidFrom | None = None
    cost_id: UUID | None = None
    """The id a client program gave it. The same cost sent again changes nothing."""


def handle(command: RecordCost, work: Work) -> Result:
    """Returns the cost's id and what it comes to.

    Raises NotFound, WrongState for a closed matter, MarkupNotAgreed, BadRequest, AlreadyExists for an id of another cost.
    """
    known = work.find(matter_cost.KIND, command.cost_id) if command.cost_id is not None else None
    if command.cost_id is not None and known is None and next(work.log.stream(command.cost_id), None) is not None:
        raise AlreadyExists("this id is that of something else in the books", cost_id=command.cost_id)
    if known is not None:
        return _sent_again(command, known)
    percent = command.markup_percent
    cost = incurred(
        work,
        matter_id=command.matter_id,
        nature=command.nature,
        incurred_on=command.incurred_on,
        expense_code=command.expense_code,
        description=command.description,
        quantity_thousandths=thousandths(command.quantity),
        unit_cost_millionths=unit_millionths(command.unit_cost),
        markup_millionths=percent_millionths(percent) if percent is not None else None,
        charge=command.charge,
        taxed_1=command.taxed_1,
        taxed_2=command.taxed_2,
        payee=command.payee,
        paid_from=command.paid_from,
    )
    cost_id = record(work, cost, source="manual", source_id=None, cost_id=command.cost_id)
    return {"cost_id": str(cost_id), **shown(cost)}


def _sent_again(command: RecordCost, known: matter_cost.MatterCost) -> Result:
    first: CostIncurred = known.recorded.cost
    same = (
        first.matter_id == command.matter_id
        and first.nature == command.nature
        and first.incurred_on == command.incurred_on
        and first.expense_code == command.expense_code
        and first.quantity_thousandths == thousandths(command.quantity)
        and first.unit_cost_millionths == unit_millionths(command.unit_cost)
        and str(first.description) == command.description
    )
    if not same:
        raise AlreadyExists("this id is that of another cost", cost_id=known.id)
    return {"cost_id": str(known.id), **shown(known.cost)}
