"""What the books expect the bank to show: deposits and disbursements, from which those in transit and outstanding follow.

A table of its own, so that the adjusted bank balance leans on neither the postings nor the sub-ledgers.
"""

from collections.abc import Iterable

from aggregates.logged_event import LoggedEvent
from projections.personal import text_of
from projections.projection import Change, Insert, Projection, Table

BANK_ITEMS = Table(
    "bank_items",
    {
        "trust_account_id": "uuid NOT NULL",
        "ledger_id": "uuid NOT NULL",
        "entry_id": "uuid NOT NULL",
        "amount_minor": "bigint NOT NULL",
        "effective_date": "date NOT NULL",
        "opening": "boolean NOT NULL",
        "cancels_entry_id": "uuid",
        "cheque_number": "bigint",
        "counterparty": "text",
        "description": "text NOT NULL",
    },
    indexes=(
        "trust_account_id, effective_date, position",
        "entry_id",
        "USING btree (cancels_entry_id) WHERE cancels_entry_id IS NOT NULL",
    ),
)
"""`amount_minor` is signed as the bank shows it: money in is positive.

A reversal cancels its entry, and neither is shown by the bank; a returned deposit is shown, and so cancels nothing. An
opening balance is never shown either: the bank's first statement opens with it.
"""

_MONEY_IN = {
    "trust-ledger/funds-received",
    "trust-ledger/interest-credited",
    "trust-ledger/reserve-topped-up",
    "trust-ledger/shortage-cured",
}
_MONEY_OUT = {
    "trust-ledger/funds-disbursed",
    "trust-ledger/deposit-returned",
    "trust-ledger/bank-charge-taken",
    "trust-ledger/interest-swept",
}
_REVERSAL = "trust-ledger/entry-reversed"


def project(event: LoggedEvent) -> Iterable[Change]:
    """The item."""
    data = event.data
    comes_in = event.topic in _MONEY_IN or data.get("effect") == "increase"
    yield Insert(
        "bank_items",
        (
            data["trust_account_id"],
            event.stream_id,
            data["entry_id"],
            data["amount_minor"] if comes_in else -data["amount_minor"],
            event.effective_date,
            data.get("instrument") == "opening",
            data.get("reverses_entry_id"),
            data.get("cheque_number"),
            text_of(data.get("payer") or data.get("payee")),
            data["description"],
        ),
    )


PROJECTION = Projection("bank_items", 1, (BANK_ITEMS,), project, frozenset({*_MONEY_IN, *_MONEY_OUT, _REVERSAL}))
