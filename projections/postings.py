"""Postings, the spine of the books: every event by which money moves becomes lines that sum to zero in each book.

Debits are positive. Client, matter and currency are those of the ledger; an entry names only the ledger, which is all that
its event knows. Sources: domain reference, section 4.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from aggregates.logged_event import LoggedEvent
from projections import operating_postings
from projections.chart_of_accounts import Account, Book, liability_of
from projections.projection import Add, Change, Insert, Projection, Table


class Posting(NamedTuple):
    """One line. `amount_minor` is signed, debits positive; the lines of an event sum to zero in each book."""

    book: Book
    account: Account
    trust_account_id: str | None
    ledger_id: str | None
    amount_minor: int
    effective_date: str
    recorded_at: str
    event_id: str
    entry_id: str


_TRUST_BANK = Account.TRUST_BANK

POSTINGS = Table(
    "postings",
    {
        "book": "text NOT NULL",
        "account": "text NOT NULL",
        "trust_account_id": "uuid",
        "ledger_id": "uuid",
        "amount_minor": "bigint NOT NULL",
        "effective_date": "date NOT NULL",
        "recorded_at": "timestamptz NOT NULL",
        "event_id": "uuid NOT NULL",
        "entry_id": "uuid NOT NULL",
    },
    indexes=(
        "USING btree (trust_account_id, account, effective_date, position) INCLUDE (amount_minor)",
        "USING btree (ledger_id, effective_date, position) INCLUDE (book, account, amount_minor)",
        "USING btree (account, effective_date, position) INCLUDE (amount_minor) WHERE book = 'operating'",
    ),
)
BANK_DAYS = Table(
    "trust_bank_days",
    {
        "trust_account_id": "uuid",
        "day": "date",
        "net_minor": "bigint NOT NULL DEFAULT 0",
        "postings": "integer NOT NULL DEFAULT 0",
    },
    key=("trust_account_id", "day"),
)
"""What each day did to the book balance of a trust bank account."""


def postings_of(event: LoggedEvent) -> list[Posting]:
    """The lines of one event, in order; none where no money moves."""
    make = _BY_TOPIC.get(event.topic)
    if make is not None:
        return make(event)
    when = (event.recorded_at, event.id, event.data.get("entry_id") or event.stream_id)
    return [
        Posting("operating", account, None, None, amount, day, *when)
        for account, amount, day in operating_postings.operating_lines(event)
    ]


def project(event: LoggedEvent) -> Iterable[Change]:
    """The lines, and the book balance's day."""
    lines = postings_of(event)
    changes: list[Change] = [Insert("postings", line) for line in lines]
    for line in lines:
        if line.account is _TRUST_BANK:
            key = (line.trust_account_id, line.effective_date)
            changes.append(Add("trust_bank_days", key, {"net_minor": line.amount_minor, "postings": 1}))
    return changes


def _lines(event: LoggedEvent, book: Book, debit: Account, credit: Account, amount_minor: int) -> list[Posting]:
    """Debit and credit; a negative amount goes the other way. Only the trust book's lines are of a ledger."""
    data, day, at, event_id = event.data, event.effective_date, event.recorded_at, event.id
    assert day is not None, f"money without a day at position {event.position}"
    account_id, entry_id = data.get("trust_account_id"), data["entry_id"]
    ledger_id = event.stream_id if book == "trust" else None
    return [
        Posting(book, debit, account_id, ledger_id, amount_minor, day, at, event_id, entry_id),
        Posting(book, credit, account_id, ledger_id, -amount_minor, day, at, event_id, entry_id),
    ]


def _at_bank(event: LoggedEvent, effect_minor: int, contra: Account = Account.OPERATING_BANK) -> list[Posting]:
    """Money came to the ledger (positive) or left it, at the trust bank; the reserve is mirrored in the operating book."""
    liability = liability_of(event.data["trust_account_id"], event.stream_id)
    lines = _lines(event, "trust", Account.TRUST_BANK, liability, effect_minor)
    if liability is Account.FIRM_RESERVE:
        lines += _lines(event, "operating", Account.RESERVE_HELD_IN_TRUST, contra, effect_minor)
    return lines


def _received(event: LoggedEvent) -> list[Posting]:
    opening = event.data["instrument"] == "opening"
    contra = Account.OPENING_BALANCES if opening else Account.OPERATING_BANK
    return _at_bank(event, event.data["amount_minor"], contra)


def _in(event: LoggedEvent) -> list[Posting]:
    return _at_bank(event, event.data["amount_minor"])


def _out(event: LoggedEvent) -> list[Posting]:
    return _at_bank(event, -event.data["amount_minor"])


def _charged(event: LoggedEvent) -> list[Posting]:
    return _at_bank(event, -event.data["amount_minor"], Account.BANK_CHARGES)


def _reversed(event: LoggedEvent) -> list[Posting]:
    amount = event.data["amount_minor"]
    contra = Account.BANK_CHARGES if event.data["bank_charge"] else Account.OPERATING_BANK
    return _at_bank(event, amount if event.data["effect"] == "increase" else -amount, contra)


def _made_good(event: LoggedEvent) -> list[Posting]:
    lines = _in(event)
    if all(line.book == "trust" for line in lines):  # a client's ledger: the firm bears the loss
        lines += _lines(event, "operating", Account.SHORTAGES_MADE_GOOD, Account.OPERATING_BANK, event.data["amount_minor"])
    return lines


def _between(event: LoggedEvent, effect_minor: int) -> list[Posting]:
    """A transfer never touches the bank: what leaves one ledger is in passage until it reaches the other."""
    liability = liability_of(event.data["trust_account_id"], event.stream_id)
    return _lines(event, "trust", Account.LEDGER_TRANSFERS, liability, effect_minor)


def _transferred_in(event: LoggedEvent) -> list[Posting]:
    return _between(event, event.data["amount_minor"])


def _transferred_out(event: LoggedEvent) -> list[Posting]:
    return _between(event, -event.data["amount_minor"])


def _drawn(event: LoggedEvent) -> list[Posting]:
    """The operating half of a transfer to operating; its trust half is the disbursement with the same entry id."""
    return _lines(event, "operating", Account.OPERATING_BANK, Account.ACCOUNTS_RECEIVABLE, event.data["amount_minor"])


def _draw_returned(event: LoggedEvent) -> list[Posting]:
    """It came back, or the firm gave it back out of its own money."""
    return _lines(event, "operating", Account.OPERATING_BANK, Account.ACCOUNTS_RECEIVABLE, -event.data["amount_minor"])


def _card_fee(event: LoggedEvent) -> list[Posting]:
    """What a card costs is the firm's, also where the payment went to trust (T8)."""
    amount = -event.data["amount_minor"] if event.data["given_back"] else event.data["amount_minor"]
    return _lines(event, "operating", Account.MERCHANT_FEES, Account.OPERATING_BANK, amount)


def _trust_chargeback(event: LoggedEvent) -> list[Posting]:
    """A chargeback of a trust deposit is borne by operating (T8); one of a payment to operating reopens its bills."""
    if event.data["destination"] != "trust":
        return []
    sign = -1 if event.topic == "card-payment/chargeback-given-back" else 1
    amount = sign * event.data["amount_minor"]
    return _lines(event, "operating", Account.CHARGEBACKS, Account.OPERATING_BANK, amount)


_BY_TOPIC: dict[str, Callable[[LoggedEvent], list[Posting]]] = {
    "trust-ledger/funds-received": _received,
    "trust-ledger/interest-credited": _in,
    "trust-ledger/reserve-topped-up": _in,
    "trust-ledger/shortage-cured": _made_good,
    "trust-ledger/funds-disbursed": _out,
    "trust-ledger/deposit-returned": _out,
    "trust-ledger/bank-charge-taken": _charged,
    "trust-ledger/interest-swept": _out,
    "trust-ledger/entry-reversed": _reversed,
    "trust-ledger/transferred-in": _transferred_in,
    "trust-ledger/transferred-out": _transferred_out,
    "billing-reference/drawn": _drawn,
    "billing-reference/draw-returned": _draw_returned,
    "billing-reference/fees-given-back": _draw_returned,
    "card-payment/fee-taken": _card_fee,
    "card-payment/chargeback-booked": _trust_chargeback,
    "card-payment/chargeback-given-back": _trust_chargeback,
}

PROJECTION = Projection("postings", 5, (POSTINGS, BANK_DAYS), project, frozenset(_BY_TOPIC) | operating_postings.TOPICS)
