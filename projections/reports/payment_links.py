"""Payment links: what each client is asked to pay by card, for what, and how far it came."""

from collections import defaultdict
from datetime import date
from typing import Any

from projections.reports.card_payments import fees_of, refunded_of, state_of
from projections.reports.card_states import Card, card_states
from projections.reports.labels import ledger_labels
from projections.reports.reader import Reader
from projections.reports.report import Report, columns

_SHAPE = columns(
    "made_on:date client for destination amount_minor:money state paid_minor:money fee_minor:money refunded_minor:money "
    "failure url link_id client_id bill_id ledger_id card_payment_id"
)
_WAITING = frozenset({"open", "declined", "processing"})


def report(
    reader: Reader,
    *,
    as_of: date | None = None,
    known_at: int | None = None,
    client_id: str | None = None,
    bill_id: str | None = None,
    ledger_id: str | None = None,
) -> Report:
    """The newest first, with what was paid under each."""
    wanted = {"client_id": client_id, "bill_id": bill_id, "ledger_id": ledger_id}
    with reader.snapshot():
        links = {
            key: card
            for key, card in card_states(reader, "payment_link", as_of=as_of, known_at=known_at).items()
            if all(value is None or card[name] == value for name, value in wanted.items())
        }
        paid = card_states(reader, "card_payment", as_of=as_of, known_at=known_at)
        clients = card_states(reader, "contact", {card["client_id"] for card in links.values()}, known_at=known_at)
        bills = card_states(
            reader, "bill", {card["bill_id"] for card in links.values() if card["bill_id"]}, known_at=known_at
        )
        ledgers = ledger_labels(reader, [card["ledger_id"] for card in links.values() if card["ledger_id"]], known_at)
    under: dict[str, list[Card]] = defaultdict(list)
    for card in paid.values():
        under[card.get("link_id") or ""].append(card)
    rows = [_row(key, card, under[key], clients, bills, ledgers) for key, card in links.items()]
    rows.sort(key=lambda row: (row[0], row[11]), reverse=True)
    waiting = [row for row in rows if row[5] in _WAITING]
    return Report(
        "Payment links", _SHAPE, tuple(rows), as_of or reader.today, known_at,
        totals={name: sum(row[at] for row in rows) for name, at in (("amount", 4), ("paid", 6), ("fee", 7))},
        counts={"links": len(rows), "waiting": len(waiting)},
    )  # fmt: skip


def _row(key: str, card: Card, paid: list[Card], clients: Any, bills: Any, ledgers: Any) -> tuple[Any, ...]:
    done = [one for one in paid if one.get("status") == "succeeded"]
    failed = next((one for one in paid if one.get("status") == "failed"), None)
    what = bills.get(card["bill_id"], {}).get("number") if card["bill_id"] else ledgers[card["ledger_id"]].title
    return (
        date.fromisoformat(card["made_on"]), clients.get(card["client_id"], {}).get("name"), what, card["destination"],
        card["amount_minor"], _state(card, paid, done, failed), sum(one["amount_minor"] for one in done),
        sum(map(fees_of, paid)), sum(map(refunded_of, paid)),
        (failed.get("said") or failed.get("failure")) if failed is not None and not done else None, card["url"], key,
        card["client_id"], card["bill_id"], card["ledger_id"], card["card_payment_id"],
    )  # fmt: skip


def _state(card: Card, paid: list[Card], done: list[Card], failed: Card | None) -> str:
    """Open, declined (and still open), processing, paid, disputed, charged back, refunded, partly refunded, closed."""
    if done:
        return state_of(done[-1])
    if card["status"] != "open":
        return str(card["status"])
    if any(one.get("status") == "processing" for one in paid):
        return "processing"
    return "declined" if failed is not None else "open"
