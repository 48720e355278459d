"""What every command about costs needs: what a cost comes to, with the markup that was agreed, and how figures are read."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from aggregates import cost_markup, matter_cost, utbms
from aggregates.cost_markup import CostMarkup, agreed_or_less
from aggregates.errors import BadRequest
from aggregates.event import Personal
from aggregates.matter_cost_events import Charge, CostIncurred, CostRecorded, Nature, PaidFrom, Source
from commands.time_work import check_day, open_matter
from commands.work import Work

QuantityText = Annotated[str, Field(pattern=r"^[0-9]{1,9}(\.[0-9]{1,3})?$", examples=["120"])]
"""How many, as decimal text with at most three decimals."""
UnitCostText = Annotated[str, Field(pattern=r"^[0-9]{1,9}(\.[0-9]{1,6})?$", examples=["0.25"])]
"""What one costs, in units of the currency, as decimal text with at most six decimals."""
ExpenseCode = Annotated[str, Field(min_length=1, max_length=20, examples=["E101"])]
Percent = Annotated[str, Field(pattern=r"^[0-9]{1,3}(\.[0-9]{1,4})?$", examples=["10"])]
"""As decimal text with at most four decimals, no more than a hundred."""
_MILLION = 1_000_000


def thousandths(quantity: str) -> int:
    """Raises BadRequest for none."""
    return _whole(quantity, 1000, "the quantity")


def unit_millionths(unit_cost: str) -> int:
    """Raises BadRequest for nothing."""
    return _whole(unit_cost, _MILLION, "the unit cost")


def percent_millionths(percent: str) -> int:
    """Raises BadRequest for more than a hundred."""
    millionths = int(Decimal(percent) * 10_000)
    if millionths > _MILLION:
        raise BadRequest(f"{percent} % is more than the whole")
    return millionths


def _whole(text: str, times: int, what: str) -> int:
    if (number := int(Decimal(text) * times)) <= 0:
        raise BadRequest(f"{what} is more than nothing")
    return number


def incurred(
    work: Work,
    *,
    matter_id: UUID,
    nature: Nature,
    incurred_on: date,
    expense_code: str,
    description: str,
    quantity_thousandths: int,
    unit_cost_millionths: int,
    markup_millionths: int | None,
    charge: Charge,
    taxed_1: bool,
    taxed_2: bool,
    payee: str | None,
    paid_from: PaidFrom | None,
) -> CostIncurred:
    """The cost with its markup and its value.

    Raises NotFound, WrongState for a closed matter, MarkupNotAgreed, and BadRequest for an unknown code, a day to come, or a
    payment that does not go with its nature.
    """
    client_id = open_matter(work, matter_id).opened.client_id
    check_day(work, incurred_on)
    utbms.expense(expense_code)
    if (nature == "hard") is not (paid_from is not None):
        raise BadRequest("a hard cost says what it was paid from, and a soft cost is paid to nobody")
    if nature == "hard" and payee is None:
        raise BadRequest("a hard cost says to whom it was paid")
    cost = matter_cost.cost_minor(quantity_thousandths, unit_cost_millionths)
    rate = agreed_or_less(markup_of(work, matter_id), markup_millionths, nature, incurred_on)
    markup = matter_cost.markup_minor(cost, rate)
    return CostIncurred(
        matter_id=matter_id,
        client_id=client_id,
        nature=nature,
        incurred_on=incurred_on,
        expense_code=expense_code,
        description=Personal(subject_id=client_id, text=description),
        quantity_thousandths=quantity_thousandths,
        unit_cost_millionths=unit_cost_millionths,
        cost_minor=cost,
        markup_millionths=rate,
        markup_minor=markup,
        charge=charge,
        taxed_1=taxed_1,
        taxed_2=taxed_2,
        payee=Personal(subject_id=client_id, text=payee) if payee is not None else None,
        paid_from=paid_from,
        value_minor=cost + markup if charge == "billable" else 0,
    )


def markup_of(work: Work, matter_id: UUID) -> CostMarkup | None:
    """What the client of a matter agreed to."""
    return work.find(cost_markup.KIND, cost_markup.KIND.stream_id(matter_id))


def record(work: Work, cost: CostIncurred, *, source: Source, source_id: UUID | None, cost_id: UUID | None = None) -> UUID:
    """Enter a cost in the books; returns its id."""
    made = cost_id or work.new_id()
    recorded = CostRecorded(
        effective_date=cost.incurred_on, cost_id=made, cost=cost, source=source, source_id=source_id
    )  # fmt: skip
    work.record(matter_cost.KIND, made, recorded)
    return made


def shown(cost: CostIncurred) -> dict[str, Any]:
    """What the asker is told, in minor units."""
    return {"cost_minor": cost.cost_minor, "markup_minor": cost.markup_minor, "value_minor": cost.value_minor}
