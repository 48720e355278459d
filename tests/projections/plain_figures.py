"""Key figures by slow plain loops over the events' own documents, and the lines of bills: no read model, no SQL."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

Document = dict[str, Any]
CLASSES = ("fee", "hard_cost", "soft_cost", "tax", "interest")
INVOICED = ("issued", "voided", "interest_charged", "interest_reversed")
PAID = ("paid", "paid_from_trust", "payment_reversed")
_ENTRIES = {"time-entry": ("time", "work"), "matter-cost": ("cost", "cost")}


class Work(NamedTuple):
    """What an event did to recorded value."""

    day: date
    worked_on: date
    kind: str
    charge: str
    matter: str
    client: str
    person: str | None
    worked: int = 0
    rounded: int = 0
    billed_seconds: int = 0
    recorded: int = 0
    billed: int = 0
    down: int = 0
    bill: str | None = None


class Owed(NamedTuple):
    """What an event did to what is owed, by class."""

    day: date
    cause: str
    bill: str
    parts: dict[str, int]
    why: str | None
    allocation: str | None

    @property
    def all(self) -> int:
        return sum(self.parts.values())


class Drawn(NamedTuple):
    """Trust money taken against a settlement, or fees of a bill that were given back (less than nothing)."""

    day: date
    matter: str
    bill: str | None
    fee: int
    cost: int


class Given(NamedTuple):
    """What was given up, and why."""

    day: date
    kind: str
    why: str
    amount: int


def half_up(exact: Fraction) -> int:
    """The nearest whole number; of two the larger."""
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


class Plain:
    """Everything that happened, as lists to add up."""

    def __init__(self, documents: list[Document]) -> None:
        self.work: list[Work] = []
        self.owed: list[Owed] = []
        self.given: list[Given] = []
        self.bills: dict[str, dict[str, Any]] = {}
        self.classes: dict[str, dict[date, str]] = defaultdict(dict)
        self.rates: dict[str, Document] = {}
        self.agreed: list[Document] = []
        self.there: list[Document] = []
        self.credits: list[tuple[date, str, int]] = []
        self.shares: list[tuple[date, str, str, int]] = []
        self.settlements: dict[str, dict[str, Any]] = {}
        self.draws: list[tuple[date, str, str, int]] = []
        self.costs: list[Document] = []
        self.attorneys: list[tuple[str, str, date, str | None]] = []
        self.budgets: dict[str, dict[str, Any] | None] = {}
        self.borne: list[tuple[date, str, str, int]] = []
        self._entries: dict[str, dict[str, Any]] = {}
        for one in documents:
            kind, _, what = one["topic"].partition("/")
            reads: Callable[[str, Document], None] | None = getattr(self, f"_{kind.replace('-', '_')}", None)
            if reads is not None:
                reads(what, one)

    # What the events say, kind by kind.

    def _time_entry(self, what: str, one: Document) -> None:
        self._entry("time", what, one, one.get("work"))

    def _matter_cost(self, what: str, one: Document) -> None:
        self._entry("cost", what, one, one.get("cost"))

    def _entry(self, kind: str, what: str, one: Document, recorded: dict[str, Any] | None) -> None:
        if what == "recorded":
            self._put(kind, one["stream"], recorded, 1)
        elif what == "discarded":
            self._put(kind, one["stream"], one["before"], -1)
        elif "before" in one and "after" in one and "value_minor" in one["after"]:
            self._put(kind, one["stream"], one["before"], -1)
            self._put(kind, one["stream"], one["after"], 1)

    def _put(self, kind: str, stream: str, of: Any, sign: int) -> None:
        day = date.fromisoformat(of["worked_on"] if kind == "time" else of["incurred_on"])
        self._entries[stream] = {**of, "kind": kind, "on": day}
        self.work.append(
            Work(day, day, kind, of["charge"], of["matter_id"], of["client_id"], of.get("timekeeper_id"),
                 sign * of.get("worked_seconds", 0), sign * of.get("rounded_seconds", 0), 0, sign * of["value_minor"])
        )  # fmt: skip
        if kind == "cost" and of["charge"] == "non_billable":
            self.borne.append((day, of["matter_id"], of["client_id"], sign * of["cost_minor"]))

    def _flat_fee(self, what: str, one: Document) -> None:
        if what in {"earned", "unearned"}:
            day, sign = date.fromisoformat(one["day"]), 1 if what == "earned" else -1
            of = {"matter_id": one["matter_id"], "client_id": one["client_id"], "charge": "billable", "on": day}
            self._entries[one["stream"]] = {**of, "kind": "flat_fee", "value_minor": one["amount_minor"]}
            kin = (of["charge"], of["matter_id"], of["client_id"], None)
            self.work.append(Work(day, day, "flat_fee", *kin, recorded=sign * one["amount_minor"]))

    def _bill(self, what: str, one: Document) -> None:
        bill = self.bills.setdefault(one["stream"], {"lines": {}, "given": [], "discounts": []})
        match what:
            case "line-added":
                bill["lines"][one["line"]["line_id"]] = dict(one["line"])
            case "line-removed":
                del bill["lines"][one["line_id"]]
            case "line-adjusted":
                bill["lines"][one["line_id"]]["charged_minor"] = one["after_minor"]
                bill["given"].append(
                    (one["line_id"], one["adjustment"], one["why"], one["before_minor"] - one["after_minor"])
                )
            case "courtesy-discount-given":
                bill["given"].append((None, "courtesy_discount", one["note"], one["after_minor"] - one["before_minor"]))
            case "shared" | "shares-moved":
                for payer, amount in one["shares" if what == "shared" else "moved"].items():
                    self.shares.append((date.fromisoformat(one["day"]), one["stream"], payer, amount))
            case "finalized":
                names = ("matter_id", "client_id", "due_on", "totals", "billing_reference_id")
                bill |= {name: one[name] for name in names}
                bill["issued"] = date.fromisoformat(one["day"])
                self._issue(one, bill, "issued", 1)
            case "voided":
                self._issue(one, bill, "voided", -1)
            case _:
                self._owed_later(what, one)

    def _owed_later(self, what: str, one: Document) -> None:
        match what:
            case "paid":
                self._owe(one, "paid_from_trust" if one["source"] == "trust" else "paid", one["by_class"], -1)
            case "payment-reversed":
                self._owe(one, "payment_reversed", one["by_class"], 1)
            case "interest-charged":
                self._owe(one, "interest_charged", {"interest": one["interest_minor"] + one["late_fee_minor"]}, 1)
            case "interest-reversed":
                self._owe(one, "interest_reversed", {"interest": one["amount_minor"]}, -1)
            case "reduced":
                self._owe(one, one["kind"], one["by_class"], -1)
                amount = sum(one["by_class"].values())
                self.given.append(Given(date.fromisoformat(one["day"]), one["kind"], one["why"], amount))

    def _issue(self, one: Document, bill: dict[str, Any], cause: str, sign: int) -> None:
        day, totals = date.fromisoformat(one["day"]), bill["totals"]
        parts = {
            "tax": totals["tax_1_minor"] + totals["tax_2_minor"],
            "hard_cost": totals["hard_costs_minor"],
            "soft_cost": totals["soft_costs_minor"],
            "fee": totals["fees_minor"] - totals["discount_minor"],
        }
        self._owe(one, cause, parts, sign)
        for line in bill["lines"].values():
            of, charged = self._entries[line["entry_id"]], line["charged_minor"]
            seconds = of.get("rounded_seconds", 0) if charged else 0
            self.work.append(
                Work(day, of["on"], of["kind"], of["charge"], of["matter_id"], of["client_id"], of.get("timekeeper_id"),
                     billed_seconds=sign * seconds, billed=sign * charged, down=sign * (of["value_minor"] - charged),
                     bill=one["stream"])
            )  # fmt: skip
        for line_id, kind, why, amount in bill["given"]:
            if line_id is None or line_id in bill["lines"]:
                self.given.append(Given(day, kind, why, sign * amount))

    def _owe(self, one: Document, cause: str, parts: dict[str, int], sign: int) -> None:
        moved = {name: sign * parts.get(name, 0) for name in CLASSES}
        day = date.fromisoformat(one["day"])
        self.owed.append(Owed(day, cause, one["stream"], moved, one.get("why"), one.get("allocation_id")))

    def _billing_rates(self, what: str, one: Document) -> None:
        match what:
            case "set":
                self.rates[one["rate_id"]] = one
            case "withdrawn":
                del self.rates[one["rate_id"]]
            case "timekeeper-classified":
                self.classes[one["timekeeper_id"]][date.fromisoformat(one["effective_from"])] = one["classification"]

    def _matter_budget(self, _: str, one: Document) -> None:
        self.budgets[one["matter_id"]] = one["after"]

    def _time_costs(self, _: str, one: Document) -> None:
        self.costs.append(one)

    def _settlement(self, what: str, one: Document) -> None:
        if what == "stated":
            self.settlements[one["stream"]] = one
        elif what == "signed":
            self.settlements[one["stream"]] = {**self.settlements[one["stream"]], "reference": one["billing_reference_id"]}

    def _billing_reference(self, what: str, one: Document) -> None:
        if what in {"drawn", "draw-returned", "fees-given-back"}:
            self.draws.append((date.fromisoformat(one["day"]), one["stream"], what, one["amount_minor"]))

    def _client_payment(self, what: str, one: Document) -> None:
        came = {"received", "application-reversed", "restored"}
        amount = one["amount_minor"] if what in came else -one["amount_minor"]
        self.credits.append((date.fromisoformat(one["day"]), one["stream"], amount))

    def _available_time(self, _: str, one: Document) -> None:
        self.there.append(one)

    def _fee_shares(self, _: str, one: Document) -> None:
        self.agreed.append(one)

    def _matter(self, what: str, one: Document) -> None:
        recorded = date.fromisoformat(one["opened_on"] if what == "opened" else one["recorded_on"])
        for role in ("originating", "responsible"):
            if what == "opened":
                self.attorneys.append((one["stream"], role, recorded, one[f"{role}_attorney_id"]))
            elif what == "amended" and one["field"] == f"{role}_attorney_id":
                self.attorneys.append((one["stream"], role, recorded, one["after"]))

    # What they come to.

    def works(self, begin: date, end: date, **wanted: Any) -> list[Work]:
        """Movements of a span that have these values; `fees` are all but costs."""
        fees = wanted.pop("fees", False)
        return [
            one for one in self.work
            if begin <= one.day <= end and not (fees and one.kind == "cost")
            and all(getattr(one, name) == value for name, value in wanted.items())
        ]  # fmt: skip

    def owes(self, begin: date, end: date, *causes: str) -> list[Owed]:
        """Movements of a span by their causes, or all."""
        return [one for one in self.owed if begin <= one.day <= end and (not causes or one.cause in causes)]

    def settled(self, begin: date, end: date) -> list[Drawn]:
        """Of a span: each draw pays the costs of the settlement first, then the fee."""
        found = []
        of_settlement = {one["reference"]: one for one in self.settlements.values() if "reference" in one}
        of_bill = {one["billing_reference_id"]: key for key, one in self.bills.items() if "billing_reference_id" in one}
        so_far: Counter[str] = Counter()
        for day, reference, what, amount in sorted(self.draws, key=lambda one: one[0]):
            if day > end:
                continue
            if (settlement := of_settlement.get(reference)) is not None:
                costs = sum(row["amount_minor"] for row in settlement["rows"] if row["kind"] == "cost")
                before = min(so_far[reference], costs)
                so_far[reference] += amount if what == "drawn" else -amount
                cost = min(so_far[reference], costs) - before
                signed = amount if what == "drawn" else -amount
                found.append(Drawn(day, settlement["matter_id"], None, signed - cost, cost))
            elif what == "fees-given-back":
                found.append(Drawn(day, self.bills[of_bill[reference]]["matter_id"], of_bill[reference], -amount, 0))
        return [one for one in found if one.day >= begin]

    def cohort(self, begin: date, end: date) -> Iterator[Work]:
        """What became by `end` of the work done in a span."""
        return (one for one in self.work if begin <= one.worked_on <= end and one.day <= end)

    def invoiced_and_collected_of_cohort(self, begin: date, end: date) -> tuple[int, int]:
        """Fees of bills, shared over their work by what they charge for it."""
        of_cohort: Counter[str] = Counter()
        for one in self.cohort(begin, end):
            if one.kind != "cost" and one.bill is not None:
                of_cohort[one.bill] += one.billed
        invoiced = collected = 0
        for bill, part in of_cohort.items():
            if part:
                share = Fraction(part, self.bills[bill]["totals"]["fees_minor"])
                fees = [one for one in self.owes(date.min, end) if one.bill == bill]
                invoiced += half_up(share * sum(one.parts["fee"] for one in fees if one.cause in {"issued", "voided"}))
                collected += half_up(-share * sum(one.parts["fee"] for one in fees if one.cause in PAID))
        return invoiced, collected

    def standard_rate(self, person: str, on: date) -> int | None:
        """By the classification of the day, else the person's own."""
        ranks = [(since, rank) for since, rank in self.classes.get(person, {}).items() if since <= on]
        wanted = [{"timekeeper_id": person, "classification": None}]
        if ranks:
            wanted.insert(0, {"timekeeper_id": None, "classification": max(ranks)[1]})
        for subject in wanted:
            of_it = {**subject, "matter_id": None, "client_id": None, "task_code": None}
            begun = [
                rate for rate in self.rates.values()
                if all(rate[name] == value for name, value in of_it.items()) and rate["effective_from"] <= on.isoformat()
            ]  # fmt: skip
            if begun:
                last = max(rate["effective_from"] for rate in begun)
                return int([rate for rate in begun if rate["effective_from"] == last][-1]["rate_minor"])
        return None

    def standard_value(self, begin: date, end: date) -> int:
        """Of the hours worked for clients."""
        seconds: Counter[tuple[str | None, date]] = Counter()
        recorded: Counter[tuple[str | None, date]] = Counter()
        for one in self.works(begin, end, kind="time"):
            if one.charge != "non_billable":
                seconds[one.person, one.day] += one.rounded
                recorded[one.person, one.day] += one.recorded
        total = 0
        for (person, on), worked in seconds.items():
            rate = self.standard_rate(str(person), on)
            total += recorded[person, on] if rate is None else half_up(Fraction(worked * rate, 3_600))
        return total

    def paid_bills(self, begin: date, end: date) -> tuple[int, int, int | None]:
        """Bills issued in a span that stand, those paid in full of them, and in how many days on average."""
        stand, days = 0, []
        for bill, of in self.bills.items():
            moves = [one for one in self.owes(date.min, end) if one.bill == bill]
            if not moves or not begin <= of["issued"] <= end or any(one.cause == "voided" for one in moves):
                continue
            stand += 1
            if sum(one.all for one in moves) == 0 and sum(one.all for one in moves if one.cause in PAID) < 0:
                days.append((max(one.day for one in moves if one.cause in PAID[:2]) - of["issued"]).days)
        return stand, len(days), half_up(Fraction(sum(days), len(days))) if days else None

    def seconds_there(self, person: str, on: date) -> Fraction:
        """Of one working day: the person's own, else everybody's, else eight hours."""
        for whose in (person, None):
            begun = [one for one in self.there if one["timekeeper_id"] == whose and one["effective_from"] <= on.isoformat()]
            last = max((one["effective_from"] for one in begun), default=None)
            counts = next((one for one in reversed(begun) if one["effective_from"] == last), None)
            if counts is not None and counts["seconds"] is not None:
                year = len(list(self.on_each_day(date(on.year, 1, 1), date(on.year, 12, 31))))
                return Fraction(counts["seconds"], 1 if counts["per"] == "day" else year)
        return Fraction(8 * 3_600)

    def on_each_day(self, begin: date, end: date) -> Iterator[date]:
        """Mondays to Fridays."""
        while begin <= end:
            if begin.weekday() < 5:
                yield begin
            begin += timedelta(days=1)
