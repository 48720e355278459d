"""An issued bill as a LEDES 1998B file, for clients whose own systems read invoices (domain reference, section 2.7).

Hours are those charged; what the bill charges beyond hours times rate stands as the line's adjustment. The courtesy
discount is an adjustment of the invoice's fees. 1998B knows no tax.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from aggregates import bill, billing_rates, matter, user
from aggregates.bill_events import BillFinalized, BillLine
from aggregates.billing_rates import BillingRates
from aggregates.errors import BadRequest, NotFound
from commands.event_log.log import EventLog
from replay.ledes.invoice import LedesInvoice, LedesLine
from replay.ledes.writing import write_1998b

_HOUR = Decimal(3_600)
_PLACES = Decimal("0.0001")
_CLIENT_ID = 20


def as_1998b(log: EventLog, bill_id: UUID, *, law_firm_id: str, client_matter_id: str | None = None) -> bytes:
    """The file. `law_firm_id` is the firm's taxpayer number, `client_matter_id` what the client calls the matter.

    Raises NotFound, WrongState before the bill is issued, BadRequest for tax, or for what the format cannot carry.
    """
    state = log.load(bill.KIND, bill_id).state
    if state is None:
        raise NotFound(f"there is no bill {bill_id}", id=str(bill_id))
    issued: BillFinalized = state.check_issued()
    if issued.totals.tax_1_minor or issued.totals.tax_2_minor:
        raise BadRequest("LEDES 1998B knows no tax, and this bill has some; send it as it is printed")
    of = log.load(matter.KIND, issued.matter_id).state
    number = of.opened.number
    lines = [_line(log, one, n, number, client_matter_id or number) for n, one in enumerate(state.lines.values(), 1)]
    if issued.totals.discount_minor:
        lines.append(_discount(issued, len(lines) + 1, number, client_matter_id or number))
    days = [line.day for line in state.lines.values()]
    return write_1998b(
        [
            LedesInvoice(
                number=issued.number,
                day=issued.effective_date,
                client_id=issued.client_id.hex[:_CLIENT_ID],
                law_firm_id=law_firm_id,
                billing_start=state.drafted.from_day or min(days),
                billing_end=max(state.drafted.through, *(line.day for line in lines)),
                lines=tuple(lines),
                currency=issued.currency,
                description=str(of.details["description"]),
            )
        ]
    )


def _line(log: EventLog, line: BillLine, number: int, matter_number: str, client_matter_id: str) -> LedesLine:
    if line.line_class == "fee" and line.rate_minor is not None:
        units = (Decimal(line.seconds) / _HOUR).quantize(_PLACES, ROUND_HALF_UP).normalize()
        cost = line.rate_minor
    else:
        units, cost = Decimal(1), line.value_minor
    worked = int((units * cost).quantize(Decimal(1), ROUND_HALF_UP))
    name, rank = _timekeeper(log, line.timekeeper_id, line.day)
    return LedesLine(
        number=str(number),
        kind="F" if line.line_class == "fee" else "E",
        day=line.day,
        units=units,
        unit_cost_minor=cost,
        adjustment_minor=line.charged_minor - worked,
        total_minor=line.charged_minor,
        description=str(line.narrative),
        law_firm_matter_id=matter_number,
        client_matter_id=client_matter_id,
        task_code=line.task_code or "",
        activity_code=line.activity_code or "",
        expense_code=line.expense_code or "",
        timekeeper_id=line.timekeeper_id.hex[:_CLIENT_ID] if line.timekeeper_id is not None else "",
        timekeeper_name=name,
        timekeeper_classification=rank,
    )


def _discount(issued: BillFinalized, number: int, matter_number: str, client_matter_id: str) -> LedesLine:
    return LedesLine(
        number=str(number),
        kind="IF",
        day=issued.effective_date,
        units=Decimal(0),
        unit_cost_minor=0,
        adjustment_minor=-issued.totals.discount_minor,
        total_minor=-issued.totals.discount_minor,
        description="Courtesy discount",
        law_firm_matter_id=matter_number,
        client_matter_id=client_matter_id,
    )


def _timekeeper(log: EventLog, timekeeper_id: UUID | None, on: date) -> tuple[str, str]:
    """Last, First; and what they were on that day."""
    if timekeeper_id is None:
        return "", ""
    first, _, last = str(log.load(user.KIND, timekeeper_id).state.name).rpartition(" ")
    rates = log.load(billing_rates.KIND, billing_rates.STREAM).state or BillingRates()
    rank = rates.classification_of(timekeeper_id, on) or ""
    return (f"{last}, {first}" if first else last), rank[:10]
