"""What each matter earned the firm, on three bases: by what was worked, billed, or collected (domain reference, section 3).

Contribution = revenue − what the timekeepers' hours cost − costs that nobody pays back; profit = contribution − overhead.
Every hour worked costs, also those charged at nothing. Revenue are fees: billed net of discounts, credits and voids.
Costs that nobody pays back: written down, credited or written off, and those the firm bears because they are not billable.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from projections.reports import settled
from projections.reports.card_states import card_states
from projections.reports.figure_rows import link
from projections.reports.flows import COLLECTED, half_up
from projections.reports.reader import Reader, bounds
from projections.reports.report import Report, columns

_BASES = ("worked", "billed", "collected")
_AMOUNTS = (*_BASES, "time_cost", "unrecovered_cost", "overhead")
_SHAPE = columns(
    "name worked_seconds:count worked_minor:money billed_minor:money collected_minor:money time_cost_minor:money "
    "unrecovered_cost_minor:money contribution_worked_minor:money contribution_billed_minor:money "
    "contribution_collected_minor:money overhead_minor:money profit_worked_minor:money profit_billed_minor:money "
    "profit_collected_minor:money id opens_work opens_billed opens_collected"
)
_HOUR_S = 3_600
_SPAN = " AND day BETWEEN %(from_day)s AND %(as_of)s AND position <= %(known_at)s "
_HOURS = (
    "SELECT matter_id::text AS matter_id, client_id::text AS client_id, timekeeper_id::text AS timekeeper_id, day, "
    "sum(worked_seconds)::bigint AS seconds FROM {s}.work_movements WHERE kind = 'time'" + _SPAN +
    "AND (%(matter)s::uuid IS NULL OR matter_id = %(matter)s::uuid) GROUP BY 1, 2, 3, 4 HAVING sum(worked_seconds) <> 0"
)  # fmt: skip
_WORK = (
    "SELECT matter_id::text AS matter_id, client_id::text AS client_id, "
    "coalesce(sum(recorded_minor) FILTER (WHERE kind <> 'cost'), 0)::bigint AS worked, "
    "coalesce(sum(written_down_minor) FILTER (WHERE kind = 'cost'), 0)::bigint AS unrecovered_cost "
    "FROM {s}.work_movements WHERE (%(matter)s::uuid IS NULL OR matter_id = %(matter)s::uuid)" + _SPAN + "GROUP BY 1, 2"
)
_OWED = (
    "SELECT b.matter_id::text AS matter_id, b.client_id::text AS client_id, "
    "coalesce(sum(fee_minor) FILTER (WHERE cause IN ('issued', 'voided', 'credit_memo')), 0)::bigint AS billed, "
    "-coalesce(sum(fee_minor) FILTER (WHERE cause = ANY(%(collected)s)), 0)::bigint AS collected, "
    "-coalesce(sum(hard_cost_minor + soft_cost_minor) FILTER (WHERE cause IN ('credit_memo', 'write_off')), 0)::bigint "
    "AS unrecovered_cost FROM {s}.receivable_movements JOIN {s}.bill_balances b USING (bill_id) "
    "WHERE (%(matter)s::uuid IS NULL OR b.matter_id = %(matter)s::uuid)" + _SPAN + "GROUP BY 1, 2"
)
By = Literal["matter", "client"]


@dataclass(slots=True)
class _Earned:
    seconds: int = 0
    amounts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_AMOUNTS, 0))


class _Hourly:
    """What an hour costs on a day: a timekeeper's, or the overhead, which is nobody's."""

    def __init__(self, reader: Reader, known_at: int | None) -> None:
        self._set: dict[str | None, list[dict[str, Any]]] = defaultdict(list)
        for row in reader.rows(
            "SELECT changes FROM {s}.card_changes WHERE kind = 'time_cost' AND position <= %(known_at)s "
            "ORDER BY position, n",
            **bounds(None, known_at),
        ):
            self._set[row["changes"]["timekeeper_id"]].append(row["changes"])
        for several in self._set.values():
            several.sort(key=lambda one: str(one["effective_from"]))

    def of(self, timekeeper_id: str | None, on: date) -> int | None:
        several = self._set.get(timekeeper_id, [])
        begun = bisect_right([str(one["effective_from"]) for one in several], on.isoformat())
        return int(several[begun - 1]["hour_minor"]) if begun else None


def report(
    reader: Reader,
    *,
    as_of: date | None = None,
    known_at: int | None = None,
    from_day: date | None = None,
    by: By = "matter",
    matter_id: str | None = None,
) -> Report:
    """From a day on, or from the first, one row for each matter or client that moved; what was collected most on top.

    An hour costs by the day, the timekeeper and the matter, half up. Hours of timekeepers without a cost are counted in
    `uncosted_seconds`, and cost nothing until somebody says what.
    """
    on, begin = as_of or reader.today, from_day or date.min
    asked: dict[str, Any] = {"from_day": begin, "matter": matter_id, "collected": list(COLLECTED), **bounds(on, known_at)}
    earned: dict[str, _Earned] = defaultdict(_Earned)
    uncosted = 0
    with reader.snapshot():
        hourly = _Hourly(reader, known_at)
        for row in reader.rows(_HOURS, **asked):
            of, rate = earned[row[f"{by}_id"]], hourly.of(row["timekeeper_id"], row["day"])
            of.seconds += row["seconds"]
            of.amounts["time_cost"] += half_up(row["seconds"] * (rate or 0), _HOUR_S)
            of.amounts["overhead"] += half_up(row["seconds"] * (hourly.of(None, row["day"]) or 0), _HOUR_S)
            uncosted += row["seconds"] if rate is None else 0
        for row in (
            *reader.rows(_WORK, **asked),
            *reader.rows(_OWED, **asked),
            *_others(reader, begin, on, known_at, matter_id),
        ):
            for name in _AMOUNTS:
                earned[row[f"{by}_id"]].amounts[name] += row.get(name, 0)
        kind, word = ("matter", "number") if by == "matter" else ("contact", "name")
        names = {key: card.get(word) for key, card in card_states(reader, kind, list(earned), known_at=known_at).items()}
    span = {"from_day": from_day, "as_of": on}
    rows = [_row(names.get(key) or key, key, by, one, span, known_at) for key, one in earned.items()]
    rows.sort(key=lambda row: (-row[4], str(row[0])))
    sums = {name: sum(one.amounts[name] for one in earned.values()) for name in _AMOUNTS}
    profits = {f"profit_{base}": sums[base] - sum(sums[one] for one in _AMOUNTS[3:]) for base in _BASES}
    return Report(
        f"Profitability by {by}",
        _SHAPE,
        tuple(rows),
        on,
        known_at,
        totals={**sums, **profits},
        counts={
            "rows": len(rows),
            "worked_seconds": sum(one.seconds for one in earned.values()),
            "uncosted_seconds": uncosted,
        },
        facts={"from_day": from_day, "to_day": on},
    )


def _others(reader: Reader, begin: date, on: date, known_at: int | None, matter_id: str | None) -> Iterator[dict[str, Any]]:
    """Contingent fees, billed and collected when they are drawn, fees given back, and costs not for the client to pay."""
    for draw in settled.draws(reader, begin, on, known_at, matter_id=matter_id):
        fee = draw.fee_minor
        earned = {"billed": fee, "collected": fee}
        if draw.bill_id is None:
            earned["worked"] = fee
        yield {"matter_id": draw.matter_id, "client_id": draw.client_id, **earned}
    for cost in card_states(reader, "cost", as_of=on, known_at=known_at).values():
        borne = cost["status"] != "discarded" and cost["charge"] == "non_billable"
        if borne and date.fromisoformat(cost["incurred_on"]) >= begin and matter_id in {None, cost["matter_id"]}:
            yield {"matter_id": cost["matter_id"], "client_id": cost["client_id"], "unrecovered_cost": cost["cost_minor"]}


_OPENED = ("billed", "all_collected")


def _row(name: str, key: str, by: By, one: _Earned, span: dict[str, Any], known_at: int | None) -> tuple[Any, ...]:
    of, asked = one.amounts, {**span, f"{by}_id": key}
    contributions = [of[base] - of["time_cost"] - of["unrecovered_cost"] for base in _BASES]
    return (
        name, one.seconds, *(of[base] for base in _BASES), of["time_cost"], of["unrecovered_cost"], *contributions,
        of["overhead"], *(amount - of["overhead"] for amount in contributions), key,
        link("work-movements", known_at, **asked),
        *(link("receivable-movements", known_at, **asked, amount_class="fee", cause=cause) for cause in _OPENED),
    )  # fmt: skip
