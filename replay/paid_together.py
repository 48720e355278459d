"""What left one ledger for one payee on one day: pieces of a large payment are approved as the whole is (T15)."""

from typing import Any

from aggregates.named_payee import may_be_one_payee, same_bank_account
from replay.trust_facts import Data, Facts


class PaidTogether:
    """Follows what was paid, by ledger and day, as long as it was not undone."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._left: dict[tuple[str, str], dict[str, Data]] = {}
        """(ledger, day that it bears, or on which it was let go) → disbursement → what was asked for."""
        self._places: dict[str, list[tuple[str, str]]] = {}

    def paid(self, disbursement: str, ledger: str, days: set[str], request: Data, amount_minor: int) -> int:
        """One more left; returns what this payee had from this ledger on those days, with it, in minor units."""
        there = {key: one for day in days for key, one in self._left.get((ledger, day), {}).items()}
        before: int = sum(one["amount_minor"] for one in there.values() if self._one_payee(one, request))
        self._places[disbursement] = [(ledger, day) for day in days]
        for place in self._places[disbursement]:
            self._left.setdefault(place, {})[disbursement] = request
        return before + amount_minor

    def undone(self, document: Data, _: Data) -> None:
        """It came back, and is no part of what left that day."""
        for place in self._places.pop(document["stream"], ()):
            self._left[place].pop(document["stream"], None)

    def _one_payee(self, one: Data, other: Data) -> bool:
        """Whether both were asked for one payee, as far as what is personal can still be read."""
        if self._facts.same_client(one["payee_contact_id"], other["payee_contact_id"]):
            return True
        if same_bank_account(_text(one["recipient_account"]), _text(other["recipient_account"])):
            return True
        names = _text(one["payee"]), _text(other["payee"])
        return names[0] is not None and names[1] is not None and may_be_one_payee(names[0], names[1])


def _text(personal: Any) -> str | None:
    return personal.get("text") if personal is not None else None
