"""Rerating the unbilled time of a period, which the server finds; `dry_run` shows what would change."""

from api.application import Application
from api.http.command_routes import CommandRoute
from api.http.desk import Offer
from api.http.faces import face_of
from api.tokens import Session
from commands.catalogue import COMMANDS
from commands.dispatch import Outcome, Request
from replay.rerating import Rerating, rerate


def rerating(route: CommandRoute) -> Offer:
    """The route that rerates."""
    return Offer(route, face_of(Rerating, route.fields), COMMANDS[route.command].permission, _rerate)


def _rerate(application: Application, session: Session, request: Request, asked: Rerating, dry_run: bool) -> Outcome:
    log = application.log(session.slug)
    with application.reader(session.slug, min_position=log.size()) as reader:
        edge = application.edge(session.slug)
        return rerate(log, edge, request, reader, asked=asked, dry_run=dry_run)
