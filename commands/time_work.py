"""What every command about time needs: whose time it is, and what the work comes to by the rules agreed."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from aggregates import billing_rates, matter, subscription, time_rounding, user, utbms
from aggregates.billing_rates import BillingRates, Rated
from aggregates.errors import BadRequest, NotAllowed, WrongState
from aggregates.event import Personal
from aggregates.permissions import Permission, Role, role_allowing
from aggregates.time_entry import Charge, WorkDone, valued
from aggregates.time_rounding import TENTHS, RoundingRule
from commands.work import Work


def rounding_of(work: Work, client_id: UUID, matter_id: UUID) -> RoundingRule:
    """The matter's rule, else the client's, else the firm's, else tenths of an hour."""
    scopes: tuple[tuple[time_rounding.Scope, UUID | None], ...] = (
        ("matter", matter_id), ("client", client_id), ("firm", None),
    )  # fmt: skip
    for scope, subject_id in scopes:
        agreed = work.find(time_rounding.KIND, time_rounding.stream_of(scope, subject_id))
        if agreed is not None and agreed.rule is not None:
            return agreed.rule
    return TENTHS


def rates(work: Work) -> BillingRates:
    """The firm's rates, none before the first was set."""
    return work.find(billing_rates.KIND, billing_rates.STREAM) or BillingRates()


def check_timekeeper(work: Work, timekeeper_id: UUID) -> None:
    """Raises NotFound, WrongState for one who left, NotAllowed where somebody records time that is not their own."""
    person = work.load(user.KIND, timekeeper_id)
    if not person.active:
        raise WrongState("this timekeeper has left; their time is recorded before they go")
    check_own_time(work, timekeeper_id)


def check_own_time(work: Work, timekeeper_id: UUID) -> None:
    """Raises NotAllowed where a timekeeper, who is nothing more, touches the time of another."""
    if timekeeper_id != work.user_id and work.actor.role == Role.TIMEKEEPER:
        raise NotAllowed("a timekeeper records and changes their own time, and nobody else's")


def check_may_approve(work: Work, what: str) -> None:
    """Raises NotAllowed unless the asker may approve time."""
    if role_allowing(work.asker.roles, Permission.APPROVE_TIME) is None:
        raise NotAllowed(f"{what} is for whoever approves time")


def open_matter(work: Work, matter_id: UUID) -> matter.Matter:
    """A matter that takes work. Raises NotFound, WrongState for a closed one."""
    state = work.load(matter.KIND, matter_id)
    if state.status == "closed":
        raise WrongState(
            f"matter {state.opened.number} is closed and takes no work; reopen it first", matter_status="closed"
        )
    return state


def check_day(work: Work, on: date) -> None:
    """Raises BadRequest for a day that has not come."""
    if on > work.today:
        raise BadRequest(f"{on} is in the future; today is {work.today}")


def work_done(
    work: Work,
    *,
    matter_id: UUID,
    timekeeper_id: UUID,
    worked_on: date,
    worked_seconds: int,
    narrative: str,
    task_code: str | None,
    activity_code: str | None,
    charge: Charge,
    override_minor: int | None,
) -> WorkDone:
    """The work with its rounding, its rate and its value. Raises NotFound, WrongState, BadRequest for an unknown code."""
    of = open_matter(work, matter_id)
    check_day(work, worked_on)
    if task_code is not None:
        utbms.task(task_code)
    if activity_code is not None:
        utbms.activity(activity_code)
    client_id = of.opened.client_id
    if override_minor is None:
        charge = recorded_as(work, charge, matter_id=matter_id, on=worked_on)
    rule = rounding_of(work, client_id, matter_id)
    if override_minor is not None:
        rate: Rated | None = Rated(override_minor, "entry_override", None)
    else:
        rate = rates(work).resolve(
            on=worked_on, matter_id=matter_id, client_id=client_id, timekeeper_id=timekeeper_id, task_code=task_code
        )
    rounded = rule.rounded(worked_seconds)
    return WorkDone(
        matter_id=matter_id,
        client_id=client_id,
        timekeeper_id=timekeeper_id,
        worked_on=worked_on,
        worked_seconds=worked_seconds,
        rounded_seconds=rounded,
        rounding=rule,
        task_code=task_code,
        activity_code=activity_code,
        narrative=Personal(subject_id=client_id, text=narrative),
        charge=charge,
        rate_minor=rate.rate_minor if rate else None,
        rate_rule=rate.rule if rate else None,
        rate_id=rate.rate_id if rate else None,
        value_minor=valued(charge, rounded, rate.rate_minor if rate else None),
    )


def recorded_as(work: Work, charge: Charge, *, matter_id: UUID, on: date) -> Charge:
    """How time is recorded on a day: what is billable, by the matter's subscription, if it has one."""
    if charge != "billable":
        return charge
    known = work.find(subscription.KIND, subscription.stream_of(matter_id))
    return known.hours_on(on) if known is not None else "billable"


_OF_ROUNDING = frozenset({"worked_seconds", "matter_id"})
_OF_RATE = frozenset({"matter_id", "timekeeper_id", "worked_on", "task_code", "override_minor"})


def again(work: Work, of: WorkDone, changed: Mapping[str, Any]) -> WorkDone:
    """The work with some of it changed. Time is rounded, rated and valued anew only where what changed bears on it."""
    override = of.rate_minor if of.rate_rule == "entry_override" else None
    asked = {
        "matter_id": of.matter_id,
        "timekeeper_id": of.timekeeper_id,
        "worked_on": of.worked_on,
        "worked_seconds": of.worked_seconds,
        "narrative": str(of.narrative),
        "task_code": of.task_code,
        "activity_code": of.activity_code,
        "charge": of.charge,
        "override_minor": override,
    }
    differs = {name for name, value in changed.items() if asked[name] != value}
    after = work_done(work, **{**asked, **changed})
    kept: dict[str, Any] = {}
    if not differs & _OF_ROUNDING:
        kept |= {"rounded_seconds": of.rounded_seconds, "rounding": of.rounding}
    if not differs & _OF_RATE:
        kept |= {"rate_minor": of.rate_minor, "rate_rule": of.rate_rule, "rate_id": of.rate_id}
    after = after.model_copy(update=kept)
    same_value = not differs & (_OF_ROUNDING | _OF_RATE | {"charge"})
    value = of.value_minor if same_value else valued(after.charge, after.rounded_seconds, after.rate_minor)
    return after.model_copy(update={"value_minor": value})


def shown(done: WorkDone) -> dict[str, Any]:
    """What the asker is told: time in seconds, rate and value in minor units."""
    return {
        "worked_seconds": done.worked_seconds,
        "rounded_seconds": done.rounded_seconds,
        "rate_minor": done.rate_minor,
        "rate_rule": done.rate_rule,
        "value_minor": done.value_minor,
    }
