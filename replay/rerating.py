"""Rerating a period: its unbilled entries are found in the books, and valued anew at the rates as they stand."""

from datetime import date
from uuid import UUID

from aggregates.errors import BadRequest
from aggregates.permissions import Permission
from commands import rerate_time
from commands.dispatch import Edge, Outcome, Request, answered_before, execute
from commands.event_log.log import EventLog
from commands.rerate_time import MOST_ENTRIES, RerateTime
from commands.work import Command
from projections.reports.reader import Reader
from projections.reports.unbilled_time import unbilled_time

_MAY = Permission.APPROVE_TIME


class Rerating(Command):
    """Value the unbilled time of these days anew; of a matter, of a timekeeper, or of all."""

    from_day: date
    to_day: date
    matter_id: UUID | None = None
    timekeeper_id: UUID | None = None


def rerate(
    log: EventLog,
    edge: Edge,
    request: Request,
    reader: Reader,
    *,
    asked: Rerating,
    dry_run: bool = False,
) -> Outcome:
    """A dry run is the preview. Raises BadRequest for days in the wrong order, nothing to rerate, or too much at once."""
    if (first := answered_before(log, request, asked, _MAY)) is not None:
        return first
    from_day, to_day = asked.from_day, asked.to_day
    if from_day > to_day:
        raise BadRequest(f"{from_day} is after {to_day}")
    found = unbilled_time(
        reader,
        from_day,
        to_day,
        matter_id=str(asked.matter_id) if asked.matter_id is not None else None,
        timekeeper_id=str(asked.timekeeper_id) if asked.timekeeper_id is not None else None,
        limit=MOST_ENTRIES + 1,
    )
    if not found:
        raise BadRequest(f"no time from {from_day} to {to_day} is unbilled")
    if len(found) > MOST_ENTRIES:
        raise BadRequest(f"more than {MOST_ENTRIES:,} entries are unbilled in these days; choose fewer days, or a matter")
    command = RerateTime(entry_ids=tuple(UUID(one) for one in found))
    return execute(log, edge, request, command, rerate_time.handle, _MAY, dry_run=dry_run, asked_for=asked)
