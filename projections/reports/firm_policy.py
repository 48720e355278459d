"""The figures that bind the firm, from its jurisdiction's pack and its own settings, as known at a position."""

from datetime import date

from aggregates.jurisdictions import Policy, pack_of
from projections.cards import laid_out
from projections.reports.card_states import card_states
from projections.reports.reader import Reader

_UNTIL_ESTABLISHED = "us-aba"


def firm_policy(reader: Reader, on: date, known_at: int | None) -> Policy:
    """The policy of a day; before the firm is established, that of the ABA model rules."""
    cards = card_states(reader, "firm", known_at=known_at)
    if not cards:
        return Policy(pack_of(_UNTIL_ESTABLISHED), {})
    card = laid_out(next(iter(cards.values())))
    settings = {name: tuple(value) if isinstance(value, list) else value for name, value in card.get("settings", {}).items()}
    begun = [pack for pack in card.get("packs", ()) if pack["binds_from"] <= on.isoformat()]
    pack = max(begun, key=lambda one: str(one["binds_from"]), default=card)
    return Policy(pack_of(pack["jurisdiction"], pack["pack_version"]), settings)


def sole_practitioner(reader: Reader, known_at: int | None) -> str | None:
    """The user on record as practising alone, whose exception shows in reports."""
    cards = card_states(reader, "firm", known_at=known_at)
    return next((card.get("sole_practitioner") for card in cards.values()), None)
