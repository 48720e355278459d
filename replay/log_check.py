"""Whether the log is whole: positions without a gap, versions in turn, columns as the bytes say, leaves, tree and head."""

from collections.abc import Collection, Iterator
from hashlib import sha256
from typing import Any, NamedTuple

import orjson
from psycopg import Connection

from aggregates.merkle import Frontier
from replay.findings import Check

_PAGE = 2_000
_INDEXED = ("stream_id", "version", "topic")


class Read(NamedTuple):
    """An event whose bytes could be read, with the hash of those bytes."""

    position: int
    leaf: bytes
    document: dict[str, Any]


class LogCheck:
    """Reads the log once, page by page, and hands on what it read.

    `wanted` are sizes whose root somebody signed; `roots` then has them. One snapshot sees the log and its head. With an
    account, only its events are read (found by the counter in their bytes) and those of topics that begin with `besides`;
    gaps and the tree cannot be seen then.
    """

    def __init__(
        self,
        connection: Connection[Any],
        schema: str,
        wanted: Collection[int] = (),
        *,
        account_id: str | None = None,
        besides: Collection[str] = (),
    ) -> None:
        self.check = Check("log", "events")
        self.tree = Check("tree", "leaves")
        self.roots: dict[int, bytes] = {}
        self.frontier = Frontier()
        self._connection = connection
        self._schema = schema
        self._wanted = frozenset(wanted)
        self._versions: dict[str, int] = {}
        self._expected = 1
        self._whole = account_id is None
        counter = f'"trust_account":{{"id":"{account_id}"'.encode()
        self._filter = "" if self._whole else "AND (position(%s::bytea IN state) > 0 OR topic LIKE ANY(%s)) "
        self._values = [] if self._whole else [counter, [f"{topic}%" for topic in besides]]

    def pages(self) -> Iterator[list[Read]]:
        """Every event whose bytes are an event, in order."""
        statement = (
            f"SELECT position, stream_id::text, version, topic, state, leaf FROM {self._schema}.events "
            f"WHERE position > %s {self._filter}ORDER BY position LIMIT {_PAGE}"
        )
        after = -(2**62)
        execute = self._connection.execute
        while rows := execute(statement, (after, *self._values), binary=True, prepare=True).fetchall():
            after = rows[-1][0]
            with self.check.timed():
                read = self._take(rows)
            yield read

    def finish(self, size: int, packed: bytes) -> None:
        """Hold the end of the log against its head."""
        last = self._expected - 1
        if last != size:
            sentence = f"the head counts {size} events, the log ends at {last}"
            self.check.fault(sentence, position=min(last, size) + 1, table="log_head")
        if packed != self.frontier.packed():
            self.tree.fault("the tree over all events is not the one in the log's head", table="log_head")
        self.tree.counted = self.frontier.size

    def _take(self, rows: list[tuple[Any, ...]]) -> list[Read]:
        read: list[Read] = []
        fault, append, versions, loads = self.check.fault, self.frontier.append, self._versions, orjson.loads
        wanted, roots, frontier = self._wanted, self.roots, self.frontier
        expected, whole = self._expected, self._whole
        self.check.counted += len(rows)
        for position, stream, version, topic, state, leaf in rows:
            if position != expected and whole:
                fault(_gap(expected, position), position=min(expected, position), table="events")
            expected = position + 1
            hashed = sha256(b"\x00" + state).digest()
            if hashed != leaf:
                fault("the bytes of the event are not those its leaf was made of", position=position, table="events")
            append(hashed)
            if frontier.size in wanted:
                roots[frontier.size] = frontier.root()
            known = versions.get(stream, 0)
            if version != known + 1:
                sentence = f"stream {stream} goes from version {known} to {version}"
                fault(sentence, position=position, table="events")
            versions[stream] = version
            try:
                document = loads(state)
                named = (document["stream"], document["version"], document["topic"])
            except (ValueError, KeyError, TypeError):
                fault("the bytes are not an event", position=position, table="events")
                continue
            if named != (stream, version, topic):
                self._columns(position, named, (stream, version, topic))
            if _is_whole(document):
                read.append(Read(position, hashed, document))
            else:
                fault("the event lacks a part that every event has", position=position, table="events")
        self._expected = expected
        return read

    def _columns(self, position: int, named: tuple[Any, ...], beside: tuple[Any, ...]) -> None:
        for column, inside, outside in zip(_INDEXED, named, beside, strict=True):
            if inside != outside:
                sentence = f"the column {column} says {outside}, the bytes {inside}"
                self.check.fault(sentence, position=position, table="events")


def _is_whole(document: dict[str, Any]) -> bool:
    """Whether the envelope has the parts that others rest on, each of its kind."""
    actor, data, chain = document.get("actor"), document.get("data"), document.get("trust_account")
    if type(actor) is not dict or type(data) is not dict or type(document.get("schema")) is not int:
        return False
    if type(document.get("command")) is not str or type(actor.get("user_id")) is not str:
        return False
    if chain is None:
        return True
    parts = (chain.get("id"), chain.get("seq"), chain.get("prev")) if type(chain) is dict else ()
    return tuple(map(type, parts)) == (str, int, str)


def _gap(expected: int, position: int) -> str:
    if position < expected:
        return f"the log has an event at position {position} besides its first"
    if position == expected + 1:
        return f"there is no event at position {expected}"
    return f"there are no events at positions {expected} to {position - 1}"
