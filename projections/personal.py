"""Text about a person, as a read model shows it: in the clear while it can be read, and honest when it cannot."""

from collections.abc import Mapping
from typing import Any

UNREADABLE = "(unreadable)"


def text_of(personal: Mapping[str, Any] | None) -> str | None:
    """The text of a stored `Personal`; None where the event names nobody."""
    if personal is None:
        return None
    text = personal.get("text")
    return UNREADABLE if text is None else str(text)


def texts_of(personals: list[Mapping[str, Any]]) -> list[str]:
    """The texts of several."""
    return [text_of(one) or UNREADABLE for one in personals]
