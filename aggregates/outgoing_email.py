"""E-mails that the firm sends, each to one address: written, queued, tried again and again, and taken by a server or not.

An attempt is recorded before the server is called and again when it has answered, so that one that was cut off shows. What
was cut off is tried again under the same Message-ID: an e-mail goes at least once, and rarely twice (issue 3, section D).
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

from aggregates.errors import NotFound, WrongState
from aggregates.event import Event, Personal, Words
from aggregates.stream import Kind
from aggregates.user import Sha256

About = Literal["bill", "replenishment", "reminder", "notice"]
AttemptOutcome = Literal["accepted", "deferred", "refused", "unreachable", "unknown"]
"""accepted: the server took it. deferred: not now (4xx). refused: not ever (5xx). unreachable: no server let us speak of it.
unknown: it was handed over and no answer came, so that it may have gone."""

EmailStatus = Literal["draft", "queued", "sending", "sent", "refused", "given_up", "withdrawn"]

WAITS_S = (60, 300, 900, 3_600, 10_800, 21_600, 43_200, 86_400, 86_400, 86_400, 86_400)
"""Seconds from each attempt to the next; after the last it is given up, in its fifth day (RFC 5321, section 4.5.4.1)."""
CUT_OFF_AFTER = timedelta(minutes=15)
"""An attempt that says nothing for so long was cut off; no call of a server takes as long."""


class Attachment(BaseModel):
    """A kept file that goes with an e-mail, by its hash."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: Sha256
    filename: str
    media: str


class EmailWritten(Event):
    """Somebody wrote it, or what was agreed did. `contact_id` or `user_id` says to whom; `on` is the firm's day."""

    TOPIC: ClassVar[str] = "email/written"
    SCHEMA: ClassVar[int] = 2

    email_id: UUID
    about: About
    contact_id: UUID | None
    user_id: UUID | None
    matter_id: UUID | None
    bill_id: UUID | None
    client_bill_id: UUID | None
    ledger_id: UUID | None
    request_id: UUID | None
    on: date
    to: Personal
    subject: Personal
    body: Personal
    attachment: Attachment | None


class EmailAmended(Event):
    """A draft was changed; before and after stand side by side."""

    TOPIC: ClassVar[str] = "email/amended"

    field: Literal["to", "subject", "body"]
    before: Personal
    after: Personal


class EmailQueued(Event):
    """It is to be sent, from this moment on: a draft, or one that is to be tried once more."""

    TOPIC: ClassVar[str] = "email/queued"

    at: AwareDatetime


class EmailAttemptBegun(Event):
    """A server is being called. Every attempt of an e-mail has one Message-ID."""

    TOPIC: ClassVar[str] = "email/attempt-begun"

    attempt: int
    at: AwareDatetime
    message_id: str


class EmailAttemptEnded(Event):
    """What became of an attempt: the server's reply, and when it is tried again, if it is."""

    TOPIC: ClassVar[str] = "email/attempt-ended"

    attempt: int
    at: AwareDatetime
    outcome: AttemptOutcome
    code: int | None
    """The reply code of RFC 5321; None where no server replied."""
    said: Personal | None
    status: EmailStatus
    """What the e-mail is from now on."""
    next_at: AwareDatetime | None


class EmailWithdrawn(Event):
    """It is not to be sent any more."""

    TOPIC: ClassVar[str] = "email/withdrawn"

    why: Words


@dataclass(frozen=True, slots=True)
class OutgoingEmail:
    """State after its events."""

    written: EmailWritten
    to: Personal
    subject: Personal
    body: Personal
    status: EmailStatus = "draft"
    queued_at: datetime | None = None
    next_at: datetime | None = None
    """When it is to be tried; while it waits."""
    begun_at: datetime | None = None
    """Since when an attempt is under way."""
    message_id: str | None = None
    attempts: int = 0
    tries: int = 0
    """Attempts since it was queued the last time."""
    outcomes: dict[int, AttemptOutcome] = field(default_factory=dict)

    @property
    def waits(self) -> bool:
        """Whether it may still be sent."""
        return self.status in {"draft", "queued", "sending"}

    def amend(self, part: Literal["to", "subject", "body"], text: str) -> EmailAmended | None:
        """None where it says so already. Raises WrongState for anything but a draft."""
        if self.status != "draft":
            raise WrongState(f"this e-mail is {_said(self.status)}; only a draft is changed", status=self.status)
        before: Personal = getattr(self, part)
        if before.text == text:
            return None
        return EmailAmended(field=part, before=before, after=Personal(subject_id=before.subject_id, text=text))

    def queue(self, at: datetime) -> EmailQueued:
        """Send a draft; try again what was refused or given up, or now what would be tried later. Raises WrongState."""
        waits_for_its_time = self.status == "queued" and self.next_at is not None and self.next_at > at
        if self.status not in {"draft", "refused", "given_up"} and not waits_for_its_time:
            raise WrongState(f"this e-mail is {_said(self.status)} already", status=self.status)
        return EmailQueued(at=at)

    def begin(self, at: datetime, message_id: str) -> EmailAttemptBegun:
        """Raises WrongState unless it is due."""
        if self.status != "queued" or self.next_at is None or self.next_at > at:
            raise WrongState(f"this e-mail is {_said(self.status)} and not due", status=self.status)
        return EmailAttemptBegun(attempt=self.attempts + 1, at=at, message_id=self.message_id or message_id)

    def was_cut_off(self, at: datetime) -> bool:
        """Whether an attempt is under way that nobody can be making any more."""
        return self.status == "sending" and self.begun_at is not None and self.begun_at + CUT_OFF_AFTER <= at

    def end(
        self, attempt: int, outcome: AttemptOutcome, at: datetime, *, code: int | None = None, said: str | None = None
    ) -> EmailAttemptEnded:
        """What became of an attempt, recorded once; where it was taken to be cut off, what is known now counts, too.

        Raises NotFound for an attempt that was never begun, WrongState where its outcome is known.
        """
        if not 0 < attempt <= self.attempts:
            raise NotFound(f"this e-mail has {self.attempts} attempt(s), and no attempt {attempt}")
        known = self.outcomes.get(attempt)
        if known not in {None, "unknown"} or known == outcome:
            raise WrongState(f"what became of attempt {attempt} is on record: {known}", outcome=known)
        status, next_at = self._after(attempt, outcome, at)
        return EmailAttemptEnded(
            attempt=attempt,
            at=at,
            outcome=outcome,
            code=code,
            said=Personal(subject_id=self.to.subject_id, text=said) if said else None,
            status=status,
            next_at=next_at,
        )

    def _after(self, attempt: int, outcome: AttemptOutcome, at: datetime) -> tuple[EmailStatus, datetime | None]:
        if outcome == "accepted":
            return "sent", None
        if self.status != "sending" or attempt != self.attempts:
            return self.status, self.next_at  # said late: what came after stands
        if outcome == "refused":
            return "refused", None
        if self.tries > len(WAITS_S):
            return "given_up", None
        return "queued", at + timedelta(seconds=WAITS_S[self.tries - 1])

    def withdraw(self, why: str, *, at: datetime) -> EmailWithdrawn:
        """Raises WrongState for what went, was withdrawn, or is being sent at this moment."""
        if self.status in {"sent", "withdrawn"}:
            raise WrongState(f"this e-mail is {_said(self.status)} already", status=self.status)
        if self.status == "sending" and not self.was_cut_off(at):
            raise WrongState("this e-mail is being sent at this moment; look again in a minute", status=self.status)
        return EmailWithdrawn(why=why)


def evolve(email: OutgoingEmail | None, event: Event) -> OutgoingEmail:
    """The state one event later."""
    if isinstance(event, EmailWritten):
        assert email is None, "written twice"
        return OutgoingEmail(event, event.to, event.subject, event.body)
    assert email is not None, "a step before the e-mail was written"
    match event:
        case EmailAmended(field="to"):
            return replace(email, to=event.after)
        case EmailAmended(field="subject"):
            return replace(email, subject=event.after)
        case EmailAmended():
            return replace(email, body=event.after)
        case EmailQueued():
            first = email.queued_at or event.at
            return replace(email, status="queued", queued_at=first, next_at=event.at, tries=0)
        case EmailAttemptBegun():
            begun = replace(email, status="sending", begun_at=event.at, next_at=None, message_id=event.message_id)
            return replace(begun, attempts=event.attempt, tries=email.tries + 1)
        case EmailAttemptEnded():
            known = replace(email, outcomes={**email.outcomes, event.attempt: event.outcome})
            begun_at = email.begun_at if event.status == "sending" else None
            return replace(known, status=event.status, next_at=event.next_at, begun_at=begun_at)
        case EmailWithdrawn():
            return replace(email, status="withdrawn", next_at=None, begun_at=None)
        case _:
            raise AssertionError(f"{event.TOPIC} is not of an e-mail")


def _said(status: EmailStatus) -> str:
    return {"draft": "a draft", "sending": "being sent", "given_up": "given up"}.get(status, status)


KIND = Kind("email", evolve)
EVENTS: tuple[type[Event], ...] = (
    EmailWritten, EmailAmended, EmailQueued, EmailAttemptBegun, EmailAttemptEnded, EmailWithdrawn,
)  # fmt: skip
