"""What commands that spend the firm's money need: each part becomes a cost of its matter, or stays overhead."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import matter_cost
from aggregates.errors import BadRequest
from aggregates.event import Minor, Words
from aggregates.matter_cost_events import Charge, PaidFrom, Source
from aggregates.outlay import MOST_PARTS, Outlay
from commands.cost_work import ExpenseCode, Percent, incurred, percent_millionths, record
from commands.dispatch import Result
from commands.work import Command, Work

_ONE = 1000
"""A quantity of one, in thousandths."""


class SpendPart(Command):
    """One of three: a cost of a matter, with its expense code; overhead, with its account; or a cost that was owed for."""

    amount_minor: Minor
    matter_id: UUID | None = None
    expense_code: ExpenseCode | None = None
    description: Words | None = None
    charge: Charge = "billable"
    markup_percent: Percent | None = None
    taxed_1: bool = True
    taxed_2: bool = True
    overhead: Annotated[str, Field(min_length=1, max_length=80, pattern=r"\S", examples=["Office rent"])] | None = None
    owed_cost_id: UUID | None = None


SpendParts = Annotated[tuple[SpendPart, ...], Field(min_length=1, max_length=MOST_PARTS)]


def spend(
    work: Work,
    parts: tuple[SpendPart, ...],
    *,
    on: date,
    payee: str,
    paid_from: PaidFrom,
    source: Source,
    source_id: UUID,
) -> tuple[Outlay, ...]:
    """Enter what each part is for. Raises what recording a cost raises, and BadRequest for a part that is not one thing."""
    return tuple(
        _part(work, part, on=on, payee=payee, paid_from=paid_from, source=source, source_id=source_id) for part in parts
    )


def _part(
    work: Work, part: SpendPart, *, on: date, payee: str, paid_from: PaidFrom, source: Source, source_id: UUID
) -> Outlay:
    if [part.matter_id, part.overhead, part.owed_cost_id].count(None) != 2:  # noqa: PLR2004 -- one of three is given
        raise BadRequest("a part is a cost of a matter, or overhead, or pays what was owed for a cost: one of the three")
    if part.owed_cost_id is not None:
        owed = work.load(matter_cost.KIND, part.owed_cost_id)
        work.record(matter_cost.KIND, owed.id, owed.vendor_paid(source_id, part.amount_minor))
        return Outlay(amount_minor=part.amount_minor, cost_id=owed.id, note=part.description)
    if part.matter_id is None:
        return Outlay(amount_minor=part.amount_minor, overhead=part.overhead, note=part.description)
    if part.expense_code is None or part.description is None:
        raise BadRequest("a cost of a matter has an expense code and a description")
    cost = incurred(
        work,
        matter_id=part.matter_id,
        nature="hard",
        incurred_on=on,
        expense_code=part.expense_code,
        description=part.description,
        quantity_thousandths=_ONE,
        unit_cost_millionths=part.amount_minor * 10_000,
        markup_millionths=percent_millionths(part.markup_percent) if part.markup_percent is not None else None,
        charge=part.charge,
        taxed_1=part.taxed_1,
        taxed_2=part.taxed_2,
        payee=payee,
        paid_from=paid_from,
    )
    cost_id = record(work, cost, source=source, source_id=source_id)
    return Outlay(amount_minor=part.amount_minor, cost_id=cost_id, matter_id=part.matter_id)


def unspend(work: Work, parts: tuple[Outlay, ...], source_id: UUID, why: str) -> None:
    """Take back what the parts became. Raises WrongState where a cost stands on a bill."""
    for part in parts:
        if part.cost_id is None:
            continue
        cost = work.load(matter_cost.KIND, part.cost_id)
        if part.matter_id is None:
            work.record(matter_cost.KIND, cost.id, cost.vendor_unpaid(source_id, why))
        else:
            work.record(matter_cost.KIND, cost.id, cost.discard(why, on=cost.cost.incurred_on))


def told(parts: tuple[Outlay, ...]) -> Result:
    """What the asker is told of the parts."""
    return {"cost_ids": [str(part.cost_id) if part.cost_id is not None else None for part in parts]}
