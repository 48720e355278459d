"""A payment that names no bills goes over the client's, in its own order or the firm's (domain reference, section 2.5)."""

from aggregates import firm
from aggregates.payment_order import BillsOrder, OpenBill, over_bills
from aggregates.permissions import Permission
from commands import receive_payment
from commands.dispatch import Edge, Outcome, Request, answered_before, execute
from commands.event_log.log import EventLog
from commands.receive_payment import Allocation, ReceivePayment
from projections.reports.bills import bills
from projections.reports.merged_contacts import one_contact
from projections.reports.reader import Reader

_OPEN = """
SELECT bill_id::text AS bill_id, open_minor, billing_reference_id::text AS reference FROM {s}.bill_balances
 WHERE open_minor > 0 AND client_id::text = ANY(%(clients)s) ORDER BY due_on, bill_id
"""
_MAY = Permission.POST_PAYMENT


class _Asked(ReceivePayment):
    """What was asked for, with the order over bills: its key is bound to both."""

    over_bills: BillsOrder | None


def receive(
    log: EventLog,
    edge: Edge,
    request: Request,
    reader: Reader,
    asked: ReceivePayment,
    *,
    over: BillsOrder | None = None,
    dry_run: bool = False,
) -> Outcome:
    """Put the payment to what is owed and not disputed; what is left over stays the client's credit."""
    bound = asked if over is None else _Asked(**dict(asked), over_bills=over)
    if (first := answered_before(log, request, bound, _MAY)) is not None:
        return first
    order = over or log.load(firm.KIND, firm.STREAM).state.payment_order.bills
    falls = over_bills(asked.amount_minor, _open(reader, str(asked.client_id)), order)
    allocations = tuple(Allocation(bill_id=key, amount_minor=part) for key, part in falls.items())
    put = asked.model_copy(update={"allocations": allocations})
    return execute(log, edge, request, put, receive_payment.handle, _MAY, dry_run=dry_run, asked_for=bound)


def _open(reader: Reader, client_id: str) -> list[OpenBill]:
    """The client's bills, the oldest due first, each with what may be paid of it: of a disputed one, what is undisputed."""
    rows = reader.rows(_OPEN, clients=one_contact(reader, client_id))
    of = {one.billing_reference_id: one for one in bills(reader, None, None, ids=[row["reference"] for row in rows])}
    payable = {
        row["bill_id"]: row["open_minor"] if not of[row["reference"]].held_minor else of[row["reference"]].open_minor
        for row in rows
    }
    return [OpenBill(bill_id, open_minor) for bill_id, open_minor in payable.items() if open_minor > 0]
