"""The firm's key figures of a span of days, each with its base, what it is of, and the ratio in basis points.

Formulas: domain reference, section 3. Flows are what was recorded, billed and collected in the span, whatever it was for;
cohorts follow the bills issued, or the work done, in the span up to its last day. Collected are payments and trust money,
less what came back; where it says all, with contingent fees, and less fees given back after a dispute. Fees billed are net
of courtesy discounts. `opens` and `of_opens` are the reports, below /v1/reports, that list what is behind the amount and
what it is of.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from aggregates.errors import BadRequest
from projections.reports import flows, lockup, settled, timekeepers
from projections.reports.available_time import available
from projections.reports.cohorts import BillCohort, bill_cohort
from projections.reports.figure_rows import SHAPE, left_of, link, number, row, time, value
from projections.reports.flows import COLLECTED, INVOICED, Cohort, Work, half_up, of_causes
from projections.reports.reader import Reader
from projections.reports.report import Report

_MOST_HOURS = 24
_HOUR_S = 3_600
_BILLS, _WORK = "cohort: bills issued in the span", "cohort: work done in the span"


@dataclass(frozen=True, slots=True)
class _Found:
    """What the figures are made of. Amounts in minor units, time in seconds."""

    begin: date
    on: date
    known_at: int | None
    done: Work
    moved: dict[str, dict[str, int]]
    work: Cohort
    bills: BillCohort
    standard_minor: int
    available: int
    asked_hours: int | None
    a_day: int
    """Seconds that one timekeeper is there for on a working day, on average."""
    settled_fees: int
    settled: int

    @property
    def all_fees_collected(self) -> int:
        return self.fees_collected + self.settled_fees

    @property
    def invoiced(self) -> int:
        return of_causes(self.moved, *INVOICED)

    @property
    def fees_invoiced(self) -> int:
        return of_causes(self.moved, "issued", "voided", only="fee_minor")

    @property
    def collected(self) -> int:
        return -of_causes(self.moved, *COLLECTED)

    @property
    def fees_collected(self) -> int:
        return -of_causes(self.moved, *COLLECTED, only="fee_minor")

    def behind_work(self, **asked: Any) -> str:
        return link("work-movements", self.known_at, from_day=self.begin, as_of=self.on, **asked)

    def behind_cohort(self, **asked: Any) -> str:
        span = {"worked_from": self.begin, "worked_to": self.on}
        return link("work-movements", self.known_at, **span, as_of=self.on, **asked)

    def behind_owed(self, cause: str, **asked: Any) -> str:
        return link("receivable-movements", self.known_at, from_day=self.begin, as_of=self.on, cause=cause, **asked)

    def behind_bills(self, cause: str) -> str:
        asked: dict[str, Any] = {"issued_from": self.begin, "standing": True, "cause": cause}
        return link("receivable-movements", self.known_at, as_of=self.on, **asked)


def report(
    reader: Reader,
    *,
    as_of: date | None = None,
    known_at: int | None = None,
    from_day: date | None = None,
    hours_a_day: int | None = None,
) -> Report:
    """From a day, or the first of the month, to `as_of`.

    Time available is what was agreed with each timekeeper, or `hours_a_day` of each working day as if that were agreed with
    all. Raises BadRequest for a span that ends before it begins, or for a day of no hours.
    """
    on = as_of or reader.today
    begin = from_day or on.replace(day=1)
    if begin > on:
        raise BadRequest(f"{begin} is after {on}")
    if hours_a_day is not None and not 1 <= hours_a_day <= _MOST_HOURS:
        raise BadRequest("a day has 1 to 24 hours")
    with reader.snapshot():
        there = available(reader, begin, on, known_at, hours_a_day)
        seconds, days = sum(one.seconds for one in there.values()), sum(one.days for one in there.values())
        a_day = half_up(seconds, days) if days else 0
        found = _find(reader, begin, on, known_at, there=seconds, asked_hours=hours_a_day, a_day=a_day)
        stood = lockup.find(reader, on, known_at)
    return Report(
        "Key figures",
        SHAPE,
        (*_realized(found), *_of_bills(found), *_of_time(found), *lockup.rows(stood)),
        on,
        known_at,
        totals={
            "recorded": found.done.recorded_minor,
            "billed": found.done.billed_minor,
            "written_down": found.done.written_down_minor,
            "standard_value": found.standard_minor,
            "invoiced": found.invoiced,
            "collected": found.collected + found.settled,
            "fees_collected": found.all_fees_collected,
            "credited": -of_causes(found.moved, "credit_memo"),
            "written_off": -of_causes(found.moved, "write_off"),
            "work_in_progress": stood.in_progress_minor,
            "receivable": stood.receivable_minor,
        },
        counts={
            "worked_seconds": found.done.worked_seconds,
            "billable_seconds": found.done.billable_seconds,
            "bills": found.bills.bills,
            "timekeepers": len(there),
            "available_seconds": seconds,
        },
        facts={"from_day": begin, "to_day": on},
    )


def _find(
    reader: Reader, begin: date, on: date, known_at: int | None, *, there: int, asked_hours: int | None, a_day: int
) -> _Found:
    rates = timekeepers.standard_rates(reader, known_at)
    return _Found(
        begin,
        on,
        known_at,
        flows.work(reader, begin, on, known_at),
        flows.receivables(reader, begin, on, known_at),
        flows.cohort(reader, begin, on, known_at),
        bill_cohort(reader, begin, on, known_at),
        rates.value_of(flows.by_timekeeper_and_day(reader, begin, on, known_at)),
        there,
        asked_hours,
        a_day,
        *settled.collected(reader, begin, on, known_at),
    )


def _realized(found: _Found) -> list[tuple[Any, ...]]:
    """Billing, collection and overall realization."""
    done, work, bills = found.done, found.work, found.bills
    recorded, fees = found.behind_work(kind="fees"), found.behind_owed("invoiced", amount_class="fee")
    of_work, got = found.behind_cohort(kind="fees"), found.behind_owed("collected", amount_class="fee")
    hours, cohort_hours = {"kind": "time", "charge": "billable"}, found.behind_cohort(kind="time", charge="billable")
    all_fees = found.behind_owed("all_collected", amount_class="fee")
    billing, overall = "billing realization", "overall realization"
    at_issue = done.fees_billed_minor + done.fees_written_down_minor
    return [
        value(billing, "flow, value: fees billed of fees recorded", found.fees_invoiced, done.fees_recorded_minor, fees,
              recorded),
        time(billing, "flow, time: hours billed of billable hours recorded", done.billed_seconds, done.charged_seconds,
             found.behind_work(**hours), found.behind_work(**hours)),
        value(billing, "value: fees billed of what was recorded for them, by the bills of the span", found.fees_invoiced,
              at_issue, fees, found.behind_work(kind="fees", of_bills=True)),
        value(billing, f"{_WORK}, value: fees billed of fees recorded", work.invoiced_minor, work.work.fees_recorded_minor,
              of_work, of_work),
        time(billing, f"{_WORK}, time: hours billed of billable hours recorded", work.work.billed_seconds,
             work.work.charged_seconds, cohort_hours, cohort_hours),
        value("collection realization", "flow, value: collected of invoiced", found.collected, found.invoiced,
              found.behind_owed("collected"), found.behind_owed("invoiced")),
        value("collection realization", f"{_BILLS}, value: collected of invoiced", bills.collected_minor,
              bills.issued_minor, found.behind_bills("collected"), found.behind_bills("invoiced")),
        value(overall, "flow, value: fees collected of fees recorded", found.fees_collected, done.fees_recorded_minor, got,
              recorded),
        value(overall, "flow, value: all fees collected of the standard value of hours worked", found.all_fees_collected,
              found.standard_minor, all_fees, found.behind_work(kind="time")),
        value("rate realization", "flow, value: fees recorded of the standard value of hours worked",
              done.fees_recorded_minor, found.standard_minor, recorded, found.behind_work(kind="time")),
        value(overall, f"{_WORK}, value: fees collected of fees recorded", work.collected_minor,
              work.work.fees_recorded_minor, of_work, of_work),
    ]  # fmt: skip


def _of_bills(found: _Found) -> list[tuple[Any, ...]]:
    bills, behind = found.bills, found.behind_bills("collected")
    return [
        number("bills paid in full", _BILLS, bills.paid, bills.bills, behind, found.behind_bills("invoiced")),
        row("days to pay", f"{_BILLS}: from issue to the last payment, of those paid in full", days=bills.days_to_pay,
            number=bills.paid, opens=behind),
    ]  # fmt: skip


def _of_time(found: _Found) -> list[tuple[Any, ...]]:
    """Utilization, the effective rate, and what becomes of a day: worked, billed, collected."""
    done = found.done
    billable = found.behind_work(kind="time", charge="billable")
    rate = half_up(found.all_fees_collected * _HOUR_S, done.billable_seconds) if done.billable_seconds > 0 else None
    utilized = (done.billable_seconds, found.available)
    billed = (found.fees_invoiced, done.fees_recorded_minor)
    collected = (found.collected, found.invoiced)
    steps = [("worked", [utilized]), ("billed", [utilized, billed]), ("collected", [utilized, billed, collected])]
    hours = None if found.asked_hours is None else str(found.asked_hours)
    people = link("timekeeper-figures", found.known_at, from_day=found.begin, as_of=found.on, hours_a_day=hours)
    return [
        time("utilization", "time: billable hours of available hours", *utilized, billable, people),
        row("effective rate", "all fees collected for an hour of billable work", amount_minor=rate,
            opens=found.behind_owed("all_collected", amount_class="fee"), of_opens=billable),
        *(
            row("time of a day", f"{step}: available hours × {' × '.join(_FUNNEL[: len(ratios)])}",
                seconds=left_of(found.a_day, ratios), of_seconds=found.a_day)
            for step, ratios in steps
        ),
    ]  # fmt: skip


_FUNNEL = ("utilization", "billing realization (flow)", "collection realization (flow)")
