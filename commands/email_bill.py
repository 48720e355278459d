"""Write an e-mail to the client with an issued bill as a PDF, and have it sent, or kept as a draft.

It waits in the outbox until the firm's mail server has taken it. When it has, the bill counts as sent.
"""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from aggregates import bill
from commands.dispatch import Result
from commands.email_work import Letter, address_of, client_of, pay_by_card, queue, row_of, told, write
from commands.invoice_email import Invoice, check_not_sent, enclosed, invoice_words
from commands.plain_text import Email
from commands.work import Command, Work

ROW: Literal["bill"] = "bill"
Subject = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
Message = Annotated[str, Field(min_length=1, max_length=3500, pattern=r"\S")]


class EmailBill(Command):
    """E-mail a bill to an address of the client; where none is named, to the first one on record.

    `again` sends a bill that went to this address before. A payment link of the bill stands under the words. What stands in
    the PDF is no part of the request.
    """

    bill_id: UUID
    to: Email | None = None
    subject: Subject | None = None
    message: Message | None = None
    payment_link_id: UUID | None = None
    as_draft: bool = False
    again: bool = False
    pdf: bytes = Field(default=b"", exclude=True, repr=False)


def handle(command: EmailBill, work: Work) -> Result:
    """Returns the e-mail. Raises NotFound, WrongState for a bill that was not issued or is void, BadRequest for an address
    that is not the client's, AlreadyExists where it waits to go there, or went there and is not to go again.
    """
    state = work.load(bill.KIND, command.bill_id)
    issued = state.check_issued()
    client_id, client = client_of(work, issued.client_id)
    to = address_of(client, command.to)
    row = (ROW, command.bill_id)
    check_not_sent(work, row, to, state.name, again=command.again)
    attachment = enclosed(work, command.pdf, issued.number)
    invoice = Invoice(
        issued.number, issued.effective_date, issued.due_on, issued.currency, issued.totals.total_minor, state.open_minor
    )
    subject, body = invoice_words(work, invoice, client.name)
    paid_by_card = pay_by_card(work, command.payment_link_id, bill_id=command.bill_id)
    letter = Letter(
        about="bill",
        subject=command.subject or subject,
        body="\n\n".join(part for part in (command.message or body, paid_by_card) if part),
        matter_id=issued.matter_id,
        bill_id=command.bill_id,
        attachment=attachment,
    )
    email_id = write(work, row, letter, to, contact_id=client_id)
    return told(row_of(work, row)[-1] if command.as_draft else queue(work, email_id))
