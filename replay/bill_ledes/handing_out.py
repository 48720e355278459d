"""The file of an issued bill: names and addresses as they were when it was finalized, what the client wants as asked."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from aggregates import bill as bills
from aggregates import billing_rates, contact, firm, matter, matter_cost, user, utbms
from aggregates.bill_events import BillFinalized, BillLine
from aggregates.billing_rates import BillingRates
from aggregates.errors import BadRequest, NotFound
from aggregates.timekeeper_classifications import FLAT_FEE
from commands.event_log.log import EventLog
from replay.bill_document.contents import Billed, at, billed
from replay.bill_document.envelope import preferred
from replay.bill_ledes.lines import Details, OfMatter, lines_of
from replay.ledes.invoice import LedesInvoice, LedesParty
from replay.ledes.writing import write_1998b, write_1998bi

LedesFormat = Literal["1998b", "1998bi"]
_ID = 20
"""LEDES ids have 20 characters: of our ids, the first 20 hexadecimal digits."""
_MATTER_NAME = 255
_MILLION, _THOUSAND, _FOUR_DECIMALS = Decimal(1_000_000), Decimal(1_000), 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the file says that the books do not know.

    `law_firm_id` is the firm's taxpayer number; `client_id` and `client_matter_id` are what the client calls itself and the
    matter; `client_tax_id` is the client's taxpayer number, and `tax_type` such as VAT: both of 1998BI V2 only.
    """

    law_firm_id: str
    client_id: str | None = None
    client_matter_id: str | None = None
    client_tax_id: str | None = None
    tax_type: str | None = None
    flat_fee_code: str | None = None
    """A UTBMS task or activity code for flat fees, which have none of their own; LEDES wants one on every fee."""
    address: LedesParty = field(default_factory=LedesParty)
    """The firm's address in its parts; its name comes from the books."""


def as_ledes(log: EventLog, bill_id: UUID, form: LedesFormat, wanted: Wanted) -> bytes:
    """The file. Raises NotFound, WrongState before the bill is issued or when it is void, BadRequest for what is lacking."""
    current = log.load(bills.KIND, bill_id).state
    if current is None:
        raise NotFound(f"there is no bill {bill_id}", id=str(bill_id))
    issued: BillFinalized = current.check_issued()
    taxed = bool(issued.totals.tax_1_minor or issued.totals.tax_2_minor)
    if form == "1998b":
        if taxed:
            raise BadRequest(
                "LEDES 1998B knows no tax, and this bill has some; ask for 1998BI V2 (format=1998bi)", parameter="format"
            )
        return write_1998b([_invoice(log, billed(log, bill_id), issued, wanted, taxed=False)])
    if not wanted.client_tax_id:
        raise BadRequest(
            "client_tax_id is the client's taxpayer number; LEDES 1998BI V2 needs it", parameter="client_tax_id"
        )
    return write_1998bi([_invoice(log, billed(log, bill_id), issued, wanted, taxed=True)])


def _invoice(log: EventLog, of: Billed, issued: BillFinalized, wanted: Wanted, *, taxed: bool) -> LedesInvoice:
    state, drafted = of.state, of.state.drafted
    the_matter = at(log, matter.KIND, issued.matter_id, of.position)
    number, description = the_matter.opened.number, str(the_matter.details["description"])
    named = OfMatter(number, wanted.client_matter_id or number, _short(description) if taxed else "")
    lines = lines_of(
        tuple(state.lines.values()),
        drafted.taxes,
        issued.totals,
        named,
        _Known(log, of.position, the_matter.details["responsible_attorney_id"], _codes(wanted.flat_fee_code)),
        on=issued.effective_date,
        tax_type=wanted.tax_type or "",
    )
    days = [line.day for line in lines]
    plain = LedesInvoice(
        number=issued.number,
        day=issued.effective_date,
        client_id=wanted.client_id or issued.client_id.hex[:_ID],
        law_firm_id=wanted.law_firm_id,
        billing_start=min(drafted.from_day or days[0], *days),
        billing_end=max(drafted.through, *days),
        lines=lines,
        currency=issued.currency,
        description=description,
    )
    return _international(log, of, plain, wanted) if taxed else plain


def _international(log: EventLog, of: Billed, plain: LedesInvoice, wanted: Wanted) -> LedesInvoice:
    """What 1998BI V2 says beyond 1998B: both parties, the purchase order, the client's taxpayer number."""
    the_firm = at(log, firm.KIND, firm.STREAM, of.position)
    client = at(log, contact.KIND, of.state.drafted.client_id, of.position)
    party = LedesParty(name=client.name)
    if client.addresses:
        one = preferred(client.addresses)
        city, region, code, country = (
            str(part) if part is not None else "" for part in (one.city, one.region, one.postal_code, one.country)
        )
        above = [str(line) for line in one.lines]
        party = LedesParty(client.name, "".join(above[:1]), ", ".join(above[1:]), city, region, code, country)
    return replace(
        plain,
        po_number=of.state.drafted.purchase_order or "",
        client_tax_id=wanted.client_tax_id or "",
        law_firm=replace(wanted.address, name=the_firm.established.name),
        client=party,
    )


def _short(description: str) -> str:
    """The matter's name within the 255 characters there are, cut where one sees it."""
    words = " ".join(description.split())
    return words if len(words) <= _MATTER_NAME else words[: _MATTER_NAME - 3] + "..."


def _codes(flat_fee_code: str | None) -> tuple[str, str]:
    """As task and activity. Raises BadRequest for a code of neither set."""
    if not flat_fee_code:
        return "", ""
    return ("", flat_fee_code) if flat_fee_code in utbms.ACTIVITIES else (utbms.task(flat_fee_code).code, "")


@dataclass(slots=True)
class _Known:
    """What the log knew of the lines at a position; each person is looked up once."""

    log: EventLog
    position: int
    responsible: UUID | str | None
    flat_fee_codes: tuple[str, str]
    names: dict[UUID, str] = field(default_factory=dict)
    rates: BillingRates | None = None

    def __call__(self, line: BillLine) -> Details:
        """A flat fee is the responsible attorney's; a cost without a markup is told by its quantity."""
        if line.line_class != "fee":
            return self._cost(line)
        if line.timekeeper_id is not None:
            return self._person(line.timekeeper_id, self._rank(line.timekeeper_id, line.day))
        if self.responsible is None:
            return Details(codes=self.flat_fee_codes)
        return replace(self._person(UUID(str(self.responsible)), FLAT_FEE), codes=self.flat_fee_codes)

    def _person(self, user_id: UUID, rank: str) -> Details:
        if user_id not in self.names:
            state = at(self.log, user.KIND, user_id, self.position)
            self.names[user_id] = str(state.name) if state is not None else ""
        return Details(user_id.hex[:_ID], self.names[user_id], rank)

    def _rank(self, timekeeper_id: UUID, on: date) -> str:
        if self.rates is None:
            self.rates = at(self.log, billing_rates.KIND, billing_rates.STREAM, self.position) or BillingRates()
        return self.rates.classification_of(timekeeper_id, on) or ""

    def _cost(self, line: BillLine) -> Details:
        state = at(self.log, matter_cost.KIND, line.entry_id, self.position)
        if state is None or state.cost.markup_minor or state.cost.unit_cost_millionths % _FOUR_DECIMALS:
            return Details()
        cost = state.cost
        return Details(units=cost.quantity_thousandths / _THOUSAND, unit_cost=cost.unit_cost_millionths / _MILLION)
