"""Evergreen retainers: what each holds against what was agreed, and what the client was asked for and has not brought."""

from collections import defaultdict
from datetime import date

from projections.reports.balances import ledger_balances
from projections.reports.card_states import card_ids, card_states
from projections.reports.labels import ledger_labels
from projections.reports.reader import Reader
from projections.reports.report import Report, columns

_SHAPE = columns(
    "ledger client matter minimum_minor:money replenish_to_minor:money balance_minor:money asked_minor:money asked_on:date "
    "days_open:count email emails_sent:count last_emailed_on:date request_id ledger_id"
)


def report(
    reader: Reader, *, as_of: date | None = None, known_at: int | None = None, trust_account_id: str | None = None
) -> Report:
    """Those with an open request first, the longest open on top."""
    on = as_of or reader.today
    with reader.snapshot():
        cards = card_states(reader, "trust_ledger", as_of=as_of, known_at=known_at)
        agreed = {
            key: card
            for key, card in cards.items()
            if card.get("minimum_minor") is not None and trust_account_id in {None, card["trust_account_id"]}
        }
        asked = card_states(reader, "trust_request", as_of=as_of, known_at=known_at)
        waiting = {card["ledger_id"]: (key, card) for key, card in asked.items() if card["status"] == "open"}
        written = _written(reader, [key for key, _ in waiting.values()], as_of, known_at)
        balances = ledger_balances(reader, as_of, known_at)
        labels = ledger_labels(reader, list(agreed), known_at)
    rows = []
    for key, card in agreed.items():
        request_id, request = waiting.get(key, (None, None))
        sent = written.get(request_id, [])
        since = date.fromisoformat(request["asked_on"]) if request is not None else None
        rows.append(
            (labels[key].title, labels[key].client, labels[key].matter, card["minimum_minor"], card["replenish_to_minor"],
             balances[key].balance_minor if key in balances else 0, request["amount_minor"] if request is not None else None,
             since, (on - since).days if since is not None else None, card.get("email", "none"), len(sent),
             max(sent, default=None), request_id, key)
        )  # fmt: skip
    rows.sort(key=lambda row: (-(row[8] if row[8] is not None else -1), str(row[0])))
    open_ones = [row[6] for row in rows if row[6] is not None]
    return Report(
        "Evergreen retainers", _SHAPE, tuple(rows), on, known_at,
        totals={"asked": sum(open_ones)}, counts={"retainers": len(rows), "requests": len(open_ones)},
    )  # fmt: skip


def _written(reader: Reader, requests: list[str], as_of: date | None, known_at: int | None) -> dict[str | None, list[date]]:
    """The days on which e-mails to the client went, by request."""
    ids = card_ids(reader, "email", "request_id", requests)
    sent: dict[str | None, list[date]] = defaultdict(list)
    for card in card_states(reader, "email", ids, as_of=as_of, known_at=known_at).values():
        if card["about"] != "notice" and card["sent_on"] is not None:
            sent[card["request_id"]].append(date.fromisoformat(card["sent_on"]))
    return sent
