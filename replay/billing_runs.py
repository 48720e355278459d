"""Billing runs: matters are chosen from the read models, and each one is drafted by itself, with its own outcome.

A run is carried on in steps. A step that is cut off has drafted what it drafted; the next one goes on from there, because
what is done stands in the run's own events.
"""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from aggregates import billing_run
from aggregates.billing_run import MOST_MATTERS
from aggregates.errors import BadRequest, Refusal, WrongState
from aggregates.event import Words
from aggregates.permissions import Permission
from commands import draft_run_bill, leave_out_of_run, start_billing_run
from commands.dispatch import Edge, Outcome, Request, answered_before, execute
from commands.draft_run_bill import DraftRunBill
from commands.event_log.log import EventLog
from commands.leave_out_of_run import LeaveOutOfRun
from commands.start_billing_run import StartBillingRun
from commands.work import Command
from projections.reports.reader import Reader
from projections.reports.ready_to_bill import ready

_MAY = Permission.DRAFT_BILL


class NewBillingRun(Command):
    """Choose what is ready to bill: through a day, of a client, of a practice area, worth so much at least."""

    through: date
    client_id: UUID | None = None
    practice_area: Words | None = None
    least_minor: Annotated[int, Field(ge=0, le=10**15)] = 0


def start(log: EventLog, edge: Edge, request: Request, reader: Reader, asked: NewBillingRun) -> Outcome:
    """Choose what is ready to bill. Raises BadRequest where nothing is, or too much for one run."""
    if (first := answered_before(log, request, asked, _MAY)) is not None:
        return first
    found = ready(
        reader,
        asked.through,
        client_id=str(asked.client_id) if asked.client_id is not None else None,
        practice_area=asked.practice_area,
        least_minor=asked.least_minor,
    )
    if not found:
        raise BadRequest(f"nothing that was asked for is ready to bill through {asked.through}")
    if len(found) > MOST_MATTERS:
        raise BadRequest(f"{len(found)} matters are ready; a run takes {MOST_MATTERS}: choose by client, area or amount")
    command = StartBillingRun(through=asked.through, matter_ids=tuple(UUID(row["matter_id"]) for row in found))
    return execute(log, edge, request, command, start_billing_run.handle, _MAY, asked_for=asked)


def step(log: EventLog, edge: Edge, request: Request, reader: Reader, *, run_id: UUID, at_most: int) -> Outcome:
    """Draft the next matters of a run. Raises NotFound, WrongState where it is over; a matter's refusal is its outcome."""
    run = log.load(billing_run.KIND, run_id).state
    if run is None or not run.waiting:
        raise WrongState("there is no such run, or it is over")
    waiting = run.waiting[:at_most]
    found = ready(reader, run.started.through, matter_ids=[str(one) for one in waiting])
    entries = {row["matter_id"]: tuple(UUID(one) for one in row["entry_ids"]) for row in found}
    outcomes = []
    last = Outcome(log.size(), {}, 200)
    for matter_id in waiting:
        asked = Request(request.asker, reason=request.reason, correlation_id=request.correlation_id)
        last = _draft(log, edge, asked, run_id, matter_id, entries.get(str(matter_id), ()))
        outcomes.append(last.result)
    left = len(run.waiting) - len(outcomes)
    return Outcome(last.position, {"run_id": str(run_id), "outcomes": outcomes, "left": left}, 200)


def _draft(
    log: EventLog, edge: Edge, request: Request, run_id: UUID, matter_id: UUID, entry_ids: tuple[UUID, ...]
) -> Outcome:
    try:
        if not entry_ids:
            raise WrongState("nothing of this matter is ready to bill any more")
        draft = DraftRunBill(run_id=run_id, matter_id=matter_id, entry_ids=entry_ids)
        return execute(log, edge, request, draft, draft_run_bill.handle, _MAY)
    except Refusal as refusal:
        left: Any = LeaveOutOfRun(run_id=run_id, matter_id=matter_id, code=refusal.code, sentence=refusal.sentence)
        return execute(log, edge, request, left, leave_out_of_run.handle, _MAY)
