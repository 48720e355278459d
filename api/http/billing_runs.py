"""Starting a billing run, whose matters the server chooses from the books, and carrying it on step by step."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates.errors import BadRequest
from api.application import Application
from api.http.command_routes import CommandRoute
from api.http.desk import Offer
from api.http.faces import face_of
from api.tokens import Session
from commands.catalogue import COMMANDS
from commands.dispatch import Outcome, Request
from commands.work import Command
from replay import billing_runs
from replay.billing_runs import NewBillingRun


class NextBills(Command):
    """Draft the next so many matters of the run; a matter that is refused says why and spoils no other."""

    run_id: UUID
    at_most: Annotated[int, Field(ge=1, le=200)] = 50


def starting(route: CommandRoute) -> Offer:
    """The route that starts one."""
    return Offer(route, face_of(NewBillingRun, route.fields), COMMANDS[route.command].permission, _start)


def stepping(route: CommandRoute) -> Offer:
    """The route that carries one on."""
    return Offer(route, face_of(NextBills, route.fields), COMMANDS[route.command].permission, _step)


def _start(application: Application, session: Session, request: Request, asked: NewBillingRun, dry_run: bool) -> Outcome:
    _check_real(dry_run=dry_run)
    log = application.log(session.slug)
    with application.reader(session.slug, min_position=log.size()) as reader:
        return billing_runs.start(log, application.edge(session.slug), request, reader, asked)


def _step(application: Application, session: Session, request: Request, asked: NextBills, dry_run: bool) -> Outcome:
    _check_real(dry_run=dry_run)
    log = application.log(session.slug)
    with application.reader(session.slug, min_position=log.size()) as reader:
        edge = application.edge(session.slug)
        return billing_runs.step(log, edge, request, reader, run_id=asked.run_id, at_most=asked.at_most)


def _check_real(*, dry_run: bool) -> None:
    if dry_run:
        raise BadRequest("a billing run cannot be tried; what is ready to bill shows what it would choose")
