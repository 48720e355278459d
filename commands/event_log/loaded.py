"""A stream as it was folded, and how far."""

from typing import Any, NamedTuple, TypeAlias


class Loaded(NamedTuple):
    """A stream's state after `version` events; None and 0 where there is none yet."""

    version: int
    state: Any
    kind: str = ""
    """The name of its kind, the first word of its topics."""


Known: TypeAlias = dict[int, Loaded]
"""States by their stream's id as a number: a number is found in a fraction of the time that an UUID takes."""
