"""Change the draft of an e-mail before it goes: its subject, its words, or to which address of the client."""

from uuid import UUID

from aggregates import outgoing_email
from aggregates.errors import BadRequest
from commands.dispatch import Result
from commands.email_bill import Message, Subject
from commands.email_work import address_of, client_of, told
from commands.plain_text import Email
from commands.work import Command, Work


class AmendEmail(Command):
    """What is left out stays as it is."""

    email_id: UUID
    to: Email | None = None
    subject: Subject | None = None
    message: Message | None = None


def handle(command: AmendEmail, work: Work) -> Result:
    """Returns the e-mail. Raises NotFound, WrongState for anything but a draft, BadRequest where nothing would change, or
    for an address that is not the client's.
    """
    state = work.load(outgoing_email.KIND, command.email_id)
    to = None
    if command.to is not None:
        if state.written.contact_id is None:
            raise BadRequest("this e-mail goes to a person of the firm, at the address of their account")
        to = str(address_of(client_of(work, state.written.contact_id)[1], command.to))
    changes = [
        event
        for event in (
            state.amend("to", to) if to is not None else None,
            state.amend("subject", command.subject) if command.subject is not None else None,
            state.amend("body", command.message) if command.message is not None else None,
        )
        if event is not None
    ]
    if not changes:
        raise BadRequest("the e-mail says that already; nothing was changed")
    return told(work.record(outgoing_email.KIND, command.email_id, *changes))
