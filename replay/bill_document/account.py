"""The account of a bill at a position of the log: what was paid and credited since it was issued, and what trust held."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from aggregates import bill, client_payment, matter, trust_ledger
from aggregates.bill import Bill
from aggregates.bill_events import BillFinalized, BillPaid, BillPaymentReversed, BillReduced, BillVoided
from aggregates.bill_interest import BillInterestCharged, BillInterestReversed
from aggregates.errors import BadRequest
from aggregates.event import Event
from aggregates.trust_rules import money
from commands.event_log.log import EventLog
from replay.bill_document.contents import Document, at

_FROM_TRUST = "Paid from trust"
_METHODS = {"ach": "ACH"}
_MOVE = (BillPaid, BillPaymentReversed, BillReduced, BillVoided, BillInterestCharged, BillInterestReversed)
_REDUCED = {"credit_memo": "Credit memo", "write_off": "Written off"}


@dataclass(frozen=True, slots=True)
class Moved:
    """What changed what is owed. Less is owed below nothing."""

    position: int
    day: date
    what: str
    amount_minor: int
    balance_minor: int
    """What is owed of the bill after it."""


@dataclass(frozen=True, slots=True)
class Account:
    """The account of one bill, and what its matter's trust ledgers held, in minor units."""

    moves: tuple[Moved, ...]
    void: bool
    balance_minor: int
    trust_before_minor: int
    drawn_minor: int
    held_minor: int

    @property
    def other_minor(self) -> int:
        """What came into trust and left it since the bill was issued, other than for the bill."""
        return self.held_minor - self.trust_before_minor + self.drawn_minor


def account(log: EventLog, issued: BillFinalized, issued_at: int, known_at: int) -> Document:
    """Its movements up to that position, the balance due after each, and the trust account before and after.

    Raises BadRequest for a position at which the bill was not issued, or that the log has not reached.
    """
    check_position(log, issued.number, issued_at, known_at)
    of = account_of(log, issued, known_at)
    return {
        **read_at(log, known_at),
        "void": of.void,
        "rows": [
            {"day": str(row.day), "what": row.what, "amount": money(row.amount_minor), "balance": money(row.balance_minor)}
            for row in of.moves
        ],
        "balance": money(of.balance_minor),
        "trust_shown": bool(of.held_minor or of.drawn_minor or of.other_minor),
        "trust_drawn": money(-of.drawn_minor),
        "trust_other": money(of.other_minor) if of.other_minor else None,
        "trust_after": money(of.held_minor),
    }


def check_position(log: EventLog, number: str, issued_at: int, known_at: int) -> None:
    """Raises BadRequest for a position at which a bill was not issued, or that the log has not reached."""
    size = log.size()
    if not issued_at <= known_at <= size:
        raise BadRequest(
            f"{number} was issued at position {issued_at} and the log ends at {size}; {known_at} is not between them",
            parameter="known_at",
            first=issued_at,
            last=size,
        )


def read_at(log: EventLog, known_at: int) -> Document:
    """The position of an account, and its moment (UTC, RFC 3339, whole seconds)."""
    return {"position": str(known_at), "at": next(log.read(known_at - 1, stop=known_at)).recorded_at[:19] + "Z"}


def account_of(log: EventLog, issued: BillFinalized, known_at: int) -> Account:
    """The account of an issued bill at a position."""
    state: Bill | None = None
    moves, from_trust = [], 0
    paid_how: dict[UUID, str] = {}
    for logged in log.stream(issued.bill_id, up_to=known_at):
        before = state.open_minor if state is not None else 0
        event = logged.event()
        state = bill.evolve(state, event)
        if not isinstance(event, _MOVE):
            continue
        if isinstance(event, BillPaid):
            paid_how[event.allocation_id] = _how(log, event, known_at)
        moved = state.open_minor - before
        if isinstance(event, BillPaid | BillPaymentReversed) and paid_how[event.allocation_id] == _FROM_TRUST:
            from_trust -= moved
        what = _what(event, paid_how)
        moves.append(Moved(logged.position, event.effective_date, what, moved, state.open_minor))
    assert state is not None, "an issued bill has events"
    return Account(
        moves=tuple(moves),
        void=state.status == "void",
        balance_minor=state.open_minor,
        trust_before_minor=issued.trust_before_minor,
        drawn_minor=from_trust,
        held_minor=_held(log, issued.matter_id, known_at),
    )


def _how(log: EventLog, event: BillPaid, known_at: int) -> str:
    if event.source == "trust":
        return _FROM_TRUST
    received = at(log, client_payment.KIND, event.source_id, known_at)
    if received is None:
        return "Payment"
    method = received.received.method
    return f"Payment by {_METHODS.get(method, method)}"


def _what(event: Event, paid_how: dict[UUID, str]) -> str:
    match event:
        case BillPaid():
            return paid_how[event.allocation_id]
        case BillPaymentReversed():
            return f"{paid_how[event.allocation_id]}, taken back"
        case BillReduced():
            return _REDUCED[event.kind]
        case BillInterestCharged():
            return _charged(event)
        case BillInterestReversed():
            return "Interest, taken back"
        case _:
            return "Bill voided"


def _charged(event: BillInterestCharged) -> str:
    if not event.interest_minor:
        return "Late fee"
    return "Interest and late fee" if event.late_fee_minor else "Interest"


def _held(log: EventLog, matter_id: UUID, known_at: int) -> int:
    of = at(log, matter.KIND, matter_id, known_at)
    ledgers = (at(log, trust_ledger.KIND, one, known_at) for one in of.ledgers)
    return sum(one.balance_minor for one in ledgers if one is not None)
