"""What commands about lines of the firm's own statements need: the links of lines to what stands in the books."""

from uuid import UUID

from aggregates import client_payment, disbursement, line_link, matter_cost, vendor_payment
from aggregates.errors import BadRequest, WrongState
from aggregates.firm_account_events import AccountKind
from aggregates.line_link import LineLinkMade, LineLinkUndone, Linked, LinkedKind
from aggregates.matter_cost_events import PaidFrom
from commands.work import Work

PAID_FROM: dict[AccountKind, PaidFrom] = {"operating": "operating", "credit_card": "card"}


def check_unlinked(work: Work, kind: LinkedKind, thing_id: UUID) -> None:
    """Raises WrongState where a line of a statement is linked to it: that is reopened first."""
    link = work.find(line_link.KIND, line_link.stream_of(kind, thing_id))
    if link is not None and link.line_id is not None:
        raise WrongState("a line of a statement is linked to this; reopen the line first", line_id=link.line_id)


def link(work: Work, account_id: UUID, line_id: UUID, linked: Linked) -> None:
    """Raises WrongState where it is linked to another line."""
    stream = line_link.stream_of(linked.kind, linked.id)
    if (known := work.find(line_link.KIND, stream)) is not None:
        known.check_free()
    work.record(line_link.KIND, stream, LineLinkMade(account_id=account_id, line_id=line_id, linked=linked))


def unlink(work: Work, account_id: UUID, line_id: UUID, linked: Linked) -> None:
    """Free it."""
    stream = line_link.stream_of(linked.kind, linked.id)
    work.record(line_link.KIND, stream, LineLinkUndone(account_id=account_id, line_id=line_id, linked=linked))


def seen_as(work: Work, kind: LinkedKind, thing_id: UUID, account: AccountKind) -> Linked:
    """The thing with the amount that the account's statement shows it by.

    Raises NotFound, WrongState for what was undone, BadRequest for what never touched this account.
    """
    return Linked(kind=kind, id=thing_id, amount_minor=_AMOUNTS[kind](work, thing_id, account))


def _cost(work: Work, cost_id: UUID, account: AccountKind) -> int:
    state = work.load(matter_cost.KIND, cost_id)
    if state.discarded or state.of_a_payment:
        raise WrongState("this cost was discarded, or is part of a payment that is linked instead", cost_id=cost_id)
    _check_paid_from(state.cost.paid_from, account)
    return -state.cost.cost_minor


def _vendor_payment(work: Work, payment_id: UUID, account: AccountKind) -> int:
    made = work.load(vendor_payment.KIND, payment_id).check_stands()
    _check_paid_from(made.paid_from, account)
    return -made.amount_minor


def _client_payment(work: Work, payment_id: UUID, account: AccountKind) -> int:
    received = work.load(client_payment.KIND, payment_id).received
    _check_operating(account)
    return received.amount_minor - received.card_fee_minor


def _trust_payment(work: Work, disbursement_id: UUID, account: AccountKind) -> int:
    paid = work.load(disbursement.KIND, disbursement_id)
    _check_operating(account)
    if paid.request.billing_reference_id is None:
        raise BadRequest("this trust payment did not go to the firm's operating account")
    if paid.status != "released":
        raise WrongState(f"this trust payment is {paid.status}", status=paid.status)
    return paid.request.amount_minor


_AMOUNTS = {
    "cost": _cost,
    "vendor_payment": _vendor_payment,
    "client_payment": _client_payment,
    "trust_payment": _trust_payment,
}


def _check_paid_from(paid_from: PaidFrom | None, account: AccountKind) -> None:
    if paid_from != PAID_FROM[account]:
        shown = {"operating": "the operating account", "card": "a card", "payable": "nothing yet", None: "nothing"}
        raise BadRequest(f"this was paid from {shown[paid_from]}, not from this account")


def _check_operating(account: AccountKind) -> None:
    if account != "operating":
        raise BadRequest("clients' payments and transfers from trust come to the operating account, not to a card")
