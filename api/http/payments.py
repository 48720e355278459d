"""Receiving a payment: to the bills that are named, or, where none is, over the client's bills in the firm's order."""

from pydantic import Field

from aggregates.payment_order import BillsOrder
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
    """Receive money that is earned. With no bills named, it goes over the client's bills in the order that is said, else in
    the firm's (the oldest due first, where it agreed to no other), unless `keep_as_credit`.
    """

    keep_as_credit: bool = Field(default=False)
    over_bills: BillsOrder | None = None


def receiving(route: CommandRoute) -> Offer:
    """The route that receives one."""
    return Offer(route, face_of(NewPayment, route.fields), COMMANDS[route.command].permission, _receive)


def _receive(application: Application, session: Session, request: Request, asked: NewPayment, dry_run: bool) -> Outcome:
    command = ReceivePayment.model_validate(asked.model_dump(exclude={"keep_as_credit", "over_bills"}))
    if command.allocations or asked.keep_as_credit:
        return application.carry_out(session.slug, request, command, dry_run=dry_run)
    log = application.log(session.slug)
    with application.reader(session.slug, min_position=log.size()) as reader:
        edge = application.edge(session.slug)
        return receive(log, edge, request, reader, command, over=asked.over_bills, dry_run=dry_run)
