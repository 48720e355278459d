"""A firm's month in one answer: its key figures, what is owed by age, what each timekeeper did, and what trust asks for."""

from datetime import date

from projections.reports import duties, exceptions, key_figures
from projections.reports.card_states import card_states
from projections.reports.figure_rows import link
from projections.reports.reader import Reader, bounds
from projections.reports.report import Report, columns

_AGES = columns("age open_minor:money bills:count opens")
_PEOPLE = columns(
    "timekeeper worked_seconds:count billable_seconds:count recorded_minor:money billed_minor:money timekeeper_id opens"
)
_WORKED = """
SELECT timekeeper_id::text AS timekeeper_id, sum(worked_seconds)::bigint AS worked_seconds,
       coalesce(sum(worked_seconds) FILTER (WHERE charge = 'billable'), 0)::bigint AS billable_seconds,
       sum(recorded_minor)::bigint AS recorded_minor, sum(billed_minor)::bigint AS billed_minor
  FROM {table} WHERE kind = 'time' AND day BETWEEN %(from_day)s AND %(as_of)s {known}
 GROUP BY timekeeper_id ORDER BY sum(recorded_minor) DESC, timekeeper_id
"""
_OWED_NOW = "SELECT due_on, open_minor FROM {s}.bill_balances WHERE open_minor <> 0"
_OWED = """
SELECT b.due_on,
       sum(m.tax_minor + m.hard_cost_minor + m.soft_cost_minor + m.fee_minor + m.interest_minor)::bigint AS open_minor
  FROM {s}.receivable_movements m JOIN {s}.bill_balances b USING (bill_id)
 WHERE m.day <= %(as_of)s AND m.position <= %(known_at)s GROUP BY m.bill_id, b.due_on
"""
_BUCKETS = (
    (0, "not due", "not_due"), (30, "1 to 30 days", "to_30_days"), (60, "31 to 60 days", "to_60_days"),
    (90, "61 to 90 days", "to_90_days"), (None, "over 90 days", "older"),
)  # fmt: skip


def report(
    reader: Reader, *, as_of: date | None = None, known_at: int | None = None, from_day: date | None = None
) -> Report:
    """From a day, or the first of the month, to `as_of`. Raises BadRequest for a span that ends before it begins."""
    on = as_of or reader.today
    with reader.snapshot():
        figures = key_figures.report(reader, as_of=on, known_at=known_at, from_day=from_day)
        begin = figures.facts["from_day"]
        ages = _ages(reader, as_of, on, known_at)
        people = _people(reader, begin, on, known_at)
        open_exceptions = exceptions.report(reader, as_of=as_of, known_at=known_at)
        asked = duties.report(reader, as_of=as_of, known_at=known_at)
        budgeted = card_states(reader, "matter_budget", as_of=as_of, known_at=known_at).values()
    return Report(
        "Dashboard",
        (),
        (),
        on,
        known_at,
        totals=figures.totals,
        counts={
            **figures.counts,
            "open_exceptions": len(open_exceptions.rows),
            "duties": asked.counts["duties"],
            "overdue_duties": asked.counts["overdue"],
            "budget_notices": sum(one is not None for card in budgeted for word, one in card.items() if "notice/" in word),
        },
        facts=figures.facts,
        parts=(figures, ages, people),
    )


def _ages(reader: Reader, as_of: date | None, on: date, known_at: int | None) -> Report:
    """What is owed, by how long it is overdue: from the balances that are kept, unless the past is asked for."""
    now = as_of is None and known_at is None
    found = reader.rows(_OWED_NOW) if now else reader.rows(_OWED, **bounds(on, known_at))
    sums = {name: [0, 0] for _, name, _ in _BUCKETS}
    for row in found:
        if row["open_minor"]:
            late = (on - row["due_on"]).days
            of = sums[next(name for most, name, _ in _BUCKETS if most is None or late <= most)]
            of[0] += row["open_minor"]
            of[1] += 1
    rows = tuple((name, *sums[name], link("accounts-receivable", known_at, as_of=on, age=age)) for _, name, age in _BUCKETS)
    total = sum(amount for amount, _ in sums.values())
    return Report("Receivable by age", _AGES, rows, on, known_at, totals={"open": total})


def _people(reader: Reader, begin: date, on: date, known_at: int | None) -> Report:
    table, known = ("work_days", "") if known_at is None else ("work_movements", "AND position <= %(known_at)s")
    query = _WORKED.replace("{table}", f"{{s}}.{table}").replace("{known}", known)
    found = reader.rows(query, from_day=begin, **bounds(on, known_at))
    names = card_states(reader, "user", [row["timekeeper_id"] for row in found], known_at=known_at)
    rows = tuple(
        (names.get(row["timekeeper_id"], {}).get("name"), row["worked_seconds"], row["billable_seconds"],
         row["recorded_minor"], row["billed_minor"], row["timekeeper_id"],
         link("work-movements", known_at, from_day=begin, as_of=on, kind="time", timekeeper_id=row["timekeeper_id"]))
        for row in found
    )  # fmt: skip
    return Report("By timekeeper", _PEOPLE, rows, on, known_at)
