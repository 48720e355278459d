"""Write an e-mail to the client with an issued client bill as a PDF, and have it sent, or kept as a draft."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from aggregates import client_bill
from commands.client_bill_work import parts_of
from commands.dispatch import Result
from commands.email_bill import Message, Subject
from commands.email_work import Letter, address_of, client_of, queue, row_of, told, write
from commands.invoice_email import Invoice, check_not_sent, enclosed, invoice_words
from commands.plain_text import Email
from commands.work import Command, Work

ROW: Literal["client-bill"] = "client-bill"


class EmailClientBill(Command):
    """E-mail a client bill to an address of the client; where none is named, to the first one on record.

    `again` sends one that went to this address before. What stands in the PDF is no part of the request.
    """

    client_bill_id: UUID
    to: Email | None = None
    subject: Subject | None = None
    message: Message | None = None
    as_draft: bool = False
    again: bool = False
    pdf: bytes = Field(default=b"", exclude=True, repr=False)


def handle(command: EmailClientBill, work: Work) -> Result:
    """Returns the e-mail. Raises NotFound, WrongState for one that was not issued or is void, BadRequest for an address
    that is not the client's, AlreadyExists where it waits to go there, or went there and is not to go again.
    """
    state = work.load(client_bill.KIND, command.client_bill_id)
    issued = state.check_issued()
    client_id, client = client_of(work, issued.client_id)
    to = address_of(client, command.to)
    row = (ROW, command.client_bill_id)
    check_not_sent(work, row, to, state.name, again=command.again)
    attachment = enclosed(work, command.pdf, issued.number)
    open_minor = sum(one.open_minor for one in parts_of(work, state))
    currency = state.drafted.currency
    invoice = Invoice(issued.number, issued.effective_date, issued.due_on, currency, issued.total_minor, open_minor)
    subject, body = invoice_words(work, invoice, client.name)
    letter = Letter(
        about="bill",
        subject=command.subject or subject,
        body=command.message or body,
        client_bill_id=command.client_bill_id,
        attachment=attachment,
    )
    email_id = write(work, row, letter, to, contact_id=client_id)
    return told(row_of(work, row)[-1] if command.as_draft else queue(work, email_id))
