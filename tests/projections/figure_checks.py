"""Each report held against the plain loops, figure by figure, and against the lists that its figures open to."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from urllib.parse import parse_qs

from api.report_parameters import arguments_of
from projections.reports import (
    budgets,
    fee_allocation,
    key_figures,
    matter_profitability,
    receivables,
    work_in_progress,
    write_downs,
)
from projections.reports.catalogue import REPORTS
from projections.reports.reader import Reader
from projections.reports.report import Report
from tests.projections.plain_figures import PAID, Plain, Work, half_up

OWED_BY: tuple[receivables.By, ...] = ("bill", "matter", "client", "payer", "age")
WORK_BY: tuple[work_in_progress.By, ...] = ("matter", "client", "timekeeper", "age")
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
    recorded = _sum(of.works(begin, end, fees=True), "recorded")
    for name, what, part in (("overall", "all fees collected", got), ("rate", "fees recorded", recorded)):
        row = said[f"{name} realization", f"flow, value: {what} of the standard value of hours worked"]
        assert (row["amount_minor"], row["of_amount_minor"]) == (part, of.standard_value(begin, end))
    billable = sum(one.worked for one in of.works(begin, end, kind="time", charge="billable"))
    rate = next(row for (figure, _), row in said.items() if figure == "effective rate")
    assert rate["amount_minor"] == (half_up(Fraction(got * 3_600, billable)) if billable > 0 else None)
    utilization = next(row for (figure, _), row in said.items() if figure == "utilization")
    assert (utilization["seconds"], utilization["of_seconds"]) == (billable, _available(of, begin, end))


def _ratios(of: Plain, begin: date, end: date) -> dict[tuple[str, str], tuple[int, int]]:
    fees, hours = of.works(begin, end, fees=True), of.works(begin, end, kind="time", charge="billable")
    cohort = [one for one in of.cohort(begin, end) if one.kind != "cost"]
    cohort_hours = [one for one in cohort if one.kind == "time" and one.charge == "billable"]
    recorded, of_cohort = _sum(fees, "recorded"), _sum(cohort, "recorded")
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
        (billing, "flow, time: hours billed of billable hours recorded"): (
            sum(one.billed_seconds for one in of.works(begin, end)), _sum(hours, "rounded")),
        (billing, f"{work}, value: fees billed of fees recorded"): (cohort_invoiced, of_cohort),
        (billing, f"{work}, time: hours billed of billable hours recorded"): (
            sum(one.billed_seconds for one in cohort), _sum(cohort_hours, "rounded")),
        ("collection realization", "flow, value: collected of invoiced"): (
            -sum(one.all for one in of.owes(begin, end, *PAID)),
            sum(one.all for one in of.owes(begin, end, "issued", "voided"))),
        ("collection realization", f"{bills}, value: collected of invoiced"): (
            -sum(one.all for one in of_bills if one.cause in PAID),
            sum(one.all for one in of_bills if one.cause == "issued")),
        (overall, "flow, value: fees collected of fees recorded"): (got, recorded),
        (overall, f"{work}, value: fees collected of fees recorded"): (cohort_got, of_cohort),
    }  # fmt: skip


def _sum(moves: list[Work], name: str) -> int:
    return sum(getattr(one, name) for one in moves)


def _available(of: Plain, begin: date, end: date) -> int:
    """Eight hours of each working day of each timekeeper, from the day they were classified."""
    people = {person: min(since) for person, since in of.classes.items() if min(since) <= end}
    if not people:
        worked = of.works(begin, end, kind="time")
        people = {str(one.person): begin for one in worked}
    return sum(8 * 3_600 * len(list(of.on_each_day(max(begin, since), end))) for since in people.values())


def _check_days(reader: Reader, of: Plain, said: dict[tuple[str, str], Any], begin: date, end: date) -> None:
    stand, paid, days = of.paid_bills(begin, end)
    row = next(row for (figure, _), row in said.items() if figure == "bills paid in full")
    assert (row["number"], row["of_number"]) == (paid, stand)
    assert next(row for (figure, _), row in said.items() if figure == "days to pay")["days"] == days
    standing = [one for one in of.work if one.day <= end]
    wip = _sum(standing, "recorded") - _sum(standing, "billed") - _sum(standing, "down")
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
            return 90, _sum(of.works(quarter, end), "recorded")
        case "invoiced in the last 90 days":
            return 90, sum(one.all for one in of.owes(quarter, end, "issued", "voided"))
        case "collections of the last 365 days":
            return 365, -sum(one.all for one in of.owes(end - timedelta(days=364), end, *PAID))
        case _:
            assert base == "collections of the fiscal year 2025-01-01 to 2025-12-31"
            return 365, -sum(one.all for one in of.owes(date(2025, 1, 1), date(2025, 12, 31), *PAID))


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
    for way in OWED_BY:
        listed = receivables.report(reader, as_of=end, known_at=known_at, by=way)
        owed: Counter[str] = Counter()
        for move in of.owes(date.min, end):
            bill = of.bills[move.bill]
            late = (end - date.fromisoformat(bill["due_on"])).days
            key_of = {
                "bill": move.bill,
                "matter": bill["matter_id"],
                "client": bill["client_id"],
                "payer": bill["client_id"],
            }
            owed[key_of.get(way, str(_late(late)))] += move.all
        assert {row["id"]: row["open_minor"] for row in listed.records()} == {key: one for key, one in owed.items() if one}
        assert all(opens_to(reader, row["opens"], row["open_minor"]) for row in listed.records())


_WIP_AGES = ("of the day", "1 to 30 days", "31 to 60 days", "61 to 90 days", "over 90 days")


def _age(days: int) -> str:
    return str(next((n for n, most in enumerate((0, 30, 60, 90)) if days <= most), 4))


def _late(days: int) -> str:
    names = ("not_due", "to_30_days", "to_60_days", "to_90_days", "older")
    return names[int(_age(days))]


def check_budgets(reader: Reader, of: Plain, end: date, known_at: int | None) -> None:
    """Budgets against what was recorded: whole percents reached, and the highest notice of them."""
    said = budgets.report(reader, as_of=end, known_at=known_at).records()
    expected = []
    for matter, agreed in of.budgets.items():
        done = of.works(date.min, end, matter=matter)
        billable = [one for one in done if one.kind == "time" and one.charge == "billable"]
        used = {
            "fees_minor": _sum([one for one in done if one.kind != "cost"], "recorded"),
            "costs_minor": _sum([one for one in done if one.kind == "cost"], "recorded"),
            "seconds": _sum(billable, "rounded"),
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
    assert lines == _sum(of.works(begin, end), "down"), "what lines were given up for is what work was written down by"


def check_credits(reader: Reader, of: Plain, begin: date, end: date, known_at: int | None) -> None:
    """Fees collected, and the credit for them."""
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for move in of.owes(begin, end, *PAID):
        paid_on = next((one.day for one in of.owed if one.allocation == move.allocation and one.cause in PAID[:2]), move.day)
        if move.parts["fee"]:
            _credit(of, move.bill, -move.parts["fee"], paid_on, sums)
    report = fee_allocation.report(reader, as_of=end, known_at=known_at, from_day=begin)
    said = {str(row["id"]): row for row in report.records()}
    roles = ("collected", "working", "originating", "responsible")
    for person in said.keys() | sums.keys():
        found = {role: said[person][f"{role}_minor"] for role in roles} if person in said else dict.fromkeys(roles, 0)
        assert found == {role: sums[person][role] for role in roles}, person
    assert report.totals["collected"] == -sum(one.parts["fee"] for one in of.owes(begin, end, *PAID))
    for row in said.values():
        if row["id"] is not None:
            assert opens_to(reader, row["opens"], row["credited_minor"])


def _credit(of: Plain, bill: str, fees: int, on: date, sums: dict[str, Counter[str]]) -> None:
    """Working, originating and responsible, of one payment."""
    matter, charged = of.bills[bill]["matter_id"], Counter[str]()
    for line in of.bills[bill]["lines"].values():
        if line["line_class"] == "fee":
            charged[str(line["timekeeper_id"])] += line["charged_minor"]
    ordered = sorted(charged, key=lambda person: (person == "None", person))
    for person, part in zip(ordered, _shared(fees, [charged[one] for one in ordered]), strict=True):
        sums[person]["collected"] += part
        if person != "None":
            sums[person]["working"] += _part(part, _millionths(of, "working", matter, person, on))
    for role in ("originating", "responsible"):
        agreed = _binding(of, matter, None, on)
        several: list[str] = agreed["originators"] if agreed and role == "originating" else []
        if not several:
            known = [who for key, what, day, who in of.attorneys if (key, what) == (matter, role) and day <= on]
            several = [who for who in known[-1:] if who]
        if several:
            whole = _part(fees, _millionths(of, role, matter, several[0], on))
            for person, part in zip(several, _shared(whole, [1] * len(several)), strict=True):
                sums[person][role] += part


def _shared(total: int, weights: list[int]) -> list[int]:
    """Each part rounded towards nothing, and what is left to the first of the largest."""
    parts = [int(Fraction(total * weight, sum(weights))) for weight in weights]
    parts[weights.index(max(weights))] += total - sum(parts)
    return parts


def _part(amount: int, millionths: int) -> int:
    exact = Fraction(abs(amount) * millionths, 1_000_000)
    return half_up(exact) if amount >= 0 else -half_up(exact)


def _binding(of: Plain, matter: str | None, person: str | None, on: date) -> dict[str, Any] | None:
    known = [
        one for one in of.agreed
        if (one["matter_id"], one["timekeeper_id"]) == (matter, person) and one["binds_from"] <= on.isoformat()
    ]  # fmt: skip
    last = max((one["binds_from"] for one in known), default=None)
    return next((one for one in reversed(known) if one["binds_from"] == last), None)


def _millionths(of: Plain, role: str, matter: str, person: str, on: date) -> int:
    subjects: tuple[tuple[str | None, str | None], ...] = ((matter, None), (None, person), (None, None))
    for of_matter, of_person in subjects:
        if (found := _binding(of, of_matter, of_person, on)) is not None:
            return int(found[f"{role}_millionths"])
    return 1_000_000 if role == "working" else 0


def check_profits(reader: Reader, of: Plain, begin: date, end: date, known_at: int | None) -> None:
    """Matter profitability, on its three bases."""
    report = matter_profitability.report(reader, as_of=end, known_at=known_at, from_day=begin)
    said = {row["id"]: row for row in report.records()}
    for matter, row in said.items():
        owed = [one for one in of.owes(begin, end) if of.bills[one.bill]["matter_id"] == matter]
        fees = {cause: sum(one.parts["fee"] for one in owed if one.cause == cause) for cause in (*_BILLED, *PAID)}
        worked = _sum(of.works(begin, end, fees=True, matter=matter), "recorded")
        billed, collected = sum(fees[cause] for cause in _BILLED), -sum(fees[cause] for cause in PAID)
        assert (row["worked_minor"], row["billed_minor"], row["collected_minor"]) == (worked, billed, collected)
        hours: Counter[tuple[str, date]] = Counter()
        for one in of.works(begin, end, kind="time", matter=matter):
            hours[str(one.person), one.day] += one.worked
        cost = sum(half_up(Fraction(s * _hourly(of, person, on), 3_600)) for (person, on), s in hours.items())
        overhead = sum(half_up(Fraction(s * _hourly(of, None, on), 3_600)) for (_, on), s in hours.items())
        lost = _sum(of.works(begin, end, kind="cost", matter=matter), "down")
        lost -= sum(
            one.parts["hard_cost"] + one.parts["soft_cost"] for one in owed if one.cause in {"credit_memo", "write_off"}
        )
        lost += sum(amount for day, key, _, amount in of.borne if key == matter and begin <= day <= end)
        assert (row["time_cost_minor"], row["overhead_minor"], row["unrecovered_cost_minor"]) == (cost, overhead, lost)
        assert row["profit_collected_minor"] == collected - cost - lost - overhead
        assert opens_to(reader, row["opens_work"], row["worked_seconds"])
        assert opens_to(reader, row["opens_collected"], collected)
    assert {of.bills[one.bill]["matter_id"] for one in of.owes(begin, end)} <= said.keys()
    assert {one.matter for one in of.works(begin, end, kind="time") if one.worked > 0} <= said.keys() | _undone(
        of, begin, end
    )


def _undone(of: Plain, begin: date, end: date) -> set[str]:
    """Matters whose time was all taken back."""
    hours: Counter[str] = Counter()
    for one in of.works(begin, end, kind="time"):
        hours[one.matter] += one.worked
    return {matter for matter, seconds in hours.items() if seconds == 0}


_BILLED = ("issued", "voided", "credit_memo")


def _hourly(of: Plain, person: str | None, on: date) -> int:
    begun = [one for one in of.costs if one["timekeeper_id"] == person and one["effective_from"] <= on.isoformat()]
    last = max((one["effective_from"] for one in begun), default=None)
    return next((int(one["hour_minor"]) for one in reversed(begun) if one["effective_from"] == last), 0)
