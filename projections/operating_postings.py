"""Postings in the firm's own book: bills, what they are paid with, costs, and what the firm spends (domain section 4).

Accrual basis: a bill is income when it is issued. Hard costs are advanced for clients (option 2): an asset until they are
billed, and what is never recovered of them is the firm's loss. Amounts are minor units, debits positive.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from aggregates.logged_event import LoggedEvent
from projections.chart_of_accounts import Account

Data: TypeAlias = Mapping[str, Any]
Line: TypeAlias = tuple[Account, int, str]
"""An account, what is debited to it, and the day it counts from."""

PAID_FROM = {
    "operating": Account.OPERATING_BANK,
    "credit_card": Account.CARDS_PAYABLE,
    "card": Account.CARDS_PAYABLE,
    "payable": Account.VENDORS_PAYABLE,
}
_OWED = {
    "fee": Account.ACCOUNTS_RECEIVABLE,
    "hard_cost": Account.COSTS_RECEIVABLE,
    "soft_cost": Account.COSTS_RECEIVABLE,
    "tax": Account.TAX_RECEIVABLE,
    "interest": Account.INTEREST_RECEIVABLE,
}
_REDUCED = {
    "credit_memo": {"fee": Account.DISCOUNTS, "hard_cost": Account.DISCOUNTS, "soft_cost": Account.DISCOUNTS,
                    "tax": Account.TAX_PAYABLE, "interest": Account.INTEREST_AND_LATE_FEES},
    "write_off": {"fee": Account.WRITE_OFFS, "hard_cost": Account.COSTS_UNRECOVERED,
                  "soft_cost": Account.COSTS_UNRECOVERED, "tax": Account.WRITE_OFFS,
                  "interest": Account.WRITE_OFFS},
}  # fmt: skip


def operating_lines(event: LoggedEvent) -> list[Line]:
    """The lines of one event, those of nothing left out; they sum to zero."""
    make = _BY_TOPIC.get(event.topic)
    return [line for line in make(event) if line[1]] if make is not None else []


def _pair(event: LoggedEvent, debit: Account, credit: Account, amount: int, day: str | None = None) -> list[Line]:
    on = day or event.effective_date
    assert on is not None, f"money without a day at position {event.position}"
    return [(debit, amount, on), (credit, -amount, on)]


def _bill(event: LoggedEvent, sign: int) -> Iterable[Line]:
    totals: Data = event.data["totals"]
    tax = totals["tax_1_minor"] + totals["tax_2_minor"]
    costs = totals["hard_costs_minor"] + totals["soft_costs_minor"]
    discount = totals["discount_minor"]
    yield from _pair(event, Account.ACCOUNTS_RECEIVABLE, Account.FEES, sign * (totals["fees_minor"] - discount))
    yield from _pair(event, Account.DISCOUNTS, Account.FEES, sign * discount)
    yield from _pair(event, Account.COSTS_RECEIVABLE, Account.COST_RECOVERY, sign * costs)
    yield from _pair(event, Account.TAX_RECEIVABLE, Account.TAX_PAYABLE, sign * tax)


def _issued(event: LoggedEvent) -> Iterable[Line]:
    return _bill(event, 1)


def _voided(event: LoggedEvent) -> Iterable[Line]:
    return _bill(event, -1)


def _by_class(event: LoggedEvent, sign: int) -> Iterable[Line]:
    """What was paid fell on costs and tax, too: money comes in against fees, and is put where it belongs."""
    for one, part in event.data["by_class"].items():
        if one != "fee":
            yield from _pair(event, Account.ACCOUNTS_RECEIVABLE, _OWED[one], sign * part)


def _paid(event: LoggedEvent) -> Iterable[Line]:
    return _by_class(event, 1)


def _unpaid(event: LoggedEvent) -> Iterable[Line]:
    return _by_class(event, -1)


def _reduced(event: LoggedEvent) -> Iterable[Line]:
    for one, part in event.data["by_class"].items():
        yield from _pair(event, _REDUCED[event.data["kind"]][one], _OWED[one], part)


def _interest_charged(event: LoggedEvent) -> Iterable[Line]:
    amount = event.data["interest_minor"] + event.data["late_fee_minor"]
    return _pair(event, Account.INTEREST_RECEIVABLE, Account.INTEREST_AND_LATE_FEES, amount)


def _interest_reversed(event: LoggedEvent) -> Iterable[Line]:
    return _pair(event, Account.INTEREST_AND_LATE_FEES, Account.INTEREST_RECEIVABLE, event.data["amount_minor"])


def _incurred(event: LoggedEvent, cost: Data, sign: int) -> Iterable[Line]:
    """A hard cost is advanced for the client; what is not to be billed is the firm's from the start."""
    if cost["paid_from"] is not None:
        borne = cost["charge"] == "non_billable"
        account = Account.COSTS_UNRECOVERED if borne else Account.ADVANCED_COSTS
        yield from _pair(event, account, PAID_FROM[cost["paid_from"]], sign * cost["cost_minor"], cost["incurred_on"])


def _cost_recorded(event: LoggedEvent) -> Iterable[Line]:
    return _incurred(event, event.data["cost"], 1)


def _cost_amended(event: LoggedEvent) -> Iterable[Line]:
    yield from _incurred(event, event.data["before"], -1)
    yield from _incurred(event, event.data["after"], 1)


def _cost_discarded(event: LoggedEvent) -> Iterable[Line]:
    return _incurred(event, event.data["before"], -1)


def _cost_on_bill(event: LoggedEvent, sign: int) -> Iterable[Line]:
    """What was advanced is recovered by the bill; of what the bill charges less, the firm loses the rest."""
    cost: Data = event.data["cost"]
    if cost["paid_from"] is not None:
        advanced, billed = cost["cost_minor"], event.data["billed_minor"]
        recovered = min(advanced, billed)
        yield from _pair(event, Account.COST_RECOVERY, Account.ADVANCED_COSTS, sign * recovered)
        yield from _pair(event, Account.COSTS_UNRECOVERED, Account.ADVANCED_COSTS, sign * (advanced - recovered))


def _cost_billed(event: LoggedEvent) -> Iterable[Line]:
    return _cost_on_bill(event, 1)


def _cost_unbilled(event: LoggedEvent) -> Iterable[Line]:
    return _cost_on_bill(event, -1)


def _flat_billed(event: LoggedEvent) -> Iterable[Line]:
    return _pair(event, Account.FEES, Account.FLAT_FEES, event.data["billed_minor"])


def _flat_unbilled(event: LoggedEvent) -> Iterable[Line]:
    return _pair(event, Account.FEES, Account.FLAT_FEES, -event.data["billed_minor"])


def _settled(event: LoggedEvent) -> Iterable[Line]:
    """The signed statement is the bill of a contingent fee: what is drawn against it pays what it made due."""
    yield from _pair(event, Account.ACCOUNTS_RECEIVABLE, Account.CONTINGENT_FEES, event.data["fee_minor"])
    yield from _pair(event, Account.ACCOUNTS_RECEIVABLE, Account.COST_RECOVERY, event.data["cost_minor"])


def _spent(event: LoggedEvent, source: Account, sign: int) -> Iterable[Line]:
    """Overhead, and what vendors were owed. Costs of matters are posted by their own events."""
    for part in event.data["parts"]:
        if part["overhead"] is not None:
            yield from _pair(event, Account.OVERHEAD, source, sign * part["amount_minor"])
        elif part["matter_id"] is None:
            yield from _pair(event, Account.VENDORS_PAYABLE, source, sign * part["amount_minor"])


def _vendor_paid(event: LoggedEvent) -> Iterable[Line]:
    return _spent(event, PAID_FROM[event.data["paid_from"]], 1)


def _vendor_reversed(event: LoggedEvent) -> Iterable[Line]:
    return _spent(event, PAID_FROM[event.data["paid_from"]], -1)


def _line_accepted(event: LoggedEvent) -> Iterable[Line]:
    return _spent(event, PAID_FROM[event.data["account_kind"]], 1)


_ASIDE = {
    "card_payment": Account.OPERATING_BANK,
    "refund": Account.OVERHEAD,
    "other_income": Account.OTHER_INCOME,
    "personal": Account.DRAWINGS,
}


def _aside(event: LoggedEvent, sign: int) -> Iterable[Line]:
    """Signed as on the statement. A card's bill is posted once, by the card's own line; a transfer is by nobody's."""
    kind, of = event.data["aside"], event.data["account_kind"]
    if kind is not None and kind in _ASIDE and (kind, of) != ("card_payment", "operating"):
        yield from _pair(event, PAID_FROM[of], _ASIDE[kind], sign * event.data["amount_minor"])


def _set_aside(event: LoggedEvent) -> Iterable[Line]:
    return _aside(event, 1)


def _reopened(event: LoggedEvent) -> Iterable[Line]:
    yield from _spent(event, PAID_FROM[event.data["account_kind"]], -1)
    yield from _aside(event, -1)


def _received(event: LoggedEvent) -> Iterable[Line]:
    data = event.data
    yield from _pair(event, Account.OPERATING_BANK, Account.CLIENT_CREDITS, data["amount_minor"])
    yield from _pair(event, Account.MERCHANT_FEES, Account.OPERATING_BANK, data["card_fee_minor"])


def _applied(event: LoggedEvent) -> Iterable[Line]:
    return _pair(event, Account.CLIENT_CREDITS, Account.ACCOUNTS_RECEIVABLE, event.data["amount_minor"])


def _unapplied(event: LoggedEvent) -> Iterable[Line]:
    return _pair(event, Account.CLIENT_CREDITS, Account.ACCOUNTS_RECEIVABLE, -event.data["amount_minor"])


def _credit_left(event: LoggedEvent) -> Iterable[Line]:
    return _pair(event, Account.CLIENT_CREDITS, Account.OPERATING_BANK, event.data["amount_minor"])


def _restored(event: LoggedEvent) -> Iterable[Line]:
    """The card company gave it back after all."""
    return _pair(event, Account.CLIENT_CREDITS, Account.OPERATING_BANK, -event.data["amount_minor"])


def _returned(event: LoggedEvent) -> Iterable[Line]:
    yield from _credit_left(event)
    fees = Account.MERCHANT_FEES if event.data["kind"] == "chargeback" else Account.BANK_CHARGES
    yield from _pair(event, fees, Account.OPERATING_BANK, event.data["fee_minor"])


_BY_TOPIC: dict[str, Callable[[LoggedEvent], Iterable[Line]]] = {
    "bill/finalized": _issued,
    "bill/voided": _voided,
    "bill/paid": _paid,
    "bill/payment-reversed": _unpaid,
    "bill/reduced": _reduced,
    "bill/interest-charged": _interest_charged,
    "bill/interest-reversed": _interest_reversed,
    "matter-cost/recorded": _cost_recorded,
    "matter-cost/amended": _cost_amended,
    "matter-cost/discarded": _cost_discarded,
    "matter-cost/billed": _cost_billed,
    "matter-cost/unbilled": _cost_unbilled,
    "flat-fee/billed": _flat_billed,
    "flat-fee/unbilled": _flat_unbilled,
    "settlement/signed": _settled,
    "vendor-payment/made": _vendor_paid,
    "vendor-payment/reversed": _vendor_reversed,
    "firm-account/line-accepted": _line_accepted,
    "firm-account/line-set-aside": _set_aside,
    "firm-account/line-reopened": _reopened,
    "client-payment/received": _received,
    "client-payment/applied": _applied,
    "client-payment/application-reversed": _unapplied,
    "client-payment/moved-to-trust": _credit_left,
    "client-payment/refunded": _credit_left,
    "client-payment/returned": _returned,
    "client-payment/partly-returned": _credit_left,
    "client-payment/restored": _restored,
}
TOPICS = frozenset(_BY_TOPIC)
