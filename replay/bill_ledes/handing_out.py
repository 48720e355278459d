"""The file of an issued bill or client bill: names and addresses as they were when it was finalized, what the client wants
as asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from aggregates import bill as bills
from aggregates import billing_rates, client_bill, contact, firm, matter, matter_cost, user, utbms
from aggregates.bill_events import BillFinalized, BillLine
from aggregates.billing_rates import BillingRates
from aggregates.errors import BadRequest, NotFound
from aggregates.matter import Matter
from aggregates.timekeeper_classifications import FLAT_FEE
from commands.event_log.log import EventLog
from replay.bill_document.client_contents import client_billed
from replay.bill_document.contents import Billed, at, billed
from replay.bill_document.envelope import preferred
from replay.bill_ledes.lines import Details, OfMatter, lines_of
from replay.ledes.invoice import LedesInvoice, LedesLine, LedesParty
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
    client_matter_ids: Mapping[str, str] = field(default_factory=dict)
    """Of a client bill: what the client calls each matter, by our number of it."""


def called(said: str) -> dict[str, str]:
    """What the client calls its matters, as `2026-0001=X-9,2026-0002=X-10` has it. Raises BadRequest."""
    named = [one.strip().partition("=") for one in said.split(",") if one.strip()]
    if not all(number and theirs for number, _, theirs in named):
        raise BadRequest("client_matter_ids is our number and theirs, as in 2026-0001=X-9", parameter="client_matter_ids")
    return {number.strip(): theirs.strip() for number, _, theirs in named}


def as_ledes(log: EventLog, bill_id: UUID, form: LedesFormat, wanted: Wanted) -> bytes:
    """The file. Raises NotFound, WrongState before the bill is issued or when it is void, BadRequest for what is lacking."""
    current = log.load(bills.KIND, bill_id).state
    if current is None:
        raise NotFound(f"there is no bill {bill_id}", id=str(bill_id))
    issued: BillFinalized = current.check_issued()
    return _written(log, [billed(log, bill_id)], issued.number, form, wanted)


def client_as_ledes(log: EventLog, client_bill_id: UUID, form: LedesFormat, wanted: Wanted) -> bytes:
    """A client bill as one invoice of its number: each line names its matter, and the parts follow one another.

    Raises as `as_ledes` does, and BadRequest for a matter of the client's that is not of this bill.
    """
    of = client_billed(log, client_bill_id)
    log.load(client_bill.KIND, client_bill_id).state.check_issued()
    return _written(log, of.parts, of.state.check_issued().number, form, wanted)


def _written(log: EventLog, parts: Sequence[Billed], number: str, form: LedesFormat, wanted: Wanted) -> bytes:
    taxed = any(one.state.totals.tax_1_minor or one.state.totals.tax_2_minor for one in parts)
    if form == "1998b":
        if taxed:
            raise BadRequest(
                "LEDES 1998B knows no tax, and this bill has some; ask for 1998BI V2 (format=1998bi)", parameter="format"
            )
        return write_1998b([_invoice(log, parts, number, wanted, taxed=False)])
    if not wanted.client_tax_id:
        raise BadRequest(
            "client_tax_id is the client's taxpayer number; LEDES 1998BI V2 needs it", parameter="client_tax_id"
        )
    return write_1998bi([_invoice(log, parts, number, wanted, taxed=True)])


def _invoice(log: EventLog, parts: Sequence[Billed], number: str, wanted: Wanted, *, taxed: bool) -> LedesInvoice:
    issued = parts[0].state.check_issued()
    the_matters = [at(log, matter.KIND, one.state.drafted.matter_id, one.position) for one in parts]
    theirs = _called(wanted, [one.opened.number for one in the_matters])
    lines: list[LedesLine] = []
    for one, of_matter in zip(parts, the_matters, strict=True):
        lines += _lines(log, one, of_matter, wanted, theirs[of_matter.opened.number], taxed=taxed)
    days = [line.day for line in lines]
    plain = LedesInvoice(
        number=number,
        day=issued.effective_date,
        client_id=wanted.client_id or issued.client_id.hex[:_ID],
        law_firm_id=wanted.law_firm_id,
        billing_start=min(*(one.state.drafted.from_day or days[0] for one in parts), *days),
        billing_end=max(*(one.state.drafted.through for one in parts), *days),
        lines=tuple(replace(line, number=str(n)) for n, line in enumerate(lines, 1)),
        currency=issued.currency,
        description=str(the_matters[0].details["description"]) if len(parts) == 1 else f"{len(parts)} matters",
    )
    return _international(log, parts[0], plain, wanted) if taxed else plain


def _called(wanted: Wanted, numbers: Sequence[str]) -> dict[str, str]:
    """What the client calls each matter, by our numbers; else our number. Raises BadRequest."""
    if wanted.client_matter_id and len(numbers) > 1:
        raise BadRequest(
            "client_matter_id names one matter, and a client bill has several; give client_matter_ids",
            parameter="client_matter_id",
        )
    if unknown := sorted(set(wanted.client_matter_ids) - set(numbers)):
        raise BadRequest(f"this bill has no matter {', '.join(unknown)}", parameter="client_matter_ids")
    return {one: wanted.client_matter_ids.get(one) or wanted.client_matter_id or one for one in numbers}


def _lines(
    log: EventLog, of: Billed, the_matter: Matter, wanted: Wanted, client_matter_id: str, *, taxed: bool
) -> tuple[LedesLine, ...]:
    state, issued = of.state, of.state.check_issued()
    name = _short(str(the_matter.details["description"])) if taxed else ""
    responsible = the_matter.details["responsible_attorney_id"]
    return lines_of(
        tuple(state.lines.values()),
        state.drafted.taxes,
        issued.totals,
        OfMatter(the_matter.opened.number, client_matter_id, name),
        _Known(log, of.position, str(responsible) if responsible is not None else None, _codes(wanted.flat_fee_code)),
        on=issued.effective_date,
        tax_type=wanted.tax_type or "",
    )


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
    responsible: str | None
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
        return replace(self._person(UUID(self.responsible), FLAT_FEE), codes=self.flat_fee_codes)

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
