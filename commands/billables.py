"""What may stand on a bill: a time entry, a flat fee that was earned, or a cost, by its id."""

from datetime import date
from typing import Any, TypeAlias
from uuid import UUID

from aggregates import flat_fee, matter_cost, time_entry
from aggregates.bill_events import BillLine
from aggregates.errors import NotFound
from aggregates.flat_fee import FlatFee
from aggregates.matter_cost import MatterCost
from aggregates.matter_cost_events import CostIncurred
from aggregates.stream import Kind
from aggregates.time_entry import TimeEntry
from commands.work import Work

_KINDS: tuple[Kind[Any], ...] = (time_entry.KIND, flat_fee.KIND, matter_cost.KIND)
Billable: TypeAlias = TimeEntry | FlatFee | MatterCost


def find_billable(work: Work, entry_id: UUID) -> tuple[Kind[Any], Any]:
    """The kind of an entry, and its state. Raises NotFound."""
    for kind in _KINDS:
        if (state := work.find(kind, entry_id)) is not None:
            return kind, state
    raise NotFound(f"there is nothing to bill {entry_id}", id=str(entry_id))


def matter_of(entry: Billable) -> UUID:
    """The matter it belongs to."""
    if isinstance(entry, MatterCost):
        return entry.cost.matter_id
    return entry.work.matter_id if isinstance(entry, TimeEntry) else entry.agreed.matter_id


def day_of(entry: Billable) -> date | None:
    """The day it was worked, earned or incurred on; None for a fee that is not earned."""
    if isinstance(entry, MatterCost):
        return entry.cost.incurred_on
    return entry.work.worked_on if isinstance(entry, TimeEntry) else entry.earned_on


def line_of(entry: Billable, line_id: UUID) -> BillLine:
    """The line it makes on a bill."""
    if isinstance(entry, MatterCost):
        return _cost_line(entry.id, entry.cost, line_id)
    if isinstance(entry, FlatFee):
        assert entry.earned_on is not None, "only what is earned stands on a bill"
        return BillLine(
            line_id=line_id, entry_id=entry.id, line_class="fee", day=entry.earned_on, timekeeper_id=None, seconds=0,
            rate_minor=None, task_code=None, activity_code=None, expense_code=None, narrative=entry.agreed.stage,
            taxed_1=True, taxed_2=True, value_minor=entry.agreed.amount_minor, charged_minor=entry.agreed.amount_minor,
        )  # fmt: skip
    done = entry.work
    return BillLine(
        line_id=line_id, entry_id=entry.id, line_class="fee", day=done.worked_on, timekeeper_id=done.timekeeper_id,
        seconds=done.rounded_seconds, rate_minor=done.rate_minor, task_code=done.task_code,
        activity_code=done.activity_code, expense_code=None, narrative=done.narrative, taxed_1=True, taxed_2=True,
        value_minor=done.value_minor, charged_minor=done.value_minor,
    )  # fmt: skip


def _cost_line(cost_id: UUID, cost: CostIncurred, line_id: UUID) -> BillLine:
    return BillLine(
        line_id=line_id, entry_id=cost_id, line_class="hard_cost" if cost.nature == "hard" else "soft_cost",
        day=cost.incurred_on, timekeeper_id=None, seconds=0, rate_minor=None, task_code=None, activity_code=None,
        expense_code=cost.expense_code, narrative=cost.description, taxed_1=cost.taxed_1, taxed_2=cost.taxed_2,
        value_minor=cost.value_minor, charged_minor=cost.value_minor,
    )  # fmt: skip


def take_off(work: Work, entry_id: UUID, bill_id: UUID, why: str) -> None:
    """Free it from a draft."""
    kind, entry = find_billable(work, entry_id)
    work.record(kind, entry_id, entry.take_off_bill(bill_id, why))


def bill(work: Work, entry_id: UUID, bill_id: UUID, billed_minor: int, *, on: date) -> None:
    """Freeze it on a bill that is finalized."""
    kind, entry = find_billable(work, entry_id)
    work.record(kind, entry_id, entry.bill(bill_id, billed_minor, on=on))


def unbill(work: Work, entry_id: UUID, bill_id: UUID, *, on: date) -> None:
    """Set it free from a bill that is voided."""
    kind, entry = find_billable(work, entry_id)
    work.record(kind, entry_id, entry.unbill(bill_id, on=on))
