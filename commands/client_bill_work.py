"""What every command about client bills needs: its parts, and what the asker is told of the whole."""

from collections.abc import Sequence
from uuid import UUID

from aggregates import bill, billing_run, client_bill
from aggregates.bill import Bill
from aggregates.billing_run import RunJoined
from aggregates.client_bill import MOST_MATTERS, ClientBill
from aggregates.errors import BadRequest
from commands import bill_work
from commands.dispatch import Result
from commands.same_client import same_client
from commands.trust_books import the_firm
from commands.work import Work


def parts_of(work: Work, state: ClientBill) -> list[Bill]:
    """Its bills, in their order."""
    return [work.load(bill.KIND, bill_id) for bill_id in state.bill_ids]


def join(work: Work, bill_ids: Sequence[UUID]) -> ClientBill:
    """Put drafts together as a client bill. Raises NotFound, WrongState, BadRequest for those of another client."""
    drafts = [work.load(bill.KIND, bill_id) for bill_id in bill_ids]
    client_id = drafts[0].drafted.client_id
    for one in drafts:
        if not same_client(work, one.drafted.client_id, client_id):
            raise BadRequest("a client bill is for one client's matters", bill_id=one.drafted.bill_id)
    client_bill_id = work.new_id()
    matter_ids = [one.drafted.matter_id for one in drafts]
    currency = the_firm(work).established.base_currency
    drafted = client_bill.draft(client_bill_id, bill_ids, matter_ids, client_id, currency)
    state = work.record(client_bill.KIND, client_bill_id, drafted)
    for one in drafts:
        work.record(bill.KIND, one.drafted.bill_id, one.join(client_bill_id))
    return state


def join_of_run(work: Work, run_id: UUID, matter_id: UUID) -> Result:
    """Put a client's drafts together, where a run for client bills is done with the last of their matters.

    Left out is what was issued, dropped or put on another client bill meanwhile; what stands alone stays a bill of its own.
    """
    run = work.load(billing_run.KIND, run_id)
    drafts = [work.load(bill.KIND, one) for one in run.to_join(matter_id)]
    free = [one.drafted.bill_id for one in drafts if one.status in {"draft", "approved"} and one.client_bill_id is None]
    joined = []
    for begins in range(0, len(free), MOST_MATTERS):
        if len(some := free[begins : begins + MOST_MATTERS]) > 1:
            client_bill_id = join(work, some).drafted.client_bill_id
            work.record(billing_run.KIND, run_id, RunJoined(client_bill_id=client_bill_id, bill_ids=tuple(some)))
            joined.append(str(client_bill_id))
    return {"client_bill_ids": joined} if joined else {}


def shown(work: Work, client_bill_id: UUID) -> Result:
    """What the asker is told of a client bill, with each matter's part, in minor units."""
    state = work.load(client_bill.KIND, client_bill_id)
    parts = parts_of(work, state)
    return {
        "client_bill_id": str(client_bill_id),
        "status": state.status,
        "number": state.finalized.number if state.finalized is not None else None,
        "total_minor": sum(one.totals.total_minor for one in parts),
        "open_minor": sum(one.open_minor for one in parts),
        "bills": [{"matter_id": str(one.drafted.matter_id), **bill_work.shown(one)} for one in parts],
    }
