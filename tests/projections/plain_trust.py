"""Trust money by slow plain loops over the events' own documents: no read model, no SQL."""

from collections import Counter
from datetime import date
from typing import NamedTuple

from tests.projections.plain_figures import Document

_COMES_IN = {"funds-received", "transferred-in", "interest-credited", "reserve-topped-up", "shortage-cured"}
_GOES_OUT = {"funds-disbursed", "transferred-out", "interest-swept", "bank-charge-taken", "deposit-returned"}


class Entry(NamedTuple):
    """An entry of a trust ledger: money in is positive."""

    day: date
    account: str
    ledger: str
    entry: str
    reverses: str | None
    amount: int


class Promise(NamedTuple):
    """A payment that was asked for: its amount is spoken for until it is paid or given up."""

    day: date
    disbursement: str
    ledger: str
    amount: int


class Waiting(NamedTuple):
    """Of a bill, what its matter's ledger has for it."""

    issued: date
    reference: str
    ledger: str
    amount: int


class PlainTrust:
    """What happened to the clients' money, as lists to add up."""

    def __init__(self, documents: list[Document]) -> None:
        self.entries: list[Entry] = []
        self.matters: dict[str, str | None] = {}
        """Of each ledger."""
        self.promises: list[Promise] = []
        self.promises_over: list[tuple[date, str]] = []
        """(day, disbursement)"""
        self.references: dict[str, Document] = {}
        self.against: list[tuple[date, str, str, int]] = []
        """(day, billing reference, what happened, amount)"""
        for one in documents:
            kind, _, what = one["topic"].partition("/")
            if kind == "trust-ledger":
                self._ledger(what, one)
            elif kind == "billing-reference":
                self._reference(what, one)

    def _ledger(self, what: str, one: Document) -> None:
        day = date.fromisoformat(one["day"])
        if what == "opened":
            self.matters[one["stream"]] = one["matter_id"]
        elif what == "funds-reserved":
            self.promises.append(Promise(day, one["disbursement_id"], one["stream"], one["amount_minor"]))
        elif what in {"funds-disbursed", "reservation-lifted"}:
            self.promises_over.append((day, one["disbursement_id"]))
        comes_in = what in _COMES_IN or (what == "entry-reversed" and one["effect"] == "increase")
        goes_out = what in _GOES_OUT or (what == "entry-reversed" and one["effect"] == "decrease")
        if comes_in or goes_out:
            amount = one["amount_minor"] if comes_in else -one["amount_minor"]
            where = (one["trust_account_id"], one["stream"])
            self.entries.append(Entry(day, *where, one["entry_id"], one.get("reverses_entry_id"), amount))

    def _reference(self, what: str, one: Document) -> None:
        if what == "recorded":
            self.references[one["stream"]] = one
        elif what != "bill-linked":
            amount = one["reduced_minor"] if what == "dispute-resolved" else one["amount_minor"]
            self.against.append((date.fromisoformat(one["day"]), one["stream"], what, amount))

    def entries_by(self, end: date, account: str | None = None) -> list[Entry]:
        """Of a day and before, on one account or all."""
        return [one for one in self.entries if one.day <= end and account in {None, one.account}]

    def free(self, end: date, account: str | None = None) -> Counter[str]:
        """By ledger, what is neither spent nor promised at the end of a day. All money counts as collected at once."""
        found = Counter[str]()
        for entry in self.entries_by(end, account):
            found[entry.ledger] += entry.amount
        over = {disbursement for day, disbursement in self.promises_over if day <= end}
        for promise in self.promises:
            if promise.day <= end and promise.disbursement not in over and promise.ledger in found:
                found[promise.ledger] -= promise.amount
        return found

    def still(self, end: date, account: str | None, days: int) -> dict[str, tuple[date, int]]:
        """Ledgers with a balance and no entry for longer than some days: (the last day, the balance)."""
        held = Counter[str]()
        last: dict[str, date] = {}
        for entry in self.entries_by(end, account):
            held[entry.ledger] += entry.amount
            last[entry.ledger] = max(entry.day, last.get(entry.ledger, entry.day))
        return {key: (last[key], held[key]) for key in held if held[key] and (end - last[key]).days > days}

    def below_zero(self, end: date, account: str) -> int:
        """How many ledgers are overdrawn."""
        held = Counter[str]()
        for entry in self.entries_by(end, account):
            held[entry.ledger] += entry.amount
        return sum(balance < 0 for balance in held.values())

    def earned(self, end: date, account: str | None = None) -> list[Waiting]:
        """Of each bill the oldest first: what is unpaid and not disputed, as far as the matter's own ledger has it."""
        free, found = self.free(end, account), list[Waiting]()
        issued = ((date.fromisoformat(one["day"]), one["number"], key) for key, one in self.references.items())
        for day, _, reference in sorted(one for one in issued if one[0] <= end):
            left = self._drawable(reference, end)
            for ledger in (
                key for key, matter in sorted(self.matters.items()) if matter == self.references[reference]["matter_id"]
            ):
                if (take := min(left, free[ledger])) > 0:
                    found.append(Waiting(day, reference, ledger, take))
                    free[ledger] -= take
                    left -= take
        return found

    def _drawable(self, reference: str, end: date) -> int:
        unpaid: int = self.references[reference]["amount_minor"]
        disputed = 0
        for day, key, what, amount in self.against:
            if key != reference or day > end:
                continue
            if what == "disputed":
                disputed += amount
            else:
                unpaid += amount if what in {"draw-returned", "raised", "fees-given-back"} else -amount
                disputed = 0 if what == "dispute-resolved" else disputed
        return max(unpaid - disputed, 0)
