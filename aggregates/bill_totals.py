"""What the lines of a bill come to: classes, the courtesy discount shared over the fees, and two taxes, all half up."""

from collections.abc import Sequence

from aggregates.bill_events import BillLine, LineClass, Taxes, Totals
from aggregates.shares import shares

_MILLION = 1_000_000


def totals_of(lines: Sequence[BillLine], taxes: Taxes, discount_minor: int) -> Totals:
    """The discount lowers each fee in proportion to what is charged for it, and so lowers the taxes on it."""
    fees = [line for line in lines if line.line_class == "fee"]
    discount_minor = min(discount_minor, sum(line.charged_minor for line in fees))
    parts = shares(discount_minor, [line.charged_minor for line in fees]) if fees else []
    off = {line.line_id: part for line, part in zip(fees, parts, strict=True)}
    nets = [(line, line.charged_minor - off.get(line.line_id, 0)) for line in lines]
    tax_1, tax_2 = _taxes(nets, taxes)
    charged = _sums(lines)
    return Totals(
        fees_minor=charged["fee"],
        hard_costs_minor=charged["hard_cost"],
        soft_costs_minor=charged["soft_cost"],
        discount_minor=discount_minor,
        tax_1_minor=tax_1,
        tax_2_minor=tax_2,
        total_minor=sum(charged.values()) - discount_minor + tax_1 + tax_2,
    )


def _sums(lines: Sequence[BillLine]) -> dict[LineClass, int]:
    sums: dict[LineClass, int] = {"fee": 0, "hard_cost": 0, "soft_cost": 0}
    for line in lines:
        sums[line.line_class] += line.charged_minor
    return sums


def _taxes(nets: Sequence[tuple[BillLine, int]], taxes: Taxes) -> tuple[int, int]:
    if taxes.per == "line":
        each = [_two(net if line.taxed_1 else 0, net if line.taxed_2 else 0, taxes) for line, net in nets]
        return sum(one for one, _ in each), sum(two for _, two in each)
    first = sum(net for line, net in nets if line.taxed_1)
    return _two(first, sum(net for line, net in nets if line.taxed_2), taxes)


def _two(base_1: int, base_2: int, taxes: Taxes) -> tuple[int, int]:
    """A second tax on the first is on the part of it that both bases share; they share the smaller one."""
    tax_1 = _part(base_1, taxes.tax_1_millionths)
    stacked = _part(min(base_1, base_2), taxes.tax_1_millionths) if taxes.second_on_first else 0
    return tax_1, _part(base_2 + stacked, taxes.tax_2_millionths)


def _part(base_minor: int, millionths: int) -> int:
    return (2 * base_minor * millionths + _MILLION) // (2 * _MILLION)
