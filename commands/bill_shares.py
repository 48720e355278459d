"""Changes of what is owed on a bill, followed by the shares of those who pay it together."""

from uuid import UUID

from aggregates import bill, bill_shares
from aggregates.bill import Bill
from aggregates.bill_events import BillPaid, BillPaymentReversed, BillReduced, BillVoided
from aggregates.bill_interest import BillInterestCharged, BillInterestReversed
from aggregates.bill_shares import BillShared, BillShares, BillSharesMoved
from aggregates.errors import BadRequest
from commands.same_client import same_client
from commands.work import Work

Changes = BillPaid | BillPaymentReversed | BillReduced | BillVoided | BillInterestCharged | BillInterestReversed


def share(work: Work, state: Bill) -> None:
    """A bill was issued: it is shared among the payers of its matter, if they were agreed."""
    issued = state.check_issued()
    agreed = work.find(bill_shares.KIND, bill_shares.stream_of(issued.matter_id))
    if agreed is None or agreed.residue_payer_id is None:
        return
    parts = bill_shares.split(issued.totals.total_minor, agreed.portions, agreed.residue_payer_id)
    shared = BillShared(
        effective_date=issued.effective_date,
        client_id=issued.client_id,
        portions=agreed.portions,
        residue_payer_id=agreed.residue_payer_id,
        shares=parts,
    )
    work.record(bill.KIND, issued.bill_id, shared)


def record(work: Work, bill_id: UUID, event: Changes, payer_id: UUID | None = None) -> Bill:
    """Record what happened to a bill, and to the shares of it. `payer_id` is who paid; else it is the client's money.

    Raises BadRequest for more than a payer's share.
    """
    state = work.load(bill.KIND, bill_id)
    of = state.shares
    if of is None:
        return work.record(bill.KIND, bill_id, event)
    moved_by, moved = _moved(of, event, payer_id)
    follows = BillSharesMoved(effective_date=event.effective_date, moved_by=moved_by, moved=moved)
    return work.record(bill.KIND, bill_id, event, follows)


def _moved(of: BillShares, event: Changes, payer_id: UUID | None) -> tuple[UUID, dict[UUID, int]]:
    match event:
        case BillPaid():
            return event.allocation_id, of.pay(sum(event.by_class.values()), payer_id or of.shared.client_id)
        case BillPaymentReversed():
            return event.allocation_id, of.undo(event.allocation_id)
        case BillReduced():
            return event.reduction_id, of.lower(sum(event.by_class.values()))
        case BillInterestCharged():
            return event.charge_id, of.charge(event.amount_minor)
        case BillInterestReversed():
            return event.charge_id, of.undo(event.charge_id)
        case BillVoided():
            return of.shared.residue_payer_id, {one: -left for one, left in of.open.items()}


def check_payer(work: Work, state: Bill, payer_id: UUID) -> UUID:
    """The client or the payer of a bill that this contact is. Raises BadRequest for anybody else."""
    issued = state.check_issued()
    known: tuple[UUID, ...] = (issued.client_id, *(state.shares.open if state.shares is not None else ()))
    if payer_id in known:
        return payer_id
    found = next((one for one in known if same_client(work, one, payer_id)), None)
    if found is None:
        raise BadRequest(f"{state.name} is another client's; a client's payment goes to their own bills")
    return found
