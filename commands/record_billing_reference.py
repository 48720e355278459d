"""Record the invoice, notice of costs or order that entitles the firm to a client's money."""

from datetime import date
from typing import Literal
from uuid import UUID

from aggregates import billing_reference, matter
from aggregates.errors import AlreadyExists, BadRequest
from aggregates.event import Minor, Words
from aggregates.trust_rules import WrongClient
from commands.dispatch import Result
from commands.same_client import same_client
from commands.work import Command, Work


class RecordBillingReference(Command):
    """Record a document by its number, which is the firm's own and stands once."""

    document: Literal["invoice", "written_notice", "court_order", "signed_authority"] = "invoice"
    number: Words
    client_id: UUID
    matter_id: UUID
    amount_minor: Minor
    issued_on: date
    notice_given_on: date | None = None
    """When the client had it: today, or an earlier day that `notice_evidence` bears out. Waiting days run from then."""
    notice_evidence: Words | None = None


def handle(command: RecordBillingReference, work: Work) -> Result:
    """Returns its id. Raises NotFound, WrongClient (T4), AlreadyExists, BadRequest."""
    if command.issued_on > work.today:
        raise BadRequest(f"{command.issued_on} is in the future; today is {work.today}")
    if not same_client(work, work.load(matter.KIND, command.matter_id).opened.client_id, command.client_id):
        raise WrongClient("the matter is another client's")
    given_on = command.notice_given_on or work.today
    if not command.issued_on <= given_on <= work.today:
        raise BadRequest(f"the client had it on {given_on}? It was issued on {command.issued_on}, and today is {work.today}")
    if given_on < work.today and command.notice_evidence is None:
        raise BadRequest(f"say how one knows that the client had it on {given_on}: the letter, the e-mail, the receipt")
    reference_id = billing_reference.number_stream(command.number)
    # Numbers were once told apart letter by letter; what was recorded then stands there.
    for stream_id in (reference_id, billing_reference.KIND.stream_id(command.number)):
        if (known := work.find(billing_reference.KIND, stream_id)) is not None:
            raise AlreadyExists(f"{known.recorded.number} is recorded already", billing_reference_id=stream_id)
    event = billing_reference.BillingReferenceRecorded(
        effective_date=command.issued_on,
        billing_reference_id=reference_id,
        document=command.document,
        number=command.number,
        client_id=command.client_id,
        matter_id=command.matter_id,
        amount_minor=command.amount_minor,
        notice_given_on=given_on,
        notice_evidence=command.notice_evidence,
    )
    work.record(billing_reference.KIND, reference_id, event)
    return {"billing_reference_id": str(reference_id)}
