"""What bills have to do with the cap on a matter's fees: they are written down to it, counted towards it, and given back."""

from datetime import date
from uuid import UUID

from aggregates import bill, fee_cap
from aggregates.bill import Bill
from aggregates.fee_cap import CAP, FeeCap
from commands.work import Work


def cap_of(work: Work, matter_id: UUID) -> FeeCap | None:
    """The cap that stands; None without one."""
    found = work.find(fee_cap.KIND, fee_cap.stream_of(matter_id))
    return found if found is not None and not found.ended else None


def fees_of(state: Bill) -> int:
    """What a bill charges for work, before tax and after its courtesy discount, in minor units."""
    totals = state.totals
    return totals.fees_minor - totals.discount_minor


def write_down(work: Work, bill_id: UUID) -> int:
    """Charge nothing over the cap: the work done last is written down first. Returns what was taken off, in minor units."""
    state = work.load(bill.KIND, bill_id)
    cap = cap_of(work, state.drafted.matter_id)
    over = fees_of(state) - cap.room_minor if cap is not None else 0
    left = max(over, 0)
    lines = [line for line in state.lines.values() if line.line_class == "fee"]
    lines.reverse()  # of one day's, too, the last one first
    for line in sorted(lines, key=lambda one: one.day, reverse=True):
        if (off := min(left, line.charged_minor)) > 0:
            state = work.record(bill.KIND, bill_id, state.adjust(line.line_id, "write_down", line.charged_minor - off, CAP))
            left -= off
    return max(over, 0) - left


def check(work: Work, state: Bill) -> None:
    """Raises FeesOverCap."""
    cap = cap_of(work, state.drafted.matter_id)
    if cap is not None:
        cap.check_room(fees_of(state))


def count(work: Work, state: Bill, *, on: date) -> None:
    """The bill is issued. Raises FeesOverCap."""
    matter_id, fees = state.drafted.matter_id, fees_of(state)
    cap = cap_of(work, matter_id)
    if cap is not None and fees:
        work.record(fee_cap.KIND, fee_cap.stream_of(matter_id), cap.count(state.drafted.bill_id, fees, on=on))


def uncount(work: Work, state: Bill, *, on: date) -> None:
    """The bill is void."""
    stream, bill_id = fee_cap.stream_of(state.drafted.matter_id), state.drafted.bill_id
    cap = work.find(fee_cap.KIND, stream)
    if cap is not None and bill_id in cap.bills:
        work.record(fee_cap.KIND, stream, cap.uncount(bill_id, on=on))
