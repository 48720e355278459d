"""Receiving a payment: to the bills that are named, or, where none is, to the client's oldest due first."""

from pydantic import Field

from api.application import Application
from api.http.command_routes import CommandRoute
from api.http.desk import Offer
from api.http.faces import face_of
from api.tokens import Session
from commands.catalogue import COMMANDS
from commands.dispatch import Outcome, Request
from commands.receive_payment import ReceivePayment
from replay.payments import receive


class NewPayment(ReceivePayment):
    """Receive money that is earned. With no bills named, it goes to the oldest due first, unless `keep_as_credit`."""

    keep_as_credit: bool = Field(default=False)


def receiving(route: CommandRoute) -> Offer:
    """The route that receives one."""
    return Offer(route, face_of(NewPayment, route.fields), COMMANDS[route.command].permission, _receive)


def _receive(application: Application, session: Session, request: Request, asked: NewPayment, dry_run: bool) -> Outcome:
    command = ReceivePayment.model_validate(asked.model_dump(exclude={"keep_as_credit"}))
    if command.allocations or asked.keep_as_credit:
        return application.carry_out(session.slug, request, command, dry_run=dry_run)
    log = application.log(session.slug)
    with application.reader(session.slug, min_position=log.size()) as reader:
        return receive(log, application.edge(session.slug), request, reader, command, dry_run=dry_run)
