"""The log itself: pages of events, one event with its exact bytes, a live stream of them, the signed head, and proofs.

Events are told as they are stored: amounts are whole minor units in them, because their bytes are the evidence.
"""

import asyncio
import base64
import threading
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from aggregates.catalogue import BY_TOPIC
from aggregates.errors import BadRequest, NotFound, Refusal
from aggregates.logged_event import LoggedEvent
from aggregates.permissions import Permission
from api.application import NotCaughtUp
from api.http.endpoints import Answer, Counter
from api.http.exchange import exchange_of, json_response, query_of
from api.http.problems import Problem
from api.places import Places
from api.proof import checkpoint, proof_of_event
from api.whole_numbers import whole_number
from commands.event_log.log import EventLog
from replay.checkpoints import Inconsistent
from replay.signed_note import NoteRefused

MOST_EVENTS, USUAL_EVENTS = 1_000, 100
MOST_STREAMS = 200
"""Live streams that one process keeps open."""
_SCANNED = 20_000
"""How far one page looks for events that a filter lets through."""
_POLL_S, _KEEP_ALIVE_S = 0.25, 15.0
_FILTERS = ("topic", "stream", "trust_account_id")


@dataclass(slots=True)
class Sizes:
    """How long each firm's log is, asked at most every quarter of a second however many listen."""

    known: dict[str, tuple[float, int]] = field(default_factory=dict)

    def size(self, log: EventLog) -> int:
        """The log's size, at most a poll old."""
        at, size = self.known.get(log.slug, (-_POLL_S, 0))
        if time.monotonic() - at >= _POLL_S:
            size = log.size()
            self.known[log.slug] = (time.monotonic(), size)
        return size


@dataclass(slots=True)
class Feed:
    """The routes of the log. Without `places` nothing is signed, and there are no proofs."""

    counter: Counter
    places: Places | None = None
    stopping: threading.Event = field(default_factory=threading.Event)
    """Set when the server is to stop: streams end then, instead of being cut off."""
    _sizes: Sizes = field(default_factory=Sizes)
    _streams: int = 0

    def events(self) -> Answer:
        """A page of events by position."""

        def page(request: Request) -> Response:
            log = self._log(request)
            query = query_of(request)
            after, limit = _whole(query, "after", 0), _whole(query, "limit", USUAL_EVENTS)
            if not 1 <= limit <= MOST_EVENTS:
                raise BadRequest(f"a page has 1 to {MOST_EVENTS} events, not {limit}", parameter="limit")
            wanted = _filters(query, {"after", "limit", "min_position"})
            size = log.size()
            if (least := _whole(query, "min_position", 0)) > size:
                raise NotCaughtUp(least)
            found, reached = _scan(log, after, min(size, after + _SCANNED), limit, wanted)
            exchange_of(request).position = size
            return json_response({"items": found, "next_after": reached, "more": reached < size, "size": size})

        return self._reading(page)

    def event(self) -> Answer:
        """One event: its bytes, what they say, and its leaf in the tree."""

        def one(request: Request) -> Response:
            log = self._log(request)
            _filters(query_of(request), set(), filters=())
            position = _position(request)
            raw = log.raw(position)
            exchange_of(request).position = log.size()
            if raw is None:
                raise NotFound(f"there is no event at position {position}")
            state, leaf = raw
            document = {
                "position": position,
                "state_base64": base64.b64encode(state).decode(),
                "leaf_hash": leaf.hex(),
                "event": orjson.loads(state),
            }
            return json_response(document)

        return self._reading(one)

    def signed_head(self) -> Answer:
        """The log's head, signed."""

        def head(request: Request) -> Response:
            log = self._log(request)
            with _proving():
                signed = checkpoint(self.counter.application, self._places(), log.slug)
            exchange_of(request).position = signed.checkpoint.size
            document = {
                "origin": signed.checkpoint.origin,
                "size": signed.checkpoint.size,
                "root": signed.checkpoint.root.hex(),
                "signed_at": signed.signed_at,
                "note": signed.note,
            }
            return json_response(document)

        return self._reading(head)

    def proof(self) -> Answer:
        """A detached proof that an event stands in the log."""

        def proof(request: Request) -> Response:
            log = self._log(request)
            position = _position(request)
            size = log.size()
            exchange_of(request).position = size
            if not 1 <= position <= size:
                raise NotFound(f"there is no event at position {position}")
            with _proving():
                text = proof_of_event(self.counter.application, self._places(), log.slug, position)
            return Response(text, 200, media_type="text/plain; charset=utf-8")

        return self._reading(proof)

    def stream(self) -> Answer:
        """Server-sent events; `Last-Event-ID` is the last position that was received, and the next one follows."""

        async def answer(request: Request) -> Response:
            def enter() -> EventLog:
                return self._log(request)

            log = await self.counter.workers.read(enter)
            query = query_of(request)
            wanted = _filters(query, {"after"})
            told = request.headers.get("last-event-id")
            after = _whole({"after": [told]} if told is not None else query, "after", 0)
            if after > (size := await self.counter.workers.read(log.size)):
                raise BadRequest(
                    f"the log ends at position {size}, and {after} was seen: that was another log, or this was cut short",
                    size=size,
                )
            if self._streams >= MOST_STREAMS:
                raise Problem(503, "unavailable", "too many streams are open here", headers={"Retry-After": "10"})
            return StreamingResponse(self._live(request, log, after, wanted), 200, media_type="text/event-stream")

        return answer

    async def _live(self, request: Request, log: EventLog, after: int, wanted: Mapping[str, str]) -> AsyncIterator[bytes]:
        """Ends when the client leaves, or the token opens nothing any more."""
        self._streams += 1
        read = self.counter.workers.read
        quiet_since = time.monotonic()
        try:
            yield b"retry: 2000\n\n"
            while not self.stopping.is_set():
                size = await read(lambda: self._sizes.size(log))
                if size > after:
                    start, stop = after, min(size, after + MOST_EVENTS)
                    found, after = await read(lambda a=start, b=stop: _scan(log, a, b, MOST_EVENTS, wanted))  # type: ignore[misc]
                    for one in found:
                        yield _sent(one)
                        quiet_since = time.monotonic()
                    continue
                if time.monotonic() - quiet_since > _KEEP_ALIVE_S:
                    await read(lambda: self.counter.sessions.enter(request, Permission.READ_AUDIT_TRAIL))
                    quiet_since = time.monotonic()
                    yield b": still here\n\n"
                await asyncio.sleep(_POLL_S)
        except (Refusal, Problem):
            return  # the token opens nothing any more; the client finds out when it comes back
        finally:
            self._streams -= 1

    def _reading(self, read: Any) -> Answer:
        async def answer(request: Request) -> Response:
            found: Response = await self.counter.workers.read(lambda: read(request))
            return found

        return answer

    def _log(self, request: Request) -> EventLog:
        session = self.counter.sessions.enter(request, Permission.READ_AUDIT_TRAIL)
        return self.counter.application.log(session.slug)

    def _places(self) -> Places:
        if self.places is None:
            raise Problem(503, "unavailable", "this server has no place for keys, and signs nothing")
        return self.places


class _proving:  # noqa: N801 -- reads as the words of a with statement
    """A log that cannot be signed is told as a fault of the firm's books, not of the request."""

    def __enter__(self) -> None:
        """Nothing to do yet."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Inconsistent | NoteRefused):
            raise Problem(503, "log_inconsistent", f"nothing is signed until this is looked into: {error}") from error


def _scan(log: EventLog, after: int, stop: int, limit: int, wanted: Mapping[str, str]) -> tuple[list[dict[str, Any]], int]:
    """Up to so many events that pass, and the position that was looked to."""
    found: list[dict[str, Any]] = []
    for logged in log.read(after, page=min(limit, MOST_EVENTS), stop=stop):
        if _passes(logged, wanted):
            found.append(_told(logged))
            if len(found) == limit:
                return found, logged.position
    return found, max(after, stop)


def _passes(logged: LoggedEvent, wanted: Mapping[str, str]) -> bool:
    return (
        wanted.get("topic") in {None, logged.topic, logged.topic.partition("/")[0]}
        and wanted.get("stream") in {None, logged.stream_id}
        and wanted.get("trust_account_id") in {None, logged.account_id}
    )


def _told(logged: LoggedEvent) -> dict[str, Any]:
    return {
        "position": logged.position,
        "id": logged.id,
        "topic": logged.topic,
        "schema": logged.schema,
        "stream": logged.stream_id,
        "version": logged.version,
        "recorded_at": logged.recorded_at,
        "effective_date": logged.effective_date,
        "actor": logged.actor,
        "command": logged.command_id,
        "reason": logged.reason,
        "trust_account_id": logged.account_id,
        "data": _without_hashes(logged.data),
    }


def _without_hashes(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != "token_sha256"}


def _sent(told: Mapping[str, Any]) -> bytes:
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (told["position"], told["topic"].encode(), orjson.dumps(told))


def _filters(query: Mapping[str, list[str]], others: set[str], filters: tuple[str, ...] = _FILTERS) -> dict[str, str]:
    if unknown := sorted(query.keys() - others - set(filters)):
        raise BadRequest(f"there is no parameter {', '.join(unknown)} here", unknown=unknown)
    wanted = {name: query[name][0] for name in filters if name in query}
    for name in ("stream", "trust_account_id"):
        if name in wanted:
            try:
                wanted[name] = str(UUID(wanted[name]))
            except ValueError:
                raise BadRequest(f"{name} is not an id", parameter=name) from None
    if "topic" in wanted and not any(wanted["topic"] in {topic, topic.partition("/")[0]} for topic in BY_TOPIC):
        families = ", ".join(sorted({topic.partition("/")[0] for topic in BY_TOPIC}))
        raise BadRequest(f"there is no topic {wanted['topic']!r}; there are {families}, and each of their topics")
    return wanted


def _whole(query: Mapping[str, list[str]], name: str, absent: int) -> int:
    texts = query.get(name)
    if texts is None:
        return absent
    found = whole_number(texts[0], 2**62) if len(texts) == 1 else None
    if found is None:
        raise BadRequest(f"{name} is a whole number, 0 or more", parameter=name)
    return found


def _position(request: Request) -> int:
    text = request.path_params["position"]
    found = whole_number(text, 2**62)
    if found is None:
        raise NotFound(f"there is no event at position {text[:40]}")
    return found
