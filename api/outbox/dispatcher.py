"""Hands in what waits: due e-mails of every firm, one after the other, and writes the reminders that are due.

The log says what is under way, so that several processes may do this at once and none sends what another one is sending.
A process that dies between the server's answer and its record leaves an attempt without an outcome; after a quarter of an
hour that is tried again under the same Message-ID. So an e-mail goes at least once; servers that know the Message-ID drop
the second one.
"""

import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

import psycopg
from psycopg_pool import PoolTimeout

from aggregates import firm, outgoing_email
from aggregates.errors import Refusal
from aggregates.outgoing_email import CUT_OFF_AFTER, OutgoingEmail
from aggregates.permissions import Permission, Role
from api.application import Application
from api.outbox import reminders
from api.outbox.delivery import Delivered, deliver
from api.outbox.message import compose, message_id_of
from api.outbox.settings import UNSET, MailServer
from commands import begin_email_attempt, end_email_attempt
from commands.begin_email_attempt import BeginEmailAttempt
from commands.dispatch import Handler, Request, Result, execute
from commands.end_email_attempt import EndEmailAttempt
from commands.event_log.log import EventLog
from commands.work import Asker, Command

EVERY_S = 5.0
_LEAVE_S = 10.0
"""How long the end of the program waits for a call that is under way; it is then one that was cut off."""
_AT_ONCE = 50
_REMIND_EVERY_S = 600.0
_PAUSES_S = (1.0, 5.0, 15.0)
_PROGRAM = "outbox"
_DUE = """
SELECT id FROM {schema}.cards
 WHERE kind = 'email' AND data ->> 'status' IN ('queued', 'sending')
   AND CASE data ->> 'status' WHEN 'queued' THEN (data ->> 'next_at')::timestamptz <= %(now)s
       ELSE (data ->> 'begun_at')::timestamptz <= %(cut_off)s END
 ORDER BY coalesce(data ->> 'next_at', data ->> 'begun_at'), position, id LIMIT %(most)s
"""
_WAITING = """
SELECT count(*) FROM {schema}.cards WHERE kind = 'email' AND data ->> 'status' IN ('queued', 'sending')
"""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn did."""

    sent: int = 0
    not_taken: int = 0
    reached: bool = True
    """Whether the server could be called."""


class Dispatcher:
    """Hands in e-mails in a thread of its own; use as a context manager, or call `turn` for one firm.

    Without a `server` nothing is sent; `waits_for` says why.
    """

    def __init__(
        self,
        application: Application,
        server: MailServer | None,
        *,
        every_s: float = EVERY_S,
        call: Callable[..., Delivered] = deliver,
    ) -> None:
        self.trouble: dict[str, str] = {}
        """Firms whose e-mails could not be looked after the last time, with the reason."""
        self._looked_at: dict[str, float] = {}
        """When reminders were last looked for, by firm (monotonic seconds)."""
        self._application = application
        self._server = server
        self._every_s = every_s
        self._call = call
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="muniment-outbox", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(_LEAVE_S)

    @property
    def waits_for(self) -> str | None:
        """Why nothing is sent; None where e-mails go out."""
        return UNSET if self._server is None else None

    @property
    def destination(self) -> str:
        """Where e-mails go, for whoever starts it."""
        return UNSET if self._server is None else f"handed to {self._server.host}:{self._server.port}"

    def turn(self, slug: str) -> Turn:
        """Hand in what is due of one firm; a server that cannot be reached is called again at the next turn.

        Now and then reminders that are due are written first. Raises psycopg.Error.
        """
        log, server = self._application.log(slug), self._server
        if time.monotonic() - self._looked_at.get(slug, -math.inf) >= _REMIND_EVERY_S:
            reminders.write_due(self._application, slug)
            self._looked_at[slug] = time.monotonic()
        if server is None:
            return Turn()
        outcomes: list[str] = []
        for email_id in self._due(log):
            outcome = None if self._stop.is_set() else self._one(slug, log, email_id, server)
            if outcome is not None:
                outcomes.append(outcome)
            if outcome == "unreachable":
                break
        sent = outcomes.count("accepted")
        return Turn(sent, len(outcomes) - sent, reached="unreachable" not in outcomes)

    def waiting(self, slug: str) -> int:
        """How many e-mails of a firm wait to be sent, as far as the read models show it."""
        with self._application.database.readers.connection() as connection:
            row = connection.execute(_WAITING.format(schema=self._application.log(slug).schema)).fetchone()
        return int(row[0]) if row is not None else 0

    def _one(self, slug: str, log: EventLog, email_id: UUID, server: MailServer) -> str | None:
        """The outcome of one attempt; None where there was none to make."""
        email: OutgoingEmail | None = log.load(outgoing_email.KIND, email_id).state
        if email is None:
            return None
        request = _on_behalf(log, email_id)
        begin = BeginEmailAttempt(email_id=email_id, message_id=message_id_of(email, server.sender))
        try:
            begun = self._carry_out(slug, log, request, begin, begin_email_attempt.handle)
        except Refusal:
            return None  # somebody else is at it, or it was withdrawn since
        if begun["attempt"] is None:
            return None
        email = log.load(outgoing_email.KIND, email_id, fresh=False).state
        found = self._delivered(log, email, server)
        ended = EndEmailAttempt(
            email_id=email_id, attempt=begun["attempt"], outcome=found.outcome, code=found.code, said=found.said or None
        )
        self._record(slug, log, request, ended)
        return found.outcome

    def _record(self, slug: str, log: EventLog, request: Request, ended: EndEmailAttempt) -> None:
        """What the server said must not be lost for a database that is away for a moment. Raises psycopg.Error."""
        for pause_s in (*_PAUSES_S, None):
            try:
                self._carry_out(slug, log, request, ended, end_email_attempt.handle)
            except (psycopg.Error, PoolTimeout):
                if pause_s is None or self._stop.wait(pause_s):
                    raise
            except Refusal as known:
                _log.info("attempt %s of e-mail %s: %s", ended.attempt, ended.email_id, known)
                return
            else:
                return

    def _delivered(self, log: EventLog, email: OutgoingEmail, server: MailServer) -> Delivered:
        """Call the server. What no server can be given is refused by ourselves, and says why."""
        if None in {email.to.text, email.subject.text, email.body.text}:
            return Delivered("refused", None, "what it said, or to whom it went, can no longer be read")
        attachment = email.written.attachment
        kept = log.document(bytes.fromhex(attachment.sha256)) if attachment is not None else None
        if attachment is not None and kept is None:
            return Delivered("refused", None, f"the file that goes with it, {attachment.sha256}, is not kept here")
        state = log.load(firm.KIND, firm.STREAM, fresh=False).state
        try:
            message = compose(
                email, firm=state.established.name, sender=server.sender, pdf=kept[0] if kept is not None else None
            )
        except (ValueError, UnicodeError) as wrong:
            return Delivered("refused", None, f"it cannot be written as an e-mail: {wrong}"[:500])
        return self._call(server, message, str(email.to))

    def _carry_out(self, slug: str, log: EventLog, request: Request, command: Command, handle: Handler[Any]) -> Result:
        return execute(log, self._application.edge(slug), request, command, handle, Permission.ISSUE_BILL).result

    def _due(self, log: EventLog) -> list[UUID]:
        now = self._application.now()
        values = {"now": now, "cut_off": now - CUT_OFF_AFTER, "most": _AT_ONCE}
        with self._application.database.readers.connection() as connection:
            rows = connection.execute(_DUE.format(schema=log.schema), values).fetchall()
        return [row[0] for row in rows]

    def _run(self) -> None:
        while not self._stop.wait(self._every_s):
            try:
                slugs = self._application.database.firms()
            except (psycopg.Error, PoolTimeout) as error:
                _log.warning("the outbox lost the database and tries again: %s", error)
                continue
            for slug in slugs:
                self._turn_or_note(slug)

    def _turn_or_note(self, slug: str) -> None:
        try:
            self.turn(slug)
        except (psycopg.Error, PoolTimeout, Refusal) as error:
            if self.trouble.get(slug) != str(error):
                _log.warning("the e-mails of %s wait: %s", slug, error)
            self.trouble[slug] = str(error)
        else:
            self.trouble.pop(slug, None)


def _on_behalf(log: EventLog, email_id: UUID) -> Request:
    """The machine does what somebody asked for: whoever had it queued the last time, in the role that allowed it."""
    asked = [one for one in log.stream(email_id) if one.topic == outgoing_email.EmailQueued.TOPIC][-1]
    actor = asked.actor
    return Request(Asker(UUID(actor["user_id"]), frozenset({Role(actor["role"])}), _PROGRAM))
