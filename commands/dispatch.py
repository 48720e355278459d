"""From a command to its events: allow, decide, append; again from fresh state when somebody wrote meanwhile."""

import hashlib
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from enum import Enum, auto
from functools import lru_cache
from typing import Any, Protocol, TypeVar
from uuid import UUID

import orjson

from aggregates import firm
from aggregates.errors import KeyReused, NotAllowed, Refusal, StaleVersion, WrittenMeanwhile
from aggregates.event import Actor
from aggregates.permissions import IN_PERSON, POLICY_VERSION, Permission, role_allowing
from aggregates.rule_sources import source_in
from aggregates.trust_rules import SamePerson
from commands.days import check_days
from commands.event_log.attempt import Attempt
from commands.event_log.loaded import Known
from commands.event_log.log import Answer, Decision, EventLog, Verdict, decision_of
from commands.event_log.mapper import NewEvent
from commands.work import Asker, Command, Work

MAX_TRIES = 12
_PATIENCE = 4
"""How often a command may be overtaken before the others of its process wait for it."""

Done = TypeVar("Done")
Steps = Generator["CommandAttempt", None, Done]
"""Something that comes about by commands; what it gives is to be carried out before it goes on."""

Asked = TypeVar("Asked", bound=Command)
Asked_contra = TypeVar("Asked_contra", bound=Command, contravariant=True)
Result = dict[str, Any]
"""Ids, days and figures. It is told as JSON has it, the first time as every time that the same key asks again."""


class Handler(Protocol[Asked_contra]):
    """Decides one kind of command on a `Work`; returns what the asker should know (ids, figures)."""

    def __call__(self, command: Asked_contra, work: Work) -> Result:
        """Raises any Refusal."""
        ...


@dataclass(frozen=True, slots=True)
class Edge:
    """What is handed in from outside: clock, ids, randomness, the firm's time zone."""

    now: Callable[[], datetime]
    new_id: Callable[[], UUID]
    new_salt: Callable[[], str]
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class Request:
    """How a command was asked: by whom, with which key, why, and in which chain of requests."""

    asker: Asker
    key: str | None = None
    reason: str | None = None
    status: int = 201
    correlation_id: UUID | None = None
    causation_id: UUID | None = None
    expected: dict[UUID, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the command led to. `replayed`: the first answer to this key, given again."""

    position: int
    result: Result
    status: int
    replayed: bool = False


def execute(
    log: EventLog,
    edge: Edge,
    request: Request,
    command: Asked,
    handle: Handler[Asked],
    permission: Permission,
    *,
    dry_run: bool = False,
    asked_for: Command | None = None,
) -> Outcome:
    """Carry out one command. Raises any Refusal; then nothing has changed.

    `asked_for` is what the asker sent, where the command holds what was looked up since: its key is bound to that.

    A refusal that rested on a cached state, or on states of different moments, and a key that was answered before, are
    looked at again before they stand.
    """
    return taken(executing(log, edge, request, command, handle, permission, dry_run=dry_run, asked_for=asked_for))


def executing(
    log: EventLog,
    edge: Edge,
    request: Request,
    command: Asked,
    handle: Handler[Asked],
    permission: Permission,
    *,
    dry_run: bool = False,
    asked_for: Command | None = None,
) -> Steps[Outcome]:
    """As `execute`, step by step: gives each attempt to be carried out, so that several commands may be taken together."""
    bound = _hash(asked_for or command, permission)
    asked = _Asked(request, command, handle, _actor(request.asker, permission), bound, dry_run)
    fresh = False
    for tries in range(MAX_TRIES):
        attempt = CommandAttempt(log, edge, asked, fresh=fresh, alone=tries >= _PATIENCE)
        if (dry_run or command.LONG) and not attempt.alone:
            attempt.decide({})
        if attempt.came_to is None:
            yield attempt
            if attempt.error is not None:
                raise attempt.error
        if isinstance(attempt.came_to, Outcome):
            return attempt.came_to
        # After the first conflict the log has fetched what others wrote.
        fresh = attempt.came_to is _Again.NOT_SURE or tries > 0
    raise WrittenMeanwhile("others kept writing to the same books; nothing was changed, send it again")


def taken(steps: Steps[Done]) -> Done:
    """Carry out each attempt as it comes. Raises what the steps raise."""
    try:
        while True:
            carry_out([next(steps)])
    except StopIteration as end:
        done: Done = end.value
        return done


def carry_out(attempts: "Iterable[CommandAttempt]") -> None:
    """Have attempts carried out, those at one log together; how each ended is kept in it."""
    together: dict[EventLog, list[CommandAttempt]] = {}
    for attempt in attempts:
        if attempt.alone:
            with attempt.log.alone():
                attempt.log.carry_out([attempt])
        else:
            together.setdefault(attempt.log, []).append(attempt)
    for log, some in together.items():
        log.carry_out(some)


def answered_before(log: EventLog, request: Request, asked_for: Command, permission: Permission) -> Outcome | None:
    """The first answer to this key, where the same was asked for. Raises KeyReused for another request."""
    return _answered(log, request, _hash(asked_for, permission))


class _Again(Enum):
    """Why a command is decided once more."""

    NOT_SURE = auto()
    """It rested on what may be old, or may not come about, and no append would show it."""
    OVERTAKEN = auto()


@dataclass(frozen=True, slots=True)
class _Asked:
    request: Request
    command: Any
    handle: Handler[Any]
    actor: Actor
    command_hash: bytes
    dry_run: bool


class CommandAttempt(Attempt):
    """One try at a command, on the states that are known or, with `fresh`, on what stands in the log; `alone` while nobody
    else of this process writes.

    `came_to` is what it came to: the outcome, or why the command is to be decided once more.
    """

    def __init__(self, log: EventLog, edge: Edge, asked: _Asked, *, fresh: bool, alone: bool) -> None:
        self.came_to: Outcome | _Again | None = None
        self.log = log
        self.alone = alone
        self._edge = edge
        self._asked = asked
        self._fresh = fresh
        self._decision: Decision | None = None

    def decide(self, ahead: Known) -> Decision | None:
        """What to append, None where there is nothing, or another try is needed. Raises any Refusal."""
        if self._decision is not None and not self._decision.ahead:
            return self._decision
        log, asked, request = self.log, self._asked, self._asked.request
        before = log.size() if self._fresh else 0
        self._work = work = self._begun(ahead)
        try:
            check_days(asked.command, work.today)
            body = orjson.dumps(asked.handle(asked.command, work))
            self._result = result = orjson.loads(body)
            _check_expected(request, work)
        except Refusal as refusal:
            self.came_to = self._looked_at_again(before)
            if self.came_to is not None:
                return None
            _quote_own_rule(refusal, work)
            raise
        if asked.dry_run:
            self.came_to = Outcome(0, {**result, "would_record": _would(work)}, 200)
        elif not work.recorded and work.looked_ahead:
            self.came_to = _Again.NOT_SURE
        elif not work.recorded:
            # A command that finds its own work done says what it said the first time.
            first = _answered(log, request, asked.command_hash)
            self.came_to = first if first is not None else Outcome(log.size(), result, 200)
        else:
            self._decision = _decision(log, self._edge, asked, work, body)
            ahead.update(work.reached())
        return self._decision

    def conclude(self, verdict: Verdict, position: int) -> None:
        """What the log made of the decision. Raises KeyReused."""
        log, asked = self.log, self._asked
        match verdict:
            case Verdict.APPENDED:
                log.remember(self._work.reached())
                self.came_to = Outcome(position, self._result, asked.request.status)
            case Verdict.REPLAYED | Verdict.KEY_REUSED:
                self.came_to = _answered(log, asked.request, asked.command_hash)
            case Verdict.CONFLICT:
                self.came_to = _Again.OVERTAKEN
        if self._fresh and self.came_to is _Again.OVERTAKEN:
            log.forget(self._work.touched())

    def _begun(self, ahead: Known) -> Work:
        asked, edge = self._asked, self._edge
        return Work(
            self.log,
            asker=asked.request.asker,
            actor=asked.actor,
            now=edge.now(),
            zone=edge.zone,
            new_id=edge.new_id,
            fresh=self._fresh,
            ahead=ahead,
        )

    def _looked_at_again(self, before: int) -> Outcome | _Again | None:
        """None where a refusal stands. Raises KeyReused."""
        log, asked, work = self.log, self._asked, self._work
        if work.used_cache:
            return _Again.NOT_SURE
        if (first := _answered(log, asked.request, asked.command_hash)) is not None:
            return first
        # One state may be from before that, another from after it: together they never were.
        return _Again.OVERTAKEN if log.written_since(before, work.touched()) else None


def _quote_own_rule(refusal: Refusal, work: Work) -> None:
    """A trust rule is quoted as the firm's own jurisdiction has it."""
    books = work.find(firm.KIND, firm.STREAM)
    if refusal.rule is not None and books is not None:
        refusal.source = source_in(books.policy_on(work.today).pack, refusal.rule, refusal.source)


def _check_expected(request: Request, work: Work) -> None:
    """What the asker saw must still stand (If-Match). Raises StaleVersion."""
    for stream_id, expected in request.expected.items():
        current = work.version_read(stream_id)
        if current is not None and current != expected:
            raise StaleVersion(
                f"it was changed meanwhile: you saw version {expected}, it is at version {current}",
                expected=expected,
                current=current,
            )


def _decision(log: EventLog, edge: Edge, asked: _Asked, work: Work, body: bytes) -> Decision:
    request = asked.request
    for document in work.documents:
        # Before the events that name it: a file without its event is harmless, an event without its file is not.
        log.keep_document(document.content, media=document.media, filename=document.filename)
    command_id = edge.new_id()
    correlation_id = request.correlation_id or command_id
    new_id, new_salt, now, actor = edge.new_id, edge.new_salt, work.now, work.actor
    causation_id, reason = request.causation_id, request.reason
    events = [
        NewEvent(
            new_id(), stream_id, version, now, actor, command_id, correlation_id, causation_id, reason, new_salt(), event
        )
        for stream_id, version, event in work.recorded
    ]
    answer = None
    if request.key is not None:
        answer = Answer(request.asker.user_id, request.key, asked.command_hash, request.status, body)
    return decision_of(events, work.guards(), answer, work.account_guards, ahead=work.looked_ahead)


def _answered(log: EventLog, request: Request, command_hash: bytes) -> Outcome | None:
    """The first answer to this key, if there was one. Raises KeyReused for another request."""
    if request.key is None:
        return None
    known = log.answer(request.asker.user_id, request.key)
    if known is None:
        return None
    known_hash, status, body, position = known
    if known_hash != command_hash:
        raise KeyReused("this Idempotency-Key was used for another request; a new request needs a new key")
    return Outcome(position, orjson.loads(body), status, replayed=True)


@lru_cache(maxsize=4096)
def _actor(asker: Asker, permission: Permission) -> Actor:
    role = role_allowing(asker.roles, permission)
    if role is None:
        held = ", ".join(sorted(asker.roles)) or "no role"
        raise NotAllowed(f"{held} may not {permission.replace('_', ' ')}", permission=str(permission), roles=held)
    if permission in IN_PERSON and not asker.in_person:
        raise SamePerson(
            "somebody else issued the access token you use, and may have kept it; make one of your own first (POST "
            "/v1/own-tokens, or `muniment user own-token`), so that nobody but you asks, approves or signs in your name",
            permission=str(permission),
            token_id=asker.token_id,
        )
    return Actor(
        user_id=asker.user_id,
        role=role,
        program=asker.program,
        policy_version=POLICY_VERSION,
        token_id=asker.token_id,
    )


def _hash(command: Command, permission: Permission) -> bytes:
    name = f"{type(command).__name__}\x00{permission}\x00"
    return hashlib.sha256(name.encode() + command.model_dump_json().encode()).digest()


def _would(work: Work) -> list[dict[str, Any]]:
    return [
        {"topic": event.TOPIC, "stream": str(stream_id), "data": event.model_dump(mode="json")}
        for stream_id, _, event in work.recorded
    ]
