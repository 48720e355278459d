"""A stream as it was folded, and how far."""

from typing import Any, NamedTuple


class Loaded(NamedTuple):
    """A stream's state after `version` events; None and 0 where there is none yet."""

    version: int
    state: Any
    kind: str = ""
    """The name of its kind, the first word of its topics."""
