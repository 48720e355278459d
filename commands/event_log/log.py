"""One firm's log: load a stream, append decisions, read on from a position.

States are cached. That is safe, because whatever a decision read is checked again under the writer lock: a stale read
comes back as a conflict, never as a wrong event. What other processes wrote between two of our appends is fetched in one
go, so that conflicts stay rare.
"""

import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar
from uuid import UUID

import orjson
import psycopg
from eventsourcing.persistence import StoredEvent
from psycopg import Connection
from psycopg_pool import ConnectionPool

from aggregates.kept_answer import seal_of
from aggregates.logged_event import LoggedEvent
from aggregates.stream import Kind
from commands.event_log.at_hand import about_to_ask, at_hand_only
from commands.event_log.attempt import Attempt, Call, Decided, Told, carry_out_together
from commands.event_log.gathering import Gathering
from commands.event_log.loaded import Known, Loaded
from commands.event_log.mapper import DocumentMapper, NewEvent, decode, encode, said_of
from commands.event_log.recorder import Answer, Decision, FirmRecorder, Seen, ToStore, Verdict, pages
from commands.event_log.sending import Sending, Way

__all__ = ["Answer", "Decision", "EventLog", "Loaded", "Verdict", "decision_of"]

State = TypeVar("State")
_CACHE_SIZE = 50_000
_RECOVERY_S = 10.0
_AT_THE_HEAD = {Verdict.APPENDED, Verdict.CONFLICT}
"""Verdicts whose position tells how long the log was."""


class EventLog:
    """The append-only log of one firm, and the only way to write to it."""

    def __init__(
        self,
        slug: str,
        schema: str,
        pool: ConnectionPool[Connection[Any]],
        appending: ConnectionPool[Connection[Any]] | None = None,
    ) -> None:
        self.slug = slug
        self.schema = schema
        self._pool = pool
        self._recorder = FirmRecorder(pool, schema, appending or pool)
        self._mapper = DocumentMapper()
        self._cache: OrderedDict[int, Loaded] = OrderedDict()
        self._unseen: dict[int, list[StoredEvent]] = {}
        self._seen_to: int | None = None
        self._gathering: Gathering[Attempt] = Gathering(self._carry_out_together)
        self.alone = self._gathering.alone
        self.lead = self._gathering.lead

    def find(self, kind: Kind[State], stream_id: UUID) -> State | None:
        """The state of a stream now, None where there is none yet."""
        return self.load(kind, stream_id).state  # type: ignore[no-any-return]

    def load(self, kind: Kind[State], stream_id: UUID, *, fresh: bool = True) -> Loaded:
        """Fold a stream; with `fresh=False` a cached state will do, however old.

        An id of something of another kind names nothing of this one.
        """
        number = stream_id.int
        known = self._cache.get(number)
        if known is not None and known.kind != kind.name:
            return Loaded(0, None, kind.name)
        if fresh or known is None:
            about_to_ask()  # before anything is taken that would be missed
        unseen = self._unseen.pop(number, None)
        if known is not None and not fresh and unseen is None:
            return known
        version, state = (known.version, known.state) if known else (0, None)
        rows = unseen if known is not None and not fresh else self._recorder.select_events(stream_id, gt=version)
        for row in rows or ():
            if row.topic.partition("/")[0] != kind.name:
                return Loaded(0, None, kind.name)
            if row.originator_version == version + 1:
                version, state = version + 1, kind.evolve(state, self._mapper.to_domain_event(row).event())
        loaded = Loaded(version, state, kind.name)
        if version:
            self.remember({number: loaded})
        return loaded

    def remember(self, states: Known) -> None:
        """Keep states that were just loaded, or that a decision just led to, unless newer ones are known."""
        for number, loaded in states.items():
            known = self._cache.get(number)
            if known is None or known.version <= loaded.version:
                self._cache[number] = loaded
                self._cache.move_to_end(number)
        while len(self._cache) > _CACHE_SIZE:
            self._cache.popitem(last=False)

    def forget(self, stream_ids: Sequence[UUID]) -> None:
        """Drop cached states that a conflict showed to be old."""
        for stream_id in stream_ids:
            self._cache.pop(stream_id.int, None)
            self._unseen.pop(stream_id.int, None)

    def carry_out(self, attempts: Sequence[Attempt]) -> None:
        """Have commands decided and appended. Those that wait at the same time in this process are decided by one thread and
        appended in one call, each with its own verdict, or with its error.
        """
        self._gathering.hand_in(attempts)

    def send(self, attempts: Sequence[Attempt]) -> Sending | None:
        """The same for whoever must not wait, and leads: have them decided, and what was decided sent. None where no
        connection is at hand; then nothing was done, and nobody leads any more.
        """
        connection = None
        try:
            connection = self._recorder.at_hand()
            if connection is None:
                self._gathering.hand_over()
                return None
            with self._gathering.at_it(), at_hand_only():
                call = Call(attempts)
            way = Way(self._recorder, connection, self._told, self._append_or_recover, self._gathering.hand_over)
            return Sending(call, way, self._seen_to)
        except BaseException:
            if connection is not None:
                self._recorder.give_back(connection)
            self._gathering.hand_over()
            raise

    def append(self, decision: Decision) -> Told:
        """Append what is decided already. Raises psycopg.Error when the outcome stays unknown; sending again with the same
        key is then safe.
        """
        decided = Decided(decision)
        self.carry_out([decided])
        if decided.error is not None:
            raise decided.error
        return decided.told

    def append_all(self, decisions: Sequence[Decision]) -> list[tuple[Verdict, int]]:
        """Append many decisions in one transaction, in order, each with its verdict."""
        return self._recorder.append(decisions)

    def answer(self, actor_id: UUID, key: str) -> tuple[bytes, int, bytes, int] | None:
        """The first answer to a key: (request hash, status, body, position)."""
        row = self._row(
            f"SELECT request_hash, status, body, position FROM {self.schema}.idempotency WHERE actor_id = %s AND key = %s",
            (actor_id, key),
        )
        return (bytes(row[0]), row[1], bytes(row[2]), row[3]) if row else None

    def size(self) -> int:
        """The position of the last event; 0 for an empty log."""
        return self._recorder.max_notification_id() or 0

    def written_since(self, position: int, stream_ids: Sequence[UUID]) -> bool:
        """Whether any of these streams has an event after a position."""
        row = self._row(
            f"SELECT EXISTS (SELECT FROM {self.schema}.events WHERE position > %s AND stream_id = ANY(%s))",
            (position, list(stream_ids)),
        )
        return row is not None and row[0]

    def head(self) -> tuple[int, list[bytes]]:
        """Size and Merkle frontier, largest subtree first."""
        row = self._row(f"SELECT size, frontier FROM {self.schema}.log_head WHERE id = 1", ())
        assert row is not None, "a firm's log always has a head"
        packed = bytes(row[1])
        return row[0], [packed[i : i + 32] for i in range(0, len(packed), 32)]

    def account_seq(self, account_id: UUID) -> int:
        """A trust account's counter: how many events touched it."""
        row = self._row(f"SELECT seq FROM {self.schema}.trust_account_heads WHERE account_id = %s", (account_id,))
        return row[0] if row else 0

    def read(self, after: int = 0, *, page: int = 2000, stop: int | None = None) -> Iterator[LoggedEvent]:
        """Every event after a position, in order."""
        for rows in pages(self._recorder, after, page, stop):
            yield from (decode(row.id, row.state) for row in rows)

    def stream(self, stream_id: UUID, *, up_to: int | None = None) -> Iterator[LoggedEvent]:
        """One stream, oldest first, optionally only what stood at a position of the log."""
        with self._pool.connection() as connection:
            rows = connection.execute(
                f"SELECT position, state FROM {self.schema}.events WHERE stream_id = %s AND position <= %s ORDER BY version",
                (stream_id, up_to or 2**62),
            ).fetchall()
        yield from (decode(position, bytes(state)) for position, state in rows)

    def raw(self, position: int) -> tuple[bytes, bytes] | None:
        """The exact bytes at a position, and their leaf hash."""
        row = self._row(
            f"SELECT state, leaf FROM {self.schema}.events WHERE position = %s",
            (position,),
        )
        return (bytes(row[0]), bytes(row[1])) if row else None

    def keep_document(self, content: bytes, *, media: str, filename: str) -> None:
        """Keep a raw file by its SHA-256, for good; the same content twice is kept once."""
        with self._pool.connection() as connection:
            connection.execute(
                f"INSERT INTO {self.schema}.documents VALUES (sha256(%s::bytea), %s, %s, %s) ON CONFLICT DO NOTHING",
                (content, content, media, filename),
            )

    def document(self, sha256: bytes) -> tuple[bytes, str, str] | None:
        """A kept file: (content, media type, file name)."""
        row = self._row(
            f"SELECT content, media, filename FROM {self.schema}.documents WHERE sha256 = %s",
            (sha256,),
        )
        return (bytes(row[0]), row[1], row[2]) if row else None

    def _carry_out_together(self, attempts: Sequence[Attempt]) -> None:
        carry_out_together(attempts, self._append_together)

    def _append_together(self, decisions: Sequence[Decision]) -> Sequence[Told]:
        return self._told(self._append_or_recover(decisions))

    def _told(self, seen: Seen) -> Sequence[Told]:
        verdicts, others = seen
        self._see(others, max((at for verdict, at in verdicts if verdict in _AT_THE_HEAD), default=0))
        return verdicts

    def _see(self, others: Sequence[tuple[int, StoredEvent]], head: int) -> None:
        """Keep what others wrote since our last append, for the states that are cached."""
        for position, event in others:
            head = max(head, position)
            stream_id = event.originator_id
            if isinstance(stream_id, UUID) and stream_id.int in self._cache:
                self._unseen.setdefault(stream_id.int, []).append(event)
        if head > (self._seen_to or 0):
            self._seen_to = head

    def _append_or_recover(self, decisions: Sequence[Decision], lost: psycopg.OperationalError | None = None) -> Seen:
        """A connection that died after COMMIT was sent leaves a doubt, which the log itself can settle. `lost` is why an
        append of these came to no answer.
        """
        deadline = time.monotonic() + _RECOVERY_S
        while True:
            if lost is not None and (known := self._settle(decisions, deadline, lost)) is not None:
                return known, []
            try:
                return self._recorder.append_seeing(decisions, self._seen_to)
            except psycopg.OperationalError as error:
                if isinstance(error, psycopg.errors.LockNotAvailable):
                    raise
                lost = error

    def _settle(
        self, decisions: Sequence[Decision], deadline: float, lost: psycopg.OperationalError
    ) -> list[tuple[Verdict, int]] | None:
        """What became of decisions whose reply was lost: their verdicts, or None when nothing was written."""
        while True:
            try:
                return self._look_for(decisions)
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise lost from None
                time.sleep(0.1)

    def _look_for(self, decisions: Sequence[Decision]) -> list[tuple[Verdict, int]] | None:
        self._recorder.append([])  # waits for the writer lock, so that a COMMIT still on its way is seen
        found: list[tuple[Verdict, int]] = []
        for decision in decisions:
            last = decision.events[-1]
            row = self._row(
                f"SELECT position, state FROM {self.schema}.events WHERE stream_id = %s AND version = %s",
                (last.stream_id, last.version),
            )
            ours = row is not None and _id(bytes(row[1])) == _id(last.state)
            found.append((Verdict.APPENDED, row[0]) if row is not None and ours else (Verdict.CONFLICT, 0))
        return found if any(verdict is Verdict.APPENDED for verdict, _ in found) else None

    def _row(self, statement: str, values: tuple[Any, ...]) -> Any:
        with self._pool.connection() as connection:
            return connection.execute(statement, values).fetchone()


def decision_of(
    events: Sequence[NewEvent],
    guards: Sequence[tuple[UUID, int]] = (),
    answer: Answer | None = None,
    account_guards: Sequence[tuple[UUID, int]] = (),
    ahead: bool = False,
) -> Decision:
    """A decision ready to append; its last event seals the answer. Raises EventTooLarge."""
    kept = None if answer is None else seal_of(answer.actor_id, answer.key, answer.request_hash, answer.status, answer.body)
    last = len(events) - 1
    actor, said = events[0].actor, said_of(events[0].actor)
    stored = []
    for number, new in enumerate(events):
        if new.actor is not actor:
            actor, said = new.actor, said_of(new.actor)
        state = encode(new, kept if number == last else None, said)
        event = new.event
        stored.append(ToStore(new.stream_id, new.version, event.TOPIC, state, getattr(event, "trust_account_id", None)))
    return Decision(stored, guards, answer, account_guards, ahead)


def _id(state: bytes) -> Any:
    return orjson.loads(state)["id"]
