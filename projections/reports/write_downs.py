"""What was given up, and why: written down, discounted or not charged before the bill, credited or written off after it.

Before the bill it counts on the day the bill is issued, and no longer once the bill is void. A write-up is below nothing.
"""

from datetime import date
from typing import Any, Literal

from projections.reports.card_states import card_states
from projections.reports.figure_rows import link
from projections.reports.reader import Reader, bounds
from projections.reports.report import Report, columns

Kind = Literal["write_up", "write_down", "discount", "no_charge", "courtesy_discount", "credit_memo", "write_off"]
By = Literal["reason", "kind", "client", "matter", "timekeeper", "bill", "each"]
_SHAPE = columns(
    "name stage amount_minor:money fee_minor:money cost_minor:money tax_minor:money interest_minor:money "
    "adjustments:count bills:count kind why day:date number id bill_id entry_id opens"
)
_AFTER = ("credit_memo", "write_off")
_FIND = """
SELECT i.day, a.kind, a.why, a.bill_id::text AS bill_id, b.client_id::text AS client_id, b.matter_id::text AS matter_id,
       l.timekeeper_id::text AS timekeeper_id, l.entry_id::text AS entry_id, i.position, a.n,
       CASE i.cause WHEN 'issued' THEN 1 ELSE -1 END AS sign, a.amount_minor,
       CASE WHEN coalesce(l.line_class, 'fee') = 'fee' THEN a.amount_minor ELSE 0 END AS fee_minor,
       CASE WHEN l.line_class <> 'fee' THEN a.amount_minor ELSE 0 END AS cost_minor, 0 AS tax_minor,
       0 AS interest_minor
  FROM {s}.receivable_movements i JOIN {s}.bill_adjustments a USING (bill_id) JOIN {s}.bill_balances b USING (bill_id)
       LEFT JOIN {s}.bill_lines l ON l.bill_id = a.bill_id AND l.line_id = a.line_id
 WHERE i.cause IN ('issued', 'voided') AND i.day BETWEEN %(from_day)s AND %(as_of)s AND i.position <= %(known_at)s
   AND NOT coalesce(l.removed, false)
 UNION ALL
SELECT m.day, m.cause, m.why, m.bill_id::text, b.client_id::text, b.matter_id::text, NULL, NULL, m.position, m.n, 1,
       -(m.fee_minor + m.hard_cost_minor + m.soft_cost_minor + m.tax_minor + m.interest_minor), -m.fee_minor,
       -(m.hard_cost_minor + m.soft_cost_minor), -m.tax_minor, -m.interest_minor
  FROM {s}.receivable_movements m JOIN {s}.bill_balances b USING (bill_id)
 WHERE m.cause IN ('credit_memo', 'write_off') AND m.day BETWEEN %(from_day)s AND %(as_of)s
   AND m.position <= %(known_at)s
 ORDER BY 1, 9, 10
"""
_AMOUNTS = ("amount_minor", "fee_minor", "cost_minor", "tax_minor", "interest_minor")


def report(
    reader: Reader,
    *,
    as_of: date | None = None,
    known_at: int | None = None,
    from_day: date | None = None,
    by: By = "reason",
    kind: Kind | None = None,
    why: str | None = None,
    client_id: str | None = None,
    matter_id: str | None = None,
    timekeeper_id: str | None = None,
    bill_id: str | None = None,
) -> Report:
    """The largest first; `by=each` lists them by day. From a day on, or from the first. `why` is a reason as it stands."""
    on = as_of or reader.today
    wanted = {
        "kind": kind,
        "client_id": client_id,
        "matter_id": matter_id,
        "timekeeper_id": timekeeper_id,
        "bill_id": bill_id,
    }
    with reader.snapshot():
        found = [
            {**row, **{name: row["sign"] * row[name] for name in _AMOUNTS}}
            for row in reader.rows(_FIND, from_day=from_day or date.min, **bounds(on, known_at))
            if all(value in {None, row[name]} for name, value in wanted.items())
            and (why is None or _plain(row["why"]) == _plain(why))
        ]
        names = _names(reader, by, found, known_at)
    clocks = {"from_day": from_day, "as_of": on}
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in found:
        groups.setdefault(_key(by, row), []).append(row)
    rows = [_row(by, several, names, clocks, known_at) for several in groups.values()]
    if by != "each":
        rows.sort(key=lambda row: (-row[2], str(row[0]), str(row[9])))
    return Report(
        "Write-downs and write-offs" if by == "each" else f"Write-downs and write-offs by {by}",
        _SHAPE,
        tuple(rows),
        on,
        known_at,
        totals={
            "before_the_bill": sum(row["amount_minor"] for row in found if row["kind"] not in _AFTER),
            **{one: sum(row["amount_minor"] for row in found if row["kind"] == one) for one in _AFTER},
            "all": sum(row["amount_minor"] for row in found),
        },
        counts={"rows": len(rows), "adjustments": len(found)},
        facts={"from_day": from_day, "to_day": on},
    )


def _key(by: By, row: dict[str, Any]) -> tuple[Any, ...]:
    """What makes rows one; reasons are compared without regard to case and spaces."""
    match by:
        case "each":
            return row["position"], row["n"], row["kind"], row["bill_id"]
        case "reason":
            return row["kind"], _plain(row["why"])
        case "kind":
            return (row["kind"],)
        case _:
            return (row[f"{by}_id"],)


def _row(
    by: By, several: list[dict[str, Any]], names: dict[str, str], clocks: dict[str, Any], known_at: int | None
) -> tuple[Any, ...]:
    first, each = several[0], by == "each"
    key = first.get(f"{by}_id")
    named = {"reason": first["why"], "kind": first["kind"], "each": first["why"]}
    kind = first["kind"] if by in {"reason", "kind", "each"} else None
    asked = {"kind": kind, "why": first["why"] if by == "reason" else None, f"{by}_id": key} if not each else {}
    whole = {name: sum(row[name] for row in several) for name in _AMOUNTS}
    return (
        named.get(by, names.get(key or "", key or "nobody: costs, and what is off a whole bill")),
        ("after the bill" if first["kind"] in _AFTER else "before the bill") if kind else None,
        *whole.values(),
        len(several),
        len({row["bill_id"] for row in several}),
        kind,
        first["why"] if by in {"reason", "each"} else None,
        first["day"] if each else None,
        names.get(first["bill_id"]) if each else None,
        key,
        first["bill_id"] if each else None,
        first["entry_id"] if each else None,
        None if each else link("write-downs", known_at, **clocks, by="each", **asked),
    )


def _names(reader: Reader, by: By, found: list[dict[str, Any]], known_at: int | None) -> dict[str, str]:
    of = {"client": ("contact", "name"), "matter": ("matter", "number"), "timekeeper": ("user", "name")}
    kind, word = of.get(by, ("bill", "number"))
    ids = {row["bill_id" if kind == "bill" else f"{by}_id"] for row in found} - {None}
    return {key: card[word] for key, card in card_states(reader, kind, ids, known_at=known_at).items() if card.get(word)}


def _plain(why: str | None) -> str:
    return " ".join((why or "").casefold().split())
