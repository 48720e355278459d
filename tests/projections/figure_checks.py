"""Each report held against the plain loops, figure by figure, and against the lists that its figures open to."""

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from urllib.parse import parse_qs

from api.report_parameters import arguments_of
from projections.reports import (
    budgets,
    client_credits,
    key_figures,
    operating_book,
    receivables,
    work_in_progress,
    write_downs,
)
from projections.reports.catalogue import REPORTS
from projections.reports.reader import Reader
from projections.reports.report import Report
from tests.projections.plain_figures import INVOICED, PAID, Plain, Work, half_up

OWED_BY: tuple[receivables.By, ...] = ("bill", "matter", "client", "payer", "age")
WORK_BY: tuple[work_in_progress.By, ...] = ("matter", "client", "timekeeper", "age")
_OF_A_DAY = "time of a day"
_BILLING, _COLLECTION = "billing realization (flow)", "collection realization (flow)"
_BY_THEMSELVES = {
    ("bills paid in full", "cohort: bills issued in the span"),
    ("days to pay", "cohort: bills issued in the span: from issue to the last payment, of those paid in full"),
    ("overall realization", "flow, value: all fees collected of the standard value of hours worked"),
    ("rate realization", "flow, value: fees recorded of the standard value of hours worked"),
    ("utilization", "time: billable hours of available hours"),
    ("effective rate", "all fees collected for an hour of billable work"),
    (_OF_A_DAY, "worked: available hours × utilization"),
    (_OF_A_DAY, f"billed: available hours × utilization × {_BILLING}"),
    (_OF_A_DAY, f"collected: available hours × utilization × {_BILLING} × {_COLLECTION}"),
}
"""Figures that are no plain ratio of two amounts, or that are checked another way."""
_SHARED = ("cohort: work done",)
"""Figures that share a bill out over entries: what they open to is the work, not a sum that equals them."""


def opened(reader: Reader, link: str) -> Report:
    """The report that a figure opens to, asked as over HTTP."""
    name, _, query = link.partition("?")
    return REPORTS[name](reader, **arguments_of(reader, REPORTS[name], parse_qs(query)))


def opens_to(reader: Reader, link: str, amount: int) -> bool:
    """Whether a sum of what is listed is the amount; of money that came in, less than nothing."""
    found = opened(reader, link)
    return amount in {*found.totals.values(), *found.counts.values(), *(-one for one in found.totals.values())}


def check_figures(reader: Reader, of: Plain, begin: date, end: date, known_at: int | None) -> None:
    """Key figures: flows, cohorts, lockup."""
    report = key_figures.report(reader, as_of=end, known_at=known_at, from_day=begin)
    said = {(row["figure"], row["base"]): row for row in report.records()}
    for key, (part, whole) in _ratios(of, begin, end).items():
        row = said[key]
        found = [row[name] for name in ("amount_minor", "seconds", "number") if row[name] is not None]
        wholes = [row[name] for name in ("of_amount_minor", "of_seconds", "of_number") if row[name] is not None]
        assert (found, wholes) == ([part], [whole]), (key, known_at)
        assert row["basis_points"] == (half_up(Fraction(10_000 * part, whole)) if whole > 0 else None), key
        if not key[1].startswith(_SHARED):
            assert opens_to(reader, row["opens"], part), key
            assert row["of_opens"] is None or opens_to(reader, row["of_opens"], whole), key
    _check_days(reader, of, said, begin, end)
    got = -sum(one.parts["fee"] for one in of.owes(begin, end, *PAID))
    recorded = sum_of(of.works(begin, end, fees=True), "recorded")
    got += sum(one.fee for one in of.settled(begin, end))
    for name, what, part in (("overall", "all fees collected", got), ("rate", "fees recorded", recorded)):
        row = said[f"{name} realization", f"flow, value: {what} of the standard value of hours worked"]
        assert (row["amount_minor"], row["of_amount_minor"]) == (part, of.standard_value(begin, end))
    billable = sum(one.worked for one in of.works(begin, end, kind="time", charge="billable"))
    rate = next(row for (figure, _), row in said.items() if figure == "effective rate")
    assert rate["amount_minor"] == (half_up(Fraction(got * 3_600, billable)) if billable > 0 else None)
    utilization = next(row for (figure, _), row in said.items() if figure == "utilization")
    seconds = sum(one for _, one in available(of, begin, end).values())
    assert (utilization["seconds"], utilization["of_seconds"]) == (billable, seconds)
    assert utilization["basis_points"] == (half_up(Fraction(10_000 * billable, seconds)) if seconds else None)
    assert opens_to(reader, utilization["opens"], billable)
    assert opens_to(reader, utilization["of_opens"], seconds)
    _check_funnel(of, said, begin, end)
    checked = {*_ratios(of, begin, end), *_BY_THEMSELVES}
    assert {key for key in said if not key[0].startswith(("lockup", "days of"))} == checked, "every figure is checked"


def _ratios(of: Plain, begin: date, end: date) -> dict[tuple[str, str], tuple[int, int]]:
    fees, hours = of.works(begin, end, fees=True), of.works(begin, end, kind="time", charge="billable")
    cohort = [one for one in of.cohort(begin, end) if one.kind != "cost"]
    cohort_hours = [one for one in cohort if one.kind == "time" and one.charge == "billable"]
    recorded, of_cohort = sum_of(fees, "recorded"), sum_of(cohort, "recorded")
    invoiced = sum(one.parts["fee"] for one in of.owes(begin, end, "issued", "voided"))
    got = -sum(one.parts["fee"] for one in of.owes(begin, end, *PAID))
    cohort_invoiced, cohort_got = of.invoiced_and_collected_of_cohort(begin, end)
    void = {one.bill for one in of.owes(date.min, end, "voided")}
    issued = {one.bill for one in of.owes(begin, end, "issued")} - void
    of_bills = [one for one in of.owes(date.min, end) if one.bill in issued]
    billing, overall, work = "billing realization", "overall realization", "cohort: work done in the span"
    bills = "cohort: bills issued in the span"
    return {
        (billing, "flow, value: fees billed of fees recorded"): (invoiced, recorded),
        (billing, "value: fees billed of what was recorded for them, by the bills of the span"): (
            invoiced, sum_of(fees, "billed") + sum_of(fees, "down")),
        (billing, "flow, time: hours billed of billable hours recorded"): (
            sum(one.billed_seconds for one in of.works(begin, end)), sum_of(hours, "rounded")),
        (billing, f"{work}, value: fees billed of fees recorded"): (cohort_invoiced, of_cohort),
        (billing, f"{work}, time: hours billed of billable hours recorded"): (
            sum(one.billed_seconds for one in cohort), sum_of(cohort_hours, "rounded")),
        ("collection realization", "flow, value: collected of invoiced"): (
            -sum(one.all for one in of.owes(begin, end, *PAID)),
            sum(one.all for one in of.owes(begin, end, *INVOICED))),
        ("collection realization", f"{bills}, value: collected of invoiced"): (
            -sum(one.all for one in of_bills if one.cause in PAID),
            sum(one.all for one in of_bills if one.cause in INVOICED)),
        (overall, "flow, value: fees collected of fees recorded"): (got, recorded),
        (overall, f"{work}, value: fees collected of fees recorded"): (cohort_got, of_cohort),
    }  # fmt: skip


def sum_of(moves: list[Work], name: str) -> int:
    """One amount of all movements."""
    return sum(getattr(one, name) for one in moves)


def available(of: Plain, begin: date, end: date) -> dict[str, tuple[int, int]]:
    """Working days and seconds of each timekeeper: day by day, from the first that says that they are one."""
    people: dict[str, date] = {}
    for person, classified in of.classes.items():
        people[person] = min(classified)
    for one in of.there:
        if (person := one["timekeeper_id"]) is not None:
            since = date.fromisoformat(one["effective_from"])
            people[person] = min(people.get(person, since), since)
    people = {person: since for person, since in people.items() if since <= end}
    worked: dict[str, date] = {}
    for done in of.works(begin, end, kind="time"):
        worked[str(done.person)] = min(worked.get(str(done.person), done.day), done.day)
    for person, first in worked.items():
        people[person] = min(people.get(person, begin), first)
    found = {}
    for person, since in people.items():
        days = list(of.on_each_day(max(begin, since), end))
        found[person] = (len(days), half_up(sum((of.seconds_there(person, on) for on in days), Fraction(0))))
    return found


def _check_funnel(of: Plain, said: dict[tuple[str, str], Any], begin: date, end: date) -> None:
    """What is left of a day: worked, billed, collected."""
    there = available(of, begin, end)
    days, seconds = (sum(one[n] for one in there.values()) for n in (0, 1))
    day = half_up(Fraction(seconds, days)) if days else 0
    ratios = _ratios(of, begin, end)
    billable = sum(one.worked for one in of.works(begin, end, kind="time", charge="billable"))
    steps = [
        (billable, seconds),
        ratios["billing realization", "flow, value: fees billed of fees recorded"],
        ratios["collection realization", "flow, value: collected of invoiced"],
    ]
    rows = [row for (figure, _), row in said.items() if figure == "time of a day"]
    for number, row in enumerate(rows, start=1):
        left: Fraction | None = Fraction(day)
        for part, whole in steps[:number]:
            left = left * Fraction(part, whole) if left is not None and whole > 0 else None
        assert (row["seconds"], row["of_seconds"]) == (half_up(left) if left is not None else None, day)
    assert len(rows) == len(steps)


def _check_days(reader: Reader, of: Plain, said: dict[tuple[str, str], Any], begin: date, end: date) -> None:
    stand, paid, days = of.paid_bills(begin, end)
    row = next(row for (figure, _), row in said.items() if figure == "bills paid in full")
    assert (row["number"], row["of_number"]) == (paid, stand)
    assert next(row for (figure, _), row in said.items() if figure == "days to pay")["days"] == days
    standing = [one for one in of.work if one.day <= end]
    wip = sum_of(standing, "recorded") - sum_of(standing, "billed") - sum_of(standing, "down")
    owed = sum(one.all for one in of.owes(date.min, end))
    for (figure, base), row in said.items():
        if not figure.startswith(("lockup", "days of")):
            continue
        amount = {"work in progress": wip, "receivable": owed, "total": wip + owed, "receivables": owed}[
            figure.removeprefix("lockup, ").removeprefix("days of ")
        ]
        span, whole = _flow(of, base, end)
        found = (row["amount_minor"], row["of_amount_minor"])
        assert found == (amount, whole), (figure, base, found, amount, whole, end)
        assert row["days"] == (half_up(Fraction(amount * span, whole)) if whole > 0 else None)
        assert row["opens"] is None or opens_to(reader, row["opens"], amount), figure
        assert opens_to(reader, row["of_opens"], whole), figure


def _flow(of: Plain, base: str, end: date) -> tuple[int, int]:
    """Days and amount of what lockup is reckoned by. The fiscal year before is 2025: nothing had come in."""
    quarter = end - timedelta(days=89)
    match base:
        case "recorded in the last 90 days":
            return 90, sum_of(of.works(quarter, end), "recorded")
        case "invoiced in the last 90 days":
            return 90, sum(one.all for one in of.owes(quarter, end, *INVOICED))
        case "collections of the last 365 days":
            return 365, _came_in(of, end - timedelta(days=364), end)
        case _:
            assert base == "collections of the fiscal year 2025-01-01 to 2025-12-31"
            return 365, _came_in(of, date(2025, 1, 1), date(2025, 12, 31))


def _came_in(of: Plain, begin: date, end: date) -> int:
    """Payments, and what was drawn against settlements, less what came or went back."""
    return sum(one.fee + one.cost for one in of.settled(begin, end)) - sum(one.all for one in of.owes(begin, end, *PAID))


def check_standing(reader: Reader, of: Plain, end: date, known_at: int | None) -> None:
    """Work in progress and receivables, by everything they are told by."""
    for by in WORK_BY:
        report = work_in_progress.report(reader, as_of=end, known_at=known_at, by=by)
        sums: Counter[str] = Counter()
        for one in of.work:
            if one.day <= end:
                age = (end - one.worked_on).days
                named = {"matter": one.matter, "client": one.client, "timekeeper": str(one.person), "age": _age(age)}
                sums[named[by]] += one.recorded - one.billed - one.down
        assert sorted(row["in_progress_minor"] for row in report.records()) == sorted(+one for one in sums.values() if one)
        for row in report.records():
            key = _WIP_AGES.index(row["name"]) if by == "age" else str(row["id"])
            assert row["in_progress_minor"] == sums[str(key)]
            assert opens_to(reader, row["opens"], row["in_progress_minor"])
    shared = {bill for _, bill, _, _ in of.shares}
    for way in OWED_BY:
        listed = receivables.report(reader, as_of=end, known_at=known_at, by=way)
        owed: Counter[str] = Counter()
        for day, _, payer, amount in of.shares if way == "payer" else ():
            owed[payer] += amount if day <= end else 0
        for move in of.owes(date.min, end):
            bill = of.bills[move.bill]
            late = (end - date.fromisoformat(bill["due_on"])).days
            key_of = {
                "bill": move.bill,
                "matter": bill["matter_id"],
                "client": bill["client_id"],
                "payer": bill["client_id"],
            }
            if way == "payer" and move.bill in shared:
                continue
            owed[key_of.get(way, str(_late(late)))] += move.all
        assert {row["id"]: row["open_minor"] for row in listed.records()} == {key: one for key, one in owed.items() if one}
        assert all(opens_to(reader, row["opens"], row["open_minor"]) for row in listed.records())


_WIP_AGES = ("of the day", "1 to 30 days", "31 to 60 days", "61 to 90 days", "over 90 days")


def _age(days: int) -> str:
    return str(next((n for n, most in enumerate((0, 30, 60, 90)) if days <= most), 4))


def _late(days: int) -> str:
    names = ("not_due", "to_30_days", "to_60_days", "to_90_days", "older")
    return names[int(_age(days))]


def check_credits_left(reader: Reader, of: Plain, end: date, known_at: int | None) -> None:
    """What is left of clients' payments, which is what the operating book owes them."""
    left: Counter[str] = Counter()
    for day, payment, amount in of.credits:
        if day <= end:
            left[payment] += amount
    report = client_credits.report(reader, as_of=end, known_at=known_at)
    said = {row["payment_id"]: row["unapplied_minor"] for row in report.records()}
    assert said == {payment: amount for payment, amount in left.items() if amount}
    assert all(opens_to(reader, row["opens"], row["unapplied_minor"]) for row in report.records())
    book = operating_book.trial_balance(reader, as_of=end, known_at=known_at).records()
    assert report.totals["unapplied"] == -sum(row["balance_minor"] for row in book if row["account"] == "2300")


def check_budgets(reader: Reader, of: Plain, end: date, known_at: int | None) -> None:
    """Budgets against what was recorded: whole percents reached, and the highest notice of them."""
    said = budgets.report(reader, as_of=end, known_at=known_at).records()
    expected = []
    for matter, agreed in of.budgets.items():
        done = of.works(date.min, end, matter=matter)
        billable = [one for one in done if one.kind == "time" and one.charge == "billable"]
        used = {
            "fees_minor": sum_of([one for one in done if one.kind != "cost"], "recorded"),
            "costs_minor": sum_of([one for one in done if one.kind == "cost"], "recorded"),
            "seconds": sum_of(billable, "rounded"),
        }
        for name, bound in (agreed or {}).items():
            if name in used and bound is not None:
                percent = int(Fraction(100 * used[name], bound))
                notice = max((one for one in (agreed or {})["notices_at_percent"] if one <= percent), default=None)
                expected.append((matter, used[name], bound, percent, notice))
    found = [
        (row["matter_id"], row["used_minor"] or row["used_seconds"] or 0, row["budget_minor"] or row["budget_seconds"],
         row["percent"], row["notice"])
        for row in said
    ]  # fmt: skip
    assert sorted(found, key=str) == sorted(expected, key=str)
    assert all(opens_to(reader, row["opens"], row["used_minor"] or row["used_seconds"] or 0) for row in said)


def check_given_up(reader: Reader, of: Plain, begin: date, end: date, known_at: int | None) -> None:
    """Write-downs and write-offs, by reason."""
    report = write_downs.report(reader, as_of=end, known_at=known_at, from_day=begin)
    sums: Counter[tuple[str, str]] = Counter()
    for one in of.given:
        if begin <= one.day <= end:
            sums[one.kind, " ".join(one.why.casefold().split())] += one.amount
    said = {(row["kind"], " ".join(row["why"].casefold().split())): row for row in report.records()}
    assert {key: row["amount_minor"] for key, row in said.items()} == dict(sums)
    assert all(opens_to(reader, row["opens"], row["amount_minor"]) for row in said.values())
    lines = sum(amount for (kind, _), amount in sums.items() if kind in {"write_up", "write_down", "discount", "no_charge"})
    assert lines == sum_of(of.works(begin, end), "down"), "what lines were given up for is what work was written down by"
