"""What every command about e-mails needs: to which address they go, and the e-mails about one thing in a row."""

from dataclasses import dataclass
from uuid import UUID

from aggregates import contact, outgoing_email, payment_link
from aggregates.contact import Contact
from aggregates.errors import BadRequest, WrongState
from aggregates.event import MOST_PERSONAL, Personal
from aggregates.outgoing_email import About, Attachment, EmailWithdrawn, EmailWritten, OutgoingEmail
from commands.dispatch import Result
from commands.same_client import survivor_of
from commands.work import Work

_LONGEST_SUBJECT = 200
Row = tuple[str, UUID]
"""What the e-mails of a row are about: a word, and the id of the bill or the request."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be written, and about what."""

    about: About
    subject: str
    body: str
    matter_id: UUID | None = None
    bill_id: UUID | None = None
    client_bill_id: UUID | None = None
    ledger_id: UUID | None = None
    request_id: UUID | None = None
    attachment: Attachment | None = None


def row_of(work: Work, row: Row) -> list[OutgoingEmail]:
    """The e-mails of a row, oldest first."""
    found: list[OutgoingEmail] = []
    while (state := work.find(outgoing_email.KIND, _place(row, len(found)))) is not None:
        found.append(state)
    return found


def write(
    work: Work, row: Row, letter: Letter, to: Personal, *, contact_id: UUID | None, user_id: UUID | None = None
) -> UUID:
    """The next e-mail of a row, as a draft. Two commands that write it at once cannot both do so."""
    email_id = _place(row, len(row_of(work, row)))
    event = EmailWritten(
        email_id=email_id,
        about=letter.about,
        contact_id=contact_id,
        user_id=user_id,
        matter_id=letter.matter_id,
        bill_id=letter.bill_id,
        client_bill_id=letter.client_bill_id,
        ledger_id=letter.ledger_id,
        request_id=letter.request_id,
        on=work.today,
        to=to,
        subject=Personal(subject_id=to.subject_id, text=letter.subject[:_LONGEST_SUBJECT]),
        body=Personal(subject_id=to.subject_id, text=letter.body[:MOST_PERSONAL]),
        attachment=letter.attachment,
    )
    work.record(outgoing_email.KIND, email_id, event)
    return email_id


def queue(work: Work, email_id: UUID) -> OutgoingEmail:
    """Have it sent. Raises WrongState."""
    event = work.load(outgoing_email.KIND, email_id).queue(work.now)
    return work.record(outgoing_email.KIND, email_id, event)


def withdraw_waiting(work: Work, row: Row, why: str) -> None:
    """Nothing of the row is sent any more; what is being sent at this moment cannot be held back."""
    for email in row_of(work, row):
        if email.waits and (email.status != "sending" or email.was_cut_off(work.now)):
            work.record(outgoing_email.KIND, email.written.email_id, EmailWithdrawn(why=why))


def client_of(work: Work, client_id: UUID) -> tuple[UUID, Contact]:
    """The client as the books know them today."""
    survivor = survivor_of(work, client_id)
    return survivor, work.load(contact.KIND, survivor)


def address_of(client: Contact, wanted: str | None = None) -> Personal:
    """Where the client is written to: the first address on record, or the one that is wanted, if it is theirs.

    Raises BadRequest, since what is the client's business goes nowhere else.
    """
    known = [one for one in client.details["emails"] if one.text]
    if not known:
        raise BadRequest(
            f"no e-mail address of {client.name} is on record; add one, or send it by post", contact_id=client.id
        )
    if wanted is None:
        return known[0]
    same = [one for one in known if str(one).casefold() == wanted.casefold()]
    if not same:
        raise BadRequest(f"{wanted} is no address of {client.name}; put it on record first", contact_id=client.id)
    return same[0]


def pay_by_card(work: Work, link_id: UUID | None, *, bill_id: UUID | None = None, ledger_id: UUID | None = None) -> str:
    """The words that name a payment link; none where no link is named.

    Raises NotFound, WrongState for one that is paid or closed, BadRequest for one of another bill or ledger.
    """
    if link_id is None:
        return ""
    link = work.load(payment_link.KIND, link_id)
    if (link.made.bill_id, link.made.ledger_id) != (bill_id, ledger_id):
        raise BadRequest("this payment link is of another bill or ledger", link_id=link_id)
    if link.status != "open":
        raise WrongState(f"this payment link is {link.status}; make another one", status=link.status)
    return f"You can pay by card here: {link.made.url}"


def told(email: OutgoingEmail) -> Result:
    """What the asker is told of an e-mail."""
    return {
        "email_id": str(email.written.email_id),
        "status": email.status,
        "to": str(email.to),
        "subject": str(email.subject),
        "attempts": email.attempts,
    }


def _place(row: Row, number: int) -> UUID:
    return outgoing_email.KIND.stream_id(*row, number)
