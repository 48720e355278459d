"""What a ledger is called, and whose it is.

Labels follow `known_at` only: a matter that was entered after the day of a report still names the money of that day.
Nothing here asks whether a client or a matter is active; the money of a closed one is money (defect 5 in domain reference,
section 7.3).
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from projections.reports.card_states import card_states
from projections.reports.reader import Reader
from projections.reports.report import Report


@dataclass(frozen=True, slots=True)
class Label:
    """A ledger's name and kin. Client and matter are None on the named ledgers."""

    ledger_id: str
    title: str
    purpose: str
    trust_account_id: str | None = None
    currency: str | None = None
    client_id: str | None = None
    client: str | None = None
    matter_id: str | None = None
    matter: str | None = None
    matter_status: str | None = None


def ledger_labels(reader: Reader, ids: Collection[str] | None, known_at: int | None) -> dict[str, Label]:
    """Labels by ledger id, all ledgers where `ids` is None. A ledger without a card is called unknown, never left out."""
    ledgers = card_states(reader, "trust_ledger", ids, known_at=known_at)
    client_ids = {card["client_id"] for card in ledgers.values() if card["client_id"]}
    matter_ids = {card["matter_id"] for card in ledgers.values() if card["matter_id"]}
    contacts = card_states(reader, "contact", client_ids, known_at=known_at)
    matters = card_states(reader, "matter", matter_ids, known_at=known_at)
    labels = {one: Label(one, f"unknown ledger {one}", "unknown") for one in ids or ()}
    for ledger_id, card in ledgers.items():
        client = contacts.get(card["client_id"], {}).get("name")
        matter = matters.get(card["matter_id"], {})
        purpose = str(card["purpose"])
        named = purpose.replace("_", " ").capitalize()
        labels[ledger_id] = Label(
            ledger_id,
            f"{client or card['client_id']}, {matter.get('number') or card['matter_id']}" if card["client_id"] else named,
            purpose,
            card["trust_account_id"],
            card["currency"],
            card["client_id"],
            client,
            card["matter_id"],
            matter.get("number"),
            matter.get("status"),
        )
    return labels


def account_currency(reader: Reader, trust_account_id: str | None) -> str | None:
    """The currency of an account, None where none is named or known."""
    if trust_account_id is None:
        return None
    return card_states(reader, "trust_account", [trust_account_id]).get(trust_account_id, {}).get("currency")


def in_currency(reader: Reader, report: Report) -> Report:
    """The report with the currency of its money, where it names none and all accounts known then are of the firm's own."""
    if report.currency is not None or not _tells_money(report):
        return report
    accounts = card_states(reader, "trust_account", known_at=report.known_at).values()
    firms = card_states(reader, "firm", known_at=report.known_at).values()
    found = {card["currency"] for card in accounts} | {card["base_currency"] for card in firms}
    return replace(report, currency=found.pop()) if len(found) == 1 else report


def _tells_money(report: Report) -> bool:
    kinds = {column.name: column.kind for column in report.columns}
    return "currency" not in kinds and (bool(report.totals) or "money" in kinds.values())
