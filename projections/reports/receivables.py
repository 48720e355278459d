"""Accounts receivable: what is owed on issued bills, by bill, client or matter, and by how long it is overdue.

Ages are counted in days from the day a bill was due (domain reference, section 3).
"""

from collections import defaultdict
from datetime import date
from typing import Any, Literal

from projections.reports.card_states import card_states
from projections.reports.reader import Reader, bounds
from projections.reports.report import Report, columns

_SHAPE = columns(
    "name not_due:money to_30_days:money to_60_days:money to_90_days:money older:money open_minor:money "
    "fee_minor:money hard_cost_minor:money soft_cost_minor:money tax_minor:money bills:count id"
)
_CLASSES = ("fee", "hard_cost", "soft_cost", "tax")
_BUCKETS = ((0, "not_due"), (30, "to_30_days"), (60, "to_60_days"), (90, "to_90_days"))
By = Literal["bill", "client", "matter"]


def report(
    reader: Reader, *, as_of: date | None = None, known_at: int | None = None, by: By = "bill", client_id: str | None = None
) -> Report:
    """One row for each bill, client or matter that owes something, the most first."""
    on = as_of or reader.today
    sums = ", ".join(f"sum({one}_minor)::bigint AS {one}" for one in _CLASSES)
    whole = " + ".join(f"{one}_minor" for one in _CLASSES)
    with reader.snapshot():
        found = reader.rows(
            f"SELECT bill_id::text AS bill_id, {sums} FROM {{s}}.receivable_movements "
            f"WHERE day <= %(as_of)s AND position <= %(known_at)s GROUP BY bill_id HAVING sum({whole}) <> 0",
            **bounds(on, known_at),
        )
        bills = card_states(reader, "bill", [row["bill_id"] for row in found], known_at=known_at)
        chosen = [row for row in found if client_id in {None, bills[row["bill_id"]]["client_id"]}]
        names = _names(reader, by, bills, known_at)
    rows = _grouped(chosen, bills, names, by, on)
    return Report(
        f"Accounts receivable by {by}",
        _SHAPE,
        tuple(rows),
        on,
        known_at,
        totals={"open": sum(row[6] for row in rows)},
        counts={"rows": len(rows), "bills": len(chosen)},
    )


def _grouped(
    found: list[dict[str, Any]], bills: dict[str, dict[str, Any]], names: dict[str, str], by: By, on: date
) -> list[tuple[Any, ...]]:
    groups: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in found:
        card = bills[row["bill_id"]]
        group = groups[card[f"{by}_id"]]
        owed = sum(row[one] for one in _CLASSES)
        late = (on - date.fromisoformat(card["due_on"])).days
        group[next((name for most, name in _BUCKETS if late <= most), "older")] += owed
        group["bills"] += 1
        for one in _CLASSES:
            group[one] += row[one]
    rows = []
    for key, group in groups.items():
        ages = (*(group[name] for _, name in _BUCKETS), group["older"])
        rows.append((names.get(key, key), *ages, sum(ages), *(group[one] for one in _CLASSES), group["bills"], key))
    return sorted(rows, key=lambda row: (-row[6], str(row[0])))


def _names(reader: Reader, by: By, bills: dict[str, dict[str, Any]], known_at: int | None) -> dict[str, str]:
    if by == "bill":
        return {key: card["number"] for key, card in bills.items()}
    kind, word = ("contact", "name") if by == "client" else ("matter", "number")
    ids = {card[f"{by}_id"] for card in bills.values()}
    return {key: card[word] for key, card in card_states(reader, kind, ids, known_at=known_at).items()}
