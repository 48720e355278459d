"""What stands on the document of a bill, as text that is ready to print, folded from the log.

An issued bill reads as the log stood when it was finalized: names, addresses and figures of then, whatever came later. A
draft reads as it stands now. What was paid and credited since is the account, a part of its own (`account.py`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeAlias
from uuid import UUID

from aggregates import bill, contact, firm, matter, matter_cost, user
from aggregates.bill import Bill
from aggregates.bill_events import BillLine, CourtesyDiscountGiven, LineClass, Taxes
from aggregates.bill_shares import BillShared
from aggregates.contact import Contact
from aggregates.errors import NotFound, WrongState
from aggregates.event import Event
from aggregates.firm import Firm
from aggregates.logged_event import LoggedEvent
from aggregates.matter_cost import MatterCost
from aggregates.stream import Kind
from aggregates.trust_rules import money
from commands.event_log.log import EventLog
from replay.bill_document.envelope import envelope

Document: TypeAlias = dict[str, Any]
_HOUR = Decimal(3_600)
_PLACES = Decimal("0.0001")
_ONE, _MILLION = 1_000, 1_000_000
"""A cost's quantity is in thousandths, its unit cost in millionths of the currency."""


@dataclass(frozen=True, slots=True)
class Billed:
    """A bill and its events as the log stood at `position`: for an issued bill, when it was finalized.

    `shared` is how an issued bill was shared among its payers, by the same command; None where the client pays alone.
    """

    state: Bill
    events: Sequence[LoggedEvent]
    position: int
    shared: BillShared | None = None

    @property
    def at(self) -> str:
        """When the last of its events was recorded (UTC, RFC 3339)."""
        return self.events[-1].recorded_at


def billed(log: EventLog, bill_id: UUID) -> Billed:
    """The bill as its document shows it. Raises NotFound, WrongState for a draft that was dropped."""
    state: Bill | None = None
    events: list[LoggedEvent] = []
    shared: Event | None = None
    for logged in log.stream(bill_id):
        if state is not None and state.finalized is not None:
            shared = logged.event()
            break
        if logged.topic.partition("/")[0] != bill.KIND.name:
            break
        events.append(logged)
        state = bill.evolve(state, logged.event())
    if state is None:
        raise NotFound(f"there is no bill {bill_id}", id=str(bill_id))
    if state.status == "dropped":
        raise WrongState("this draft was dropped; there is nothing to print", status=state.status)
    if state.finalized is None:
        return Billed(state, events, log.size())
    return Billed(state, events, events[-1].position, shared if isinstance(shared, BillShared) else None)


def contents(log: EventLog, of: Billed) -> Document:
    """The document, all of it text, in the order in which it is read."""
    state, issued = of.state, of.state.finalized
    drafted, totals = state.drafted, state.totals
    the_firm: Firm = at(log, firm.KIND, firm.STREAM, of.position)
    client: Contact = at(log, contact.KIND, drafted.client_id, of.position)
    the_matter = at(log, matter.KIND, drafted.matter_id, of.position)
    names = _names(log, state.lines.values(), of.position)
    days = [line.day for line in state.lines.values()]
    taxed = bool(drafted.taxes.tax_1_millionths or drafted.taxes.tax_2_millionths)
    return {
        "status": "issued" if issued is not None else state.status,
        "bill_id": str(drafted.bill_id),
        "currency": drafted.currency,
        "firm": {"name": the_firm.established.name, **the_firm.letterhead.model_dump(mode="json")},
        "client": {"name": client.name, "address": envelope(client.addresses, drafted.currency)},
        "number": issued.number if issued is not None else None,
        "issued_on": str(issued.effective_date) if issued is not None else None,
        "due_on": str(issued.due_on) if issued is not None else None,
        "from_day": str(drafted.from_day or min([*days, drafted.through])),
        "through": str(drafted.through),
        "matter": {"number": the_matter.opened.number, "description": str(the_matter.details["description"])},
        "purchase_order": drafted.purchase_order,
        "taxed": taxed,
        "fees": [_fee(line, names, drafted.taxes) for line in _of(state, "fee")],
        "timekeepers": _timekeepers(_of(state, "fee"), names),
        "costs": [_cost(log, of, line) for line in (*_of(state, "hard_cost"), *_of(state, "soft_cost"))],
        "fees_total": money(totals.fees_minor),
        "costs_total": money(totals.hard_costs_minor + totals.soft_costs_minor),
        "discount": _discount(of) if totals.discount_minor else None,
        "taxes": _taxes(drafted.taxes, totals.tax_1_minor, totals.tax_2_minor),
        "total": money(totals.total_minor),
        "trust": money(issued.trust_before_minor) if issued is not None and the_matter.ledgers else None,
        "payers": [],
        "account": None,
    }


def at(log: EventLog, kind: Kind[Any], stream_id: UUID, position: int) -> Any:
    """A thing as the log knew it at a position; None where it did not."""
    state = None
    for logged in log.stream(stream_id, up_to=position):
        state = kind.evolve(state, logged.event())
    return state


def hours(seconds: int) -> str:
    """Hours as decimal text, of two to four places: 5400 is 1.50, 60 is 0.0167."""
    text = str((Decimal(seconds) / _HOUR).quantize(_PLACES, ROUND_HALF_UP))
    return text[:-2] + text[-2:].rstrip("0")


def percent(millionths: int) -> str:
    """A rate of tax: 99,750 is 9.975%."""
    return f"{(Decimal(millionths) / 10_000).normalize():f}%"


def _of(state: Bill, line_class: LineClass) -> list[BillLine]:
    """Lines of a class by their days; those of one day as they were put on."""
    return sorted((line for line in state.lines.values() if line.line_class == line_class), key=lambda line: line.day)


def _names(log: EventLog, lines: Iterable[BillLine], position: int) -> dict[UUID, str]:
    people = dict.fromkeys(line.timekeeper_id for line in lines if line.timekeeper_id is not None)
    states = {one: at(log, user.KIND, one, position) for one in people}
    return {one: str(state.name) if state is not None else str(one) for one, state in states.items()}


def _fee(line: BillLine, names: dict[UUID, str], taxes: Taxes) -> Document:
    return {
        "day": str(line.day),
        "timekeeper": names[line.timekeeper_id] if line.timekeeper_id is not None else "",
        "codes": " ".join(code for code in (line.task_code, line.activity_code) if code),
        "narrative": str(line.narrative),
        "hours": hours(line.seconds) if line.timekeeper_id is not None else "",
        "rate": money(line.rate_minor) if line.rate_minor is not None else "",
        **_charged(line, taxes),
    }


def _cost(log: EventLog, of: Billed, line: BillLine) -> Document:
    return {
        "day": str(line.day),
        "codes": line.expense_code or "",
        "narrative": str(line.narrative),
        "counted": _counted(at(log, matter_cost.KIND, line.entry_id, of.position)),
        **_charged(line, of.state.drafted.taxes),
    }


def _counted(of: MatterCost | None) -> str | None:
    """How many at what each, where there is more than one, and no markup on them."""
    if of is None or of.cost.quantity_thousandths == _ONE or of.cost.markup_minor:
        return None
    quantity = f"{(Decimal(of.cost.quantity_thousandths) / _ONE).normalize():f}"
    whole, _, part = f"{(Decimal(of.cost.unit_cost_millionths) / _MILLION).normalize():f}".partition(".")
    return f"{quantity} at {int(whole):,}.{part.ljust(2, '0')}"


def _charged(line: BillLine, taxes: Taxes) -> Document:
    """What is charged; what it would have been where that is another amount; and the taxes that are on it."""
    note = None
    if line.charged_minor == 0:
        note = f"No charge (value {money(line.value_minor)})" if line.value_minor else "No charge"
    elif line.charged_minor != line.value_minor:
        note = f"Value {money(line.value_minor)}, charged {money(line.charged_minor)}"
    rates = ((line.taxed_1, taxes.tax_1_millionths, "1"), (line.taxed_2, taxes.tax_2_millionths, "2"))
    return {
        "note": note,
        "tax": ", ".join(mark for taxed, millionths, mark in rates if taxed and millionths),
        "amount": money(line.charged_minor),
    }


def _timekeepers(lines: Iterable[BillLine], names: dict[UUID, str]) -> list[Document]:
    """Hours and amounts of each person at each rate, by name, the dearest rate first."""
    seconds: dict[tuple[str, UUID, int], int] = {}
    charged: dict[tuple[str, UUID, int], int] = {}
    for line in lines:
        if line.timekeeper_id is not None:
            key = (names[line.timekeeper_id], line.timekeeper_id, -(line.rate_minor or 0))
            seconds[key] = seconds.get(key, 0) + line.seconds
            charged[key] = charged.get(key, 0) + line.charged_minor
    return [
        {"name": key[0], "hours": hours(seconds[key]), "rate": money(-key[2]), "amount": money(charged[key])}
        for key in sorted(seconds)
    ]


def _discount(of: Billed) -> Document:
    """The discount, and the words that were given with it."""
    given = [one.event() for one in of.events if one.topic == CourtesyDiscountGiven.TOPIC]
    last = given[-1] if given else None
    return {
        "amount": money(-of.state.totals.discount_minor),
        "note": last.note if isinstance(last, CourtesyDiscountGiven) else "",
    }


def _taxes(taxes: Taxes, tax_1_minor: int, tax_2_minor: int) -> list[Document]:
    both = taxes.tax_1_millionths and taxes.tax_2_millionths
    on_first = ", on tax 1 too" if taxes.second_on_first and both else ""
    return [
        {"name": f"Tax {mark} at {percent(millionths)}{more}", "amount": money(amount)}
        for mark, millionths, amount, more in (
            ("1", taxes.tax_1_millionths, tax_1_minor, ""),
            ("2", taxes.tax_2_millionths, tax_2_minor, on_first),
        )
        if millionths
    ]
