"""Accounts receivable: what is owed on issued bills, by bill, client, matter, payer or age.

Ages are counted in days from the day a bill was due (domain reference, section 3). A bill that several pay is each
payer's for their share of it, and of no class; any other is its client's. Each row opens to the bills, and each bill to the
movements, that sum to it.
"""

from collections import defaultdict
from datetime import date
from typing import Any, Literal

from projections.reports.card_states import card_states
from projections.reports.figure_rows import link
from projections.reports.reader import Reader, bounds
from projections.reports.report import Report, columns

_SHAPE = columns(
    "name not_due:money to_30_days:money to_60_days:money to_90_days:money older:money open_minor:money "
    "fee_minor:money hard_cost_minor:money soft_cost_minor:money tax_minor:money interest_minor:money bills:count id opens"
)
_CLASSES = ("fee", "hard_cost", "soft_cost", "tax", "interest")
_BUCKETS = ((0, "not_due"), (30, "to_30_days"), (60, "to_60_days"), (90, "to_90_days"))
_CALLED = {
    "not_due": "not due", "to_30_days": "1 to 30 days", "to_60_days": "31 to 60 days", "to_90_days": "61 to 90 days",
    "older": "over 90 days",
}  # fmt: skip
By = Literal["bill", "client", "matter", "payer", "age"]
Age = Literal["not_due", "to_30_days", "to_60_days", "to_90_days", "older"]


def report(
    reader: Reader,
    *,
    as_of: date | None = None,
    known_at: int | None = None,
    by: By = "bill",
    client_id: str | None = None,
    matter_id: str | None = None,
    payer_id: str | None = None,
    age: Age | None = None,
) -> Report:
    """One row for each bill, client, matter, payer or age that owes something, the most first; ages in their order."""
    on = as_of or reader.today
    sums = ", ".join(f"sum({one}_minor)::bigint AS {one}" for one in _CLASSES)
    whole = " + ".join(f"{one}_minor" for one in _CLASSES)
    with reader.snapshot():
        found = reader.rows(
            f"SELECT bill_id::text AS bill_id, {sums} FROM {{s}}.receivable_movements "
            f"WHERE day <= %(as_of)s AND position <= %(known_at)s GROUP BY bill_id HAVING sum({whole}) <> 0",
            **bounds(on, known_at),
        )
        if by == "payer" or payer_id is not None:
            found = _by_payer(reader, found, bounds(on, known_at))
        bills = card_states(reader, "bill", [row["bill_id"] for row in found], known_at=known_at)
        wanted = {"client_id": client_id, "matter_id": matter_id, "payer_id": payer_id, "age": age}
        for key, card in bills.items():
            late = (on - date.fromisoformat(card["due_on"])).days
            oldness = next((name for most, name in _BUCKETS if late <= most), "older")
            bills[key] = {**card, "age": oldness, "bill_id": key}
        told = [{"payer_id": bills[row["bill_id"]]["client_id"], **bills[row["bill_id"]], **row} for row in found]
        chosen = [row for row in told if all(one in {None, row[name]} for name, one in wanted.items())]
        names = _names(reader, by, chosen, known_at)
    shared = {row["bill_id"] for row in chosen if "payer_share" in row}
    rows = [
        (*row, _behind(by, row[-1], {name: one for name, one in wanted.items() if one is not None}, on, known_at, shared))
        for row in _grouped(chosen, names, by)
    ]
    return Report(
        f"Accounts receivable by {by}",
        _SHAPE,
        tuple(rows),
        on,
        known_at,
        totals={"open": sum(row[6] for row in rows)},
        counts={"rows": len(rows), "bills": len({row["bill_id"] for row in chosen})},
    )


def _by_payer(reader: Reader, found: list[dict[str, Any]], clocks: dict[str, Any]) -> list[dict[str, Any]]:
    """Bills that several pay as the share of each that is open, the others as they are."""
    shares: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in reader.rows(
        "SELECT bill_id::text AS bill_id, payer_id::text AS payer_id, sum(amount_minor)::bigint AS payer_share "
        "FROM {s}.payer_movements WHERE bill_id = ANY(%(ids)s::uuid[]) AND day <= %(as_of)s AND position <= %(known_at)s "
        "GROUP BY bill_id, payer_id HAVING sum(amount_minor) <> 0 ORDER BY bill_id, payer_id",
        ids=[row["bill_id"] for row in found],
        **clocks,
    ):
        shares[row["bill_id"]].append(row)
    return [part for row in found for part in shares.get(row["bill_id"], [row])]


def _grouped(found: list[dict[str, Any]], names: dict[str, str], by: By) -> list[tuple[Any, ...]]:
    groups: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in found:
        group = groups[row["age" if by == "age" else f"{by}_id"]]
        group[row["age"]] += row["payer_share"] if "payer_share" in row else sum(row[one] for one in _CLASSES)
        group["bills"] += 1
        group["shares"] += "payer_share" in row
        for one in _CLASSES:
            group[one] += row.get(one, 0)
    rows = []
    for key, group in groups.items():
        ages = (*(group[name] for _, name in _BUCKETS), group["older"])
        classes = (None if group["shares"] else group[one] for one in _CLASSES)
        rows.append((names.get(key, key), *ages, sum(ages), *classes, group["bills"], key))
    if by == "age":
        return sorted(rows, key=lambda row: list(_CALLED).index(row[-1]))
    return sorted(rows, key=lambda row: (-row[6], str(row[0])))


def _behind(by: By, key: str, wanted: dict[str, str], on: date, known_at: int | None, shared: set[str]) -> str:
    if by == "bill" and key in shared:
        return link("payer-movements", known_at, as_of=on, bill_id=key, payer_id=wanted["payer_id"])
    if by == "bill":
        return link("receivable-movements", known_at, as_of=on, bill_id=key)
    return link(
        "accounts-receivable", known_at, as_of=on, by="bill", **{**wanted, "age" if by == "age" else f"{by}_id": key}
    )


def _names(reader: Reader, by: By, chosen: list[dict[str, Any]], known_at: int | None) -> dict[str, str]:
    if by == "bill":
        return {row["bill_id"]: row["number"] for row in chosen}
    if by == "age":
        return dict(_CALLED)
    kind, word = ("contact", "name") if by != "matter" else ("matter", "number")
    ids = {row[f"{by}_id"] for row in chosen}
    return {key: card[word] for key, card in card_states(reader, kind, ids, known_at=known_at).items()}
