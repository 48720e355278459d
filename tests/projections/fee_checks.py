"""Credit for fees, each timekeeper's figures and the profit of matters, held against the plain loops."""

from collections import Counter, defaultdict
from datetime import date
from fractions import Fraction
from typing import Any

from projections.reports import fee_allocation, matter_profitability, timekeeper_figures
from projections.reports.reader import Reader
from tests.projections.figure_checks import available, opens_to, sum_of
from tests.projections.plain_figures import PAID, Plain, half_up


def check_credits(reader: Reader, of: Plain, begin: date, end: date, known_at: int | None) -> None:
    """Fees collected, and the credit for them."""
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for move in of.owes(begin, end, *PAID):
        paid_on = next((one.day for one in of.owed if one.allocation == move.allocation and one.cause in PAID[:2]), move.day)
        if move.parts["fee"]:
            _credit(of, of.bills[move.bill]["matter_id"], _charged(of, move.bill), -move.parts["fee"], paid_on, sums)
    for draw in of.settled(begin, end):
        if draw.fee:
            _credit(of, draw.matter, _charged(of, draw.bill), draw.fee, draw.day, sums)
    report = fee_allocation.report(reader, as_of=end, known_at=known_at, from_day=begin)
    said = {str(row["id"]): row for row in report.records()}
    roles = ("collected", "working", "originating", "responsible")
    for person in said.keys() | sums.keys():
        found = {role: said[person][f"{role}_minor"] for role in roles} if person in said else dict.fromkeys(roles, 0)
        assert found == {role: sums[person][role] for role in roles}, person
    drawn = sum(one.fee for one in of.settled(begin, end))
    assert report.totals["collected"] == drawn - sum(one.parts["fee"] for one in of.owes(begin, end, *PAID))
    for row in said.values():
        if row["id"] is not None:
            assert opens_to(reader, row["opens"], row["credited_minor"])


def _charged(of: Plain, bill: str | None) -> Counter[str]:
    """What a bill charges for each one's work; of a settlement all is nobody's."""
    if bill is None:
        return Counter({"None": 1})
    charged = Counter[str]()
    for line in of.bills[bill]["lines"].values():
        if line["line_class"] == "fee":
            charged[str(line["timekeeper_id"])] += line["charged_minor"]
    return charged or Counter({"None": 1})


def _credit(of: Plain, matter: str, charged: Counter[str], fees: int, on: date, sums: dict[str, Counter[str]]) -> None:
    """Working, originating and responsible, of one payment."""
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
    parts = [int(Fraction(total * weight, sum(weights) or 1)) for weight in weights]
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


def check_people(reader: Reader, of: Plain, begin: date, end: date, known_at: int | None) -> None:
    """Each timekeeper's own figures, which sum to the firm's."""
    report = timekeeper_figures.report(reader, as_of=end, known_at=known_at, from_day=begin)
    for row in report.records():
        person = row["timekeeper_id"]
        done = of.works(begin, end, kind="time", person=person)
        billable = sum(one.worked for one in done if one.charge == "billable")
        assert (row["worked_seconds"], row["billable_seconds"]) == (sum_of(done, "worked"), billable)
        assert (row["recorded_minor"], row["billed_minor"]) == (sum_of(done, "recorded"), sum_of(done, "billed"))
        assert row["written_down_minor"] == sum_of(done, "down")
        available_seconds, charged = row["available_seconds"], row["billed_minor"] + row["written_down_minor"]
        assert row["utilization_points"] == _points(billable, available_seconds)
        assert row["billing_points"] == _points(row["billed_minor"], charged)
        rate = row["effective_rate_minor"]
        assert rate == (half_up(Fraction(row["collected_minor"] * 3_600, billable)) if billable > 0 else None)
        assert opens_to(reader, row["opens"], row["recorded_minor"])
        assert opens_to(reader, row["opens_collected"], row["collected_minor"])
    flat = fee_allocation.report(reader, as_of=end, known_at=known_at, from_day=begin).records()
    assert report.totals["collected"] == sum(row["collected_minor"] for row in flat if row["id"] is not None)
    assert report.totals["standard"] == of.standard_value(begin, end)
    there = {person: seconds for person, (_, seconds) in available(of, begin, end).items()}
    assert {row["timekeeper_id"]: row["available_seconds"] for row in report.records() if row["available_seconds"]} == {
        person: seconds for person, seconds in there.items() if seconds
    }
    assert report.counts["available_seconds"] == sum(there.values())


def _points(part: int, whole: int) -> int | None:
    return half_up(Fraction(10_000 * part, whole)) if whole > 0 else None


def check_profits(reader: Reader, of: Plain, begin: date, end: date, known_at: int | None) -> None:
    """Matter profitability, on its three bases."""
    report = matter_profitability.report(reader, as_of=end, known_at=known_at, from_day=begin)
    said = {row["id"]: row for row in report.records()}
    for matter, row in said.items():
        owed = [one for one in of.owes(begin, end) if of.bills[one.bill]["matter_id"] == matter]
        fees = {cause: sum(one.parts["fee"] for one in owed if one.cause == cause) for cause in (*_BILLED, *PAID)}
        draws = [one for one in of.settled(begin, end) if one.matter == matter]
        drawn = sum(one.fee for one in draws)
        worked = sum_of(of.works(begin, end, fees=True, matter=matter), "recorded")
        worked += sum(one.fee for one in draws if one.bill is None)
        billed, collected = sum(fees[cause] for cause in _BILLED) + drawn, drawn - sum(fees[cause] for cause in PAID)
        assert (row["worked_minor"], row["billed_minor"], row["collected_minor"]) == (worked, billed, collected)
        hours: Counter[tuple[str, date]] = Counter()
        for one in of.works(begin, end, kind="time", matter=matter):
            hours[str(one.person), one.day] += one.worked
        cost = sum(half_up(Fraction(s * _hourly(of, person, on), 3_600)) for (person, on), s in hours.items())
        overhead = sum(half_up(Fraction(s * _hourly(of, None, on), 3_600)) for (_, on), s in hours.items())
        lost = sum_of(of.works(begin, end, kind="cost", matter=matter), "down")
        lost -= sum(
            one.parts["hard_cost"] + one.parts["soft_cost"] for one in owed if one.cause in {"credit_memo", "write_off"}
        )
        lost += sum(amount for day, key, _, amount in of.borne if key == matter and begin <= day <= end)
        assert (row["time_cost_minor"], row["overhead_minor"], row["unrecovered_cost_minor"]) == (cost, overhead, lost)
        for base, revenue in (("worked", worked), ("billed", billed), ("collected", collected)):
            assert row[f"contribution_{base}_minor"] == revenue - cost - lost
            assert row[f"profit_{base}_minor"] == revenue - cost - lost - overhead
        assert opens_to(reader, row["opens_billed"], billed)
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
