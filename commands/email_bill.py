"""Write an e-mail to the client with an issued bill as a PDF, and have it sent, or kept as a draft.

It waits in the outbox until the firm's mail server has taken it. When it has, the bill counts as sent.
"""

import hashlib
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from aggregates import bill
from aggregates.bill import Bill
from aggregates.errors import AlreadyExists, BadRequest
from aggregates.outgoing_email import Attachment
from aggregates.trust_rules import money
from commands.dispatch import Result
from commands.email_work import Letter, address_of, client_of, pay_by_card, queue, row_of, told, write
from commands.plain_text import Email
from commands.trust_books import the_firm
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
    if not command.pdf:
        raise BadRequest("a bill goes out as its PDF, and there is none")
    client_id, client = client_of(work, issued.client_id)
    to = address_of(client, command.to)
    row = (ROW, command.bill_id)
    for earlier in row_of(work, row):
        if str(earlier.to).casefold() != str(to).casefold():
            continue
        known = {"email_id": earlier.written.email_id, "email_status": earlier.status}
        if earlier.waits:
            raise AlreadyExists(f"an e-mail with {state.name} to {to} waits already; send or withdraw that one", **known)
        if earlier.status == "sent" and not command.again:
            raise AlreadyExists(f"{state.name} went to {to} already; say `again` to send it once more", **known)
    filename = f"{issued.number}.pdf".replace("/", "-").replace("\\", "-")
    work.keep_document(command.pdf, media="application/pdf", filename=filename)
    subject, body = _words(work, state, client.name)
    paid_by_card = pay_by_card(work, command.payment_link_id, bill_id=command.bill_id)
    letter = Letter(
        about="bill",
        subject=command.subject or subject,
        body="\n\n".join(part for part in (command.message or body, paid_by_card) if part),
        matter_id=issued.matter_id,
        bill_id=command.bill_id,
        attachment=Attachment(sha256=hashlib.sha256(command.pdf).hexdigest(), filename=filename, media="application/pdf"),
    )
    email_id = write(work, row, letter, to, contact_id=client_id)
    return told(row_of(work, row)[-1] if command.as_draft else queue(work, email_id))


def _words(work: Work, state: Bill, client: str) -> tuple[str, str]:
    firm = the_firm(work)
    issued, currency = state.check_issued(), state.drafted.currency
    name = firm.established.name
    owed = (
        f"{currency} {money(state.open_minor)} is due by {issued.due_on}."
        if state.open_minor
        else "It is paid, and this is for your records."
    )
    invoice = f"our invoice {issued.number} of {issued.effective_date}, over {currency} {money(issued.totals.total_minor)}"
    lines = [
        f"Dear {client},",
        f"Please find enclosed {invoice}. {owed}",
        firm.letterhead.how_to_pay or "",
        name,
    ]
    return f"Invoice {issued.number} from {name}", "\n\n".join(line for line in lines if line)
