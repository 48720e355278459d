"""What stands on a bill as lines of LEDES: pure, so that any bill can be tried.

Hours are those charged; what the bill charges beyond hours times rate stands as the line's adjustment. Where the bill has no
tax, the courtesy discount is one adjustment of the invoice's fees. Where it has, tax is on what the discount leaves of
each fee, so the discount stands in the adjustments of the fees that it lowers. LEDES rounds tax line by line; what the bill,
which may round once, comes to beyond or below that stands as a line of its own, so that the total is the bill's to the cent.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from aggregates.bill_events import BillLine, Taxes, Totals
from aggregates.errors import BadRequest
from aggregates.shares import shares
from aggregates.timekeeper_classifications import ledes_code
from aggregates.trust_rules import money
from replay.ledes.invoice import LedesLine

_SECONDS = 3_600
_HOUR = Decimal(_SECONDS)
_MILLION = Decimal(1_000_000)
_PLACES = range(4, 9)
_CENTS = 100
_NAME, _RANK = 30, 10
DISCOUNT = "Courtesy discount"
ROUNDING = "Rounding of tax: the bill taxes what its lines come to together"


@dataclass(frozen=True, slots=True)
class Details:
    """What the books know of a line beyond the bill: who worked, and as what; of a cost, how many at what each.

    `codes` are a task and an activity code where the line has none of its own.
    """

    timekeeper_id: str = ""
    name: str = ""
    rank: str = ""
    units: Decimal | None = None
    unit_cost: Decimal | None = None
    codes: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class OfMatter:
    """What a line says of its matter."""

    law_firm_matter_id: str
    client_matter_id: str
    name: str = ""


def lines_of(
    lines: Sequence[BillLine],
    taxes: Taxes,
    totals: Totals,
    matter: OfMatter,
    details: Callable[[BillLine], Details],
    *,
    on: date,
    tax_type: str = "",
) -> tuple[LedesLine, ...]:
    """The lines of an issued bill, numbered from 1; their totals sum to the bill's. `on` is the day it was issued.

    Raises BadRequest where the second tax is on the first for the bill as a whole, which lines cannot tell.
    """
    taxed = bool(totals.tax_1_minor or totals.tax_2_minor)
    off = _discounts(lines, totals.discount_minor) if taxed else [0] * len(lines)
    found: list[LedesLine] = []
    for line, less in zip(lines, off, strict=True):
        plain = _line(line, matter, details(line), line.charged_minor - less)
        found.append(_with_tax(plain, _rate(line, taxes), tax_type) if taxed else plain)
    adjustment = LedesLine(
        *("", "IF", on, Decimal(0), Decimal(0), 0, 0, "", matter.law_firm_matter_id, matter.client_matter_id),
        matter_name=matter.name,
    )
    if totals.discount_minor and not taxed:
        less = -totals.discount_minor
        found.append(replace(adjustment, adjustment_minor=less, total_minor=less, description=DISCOUNT))
    rounding = totals.total_minor - sum(one.total_minor for one in found)
    if abs(rounding) > 2 * len(lines) + 1:  # two taxes are rounded twice on a line
        raise BadRequest(
            "the second tax of this bill is on the first for the bill as a whole: by lines it would differ by "
            f"{money(rounding)}, and LEDES tells tax by lines; send the bill as it is printed"
        )
    if rounding:
        apart = replace(adjustment, total_minor=rounding, tax_minor=rounding, tax_type=tax_type)
        found.append(replace(apart, description=ROUNDING))
    return tuple(replace(one, number=str(at)) for at, one in enumerate(found, 1))


def last_and_first(name: str) -> str:
    """`Last, First`; the first name by its initial where that is more than the 30 characters there are."""
    first, _, last = name.strip().rpartition(" ")
    last, first = last.replace(",", ""), first.replace(",", "").strip()
    if not first:
        return last
    whole = f"{last}, {first}"
    return whole if len(whole) <= _NAME else f"{last}, {first[0]}."


def _discounts(lines: Sequence[BillLine], discount_minor: int) -> list[int]:
    """What the courtesy discount takes off each line, shared as the bill shares it to tax it."""
    fees = [at for at, line in enumerate(lines) if line.line_class == "fee"]
    off = [0] * len(lines)
    if discount_minor:
        for at, part in zip(fees, shares(discount_minor, [lines[at].charged_minor for at in fees]), strict=True):
            off[at] = part
    return off


def _line(line: BillLine, matter: OfMatter, known: Details, net_minor: int) -> LedesLine:
    if line.line_class == "fee" and line.rate_minor is not None:
        units, cost = _hours(line.seconds, line.rate_minor), Decimal(line.rate_minor) / _CENTS
    elif known.units is not None and known.unit_cost is not None:
        units, cost = known.units, known.unit_cost
    else:
        units, cost = Decimal(1), Decimal(line.value_minor) / _CENTS
    return LedesLine(
        number="",
        kind="F" if line.line_class == "fee" else "E",
        day=line.day,
        units=units,
        unit_cost=cost,
        adjustment_minor=net_minor - _cents(units * cost * _CENTS),
        total_minor=net_minor,
        description=str(line.narrative),
        law_firm_matter_id=matter.law_firm_matter_id,
        client_matter_id=matter.client_matter_id,
        task_code=line.task_code or known.codes[0],
        expense_code=line.expense_code or "",
        activity_code=line.activity_code or known.codes[1],
        timekeeper_id=known.timekeeper_id,
        timekeeper_name=last_and_first(known.name),
        timekeeper_classification=ledes_code(known.rank) or known.rank[:_RANK],
        matter_name=matter.name,
    )


def _hours(seconds: int, rate_minor: int) -> Decimal:
    """Hours with as many decimals, of four to eight, as it takes for hours times rate to be right to the cent."""
    exact, due_minor = Decimal(seconds) / _HOUR, (seconds * rate_minor * 2 + _SECONDS) // (2 * _SECONDS)
    for places in _PLACES:
        hours = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        if _cents(hours * rate_minor) == due_minor:
            break
    return Decimal(f"{hours.normalize():f}")


def _rate(line: BillLine, taxes: Taxes) -> Decimal:
    first = taxes.tax_1_millionths / _MILLION if line.taxed_1 else Decimal(0)
    second = taxes.tax_2_millionths / _MILLION if line.taxed_2 else Decimal(0)
    return first + second + (first * second if taxes.second_on_first else 0)


def _with_tax(line: LedesLine, rate: Decimal, tax_type: str) -> LedesLine:
    tax = _cents(line.total_minor * rate)
    return replace(
        line,
        total_minor=line.total_minor + tax,
        tax_minor=tax,
        tax_rate=Decimal(f"{rate.normalize():f}"),
        tax_type=tax_type if rate else "",
    )


def _cents(exact: Decimal) -> int:
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))
