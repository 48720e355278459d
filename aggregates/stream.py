"""Kinds of aggregate: how a stream of facts folds into a state, and how a natural key names a stream."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID, uuid5

from aggregates.event import Event

State = TypeVar("State")

_MUNIMENT = UUID("6d756e69-6d65-5e74-8000-000000000001")


@dataclass(frozen=True, slots=True)
class Kind(Generic[State]):
    """A kind of aggregate: its name in the field's words, and `evolve`, the state one event later.

    `evolve` takes None before the first event and never refuses: a stored event is a fact.
    """

    name: str
    evolve: Callable[[State | None, Event], State]

    def stream_id(self, *natural_key: object) -> UUID:
        """The stream that this natural key names, so that one thing can never be two streams."""
        return uuid5(_MUNIMENT, "\x1f".join([self.name, *map(str, natural_key)]))
