"""Tree heads that stand in the log itself: each reconciliation pins the root of the events its legs were taken from."""

from collections.abc import Mapping
from typing import Any

import orjson
from psycopg import Connection

from aggregates.merkle import Frontier
from replay.findings import Check
from replay.folding import pages

_TOPIC = "reconciliation/prepared"
_HEX = 64


def root_at(connection: Connection[Any], schema: str, position: int) -> str:
    """The root of the log's first `position` events, in hex, as a reconciliation pins it.

    At the head it is at hand; before, every leaf up to there is read. Raises ValueError past the end of the log.
    """
    row = connection.execute(f"SELECT size, frontier FROM {schema}.log_head WHERE id = 1").fetchone()
    if row is not None and row[0] == position:
        return Frontier.unpack(position, bytes(row[1])).root().hex()
    frontier = Frontier()
    for rows in pages(connection, schema, "position, leaf", position):
        for _, leaf in rows:
            frontier.append(leaf)
    if frontier.size != position:
        raise ValueError(f"the log has {frontier.size} events, not {position}")
    return frontier.root().hex()


class PinnedRoots:
    """Finds what was pinned before the log is read, and is told the roots later."""

    def __init__(self, connection: Connection[Any], schema: str) -> None:
        self.check = Check("pinned roots", "reconciliations")
        self._pinned: list[tuple[int, int, str]] = []
        with self.check.timed():
            rows = connection.execute(f"SELECT position, state FROM {schema}.events WHERE topic = %s ORDER BY 1", (_TOPIC,))
            for position, state in rows:
                self._note(position, bytes(state))
        self.sizes = {size for _, size, _ in self._pinned}

    def finish(self, roots: Mapping[int, bytes]) -> None:
        """Hold them against the log's own."""
        self.check.counted = len(self._pinned)
        for position, size, pinned in self._pinned:
            root = roots.get(size)
            if root is None or root.hex() != pinned:
                sentence = f"the reconciliation at position {position} pins another tree of the first {size} events"
                self.check.fault(sentence, position=1, table="events", last=size)

    def _note(self, position: int, state: bytes) -> None:
        try:
            data = orjson.loads(state)["data"]
            size, root = int(data["position"]), str(data["tree_root"])
        except (ValueError, KeyError, TypeError):
            return  # the check of the log names it
        if len(root) == _HEX and size > 0:
            self._pinned.append((position, size, root))
