"""Say that a line of the firm's statement is what stands in the books already, so that it counts once."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import firm_account
from aggregates.errors import BadRequest
from aggregates.line_link import LinkedKind
from commands.dispatch import Result
from commands.line_work import link, seen_as
from commands.work import Command, Work


class LinkedThing(Command):
    """A cost, a payment to a vendor, a client's payment, or a trust payment to operating."""

    kind: LinkedKind
    id: UUID


class LinkLine(Command):
    """Link a line to what it shows; their amounts sum to it, to the cent."""

    account_id: UUID
    line_id: UUID
    things: Annotated[tuple[LinkedThing, ...], Field(min_length=1, max_length=200)]


def handle(command: LinkLine, work: Work) -> Result:
    """Raises NotFound, WrongState where one of them is linked already, BadRequest where the sum is another."""
    account = work.load(firm_account.KIND, command.account_id)
    if len(set(command.things)) < len(command.things):
        raise BadRequest("the same thing is named twice")
    linked = tuple(seen_as(work, one.kind, one.id, account.opened.kind) for one in command.things)
    work.record(firm_account.KIND, command.account_id, account.link(command.line_id, linked))
    for one in linked:
        link(work, command.account_id, command.line_id, one)
    return {"line_id": str(command.line_id)}
