"""A retainer as it was agreed: what the client pays before any work is billed, and so where that money lies.

Four natures (domain reference, section 2.3): a true retainer pays for the lawyer's being available, and is earned when it is
paid; a security retainer secures what will be billed, an advance deposit and an advance flat fee pay towards it, and these
stay the client's until then. Where each lies follows the jurisdiction's pack; a security retainer lies in trust everywhere.
Amounts are minor units.
"""

from dataclasses import dataclass, replace
from typing import ClassVar, Literal, TypeAlias
from uuid import UUID

from aggregates.errors import BadRequest, WrongState
from aggregates.event import Event, Minor, MoneyEvent, Personal, Words
from aggregates.jurisdictions import Policy
from aggregates.stream import Kind
from aggregates.trust_rules import FirmMoneyInTrust, money

Nature: TypeAlias = Literal["true", "security", "advance", "flat_fee"]
Place: TypeAlias = Literal["trust", "operating", "either"]
_SETTINGS: dict[Nature, str] = {
    "true": "true_retainer_in_trust",
    "advance": "advance_fees_in_trust",
    "flat_fee": "flat_fees_in_trust",
}
_CALLED: dict[Nature, str] = {
    "true": "a true retainer",
    "security": "a security retainer",
    "advance": "an advance deposit",
    "flat_fee": "a flat fee paid in advance",
}


class UnearnedToOperating(BadRequest):
    """Money that is not earned would go to the operating account."""

    code = "billing.unearned_to_operating"


class RetainerAgreed(Event):
    """The client agreed to pay it."""

    TOPIC: ClassVar[str] = "fee-retainer/agreed"

    retainer_id: UUID
    matter_id: UUID
    client_id: UUID
    nature: Nature
    amount_minor: Minor
    purpose: Personal
    authority: Words


class RetainerReceived(MoneyEvent):
    """Part or all of it came in: to trust, as `entry_id` of a ledger, or to operating, as a payment.

    Of a true retainer in operating, `fee_id` is the fee that was earned by it.
    """

    TOPIC: ClassVar[str] = "fee-retainer/received"

    amount_minor: Minor
    place: Literal["trust", "operating"]
    ledger_id: UUID | None
    entry_id: UUID | None
    payment_id: UUID | None
    fee_id: UUID | None


class RetainerEnded(Event):
    """No more of it is to come in."""

    TOPIC: ClassVar[str] = "fee-retainer/ended"

    why: Words


@dataclass(frozen=True, slots=True)
class FeeRetainer:
    """State after its events."""

    agreed: RetainerAgreed
    received_minor: int = 0
    ended: bool = False

    def check_receipt(self, policy: Policy, amount_minor: int, place: Literal["trust", "operating"]) -> None:
        """Raises WrongState where it ended, BadRequest for more than was agreed, UnearnedToOperating, FirmMoneyInTrust."""
        self._check_stands()
        left = self.agreed.amount_minor - self.received_minor
        if amount_minor > left:
            raise BadRequest(
                f"{money(left)} of this retainer is still to come; {money(amount_minor)} is more", left_minor=left
            )
        nature = self.agreed.nature
        called, belongs, source = _CALLED[nature], place_of(policy, nature), source_of(policy, nature)
        if place == "operating" and belongs == "trust":
            raise UnearnedToOperating(f"{called} stays in trust until it is earned ({source}); name the client's ledger")
        if place == "trust" and belongs == "operating":
            raise FirmMoneyInTrust(f"{called} is earned when it is paid ({source}); it goes to operating, not to trust")

    def end(self, why: str) -> RetainerEnded:
        """Raises WrongState where it ended."""
        self._check_stands()
        return RetainerEnded(why=why)

    def _check_stands(self) -> None:
        if self.ended:
            raise WrongState("this retainer has ended; agree a new one")


def place_of(policy: Policy, nature: Nature) -> Place:
    """Where it goes by what binds the firm; what is not earned may lie in trust everywhere."""
    if nature == "security" or policy.asks(_SETTINGS[nature]):
        return "trust"
    return "operating" if nature == "true" else "either"


def source_of(policy: Policy, nature: Nature) -> str:
    """Which rule says so."""
    if nature == "security":
        return "ABA Model Rule 1.15(a): it is the client's"
    return policy.pack.values[_SETTINGS[nature]].citation


def evolve(retainer: FeeRetainer | None, event: Event) -> FeeRetainer:
    """The state one event later."""
    if isinstance(event, RetainerAgreed):
        assert retainer is None, "agreed twice"
        return FeeRetainer(event)
    assert retainer is not None, "received before it was agreed"
    match event:
        case RetainerReceived():
            return replace(retainer, received_minor=retainer.received_minor + event.amount_minor)
        case RetainerEnded():
            return replace(retainer, ended=True)
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a retainer")


KIND = Kind("fee-retainer", evolve)
EVENTS: tuple[type[Event], ...] = (RetainerAgreed, RetainerReceived, RetainerEnded)
