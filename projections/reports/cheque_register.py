"""The cheque register of an account: every number with its fate, and the gaps in the sequence (T13).

"Numbered consecutively" (Rules Regulating The Florida Bar 5-1.2): a number that is not in the register is reported, and a
void cheque keeps its number.
"""

from datetime import date
from typing import Any, Literal, TypeAlias

from projections.reports.card_states import card_ids, card_states
from projections.reports.labels import account_currency, ledger_labels
from projections.reports.reader import Reader
from projections.reports.report import Report, columns, table

_SHAPE = columns(
    "number:count to_number:count status issued_on:date payee purpose amount_minor:money ledger cleared_on:date "
    "ended_on:date why age_days:count cheque_id disbursement_id entry_id ledger_id"
)
ChequeStatus: TypeAlias = Literal["issued", "printed", "cleared", "void", "stopped", "stale", "missing"]
_OPEN = frozenset({"issued", "printed", "stale"})


def report(
    reader: Reader,
    *,
    trust_account_id: str,
    as_of: date | None = None,
    known_at: int | None = None,
    status: ChequeStatus | None = None,
    start_number: int | None = None,
) -> Report:
    """By number. A gap is one row from its first to its last number, with the status "missing"."""
    with reader.snapshot():
        ids = card_ids(reader, "cheque", "trust_account_id", [trust_account_id])
        cheques = card_states(reader, "cheque", ids, as_of=as_of, known_at=known_at)
        payments = card_states(
            reader, "disbursement", {card["disbursement_id"] for card in cheques.values()}, known_at=known_at
        )
        labels = ledger_labels(reader, {card["ledger_id"] for card in cheques.values()}, known_at)
        currency = account_currency(reader, trust_account_id)
    on = as_of or reader.today
    rows: list[dict[str, Any]] = []
    previous: int | None = None
    for cheque_id, card in sorted(cheques.items(), key=lambda pair: int(pair[1]["number"])):
        number = card["number"]
        if previous is not None and number > previous + 1:
            rows.append({"number": previous + 1, "to_number": number - 1, "status": "missing"})
        previous = number
        payment = payments.get(card["disbursement_id"], {})
        age = (on - date.fromisoformat(card["issued_on"])).days if card["status"] in _OPEN else None
        label = labels[card["ledger_id"]]
        more = {"cheque_id": cheque_id, "ledger": label.title, "age_days": age}
        rows.append({**card, "payee": payment.get("payee"), "purpose": payment.get("purpose"), **more})
    shown = [
        row
        for row in rows
        if status in {None, row["status"]}
        and (start_number is None or (row.get("to_number") or row["number"]) >= start_number)
    ]
    missing = sum(row["to_number"] - row["number"] + 1 for row in rows if row["status"] == "missing")
    return Report(
        "Cheque register",
        _SHAPE,
        table(_SHAPE, [_dated(row) for row in shown]),
        as_of,
        known_at,
        totals={"outstanding": sum(row["amount_minor"] for row in rows if row["status"] in _OPEN)},
        counts={"cheques": len(cheques), "missing_numbers": missing},
        facts={"trust_account_id": trust_account_id},
        currency=currency,
    )


def _dated(row: dict[str, Any]) -> dict[str, Any]:
    days = ("issued_on", "cleared_on", "ended_on")
    return {name: date.fromisoformat(value) if name in days and value else value for name, value in row.items()}
