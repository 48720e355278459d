"""The movements of what is owed behind receivables, collection and write-offs, one by one."""

from datetime import date
from typing import Any, Literal

from projections.reports.card_states import card_states
from projections.reports.flows import COLLECTED, INVOICED
from projections.reports.reader import Reader, bounds
from projections.reports.report import Report, columns, page_size, table
from projections.reports.settled import DRAWN
from projections.reports.work_movements import after, following

REDUCED = ("credit_memo", "write_off")
_CLASSES = ("fee", "hard_cost", "soft_cost", "tax", "interest")
_SHAPE = columns(
    "day:date cause number client matter amount_minor:money fee_minor:money hard_cost_minor:money soft_cost_minor:money "
    "tax_minor:money interest_minor:money why source_id bill_id matter_id client_id position:count"
)
_BESIDE = ("settlement_drawn", "given_back")
_ALSO_BILLED = ("settlement_billed", "billed_and_given_back")
_GROUPS = {
    "invoiced": INVOICED,
    "collected": COLLECTED,
    "reduced": REDUCED,
    "all_collected": (*COLLECTED, *_BESIDE),
    "billed": ("issued", "voided", "credit_memo", *_ALSO_BILLED),
}
_ALL = "(m.fee_minor + m.hard_cost_minor + m.soft_cost_minor + m.tax_minor + m.interest_minor)"
_WHERE = """
  FROM (SELECT r.position, r.n, r.bill_id, r.cause, r.day, r.tax_minor, r.hard_cost_minor, r.soft_cost_minor, r.fee_minor,
               r.interest_minor, r.source_id, r.why, b.matter_id, b.client_id
          FROM {s}.receivable_movements r JOIN {s}.bill_balances b USING (bill_id)
         UNION ALL
        SELECT position, n, bill_id, cause, day, 0, hard_cost_minor, 0, fee_minor, 0, settlement_id, NULL,
               matter_id, client_id
          FROM ({drawn}) d WHERE cause = ANY(%(causes)s)
         UNION ALL
        SELECT position, n, bill_id, CASE cause WHEN 'given_back' THEN 'billed_and_given_back' ELSE 'settlement_billed' END,
               day, 0, -hard_cost_minor, 0, -fee_minor, 0, settlement_id, NULL, matter_id, client_id
          FROM ({drawn}) d WHERE 'settlement_billed' = ANY(%(causes)s)) m
 WHERE m.day BETWEEN %(from_day)s AND %(as_of)s AND m.position <= %(known_at)s
   AND (%(causes)s::text[] IS NULL OR m.cause = ANY(%(causes)s))
   AND (%(matter_id)s::uuid IS NULL OR m.matter_id = %(matter_id)s::uuid)
   AND (%(client_id)s::uuid IS NULL OR m.client_id = %(client_id)s::uuid)
   AND (%(bill_id)s::uuid IS NULL OR m.bill_id = %(bill_id)s::uuid)
   AND (%(issued_from)s::date IS NULL OR m.bill_id IN (SELECT i.bill_id FROM {s}.receivable_movements i
        WHERE i.cause = 'issued' AND i.day BETWEEN %(issued_from)s AND %(as_of)s AND i.position <= %(known_at)s))
   AND NOT (%(standing)s AND m.bill_id IN (SELECT v.bill_id FROM {s}.receivable_movements v
        WHERE v.cause = 'voided' AND v.day <= %(as_of)s AND v.position <= %(known_at)s))
""".replace("{drawn}", DRAWN)
Cause = Literal[
    "issued", "voided", "paid", "paid_from_trust", "payment_reversed", "credit_memo", "write_off",
    "interest_charged", "interest_reversed", "settlement_drawn", "given_back",
    "invoiced", "collected", "reduced", "all_collected", "billed",
]  # fmt: skip


def report(
    reader: Reader,
    *,
    as_of: date | None = None,
    known_at: int | None = None,
    from_day: date | None = None,
    cause: Cause | None = None,
    amount_class: Literal["fee", "hard_cost", "soft_cost", "tax", "interest"] | None = None,
    matter_id: str | None = None,
    client_id: str | None = None,
    bill_id: str | None = None,
    issued_from: date | None = None,
    standing: bool = False,
    limit: int = 100,
    cursor: str | None = None,
) -> Report:
    """By day, of bills; what was drawn against settlements, and fees given back, only where the cause asks for it.

    `billed` are bills, net of credits, and what was drawn against settlements, less what was given back. What lowers is
    negative. With `amount_class`, only what moved of it; `issued_from` follows the bills issued since then, `standing`
    leaves voided bills out. Totals are over all of them. Raises BadRequest.
    """
    size = page_size(limit)
    chosen: dict[str, Any] = {
        "from_day": from_day or date.min, "causes": list(_GROUPS.get(cause, (cause,))) if cause is not None else None,
        "matter_id": matter_id, "client_id": client_id, "bill_id": bill_id, "issued_from": issued_from,
        "standing": standing, **bounds(as_of, known_at),
    }  # fmt: skip
    amount = _ALL if amount_class is None else f"m.{amount_class}_minor"
    where = _WHERE if amount_class is None else f"{_WHERE} AND {amount} <> 0"
    sums = ", ".join(f"coalesce(sum(m.{one}_minor), 0)::bigint AS {one}" for one in _CLASSES)
    with reader.snapshot():
        whole = reader.row(
            f"SELECT count(*) AS movements, coalesce(sum({amount}), 0)::bigint AS amount, {sums}{where}", **chosen
        )
        found = reader.rows(
            f"SELECT m.*, {amount} AS amount_minor {where} "
            "AND (m.day, m.position, m.n) > (%(day)s, %(position)s, %(n)s) ORDER BY m.day, m.position, m.n LIMIT %(limit)s",
            **chosen,
            **after(cursor),
            limit=size + 1,
        )
        more, found = found[size:], found[:size]
        ids = {str(row["bill_id"]) for row in found if row["bill_id"] is not None}
        bills = card_states(reader, "bill", ids, known_at=known_at)
        clients = card_states(reader, "contact", {str(row["client_id"]) for row in found}, known_at=known_at)
        matters = card_states(reader, "matter", {str(row["matter_id"]) for row in found}, known_at=known_at)
    assert whole is not None, "a sum is always there"
    for row in found:
        row["number"] = bills.get(str(row["bill_id"]), {}).get("number")
        row["client"] = clients.get(str(row["client_id"]), {}).get("name")
        row["matter"] = matters.get(str(row["matter_id"]), {}).get("number")
    return Report(
        "Movements of receivables",
        _SHAPE,
        table(_SHAPE, found),
        as_of,
        known_at,
        totals={name: whole[name] for name in ("amount", *_CLASSES)},
        counts={"movements": whole["movements"]},
        next_cursor=following(found) if more else None,
    )
