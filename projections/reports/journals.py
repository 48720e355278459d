"""Receipts and disbursements, in the order of their days: the two journals that every bar asks for.

ABA Model Rules for Client Trust Account Records, rule 1(a). A reversal stands in the journal of what it reverses, with the
opposite sign, so that receipts less disbursements is always what the book balance changed by. Transfers between ledgers
move nothing at the bank and stand in neither.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from projections.reports.authorised import authorised
from projections.reports.labels import account_currency, ledger_labels
from projections.reports.reader import Reader, bounds
from projections.reports.report import Report, after_cursor, columns, cursor_of, page_size, table

_SHAPE = columns(
    "effective_date:date position:count kind ledger client matter counterparty description instrument cheque_number:count "
    "recipient_account reference deposit_slip amount_minor:money authorised_by sole_practitioner reverses_entry_id "
    "ledger_id approver_ids disbursement_id entry_id event_id recorded_at:instant"
)


@dataclass(frozen=True, slots=True)
class Journal:
    """Which entries stand in it, and which way its amounts count."""

    title: str
    kinds: tuple[str, ...]
    reversals: Literal["increases", "decreases"]
    sign: int


RECEIPTS = Journal(
    "Receipts journal", ("funds-received", "interest-credited", "reserve-topped-up", "shortage-cured"), "decreases", 1
)
DISBURSEMENTS = Journal(
    "Disbursements journal", ("funds-disbursed", "deposit-returned", "bank-charge-taken", "interest-swept"), "increases", -1
)


def journal(
    reader: Reader,
    what: Journal,
    *,
    as_of: date | None,
    known_at: int | None,
    trust_account_id: str,
    start: date | None,
    ledger_id: str | None,
    limit: int,
    cursor: str | None,
) -> Report:
    """A page of a journal; its totals are over the whole period. Raises BadRequest."""
    day, position = after_cursor(cursor)
    chosen = (
        "FROM {s}.sub_ledger_entries e WHERE e.trust_account_id = %(account)s AND e.effective_date >= %(start)s "
        "AND e.effective_date <= %(as_of)s AND e.position <= %(known_at)s "
        f"AND (e.kind = ANY(%(kinds)s) OR (e.kind = 'entry-reversed' AND {_reversing(what)})) "
        + ("" if ledger_id is None else "AND e.ledger_id = %(ledger)s ")
    )
    values = {
        "account": trust_account_id, "start": start or date.min, "kinds": list(what.kinds), "ledger": ledger_id,
        "sign": what.sign, "day": day, "at": position, "limit": page_size(limit) + 1, **bounds(as_of, known_at),
    }  # fmt: skip
    with reader.snapshot():
        sums = reader.row(f"SELECT count(*) AS n, coalesce(sum(e.effect_minor), 0)::bigint AS total {chosen}", **values)
        rows = reader.rows(
            f"SELECT e.*, %(sign)s * e.effect_minor AS amount_minor {chosen}"
            "AND (e.effective_date, e.position) > (%(day)s, %(at)s) ORDER BY e.effective_date, e.position LIMIT %(limit)s",
            **values,
        )
        labels = ledger_labels(reader, {str(row["ledger_id"]) for row in rows}, known_at)
        currency = account_currency(reader, trust_account_id)
        payments = authorised(reader, {str(row["disbursement_id"]) for row in rows if row["disbursement_id"]}, known_at)
    assert sums is not None, "a count always has a row"
    more = len(rows) > limit
    rows = rows[:limit]
    for row in rows:
        label = labels[str(row["ledger_id"])]
        row["ledger"], row["client"], row["matter"] = label.title, label.client, label.matter
        row.update(payments.get(str(row["disbursement_id"]), {}))
    last = rows[-1] if rows else None
    return Report(
        what.title,
        _SHAPE,
        table(_SHAPE, rows),
        as_of,
        known_at,
        totals={"amount": what.sign * sums["total"]},
        counts={"entries": sums["n"]},
        facts={"trust_account_id": trust_account_id, "start": start},
        currency=currency,
        next_cursor=cursor_of(last["effective_date"], last["position"]) if more and last else None,
    )


def _reversing(what: Journal) -> str:
    return "e.effect_minor > 0" if what.reversals == "increases" else "e.effect_minor < 0"
