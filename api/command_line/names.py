"""What people call things, read back into ids: an account by its name, a matter by its number, a ledger by its title."""

from uuid import UUID

from aggregates.errors import BadRequest, NotFound
from projections.reports.card_states import card_states
from projections.reports.labels import ledger_labels
from projections.reports.reader import Reader


def account_id(reader: Reader, said: str | None) -> str:
    """A trust account by id, name or number; the only one where nothing is said. Raises NotFound, BadRequest."""
    accounts = card_states(reader, "trust_account")
    if said is None:
        if len(accounts) != 1:
            names = ", ".join(str(card["name"]) for card in accounts.values()) or "none"
            raise BadRequest(f"name the trust account with --account; there is: {names}")
        return next(iter(accounts))
    found = [key for key, card in accounts.items() if said in {key, card["name"], card["account_number"]}]
    return _only(found, "trust account", said)


def ledger_id(reader: Reader, said: str) -> str:
    """A trust ledger by id, or by words of its title (client, matter number)."""
    labels = ledger_labels(reader, None, None)
    exact = [key for key, label in labels.items() if said in {key, label.title, label.matter}]
    return _only(exact or [key for key, label in labels.items() if said.lower() in label.title.lower()], "ledger", said)


def matter_id(reader: Reader, said: str) -> str:
    """A matter by id or number."""
    cards = card_states(reader, "matter")
    return _only([key for key, card in cards.items() if said in {key, card["number"]}], "matter", said)


def bill_id(reader: Reader, said: str) -> str:
    """A bill by id or number."""
    cards = card_states(reader, "bill")
    return _only([key for key, card in cards.items() if said in {key, card.get("number")}], "bill", said)


def client_bill_id(reader: Reader, said: str) -> str | None:
    """A client bill by id or number; None where there is none, and it may be a bill."""
    cards = card_states(reader, "client_bill")
    found = [key for key, card in cards.items() if said in {key, card.get("number")}]
    return _only(found, "client bill", said) if found else None


def contact_id(reader: Reader, said: str) -> str:
    """A contact by id or name."""
    cards = card_states(reader, "contact")
    return _only([key for key, card in cards.items() if said.lower() in {key, str(card["name"]).lower()}], "contact", said)


def user_id(reader: Reader, said: str) -> str:
    """A user by id or name."""
    cards = card_states(reader, "user")
    return _only([key for key, card in cards.items() if said.lower() in {key, str(card["name"]).lower()}], "user", said)


def _only(found: list[str], kind: str, said: str) -> str:
    if not found:
        raise NotFound(f"there is no {kind} called {said!r}")
    if len(found) > 1:
        raise BadRequest(f"{said!r} means {len(found)} of the {kind}s; say it by id: {', '.join(found[:5])}")
    return str(UUID(found[0]))
