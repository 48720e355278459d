"""One decision in the making: what it read, what it decided, and who asked.

A handler loads states, calls their decisions, and records the events that come back. Whatever it loaded and did not
write becomes a guard: if anyone changes it before the append, the whole command is decided again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, ClassVar, Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

from aggregates.errors import NotFound
from aggregates.event import Actor, Event
from aggregates.permissions import Role
from aggregates.stream import Kind
from commands.event_log.loaded import Known, Loaded
from commands.event_log.log import EventLog
from commands.plain_text import MANY_LINES, check_plain

Given = TypeVar("Given")
State = TypeVar("State")


class Command(BaseModel):
    """What somebody asks for, in the imperative."""

    LONG: ClassVar[bool] = False
    """Takes long to decide: its own thread does it beforehand, so that nobody else waits."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_validator("*")
    @classmethod
    def _is_plain(cls, value: Given, info: ValidationInfo) -> Given:
        """No text has invisible characters in it; in an amendment, `field` says which text is meant."""
        texts = (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ()
        for text in texts:
            if isinstance(text, str):
                named = info.data.get("field") if info.field_name in {"value", "values"} else info.field_name
                check_plain(text, many_lines=named in MANY_LINES)
        return value


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: the person, the roles they hold, the client program they came through, and the access token they showed.

    `in_person` is false for a token that somebody else issued: it may be in two hands.
    """

    user_id: UUID
    roles: frozenset[Role]
    program: str
    token_id: UUID | None = None
    in_person: bool = True


@dataclass(frozen=True, slots=True)
class Document:
    """A raw file that an event names by its hash."""

    content: bytes
    media: str
    filename: str


class Finds(Protocol):
    """Whatever tells the state of a stream: a command's work, or a log that is read."""

    def find(self, kind: Kind[State], stream_id: UUID) -> State | None:
        """None where there is none yet."""


class Work:
    """Loads, decides, gathers. Nothing is written until the whole command is decided.

    `ahead` are states that commands before it in the same call lead to; `fresh` looks at what stands in the log, and at
    nothing else.
    """

    def __init__(
        self,
        log: EventLog,
        *,
        asker: Asker,
        actor: Actor,
        now: datetime,
        zone: tzinfo,
        new_id: Callable[[], UUID],
        fresh: bool,
        ahead: Known,
    ) -> None:
        self.log = log
        self.asker = asker
        self.actor = actor
        self.now = now
        self.zone = zone
        self.today: date = now.astimezone(zone).date()
        self.new_id = new_id
        self.used_cache = False
        self.looked_ahead = False
        """Whether a state was one that a command before it in the same call leads to, and may yet not come about."""
        self.recorded: list[tuple[UUID, int, Event]] = []
        self.documents: list[Document] = []
        """Raw files to be kept; they are, before the events that name them, and never for a dry run."""
        self.account_guards: list[tuple[UUID, int]] = []
        """Trust accounts of which nothing may be recorded since their counter stood there."""
        self._fresh = fresh
        self._ahead = ahead
        self._loaded: dict[int, tuple[UUID, int]] = {}
        """Streams that were read, by their ids as numbers, and the version they were read at."""
        self._reached: Known = {}

    @property
    def user_id(self) -> UUID:
        """The person who asks."""
        return self.asker.user_id

    def find(self, kind: Kind[State], stream_id: UUID) -> State | None:
        """The state of a stream as this command sees it, None where there is none yet."""
        return self._reach(kind, stream_id).state  # type: ignore[no-any-return]

    def load(self, kind: Kind[State], stream_id: UUID) -> State:
        """The state of a stream that must exist. Raises NotFound."""
        state = self.find(kind, stream_id)
        if state is None:
            raise NotFound(f"there is no {kind.name.replace('-', ' ')} {stream_id}", id=str(stream_id))
        return state

    def version(self, kind: Kind[State], stream_id: UUID) -> int:
        """How many events the stream has, with those of this command."""
        return self._reach(kind, stream_id).version

    def version_read(self, stream_id: UUID) -> int | None:
        """The version this command read a stream at, None where it did not."""
        loaded = self._loaded.get(stream_id.int)
        return loaded[1] if loaded else None

    def record(self, kind: Kind[State], stream_id: UUID, *events: Event) -> State:
        """Put events on a stream; returns the state they lead to."""
        version, state, name = self._reach(kind, stream_id)
        for event in events:
            version, state = version + 1, kind.evolve(state, event)
            self.recorded.append((stream_id, version, event))
        self._reached[stream_id.int] = Loaded(version, state, name)
        return state  # type: ignore[no-any-return]

    def keep_document(self, content: bytes, *, media: str, filename: str) -> None:
        """Have a raw file kept by its SHA-256 if this command is carried out."""
        self.documents.append(Document(content, media, filename))

    def guards(self) -> list[tuple[UUID, int]]:
        """Streams that were read and not written, with the version they were read at."""
        written = self._written()
        return [loaded for number, loaded in self._loaded.items() if number not in written]

    def reached(self) -> Known:
        """The states after this command, of the streams it wrote."""
        return {number: self._reached[number] for number in self._written()}

    def touched(self) -> list[UUID]:
        """Every stream that was read or written."""
        return [stream_id for stream_id, _ in self._loaded.values()]

    def _written(self) -> set[int]:
        return {stream_id.int for stream_id, _, _ in self.recorded}

    def _reach(self, kind: Kind[State], stream_id: UUID) -> Loaded:
        number = stream_id.int
        known = self._reached.get(number)
        if known is None or (known.version == 0 and known.kind != kind.name):  # what is not of one kind may be of another
            known = self._reached[number] = self._load(kind, stream_id)
            self._loaded[number] = (stream_id, known.version)
        elif known.kind != kind.name:
            return Loaded(0, None, kind.name)  # an id of something of another kind names nothing of this one
        return known

    def _load(self, kind: Kind[Any], stream_id: UUID) -> Loaded:
        if self._fresh:
            return self.log.load(kind, stream_id)
        self.used_cache = True
        known = self._ahead.get(stream_id.int)
        if known is None:
            return self.log.load(kind, stream_id, fresh=False)
        self.looked_ahead = True
        return known if known.kind == kind.name else Loaded(0, None, kind.name)
