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


def readable(value: Any) -> Any:
    """A value of an event with every text about a person in the clear, however deep it stands."""
    if isinstance(value, list):
        return [readable(one) for one in value]
    if isinstance(value, Mapping):
        return text_of(value) if "subject_id" in value else {name: readable(one) for name, one in value.items()}
    return value
