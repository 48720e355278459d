"""Lockup: how many days of collections lie in work in progress and in receivables (domain reference, section 3).

By the collections of the previous fiscal year, and, because a young or growing firm has none to speak of, by those of the
last 365 days; and by what was recorded and invoiced in the last 90 days, as days of sales are reckoned.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from projections.reports import figure_rows, flows, settled
from projections.reports.card_states import card_states
from projections.reports.figure_rows import link
from projections.reports.flows import COLLECTED, INVOICED, of_causes
from projections.reports.reader import Reader

_YEAR, _QUARTER = 365, 90


@dataclass(frozen=True, slots=True)
class Stood:
    """How things stood at the end of a day. Amounts in minor units."""

    on: date
    known_at: int | None
    fiscal_year: tuple[date, date]
    """The previous one: its first and last day."""
    in_progress_minor: int
    receivable_minor: int
    collected_fiscal_year_minor: int
    collected_365_days_minor: int
    recorded_90_days_minor: int
    invoiced_90_days_minor: int


def find(reader: Reader, on: date, known_at: int | None) -> Stood:
    """Everything lockup is made of."""
    firm = next(iter(card_states(reader, "firm", known_at=known_at).values()), {})
    fiscal_year = previous_fiscal_year(on, firm.get("fiscal_year_start_month", 1))
    quarter = _back(on, _QUARTER)

    def collected(begin: date, end: date) -> int:
        drawn = settled.collected(reader, begin, end, known_at)[1]
        return drawn - of_causes(flows.receivables(reader, begin, end, known_at), *COLLECTED)

    return Stood(
        on,
        known_at,
        fiscal_year,
        flows.in_progress(reader, on, known_at),
        flows.receivable(reader, on, known_at),
        collected(*fiscal_year),
        collected(_back(on, _YEAR), on),
        flows.recorded(reader, quarter, on, known_at),
        of_causes(flows.receivables(reader, quarter, on, known_at), *INVOICED),
    )


def previous_fiscal_year(on: date, start_month: int) -> tuple[date, date]:
    """First and last day of the fiscal year before the one that a day is in."""
    begins = date(on.year, start_month, 1)
    if on < begins:
        begins = begins.replace(year=on.year - 1)
    return begins.replace(year=begins.year - 1), begins - timedelta(days=1)


def rows(stood: Stood) -> list[tuple[Any, ...]]:
    """Work in progress, receivables, and both, by each base."""
    first, last = stood.fiscal_year
    bases = (
        (f"collections of the fiscal year {first} to {last}", first, last, stood.collected_fiscal_year_minor),
        ("collections of the last 365 days", _back(stood.on, _YEAR), stood.on, stood.collected_365_days_minor),
    )
    work = link("work-in-progress", stood.known_at, as_of=stood.on)
    owed = link("accounts-receivable", stood.known_at, as_of=stood.on)
    both = stood.in_progress_minor + stood.receivable_minor
    found = []
    for base, begin, end, flow in bases:
        behind = link("receivable-movements", stood.known_at, from_day=begin, as_of=end, cause="all_collected")
        for name, amount, opens in (
            ("work in progress", stood.in_progress_minor, work),
            ("receivable", stood.receivable_minor, owed),
            ("total", both, None),
        ):
            found.append(figure_rows.lockup(f"lockup, {name}", base, amount, flow, _YEAR, opens, behind))
    quarter = _back(stood.on, _QUARTER)
    recorded = link("work-movements", stood.known_at, from_day=quarter, as_of=stood.on)
    invoiced = link("receivable-movements", stood.known_at, from_day=quarter, as_of=stood.on, cause="invoiced")
    found.append(
        figure_rows.lockup("days of work in progress", "recorded in the last 90 days", stood.in_progress_minor,
                           stood.recorded_90_days_minor, _QUARTER, work, recorded)
    )  # fmt: skip
    found.append(
        figure_rows.lockup("days of receivables", "invoiced in the last 90 days", stood.receivable_minor,
                           stood.invoiced_90_days_minor, _QUARTER, owed, invoiced)
    )  # fmt: skip
    return found


def _back(on: date, days: int) -> date:
    """The first of so many days that end with this one."""
    return on - timedelta(days=min(days - 1, (on - date.min).days))
