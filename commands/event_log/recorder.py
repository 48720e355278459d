"""The recorder: dense positions, guards, idempotency, leaves and frontier, in one round trip.

Stock faults that this mends are listed in ARCHITECTURE.md (hanging pipelines, gaps in ids, no lock timeout, DDL races).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from eventsourcing.persistence import Notification, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg import Connection
from psycopg.pq.abc import PGresult
from psycopg_pool import ConnectionPool, PoolTimeout

from commands.event_log.arrays import byte_strings, integers, texts, uuids
from commands.event_log.prepared import PreparedStatement, Sent


class Verdict(StrEnum):
    """What became of one decision."""

    APPENDED = "appended"
    REPLAYED = "replayed"
    KEY_REUSED = "key_reused"
    CONFLICT = "conflict"


_A_MOMENT_S = 0.001
"""How long a connection is waited for by who must not wait: with nothing at all none would be given."""
MOST_UNSEEN = 2_000
"""Events of others to tell at once; where more were written, stale states are found by their conflicts."""
_VERDICTS: dict[bytes | None, Verdict] = {verdict.value.encode(): verdict for verdict in Verdict}


@dataclass(frozen=True, slots=True)
class Answer:
    """The first answer to an idempotency key, kept for the life of the log."""

    actor_id: UUID
    key: str
    request_hash: bytes
    status: int
    body: bytes


class ToStore(NamedTuple):
    """An event on its way into the log; `account_id` is the trust account that it touches."""

    stream_id: UUID
    version: int
    topic: str
    state: bytes
    account_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Events to append together or not at all, and the streams they rest on.

    The version before a stream's first event is expected.
    `guards` maps streams that were only read to the version they were read at (0: it must not exist).
    `account_guards` maps trust accounts to the counter they must still stand at: nothing of them was recorded since.
    `ahead` tells that it was decided on what decisions before it in the call lead to: where one of those whose streams it
    rests on does not come about, neither may this.
    """

    events: Sequence[ToStore]
    guards: Sequence[tuple[UUID, int]] = field(default=())
    answer: Answer | None = None
    account_guards: Sequence[tuple[UUID, int]] = ()
    ahead: bool = False


Seen = tuple[list[tuple[Verdict, int]], list[tuple[int, StoredEvent]]]
"""A verdict for each decision, with a position; and what others wrote, with theirs."""


class FirmDatastore(PostgresDatastore):
    """The library's datastore over a pool that all firms share."""

    def __init__(self, pool: ConnectionPool[Any], schema: str) -> None:
        self.pool = pool  # type: ignore[assignment]  # the stock pool only adds a password hook
        self.schema = schema
        self.originator_id_type = "uuid"
        self.enable_db_functions = False
        self.lock_timeout = 5
        self.single_row_tracking = True
        self.db_type_names = set()
        self.psycopg_type_adapters = {}
        self.psycopg_python_types = {}
        self.pool_open_timeout = None

    def close(self) -> None:
        """The pool is not ours to close."""


class FirmRecorder(PostgresApplicationRecorder):
    """One firm's log."""

    def __init__(
        self, pool: ConnectionPool[Connection[Any]], schema: str, appending: ConnectionPool[Connection[Any]]
    ) -> None:
        super().__init__(FirmDatastore(pool, schema), events_table_name="events")
        self._pool = pool
        self._appending = appending
        self._append = PreparedStatement(
            f"SELECT verdict, last_position, stream_id, version, topic, state FROM {schema}.append_decisions("
            "$1::bigint,$2::int,$3::int[],$4::int[],$5::int[],$6::int[],$7::int[],$8::uuid[],$9::uuid[],$10::int[],$11::int[],"
            "$12::text[],$13::bytea[],$14::int[],$15::int[],$16::int[],$17::int[],$18::uuid[],$19::text[],$20::bytea[],"
            "$21::int[],$22::bytea[],$23::int[],$24::int[])",
        )
        self._stream = (
            f"SELECT version, topic, state FROM {schema}.events WHERE stream_id = %s AND version > %s "
            "AND version <= %s ORDER BY version"
        )
        self._page = (
            f"SELECT position, stream_id, version, topic, state FROM {schema}.events "
            "WHERE position >= %s AND position <= %s ORDER BY position LIMIT %s"
        )
        self._size = f"SELECT size FROM {schema}.log_head WHERE id = 1"

    def append(self, decisions: Sequence[Decision]) -> list[tuple[Verdict, int]]:
        """Append each decision or say why not; the position is that of its last event."""
        return self.append_seeing(decisions, None)[0]

    def append_seeing(self, decisions: Sequence[Decision], seen: int | None) -> Seen:
        """Append, and tell what others wrote after position `seen`, unless that is more than `MOST_UNSEEN`."""
        connection = self._appending.getconn()
        try:
            answer = self._append.execute(connection, _arrays(decisions, seen))
        finally:
            self._appending.putconn(connection)
        return seen_in(answer, len(decisions))

    def at_hand(self) -> Connection[Any] | None:
        """A connection that can be sent an append at once, None where none is free; to be given back."""
        try:
            connection = self._appending.getconn(_A_MOMENT_S)
        except PoolTimeout:
            return None
        if self._append.is_known(connection):
            return connection
        self._appending.putconn(connection)
        return None

    def give_back(self, connection: Connection[Any]) -> None:
        """What `at_hand` gave is not needed any more."""
        self._appending.putconn(connection)

    def send(self, connection: Connection[Any], decisions: Sequence[Decision], seen: int | None) -> Sent:
        """As `append_seeing`, without waiting for the answer. Raises psycopg.OperationalError."""
        return self._append.send(connection, _arrays(decisions, seen))

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """The library's own entrance, for bare events. Raises ValueError with the verdict where they are not appended."""
        account_id = kwargs.get("account_id")
        events = [
            ToStore(_uuid(event.originator_id), event.originator_version, event.topic, event.state, account_id)
            for event in stored_events
        ]
        verdict, last = self.append([Decision(events)])[0]
        if verdict is not Verdict.APPENDED:
            raise ValueError(verdict)
        return range(last - len(stored_events) + 1, last + 1)

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> list[StoredEvent]:
        """One stream, oldest first unless `desc`."""
        with self._pool.connection() as connection:
            rows = connection.execute(self._stream, (originator_id, gt or 0, lte or 2**31 - 1)).fetchall()
        stored = [StoredEvent(originator_id, version, topic, bytes(state)) for version, topic, state in rows]
        if desc:
            stored.reverse()
        return stored[:limit]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> list[Notification]:
        """A page of the log in its order; topics are for the reader to filter, so that tracking always advances."""
        first = (start or 1) + (0 if inclusive_of_start else 1)
        with self._pool.connection() as connection:
            rows = connection.execute(self._page, (first, stop or 2**62, limit)).fetchall()
        return [
            Notification(stream_id, version, topic, bytes(state), position)
            for position, stream_id, version, topic, state in rows
            if not topics or topic in topics
        ]

    def max_notification_id(self) -> int | None:
        """The log's size, None when empty."""
        with self._pool.connection() as connection:
            row = connection.execute(self._size).fetchone()
        return row[0] or None if row else None


def seen_in(answer: PGresult, count: int) -> Seen:
    """What the answer to an append of so many decisions says."""
    value = answer.get_value
    return (
        [(_VERDICTS[value(n, 0)], _number(value(n, 1))) for n in range(count)],
        [
            (
                _number(value(n, 1)),
                StoredEvent(
                    UUID(bytes=value(n, 2)),
                    _number(value(n, 3)),
                    (value(n, 4) or b"").decode(),
                    bytes(value(n, 5) or b""),
                ),
            )
            for n in range(count, answer.ntuples)
        ],
    )


def _uuid(value: UUID | str) -> UUID:
    """An id; the library's types allow for text. Raises ValueError for text that is none."""
    return value if isinstance(value, UUID) else UUID(value)


def _number(value: Any) -> int:
    return int.from_bytes(value, "big", signed=True)


def _arrays(decisions: Sequence[Decision], seen: int | None) -> list[bytes | None]:
    """The call's parameters, in their order; see the migration for what they mean."""
    streams: dict[int, int] = {}
    accounts: dict[int, int] = {}
    first: dict[tuple[UUID, str], int] = {}
    ends: tuple[list[int], ...] = ([], [], [], [])
    of_stream: list[int] = []
    versions: list[int] = []
    topics: list[str] = []
    states: list[bytes] = []
    of_account: list[int] = []
    guards: list[tuple[int, int]] = []
    answers: list[tuple[int, Answer]] = []
    counters: list[tuple[int, int]] = []
    for decision in decisions:
        for stream_id, version, topic, state, account_id in decision.events:
            of_stream.append(streams.setdefault(stream_id.int, len(streams) + 1))
            versions.append(version)
            topics.append(topic)
            states.append(state)
            of_account.append(0 if account_id is None else accounts.setdefault(account_id.int, len(accounts) + 1))
        for stream_id, version in decision.guards:
            guards.append((streams.setdefault(stream_id.int, len(streams) + 1), version))
        for guarded_id, seq in decision.account_guards:
            counters.append((accounts.setdefault(guarded_id.int, len(accounts) + 1), seq))
        answer = decision.answer
        if answer is not None:
            number = len(answers) + 1
            answers.append((first.setdefault((answer.actor_id, answer.key), number), answer))
        for end, reached in zip(ends, (len(states), len(guards), len(answers) if answer else 0, len(counters)), strict=True):
            end.append(reached)
    return [
        None if seen is None else seen.to_bytes(8, "big"),
        MOST_UNSEEN.to_bytes(4, "big"),
        *map(integers, ends),
        integers([int(decision.ahead) for decision in decisions]),
        uuids(streams),
        uuids(accounts),
        integers(of_stream),
        integers(versions),
        texts(topics),
        byte_strings(states),
        integers(of_account),
        integers([stream for stream, _ in guards]),
        integers([version for _, version in guards]),
        integers([where for where, _ in answers]),
        uuids([answer.actor_id.int for _, answer in answers]),
        texts([answer.key for _, answer in answers]),
        byte_strings([answer.request_hash for _, answer in answers]),
        integers([answer.status for _, answer in answers]),
        byte_strings([answer.body for _, answer in answers]),
        integers([account for account, _ in counters]),
        integers([seq for _, seq in counters]),
    ]


def pages(recorder: FirmRecorder, after: int, page: int, stop: int | None = None) -> Iterator[list[Notification]]:
    """The log after a position, page by page, until its end."""
    while rows := recorder.select_notifications(after + 1, page, stop):
        yield rows
        after = rows[-1].id
