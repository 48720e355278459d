"""Issuing a token: made here, shown once, kept as a hash. Asked again with the same key, the answer has none any more."""

from datetime import timedelta
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from aggregates import user
from aggregates.event import Words
from aggregates.permissions import Role
from api.application import Application
from api.first_run import TOKEN_DAYS
from api.http.command_routes import CommandRoute
from api.http.desk import Offer
from api.http.faces import face_of
from api.tokens import Session, new_token
from commands.catalogue import COMMANDS
from commands.dispatch import Outcome, Request
from commands.issue_own_token import IssueOwnToken
from commands.issue_token import IssueToken
from commands.work import Command


class NewToken(Command):
    """A bearer token for a person or a program of theirs; without `expires_at` it is good for ninety days."""

    user_id: UUID
    holder: Literal["person", "program"] = "person"
    label: Words
    role: Role | None = None
    expires_at: AwareDatetime | None = None


class NewOwnToken(Command):
    """A bearer token that you make for yourself or for a program of yours, with the one you use.

    Where somebody else issued that one, this is the first thing to do: no payment is asked for, approved or released, and no
    reconciliation prepared, reviewed or signed, with a token whose secret somebody else had (T15). It ends then, and so does
    every other token that you hold yourself. Role and expiry are those of the token it is made with, unless they are closer.
    """

    holder: Literal["person", "program"] = "person"
    label: Words = "web app"
    role: Role | None = None
    expires_at: AwareDatetime | None = None


def offer(route: CommandRoute) -> Offer:
    """The token's route."""
    return Offer(route, face_of(NewToken, route.fields), COMMANDS[route.command].permission, _issue)


def offer_own(route: CommandRoute) -> Offer:
    """The route of a token that a person makes for themself."""
    return Offer(route, face_of(NewOwnToken, route.fields), COMMANDS[route.command].permission, _issue_own)


def _issue(application: Application, session: Session, request: Request, asked: NewToken, dry_run: bool) -> Outcome:
    token, digest = new_token(session.slug, asked.user_id)
    expires_at = asked.expires_at or application.now() + timedelta(days=TOKEN_DAYS)
    if (first := _issued_before(application, session, request, asked.user_id)) is not None:
        digest, expires_at = first.token_sha256, asked.expires_at or first.expires_at
    command = IssueToken(
        user_id=asked.user_id,
        token_sha256=digest,
        holder=asked.holder,
        label=asked.label,
        role=asked.role,
        expires_at=expires_at,
    )
    outcome = application.carry_out(session.slug, request, command, dry_run=dry_run)
    if dry_run or outcome.replayed:
        return outcome
    told = {**outcome.result, "token": token, "expires_at": expires_at.isoformat()}
    return Outcome(outcome.position, told, outcome.status)


def _issue_own(application: Application, session: Session, request: Request, asked: NewOwnToken, dry_run: bool) -> Outcome:
    token, digest = new_token(session.slug, session.asker.user_id)
    if (first := _issued_before(application, session, request, session.asker.user_id)) is not None:
        digest = first.token_sha256
    command = IssueOwnToken(
        token_sha256=digest, holder=asked.holder, label=asked.label, role=asked.role, expires_at=asked.expires_at
    )
    outcome = application.carry_out(session.slug, request, command, dry_run=dry_run)
    if dry_run or outcome.replayed:
        return outcome
    return Outcome(outcome.position, {**outcome.result, "token": token}, outcome.status)


def _issued_before(
    application: Application, session: Session, request: Request, user_id: UUID
) -> user.AccessTokenIssued | None:
    """The token that the first request with this key issued, so that the second one is known to be the same."""
    log = application.log(session.slug)
    answer = log.answer(session.asker.user_id, request.key) if request.key else None
    if answer is None:
        return None
    for logged in log.stream(user_id, up_to=answer[3]):
        event = logged.event()
        if logged.position == answer[3] and isinstance(event, user.AccessTokenIssued):
            return event
    return None
