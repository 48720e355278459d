"""Billing runs: matters are chosen from the read models, and each one is drafted by itself, with its own outcome.

A run is carried on in steps. A step that is cut off has drafted what it drafted; the next one goes on from there, because
what is done stands in the run's own events.
"""

from collections import Counter
from contextlib import suppress
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from aggregates import billing_run
from aggregates.billing_run import MOST_MATTERS, RunDrafted, RunLeftOut
from aggregates.errors import BadRequest, Refusal, WrongState
from aggregates.event import Words
from aggregates.permissions import Permission
from commands import begin_run_step, draft_run_bill, leave_out_of_run, start_billing_run
from commands.begin_run_step import BeginRunStep
from commands.dispatch import Edge, Outcome, Request, answered_before, execute
from commands.draft_run_bill import DraftRunBill
from commands.event_log.log import EventLog
from commands.leave_out_of_run import LeaveOutOfRun
from commands.start_billing_run import StartBillingRun
from commands.work import Command
from projections.reports.arrangements import Arrangement
from projections.reports.reader import Reader
from projections.reports.ready_to_bill import ready

_MAY = Permission.DRAFT_BILL


class NewBillingRun(Command):
    """Choose what is ready to bill: through a day, by client, practice area or arrangement, worth so much at least."""

    through: date
    client_id: UUID | None = None
    practice_area: Words | None = None
    arrangement: Arrangement | None = None
    least_minor: Annotated[int, Field(ge=0, le=10**15)] = 0
    client_bills: bool = False


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
        arrangement=asked.arrangement,
    )
    if not found:
        raise BadRequest(f"nothing that was asked for is ready to bill through {asked.through}")
    if len(found) > MOST_MATTERS:
        raise BadRequest(f"{len(found)} matters are ready; a run takes {MOST_MATTERS}: choose by client, area or amount")
    together: tuple[int, ...] = ()
    if asked.client_bills:
        found.sort(key=lambda row: str(row["client_id"]))  # of a client as they stood, by their numbers
        together = tuple(Counter(row["client_id"] for row in found).values())
    matter_ids = tuple(UUID(row["matter_id"]) for row in found)
    command = StartBillingRun(through=asked.through, matter_ids=matter_ids, together=together)
    return execute(log, edge, request, command, start_billing_run.handle, _MAY, asked_for=asked)


def step(log: EventLog, edge: Edge, request: Request, reader: Reader, *, run_id: UUID, at_most: int) -> Outcome:
    """Draft the next matters of a run. Raises NotFound, WrongState where it is over; a matter's refusal is its outcome.

    Sent again under its key, it drafts what is left of the same matters, and tells what became of all of them.
    """
    begun = execute(log, edge, request, BeginRunStep(run_id=run_id, at_most=at_most), begin_run_step.handle, _MAY)
    taken = [UUID(one) for one in begun.result["matter_ids"]]
    run = log.load(billing_run.KIND, run_id).state
    assert run is not None, "a step of no run was begun"
    found = ready(reader, run.started.through, matter_ids=[str(one) for one in taken if one not in run.done])
    entries = {row["matter_id"]: tuple(UUID(one) for one in row["entry_ids"]) for row in found}
    each = Request(request.asker, reason=request.reason, correlation_id=request.correlation_id)
    outcomes = [_outcome(log, edge, each, run_id, one, entries.get(str(one), ())) for one in taken]
    told = {"run_id": str(run_id), "outcomes": outcomes, "left": begun.result["left"]}
    return Outcome(log.size(), told, 200, begun.replayed)


def _outcome(
    log: EventLog, edge: Edge, request: Request, run_id: UUID, matter_id: UUID, entry_ids: tuple[UUID, ...]
) -> dict[str, Any]:
    """What became of one matter: drafted by this step, by an earlier one or one at the same time, or refused."""
    run = log.load(billing_run.KIND, run_id, fresh=False).state
    assert run is not None, "a step of no run was begun"
    if matter_id not in run.done and not run.stopped:
        # Refused where it was drafted, or the run was stopped, since we looked.
        with suppress(WrongState):
            _draft(log, edge, request, run_id, matter_id, entry_ids)
        run = log.load(billing_run.KIND, run_id).state
        assert run is not None, "a step of no run was begun"
    named = {"matter_id": str(matter_id)}
    match run.done.get(matter_id):
        case RunDrafted() as drafted:
            return {**named, "bill_id": str(drafted.bill_id), "total_minor": drafted.total_minor}
        case RunLeftOut() as left:
            return {**named, "refused": left.code, "detail": left.sentence}
        case _:
            return {**named, "refused": WrongState.code, "detail": "the run was stopped before it came to this matter"}


def _draft(log: EventLog, edge: Edge, request: Request, run_id: UUID, matter_id: UUID, entry_ids: tuple[UUID, ...]) -> None:
    """Raises WrongState where the run is done with the matter, or was stopped."""
    try:
        if not entry_ids:
            raise WrongState("nothing of this matter is ready to bill any more")
        draft = DraftRunBill(run_id=run_id, matter_id=matter_id, entry_ids=entry_ids)
        execute(log, edge, request, draft, draft_run_bill.handle, _MAY)
    except Refusal as refusal:
        left: Any = LeaveOutOfRun(run_id=run_id, matter_id=matter_id, code=refusal.code, sentence=refusal.sentence)
        execute(log, edge, request, left, leave_out_of_run.handle, _MAY)
