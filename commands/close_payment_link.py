"""Close a payment link, so that nobody can pay under it any more."""

from uuid import UUID

from aggregates import payment_link
from aggregates.event import Words
from commands.dispatch import Result
from commands.work import Command, Work


class ClosePaymentLink(Command):
    """Close it: the bill was paid in another way, or is void."""

    link_id: UUID
    why: Words


def handle(command: ClosePaymentLink, work: Work) -> Result:
    """Returns the link. Raises NotFound, WrongState where it is paid or closed."""
    event = work.load(payment_link.KIND, command.link_id).close(command.why)
    work.record(payment_link.KIND, command.link_id, event)
    return {"link_id": str(command.link_id)}
