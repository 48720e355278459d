"""What an event says on a card: words with their values."""

from collections.abc import Callable
from typing import Any, TypeAlias

from aggregates.logged_event import LoggedEvent

Words: TypeAlias = dict[str, Any]
Say: TypeAlias = Callable[[LoggedEvent], Words]
