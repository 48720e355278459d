"""Trial balance of the client ledgers of one account, held against the book balance of its bank.

ABA Model Rules for Client Trust Account Records, rule 1(i): a list of the balances of every client. The two sides come from
different folds: the ledgers from their own entries, the book from the postings.
"""

from datetime import date

from projections.reports.balances import ledger_balances
from projections.reports.book_balance import book_balance
from projections.reports.labels import account_currency, ledger_labels
from projections.reports.reader import Reader
from projections.reports.report import Report, columns

_SHAPE = columns("ledger_id ledger purpose client matter matter_status balance_minor:money")


def report(
    reader: Reader, *, trust_account_id: str, as_of: date | None = None, known_at: int | None = None, with_zero: bool = False
) -> Report:
    """Every ledger of the account with a balance; with `with_zero` every one that ever had an entry."""
    with reader.snapshot():
        balances = ledger_balances(reader, as_of, known_at, trust_account_id=trust_account_id)
        labels = ledger_labels(reader, list(balances), known_at)
        book = book_balance(reader, trust_account_id, as_of, known_at)
        currency = account_currency(reader, trust_account_id)
    amounts = {ledger_id: balance.balance_minor for ledger_id, balance in balances.items()}
    ordered = sorted(amounts, key=lambda one: (labels[one].purpose != "client", labels[one].title, one))
    rows = [
        (one, labels[one].title, labels[one].purpose, labels[one].client, labels[one].matter, labels[one].matter_status,
         amounts[one])
        for one in ordered
        if with_zero or amounts[one]
    ]  # fmt: skip
    total = sum(amounts.values())
    return Report(
        "Trial balance of client ledgers",
        _SHAPE,
        tuple(rows),
        as_of,
        known_at,
        totals={
            "ledgers": total,
            "positive": sum(amount for amount in amounts.values() if amount > 0),
            "book": book,
            "difference": book - total,
        },
        counts={"ledgers": len(rows), "below_zero": sum(amount < 0 for amount in amounts.values())},
        currency=currency,
    )
