"""What an e-mail with a bill or a client bill has in common: its words, its PDF, and that none goes twice by mistake."""

import hashlib
from dataclasses import dataclass
from datetime import date

from aggregates.errors import AlreadyExists, BadRequest
from aggregates.event import Personal
from aggregates.outgoing_email import Attachment
from aggregates.trust_rules import money
from commands.email_work import Row, row_of
from commands.trust_books import the_firm
from commands.work import Work


def check_not_sent(work: Work, row: Row, to: Personal, name: str, *, again: bool) -> None:
    """Raises AlreadyExists where an e-mail of the row waits to go there, or went there and is not to go again."""
    for earlier in row_of(work, row):
        if str(earlier.to).casefold() != str(to).casefold():
            continue
        known = {"email_id": earlier.written.email_id, "email_status": earlier.status}
        if earlier.waits:
            raise AlreadyExists(f"an e-mail with {name} to {to} waits already; send or withdraw that one", **known)
        if earlier.status == "sent" and not again:
            raise AlreadyExists(f"{name} went to {to} already; say `again` to send it once more", **known)


def enclosed(work: Work, pdf: bytes, number: str) -> Attachment:
    """The PDF of an invoice, kept. Raises BadRequest where there is none."""
    if not pdf:
        raise BadRequest("a bill goes out as its PDF, and there is none")
    filename = f"{number}.pdf".replace("/", "-").replace("\\", "-")
    work.keep_document(pdf, media="application/pdf", filename=filename)
    return Attachment(sha256=hashlib.sha256(pdf).hexdigest(), filename=filename, media="application/pdf")


@dataclass(frozen=True, slots=True)
class Invoice:
    """What an e-mail says of a bill that it goes with. Amounts are minor units."""

    number: str
    day: date
    due_on: date
    currency: str
    total_minor: int
    open_minor: int


def invoice_words(work: Work, of: Invoice, client: str) -> tuple[str, str]:
    """Subject and body of an e-mail with an invoice."""
    firm = the_firm(work)
    name = firm.established.name
    owed = (
        f"{of.currency} {money(of.open_minor)} is due by {of.due_on}."
        if of.open_minor
        else "It is paid, and this is for your records."
    )
    invoice = f"our invoice {of.number} of {of.day}, over {of.currency} {money(of.total_minor)}"
    lines = [
        f"Dear {client},",
        f"Please find enclosed {invoice}. {owed}",
        firm.letterhead.how_to_pay or "",
        name,
    ]
    return f"Invoice {of.number} from {name}", "\n\n".join(line for line in lines if line)
