"""Rules of payments: asked and approved by different people, for a named payee (T9, T15), cheque numbers once (T13),
and against a bill of the same client and matter, for no more than it has open (T4, T7).
"""

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from aggregates.named_payee import check_named, is_the_firm, is_the_firms_own, may_be_named
from aggregates.trust_rules import NoNamedPayee, money
from replay.bill_rules import BillRules
from replay.ledger_rules import LedgerRules
from replay.paid_together import PaidTogether
from replay.trust_facts import Data, Facts, Handler, Ledger

_OF_USERS = ("added", "roles-changed", "deactivated", "reactivated", "access-token-issued")
_WITHOUT_ITS_DAY = 1
"""The schema of a payment that does not say on which day it was let go: what that day was then did not count."""


@dataclass(slots=True)
class _Payment:
    """A disbursement that has not left yet."""

    request: Data
    asked_on: str
    approvals: list[Data] = field(default_factory=list)
    rejected: bool = False


class PaymentRules:
    """Follows requests, approvals, payments, cheques and bills."""

    def __init__(self, facts: Facts, ledgers: LedgerRules) -> None:
        self.facts = facts
        self._ledgers = ledgers
        self._payments: dict[str, _Payment] = {}
        self._bills = BillRules(facts)
        self._cheques: set[tuple[str, int]] = set()
        self._together = PaidTogether(facts)
        self._issued_now: dict[str, Data] = {}
        """Of the command that is read: entry → the cheque written for it."""
        self._paid_now: dict[str, tuple[int, str, Data | None]] = {}
        """Of the command that is read: disbursement → (position, method, account approved) for each payment not yet said
        to be released.
        """

    def handlers(self) -> dict[str, Handler]:
        """What is looked at, by topic."""
        return {
            **{f"user/{what}": self.facts.people.take for what in _OF_USERS},
            "disbursement/requested": self._requested,
            "disbursement/approved": self._approved,
            "disbursement/rejected": self._rejected,
            "disbursement/released": self._released,
            "disbursement/undone": self._together.undone,
            "trust-ledger/funds-disbursed": self._disbursed,
            "cheque/issued": self._cheque_issued,
            **self._bills.handlers(),
        }

    def end_command(self) -> None:
        """What must stand once a whole command is read."""
        facts = self.facts
        for position, _, _ in self._paid_now.values():
            facts.fault("T9", "money left a ledger and nobody released it", position=position)
        for number in self._issued_now.values():
            facts.fault("T9", f"cheque {number['number']} was written and no money left for it", position=facts.position)
        if facts.whole:
            for bill, amount in facts.drawn_now.values():
                sentence = f"{money(amount)} was drawn against bill {bill} and left no ledger"
                facts.fault("T7", sentence, position=facts.position)
        self._paid_now.clear()
        self._issued_now.clear()
        facts.drawn_now.clear()

    def _requested(self, document: Data, data: Data) -> None:
        self.facts.check_in_person(document)
        if data["requested_by"] != document["actor"]["user_id"]:
            self.facts.fault("T15", "a payment was requested in the name of somebody else")
        self._payments[document["stream"]] = _Payment(data, document["effective_date"])

    def _approved(self, document: Data, data: Data) -> None:
        facts, payment = self.facts, self._payments.get(document["stream"])
        if payment is None or payment.rejected:
            facts.fault("T9", "a payment was approved that nobody asked for, or that was rejected or paid already")
            return
        by, request = data["approved_by"], payment.request
        facts.check_in_person(document)
        if by != document["actor"]["user_id"]:
            facts.fault("T15", "a payment was approved in the name of somebody else")
        own = by == request["requested_by"] or self._is_paid(by, request)
        if own and not (data["sole_practitioner"] and facts.is_alone(by)):
            sentence = "a payment was approved by its requester or payee, who is not on record as practising alone"
            facts.fault("T15", sentence)
        if any(one["approved_by"] == by and one["lapses_on"] >= document["effective_date"] for one in payment.approvals):
            facts.fault("T15", "one person approved a payment twice")
        payment.approvals.append(data)

    def _is_paid(self, user: str, request: Data) -> bool:
        person, payee = self.facts.people.find(user), request["payee"].get("text")
        if person is None:
            return False
        if self.facts.same_client(person.contact, request["payee_contact_id"]):
            return True
        if payee is None or person.name is None or (self.facts.firm and _is_own(payee, self.facts.firm.established.name)):
            return False
        return may_be_named(payee, person.name)

    def _rejected(self, document: Data, _: Data) -> None:
        if (payment := self._payments.get(document["stream"])) is not None:
            payment.rejected = True

    def _disbursed(self, document: Data, data: Data) -> None:
        ledger = self._ledgers.paid(document, data)
        if ledger is None:
            return
        facts, entry = self.facts, data["entry_id"]
        payment = self._payments.pop(data["disbursement_id"], None)
        if payment is None or payment.rejected or not payment.approvals:
            facts.fault("T9", f"{money(data['amount_minor'])} was paid out and no approved request stands for it")
        else:
            self._check_approvals(document, data, payment)
        if (wrong := _unnamed(data["payee"].get("text"), payment)) is not None:
            facts.fault("T9", wrong)
        if ledger.purpose == "unidentified":
            facts.fault("T10", "money of nobody known was paid out")
        account = payment.request["recipient_account"] if payment is not None else None
        self._paid_now[data["disbursement_id"]] = (facts.position, data["method"], account)
        cheque = self._issued_now.pop(entry, None)
        number = cheque["number"] if cheque else None
        if (data["method"] == "cheque") != (number is not None) or number != data["cheque_number"]:
            facts.fault("T13", f"the payment says cheque {data['cheque_number']}, the register {number}")
        self._check_whose(data, payment, ledger)
        if (bill_id := data["billing_reference_id"]) is not None:
            bill, drawn = self._bills.find(bill_id), facts.drawn_now.pop(entry, None)
            if bill is None or drawn != (bill_id, data["amount_minor"]):
                facts.fault("T7", f"{money(data['amount_minor'])} went to operating and no bill says it was drawn")
            if bill is not None and not (bill.matter == ledger.matter and facts.same_client(bill.client, ledger.client)):
                facts.fault("T4", f"money of ledger {ledger.id} paid a bill of another client or matter")

    def _check_whose(self, data: Data, payment: _Payment | None, ledger: Ledger) -> None:
        """What is the firm's goes to the firm, and nothing else does."""
        facts, payee, amount = self.facts, data["payee"].get("text"), money(data["amount_minor"])
        billed, reserve = data["billing_reference_id"] is not None, ledger.purpose == "firm_reserve"
        stranger = payee is not None and facts.firm is not None and not _is_own(payee, facts.firm.established.name)
        if stranger and reserve:
            facts.fault("T5", f"{amount} of the firm's reserve went to somebody else")
        if stranger and billed:
            facts.fault("T7", f"{amount} that the firm had billed went to somebody else")
        if not billed and not reserve and self._pays_itself(payee, payment):
            facts.fault("T7", f"{amount} went to the firm itself and no bill is named")

    def _pays_itself(self, payee: str | None, payment: _Payment | None) -> bool:
        """Whether the firm pays itself."""
        if payment is not None and payment.request.get("kind") == "own_costs":
            return True
        return payee is not None and self.facts.firm is not None and _is_firm(payee, self.facts.firm.established.name)

    def _check_approvals(self, document: Data, data: Data, payment: _Payment) -> None:
        facts, request = self.facts, payment.request
        said = ("amount_minor", "payee", "method", "billing_reference_id")
        if document["effective_date"] < payment.asked_on:
            facts.fault("T9", f"a payment of {document['effective_date']} was asked for as of {payment.asked_on}")
        if request["ledger_id"] != document["stream"] or any(request[name] != data[name] for name in said):
            facts.fault("T9", "what was paid is not what was asked for")
        bound = _hash_of(request) if request["payee"].get("text") is not None else request["payment_hash"]
        today = facts.day_written(document)
        standing = [one for one in payment.approvals if one["payment_hash"] == bound and one["lapses_on"] >= today]
        amount = data["amount_minor"]
        days = {document["effective_date"], *([today] if document["schema"] > _WITHOUT_ITS_DAY else ())}
        if data["released_on"] not in {None, today}:
            facts.fault("T15", f"a payment says that it was let go on {data['released_on']}; it was on {today}")
        together = self._together.paid(data["disbursement_id"], document["stream"], days, request, amount)
        needed = facts.approvals_needed(together, today)
        if len(standing) < needed:
            sentence = f"{money(amount)} was paid with {len(standing)} standing approval(s) of {needed}"
            before = f"; {money(together)} went to one payee on one day" if together > amount else ""
            facts.fault("T15", sentence + before)

    def _released(self, document: Data, data: Data) -> None:
        self.facts.check_in_person(document)
        paid = self._paid_now.pop(document["stream"], None)
        if paid is None:
            self.facts.fault("T9", "a payment was released and no money left for it")
        elif paid[1] != "cheque" and not data["recipient_account"]:
            self.facts.fault("T9", "an electronic transfer was released without the recipient's account")
        elif paid[2] is not None and paid[2].get("text") != (data["recipient_account"] or {}).get("text"):
            self.facts.fault("T9", "an electronic transfer went to another account than was approved")

    def _cheque_issued(self, _: Data, data: Data) -> None:
        number = (data["trust_account_id"], data["number"])
        if number in self._cheques:
            self.facts.fault("T13", f"cheque number {data['number']} was used a second time")
        self._cheques.add(number)
        self._issued_now[data["entry_id"]] = data


def _unnamed(text: str | None, payment: _Payment | None) -> str | None:
    """Why the payee is nobody; None where it is somebody, or sealed."""
    contact = payment is not None and payment.request["payee_contact_id"] is not None
    return _wrong_name(text, is_contact=contact) if text is not None else None


@lru_cache(maxsize=4096)
def _wrong_name(text: str, *, is_contact: bool) -> str | None:
    try:
        check_named(text, is_contact=is_contact)
    except NoNamedPayee:
        return "a payment went to cash or bearer, or to nobody named"
    return None


_is_firm = lru_cache(maxsize=4096)(is_the_firm)
_is_own = lru_cache(maxsize=4096)(is_the_firms_own)


def _hash_of(request: Data) -> str:
    """What an approval binds: payee, amount, ledger, account, method, purpose, bill, kind and the recipient's account."""
    parts: tuple[Any, ...] = (
        request["payee"]["text"], request["payee_contact_id"], request["amount_minor"], request["ledger_id"],
        request["trust_account_id"], request["method"], request["purpose"], request["billing_reference_id"],
        *(["refund"] if request.get("kind") == "refund" else []),
        *(["to", account["text"]] if (account := request["recipient_account"]) is not None else []),
    )  # fmt: skip
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()
