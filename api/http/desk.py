"""Where commands are handed in: who asks, with which key and expectation, and what the answer tells.

The thread of a worker runs all of it; nothing here is asynchronous.
"""

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from uuid import UUID

from pydantic import BaseModel

from aggregates import firm
from aggregates.errors import Refusal
from aggregates.permissions import Permission
from api.application import Application
from api.http.command_routes import FIRM, CommandRoute
from api.http.faces import Face, face_of
from api.http.problems import Problem
from api.http.sessions import check_allowed
from api.tokens import Session
from commands.catalogue import COMMANDS
from commands.dispatch import Outcome, Request, Steps, taken
from commands.event_log.log import EventLog
from commands.work import Command
from projections.reports.rendering import shown

_ETAG = re.compile(r'"(?P<stream>[0-9a-f-]{36})@(?P<version>[0-9]{1,9})"')


@dataclass(frozen=True, slots=True)
class Asked:
    """One command as it came in, over its own route or in a bulk. `if_match` is the raw header or None."""

    body: Mapping[str, Any]
    path: Mapping[str, str]
    key: str | None = None
    if_match: str | None = None
    dry_run: bool = False
    reason: str | None = None
    causation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """What is told of a command that was carried out."""

    status: int
    document: dict[str, Any]
    position: int | None
    headers: dict[str, str]


Carry: TypeAlias = Callable[[Application, Session, Request, Any, bool], Outcome]
"""Carries out what a body asks: (application, session, request, the body's model, dry run)."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A route with its face. `carry` takes the place of plain `carry_out` where the server adds something of its own."""

    route: CommandRoute
    face: Face[Any]
    permission: Permission
    carry: Carry | None = None

    @property
    def is_quick(self) -> bool:
        """Whether nothing but quick decisions and the log stands between the request and its answer."""
        return self.carry is None and not self.face.command.LONG

    @property
    def is_straight(self) -> bool:
        """Whether its answer asks the database for nothing more, as that with an ETag does."""
        return self.is_quick and self.route.entity is None


@dataclass(slots=True)
class Desk:
    """Carries out commands for one application."""

    application: Application
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _under_way: set[tuple[UUID, str]] = field(default_factory=set)

    def carry_out(self, offer: Offer, session: Session, asked: Asked) -> Answered:
        """Carry out one command. Raises any Refusal, Problem."""
        return taken(self.carrying_out(offer, session, asked))

    def carrying_out(self, offer: Offer, session: Session, asked: Asked) -> Steps[Answered]:
        """The same step by step, so that several commands may be carried out together."""
        check_allowed(session, offer.permission)
        route = offer.route
        log = self.application.log(session.slug)
        command = offer.face.read(asked.body, asked.path)
        request = Request(
            session.asker,
            key=None if asked.dry_run else asked.key,
            reason=asked.reason,
            status=201 if route.shows else 200,
            causation_id=asked.causation_id,
            expected=_expected(route, command, asked),
        )
        try:
            with self._alone(session, request.key):
                outcome = yield from self._outcome(offer, session, request, command, dry_run=asked.dry_run)
        except Refusal as refusal:
            raise _with_etag(refusal, route, command) from None
        return _answered(log, route, command, outcome, dry_run=asked.dry_run)

    def _outcome(self, offer: Offer, session: Session, request: Request, command: Any, *, dry_run: bool) -> Steps[Outcome]:
        if offer.carry is not None:
            return offer.carry(self.application, session, request, command, dry_run)
        listed = COMMANDS[offer.route.command]
        return (yield from self.application.carrying_out(session.slug, request, command, listed, dry_run=dry_run))

    @contextmanager
    def _alone(self, session: Session, key: str | None) -> Iterator[None]:
        """One request with a key at a time. Raises Problem 409 while the first one is still running."""
        if key is None:
            yield
            return
        mine = (session.asker.user_id, f"{session.slug}\x00{key}")
        with self._lock:
            if mine in self._under_way:
                raise Problem(
                    409,
                    "request_in_progress",
                    "a request with this Idempotency-Key is still being carried out; send it again in a moment",
                    headers={"Retry-After": "1"},
                )
            self._under_way.add(mine)
        try:
            yield
        finally:
            with self._lock:
                self._under_way.discard(mine)


def offer_of(route: CommandRoute) -> Offer:
    """A command offered as it is. Raises KeyError for a name that is not in the catalogue."""
    listed = COMMANDS[route.command]
    face: Face[Command] = face_of(listed.command, route.fields)
    return Offer(route, face, listed.permission)


def etag(stream_id: UUID | str, version: int) -> str:
    """The strong entity tag of a stream after so many events."""
    return f'"{stream_id}@{version}"'


def _expected(route: CommandRoute, command: BaseModel, asked: Asked) -> dict[UUID, int]:
    """What the asker saw. Raises Problem 428 where it must be said, 400 where it is no tag of ours, 412 of another thing."""
    if not route.edits or (asked.dry_run and asked.if_match is None):
        return {}
    if asked.if_match is None:
        raise Problem(
            428, "if_match_missing", "send If-Match with the ETag of what you saw, so that nobody's change is lost"
        )
    found = _ETAG.fullmatch(asked.if_match.strip())
    if found is None:
        raise Problem(400, "if_match_invalid", 'If-Match is an ETag as it was given, "<id>@<version>"')
    stream = _stream(route, command)
    if found["stream"] != str(stream):
        raise Problem(412, "stale_version", "the ETag is of something else")
    return {stream: int(found["version"])}


def _stream(route: CommandRoute, command: BaseModel) -> UUID:
    assert route.entity is not None, route
    return firm.STREAM if route.entity == FIRM else getattr(command, route.entity)


def _with_etag(refusal: Refusal, route: CommandRoute, command: BaseModel) -> Refusal:
    """A stale version names the tag that holds now."""
    current = refusal.figures.get("current")
    if refusal.code == "stale_version" and route.edits and isinstance(current, int):
        refusal.figures = {**refusal.figures, "current_etag": etag(_stream(route, command), current)}
    return refusal


def _answered(log: EventLog, route: CommandRoute, command: BaseModel, outcome: Outcome, *, dry_run: bool) -> Answered:
    result: dict[str, Any] = shown(outcome.result)
    if dry_run:
        return Answered(200, {**result, "dry_run": True}, log.size(), {})
    headers: dict[str, str] = {}
    if outcome.replayed:
        headers["Idempotency-Replayed"] = "true"
    if route.shows is not None:
        headers["Location"] = route.shows.format_map({**_text(command), **result})
    if route.entity is not None:
        stream = _named(route.entity, {**_text(command), **result})
        version = max(one.version for one in log.stream(stream, up_to=outcome.position))
        headers["ETag"] = etag(stream, version)
    return Answered(outcome.status, {**result, "position": outcome.position}, outcome.position, headers)


def _named(entity: str, values: Mapping[str, Any]) -> UUID:
    return firm.STREAM if entity == FIRM else UUID(str(values[entity]))


def _text(command: BaseModel) -> dict[str, str]:
    return {name: str(value) for name, value in command.__dict__.items() if isinstance(value, UUID)}
