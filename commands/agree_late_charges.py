"""Agree interest and a late fee on overdue bills, with a client or for one matter."""

from datetime import date
from uuid import UUID

from aggregates import contact, late_terms
from aggregates.errors import BadRequest
from aggregates.event import Words
from aggregates.late_terms import Compounds, GraceDays, LateFee, LateTerms, LateTermsAgreed
from commands.cost_work import Percent, percent_millionths
from commands.dispatch import Result
from commands.time_work import open_matter
from commands.work import Command, Work


class AgreeLateCharges(Command):
    """Agree what bills issued from a day on bear when they are overdue: interest for a year, and a fee once a bill.

    Name the matter, or the client for all matters without terms of their own; neither rate nor fee ends it.
    """

    client_id: UUID | None = None
    matter_id: UUID | None = None
    binds_from: date
    yearly_percent: Percent = "0"
    compounds: Compounds = "never"
    """Simple interest, or after which time unpaid interest bears interest, too."""
    grace_days: GraceDays = 0
    """Days after the due date that cost nothing."""
    late_fee_minor: LateFee = 0
    authority: Words


def handle(command: AgreeLateCharges, work: Work) -> Result:
    """Returns the id of the terms. Raises NotFound, WrongState for a closed matter, BadRequest."""
    if (command.client_id is None) == (command.matter_id is None):
        raise BadRequest("name the matter, or the client for all of them")
    if command.matter_id is not None:
        client_id = open_matter(work, command.matter_id).opened.client_id
    else:
        assert command.client_id is not None, "one of both is named"
        client_id = command.client_id
        work.load(contact.KIND, client_id).check_live()
    stream = late_terms.stream_of(command.matter_id or client_id)
    event = LateTermsAgreed(
        terms_id=work.new_id(),
        client_id=client_id,
        matter_id=command.matter_id,
        binds_from=command.binds_from,
        rate_millionths=percent_millionths(command.yearly_percent),
        compounds=command.compounds,
        grace_days=command.grace_days,
        late_fee_minor=command.late_fee_minor,
        authority=command.authority,
    )
    work.record(late_terms.KIND, stream, (work.find(late_terms.KIND, stream) or LateTerms()).agree(event))
    return {"terms_id": str(event.terms_id)}
