"""Events to stored bytes and back. The stored bytes are the event: one JSON object that stands alone.

Personal data is sealed and opened here when per-subject keys come (roadmap: Privacy), and nowhere else.
"""

import re
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from eventsourcing.persistence import Mapper, StoredEvent
from pydantic import BaseModel

from aggregates.errors import BadRequest, EventTooLarge
from aggregates.event import Actor, Event, MoneyEvent
from aggregates.logged_event import LoggedEvent, from_document

MAX_EVENT_BYTES = 65_535
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_CHAIN_BYTES = 200
"""What the log adds for a trust account's counter and back-link, at most."""


class NewEvent(NamedTuple):
    """A fact about to be stored, in its envelope."""

    id: UUID
    stream_id: UUID
    version: int
    recorded_at: datetime
    actor: Actor
    command_id: UUID
    correlation_id: UUID
    causation_id: UUID | None
    reason: str | None
    salt: str
    event: Event


def encode(new: NewEvent, seal: str | None = None, said: orjson.Fragment | None = None) -> bytes:
    """The bytes to store, before the log adds the account's counter. Raises EventTooLarge, BadRequest for NUL in text.

    `seal` is that of the answer which is kept for the command's key (`aggregates/kept_answer`); `said` is the actor as it
    stands in the bytes, where many events have the same one.
    """
    event_id, stream_id, version, recorded_at, actor, command_id, correlation_id, causation_id, reason, salt, event = new
    document: dict[str, Any] = {
        "id": event_id,
        "topic": event.TOPIC,
        "schema": event.SCHEMA,
        "stream": stream_id,
        "version": version,
        "recorded_at": recorded_at,
    }
    data = dict(event.__dict__)
    if _moves_money(type(event)):
        document["effective_date"] = data.pop("effective_date")
    document["actor"] = said or said_of(actor)
    document["command"] = command_id
    document["correlation"] = correlation_id
    document["causation"] = causation_id
    document["reason"] = reason
    document["salt"] = salt
    if seal is not None:
        document["answer"] = seal
    document["data"] = data
    state = _dumped(document)
    if b"\\" in state and b"\\u0000" in state and _NUL.search(state):  # to look for one byte first is fastest
        raise BadRequest("text cannot hold the character NUL")
    if len(state) + _CHAIN_BYTES > MAX_EVENT_BYTES:
        raise EventTooLarge(
            f"one {event.TOPIC} event would take {len(state):,} bytes; at most "
            f"{MAX_EVENT_BYTES - _CHAIN_BYTES:,} fit: split it, or store the large part by its hash",
            bytes=len(state),
        )
    return state


def decode(position: int, state: bytes) -> LoggedEvent:
    """Read stored bytes. Raises KeyError or ValueError where they are not an event."""
    return from_document(position, orjson.loads(state))


class DocumentMapper(Mapper[UUID]):
    """The library's mapper, over our documents."""

    def __init__(self) -> None:
        """Needs no transcoder: a document is its own encoding."""

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """Encode a NewEvent. Raises EventTooLarge."""
        new: NewEvent = domain_event
        return StoredEvent(new.stream_id, new.version, new.event.TOPIC, encode(new))

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """Read a stored row as a LoggedEvent; its position is the log's to know."""
        return decode(0, stored_event.state)


def said_of(actor: Actor) -> orjson.Fragment:
    """An actor as it stands in the bytes of an event."""
    said = actor.__dict__
    if actor.token_id is None:
        said = {name: value for name, value in said.items() if name != "token_id"}
    return orjson.Fragment(orjson.dumps(said))


@lru_cache
def _moves_money(kind: type[Event]) -> bool:
    return issubclass(kind, MoneyEvent)


def _dumped(document: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(document, default=_plain, option=orjson.OPT_UTC_Z)
    except TypeError:  # a name that is no text is rare, and to look for one makes all of it slower
        return orjson.dumps(document, default=_plain, option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.__dict__
    if isinstance(value, (tuple, frozenset, set)):
        return sorted(value) if isinstance(value, (frozenset, set)) else list(value)
    raise TypeError(f"{type(value).__name__} has no place in an event")
