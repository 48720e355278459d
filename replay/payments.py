"""A payment that names no bills goes to the client's oldest due first (domain reference, section 2.5)."""

from aggregates.permissions import Permission
from commands import receive_payment
from commands.dispatch import Edge, Outcome, Request, answered_before, execute
from commands.event_log.log import EventLog
from commands.receive_payment import Allocation, ReceivePayment
from projections.reports.merged_contacts import one_contact
from projections.reports.reader import Reader

_OPEN = """
SELECT bill_id, open_minor FROM {s}.bill_balances
 WHERE open_minor > 0 AND client_id::text = ANY(%(clients)s) ORDER BY due_on, bill_id
"""
_MAY = Permission.POST_PAYMENT


def receive(
    log: EventLog, edge: Edge, request: Request, reader: Reader, asked: ReceivePayment, *, dry_run: bool = False
) -> Outcome:
    """Put the payment to what is owed, oldest due first; what is left over stays the client's credit."""
    if (first := answered_before(log, request, asked, _MAY)) is not None:
        return first
    left, falls = asked.amount_minor, []
    for row in reader.rows(_OPEN, clients=one_contact(reader, str(asked.client_id))):
        part = min(left, row["open_minor"])
        if part:
            falls.append(Allocation(bill_id=row["bill_id"], amount_minor=part))
            left -= part
    put = asked.model_copy(update={"allocations": tuple(falls)})
    return execute(log, edge, request, put, receive_payment.handle, _MAY, dry_run=dry_run, asked_for=asked)
