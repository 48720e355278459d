"""Rules of bills, notices and orders: no more is drawn than is open and undisputed, and not before its notice (T7)."""

from dataclasses import dataclass
from datetime import date, timedelta

from aggregates.trust_rules import money
from replay.trust_facts import Data, Facts, Handler


@dataclass(slots=True)
class Bill:
    """What is billed, paid and disputed, in minor units. `amount_minor` is less what was taken off."""

    client: str
    matter: str
    amount_minor: int
    issued_on: str
    notice_given_on: str | None
    drawn_minor: int = 0
    paid_otherwise_minor: int = 0
    given_back_minor: int = 0
    disputed_minor: int = 0

    @property
    def unpaid_minor(self) -> int:
        """Below zero, what is owed back."""
        return self.amount_minor - self.drawn_minor - self.paid_otherwise_minor + self.given_back_minor

    @property
    def open_minor(self) -> int:
        """What is neither paid nor disputed; a dispute is first of what is unpaid."""
        return max(self.unpaid_minor - self.disputed_minor, 0)


class BillRules:
    """Follows bills, notices and orders."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._bills: dict[str, Bill] = {}

    def find(self, bill_id: str) -> Bill | None:
        """None for one that was never recorded."""
        return self._bills.get(bill_id)

    def handlers(self) -> dict[str, Handler]:
        """What is looked at, by topic."""
        return {
            "billing-reference/recorded": self._recorded,
            "billing-reference/drawn": self._drawn,
            "billing-reference/draw-returned": self._draw_returned,
            "billing-reference/lowered": self._lowered,
            "billing-reference/raised": self._raised,
            "billing-reference/disputed": self._disputed,
            "billing-reference/dispute-resolved": self._resolved,
            "billing-reference/fees-given-back": self._given_back,
        }

    def _recorded(self, document: Data, data: Data) -> None:
        if document["stream"] in self._bills:
            self.facts.fault("T7", f"bill {document['stream']} was recorded twice")
            return
        issued_on = document["effective_date"]
        given_on = data["notice_given_on"]
        bill = Bill(data["client_id"], data["matter_id"], data["amount_minor"], issued_on, given_on)
        if given_on is not None and given_on < self.facts.day_written(document) and not data["notice_evidence"]:
            self.facts.fault("T7", f"notice of a bill was dated {given_on}, before it was recorded, without evidence")
        self._bills[document["stream"]] = bill

    def _drawn(self, document: Data, data: Data) -> None:
        facts, bill, amount = self.facts, self._bills.get(document["stream"]), data["amount_minor"]
        facts.drawn_now[data["entry_id"]] = (document["stream"], amount)
        if bill is None:
            facts.fault("T7", f"{money(amount)} was drawn against a bill that was never recorded")
            return
        if (over := amount - bill.open_minor) > 0:
            facts.fault("T7", f"{money(over)} more was drawn against a bill of {money(bill.amount_minor)} than it has open")
        bill.drawn_minor += amount
        notice = facts.number("fee_notice_days", document["effective_date"]) or 0
        begins = (bill.notice_given_on if notice else None) or bill.issued_on
        earliest = date.fromisoformat(begins) + timedelta(days=notice)
        if document["effective_date"] < earliest.isoformat():
            facts.fault("T7", f"a bill of {bill.issued_on} was drawn on {document['effective_date']}, before {earliest}")

    def _draw_returned(self, document: Data, data: Data) -> None:
        bill = self._bills.get(document["stream"])
        if bill is None or bill.drawn_minor < data["amount_minor"]:
            self.facts.fault("T7", "more was returned to a bill than was drawn against it")
        else:
            bill.drawn_minor -= data["amount_minor"]

    def _lowered(self, document: Data, data: Data) -> None:
        if (bill := self._bills.get(document["stream"])) is not None:
            if data["amount_minor"] > bill.open_minor:
                self.facts.fault("T7", "a bill was lowered by more than was neither drawn nor disputed")
            if data["why"] == "paid":
                bill.paid_otherwise_minor += data["amount_minor"]
            else:
                bill.amount_minor -= data["amount_minor"]

    def _raised(self, document: Data, data: Data) -> None:
        if (bill := self._bills.get(document["stream"])) is not None:
            bill.paid_otherwise_minor -= data["amount_minor"]

    def _disputed(self, document: Data, data: Data) -> None:
        if (bill := self._bills.get(document["stream"])) is not None:
            amount = data["amount_minor"]
            if amount > bill.amount_minor - bill.disputed_minor:
                self.facts.fault("T7", "more of a bill was disputed than was billed")
            if data["paid_minor"] != max(amount - bill.open_minor, 0):
                self.facts.fault("T7", f"of a dispute {money(data['paid_minor'])} was said to be paid, which is not so")
            bill.disputed_minor += amount

    def _resolved(self, document: Data, data: Data) -> None:
        if (bill := self._bills.get(document["stream"])) is not None:
            if data["reduced_minor"] > bill.disputed_minor:
                self.facts.fault("T7", "a settlement lowered a bill by more than was disputed")
            bill.amount_minor -= data["reduced_minor"]
            bill.disputed_minor = 0

    def _given_back(self, document: Data, data: Data) -> None:
        if (bill := self._bills.get(document["stream"])) is not None:
            if data["amount_minor"] > -bill.unpaid_minor:
                self.facts.fault("T7", "more of a paid bill was given back than was owed back")
            bill.given_back_minor += data["amount_minor"]
