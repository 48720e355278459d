"""Value time entries anew at the rates and the rounding as they stand now; a dry run is the preview."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import time_entry
from aggregates.time_entry import WorkDone
from commands.dispatch import Result
from commands.time_work import work_done
from commands.work import Command, Work

MOST_ENTRIES = 1_000


class RerateTime(Command):
    """Value these entries anew. Those of a rate of their own, and those that stand on a bill, stay as they are."""

    LONG = True

    entry_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_ENTRIES)]


def handle(command: RerateTime, work: Work) -> Result:
    """Returns what each entry that changed was worth, and is worth now. Raises NotFound, WrongState."""
    changed = []
    for entry_id in dict.fromkeys(command.entry_ids):
        entry = work.load(time_entry.KIND, entry_id)
        if entry.bill_id is not None or entry.discarded or entry.work.rate_rule == "entry_override":
            continue
        after = _anew(work, entry.work)
        if after == entry.work:
            continue
        work.record(time_entry.KIND, entry_id, entry.rerate(after))
        changed.append(
            {
                "entry_id": str(entry_id),
                "rate_before_minor": entry.work.rate_minor,
                "rate_after_minor": after.rate_minor,
                "value_before_minor": entry.work.value_minor,
                "value_after_minor": after.value_minor,
            }
        )
    return {"changed": changed, "unchanged": len(set(command.entry_ids)) - len(changed)}


def _anew(work: Work, of: WorkDone) -> WorkDone:
    return work_done(
        work,
        matter_id=of.matter_id,
        timekeeper_id=of.timekeeper_id,
        worked_on=of.worked_on,
        worked_seconds=of.worked_seconds,
        narrative=str(of.narrative),
        task_code=of.task_code,
        activity_code=of.activity_code,
        charge=of.charge,
        override_minor=None,
    )
