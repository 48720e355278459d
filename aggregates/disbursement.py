"""A disbursement: requested, approved by somebody else, released by cheque, wire or ACH.

The rules this module exists for: a named payee and purpose (T9); the approver is neither the requester nor the payee; the
approval binds the exact payment, with the account it goes to, and lapses (ABA Model Rules for Client Trust Account Records,
rule 2).
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import ClassVar, Literal, TypeAlias
from uuid import UUID

from aggregates.errors import BadRequest, WrongState
from aggregates.event import AccountEvent, Event, Minor, MoneyEvent, Personal, Words
from aggregates.named_payee import check_named
from aggregates.stream import Kind
from aggregates.trust_ledger_events import Method
from aggregates.trust_rules import NoNamedPayee, NotBilled, SamePerson, money

DisbursementKind: TypeAlias = Literal["payment", "own_costs", "refund"]
"""What for: to somebody for the client, the firm's own costs to its operating account (T7), or back to the client."""

_NO_ACCOUNT = (
    "an electronic transfer names the recipient's account when it is asked for, so that what is approved says where it goes"
)


class _Step(MoneyEvent, AccountEvent):
    """A step of a disbursement on a day."""


class DisbursementRequested(_Step):
    """Somebody asked for a payment out of one ledger."""

    TOPIC: ClassVar[str] = "disbursement/requested"
    SCHEMA: ClassVar[int] = 3

    kind: DisbursementKind = "payment"
    disbursement_id: UUID
    ledger_id: UUID
    amount_minor: Minor
    payee: Personal
    payee_contact_id: UUID | None
    method: Method
    recipient_account: Personal | None
    """Where a transfer goes; no cheque has one."""
    purpose: Words
    billing_reference_id: UUID | None
    requested_by: UUID
    payment_hash: str


class DisbursementApproved(_Step):
    """Somebody else approved exactly this payment, until `lapses_on`."""

    TOPIC: ClassVar[str] = "disbursement/approved"

    approved_by: UUID
    payment_hash: str
    lapses_on: date
    sole_practitioner: bool


class DisbursementRejected(_Step):
    """The approver said no, or the requester withdrew it."""

    TOPIC: ClassVar[str] = "disbursement/rejected"

    rejected_by: UUID
    why: Words


class DisbursementReleased(_Step):
    """The payment left: the cheque was issued, or the transfer sent."""

    TOPIC: ClassVar[str] = "disbursement/released"
    SCHEMA: ClassVar[int] = 2

    released_by: UUID
    entry_id: UUID
    cheque_number: int | None
    recipient_account: Personal | None


class DisbursementUndone(_Step):
    """The released payment was voided, stopped or reversed; the ledger has the money again."""

    TOPIC: ClassVar[str] = "disbursement/undone"

    entry_id: UUID
    how: Words


@dataclass(frozen=True, slots=True)
class Disbursement:
    """State after its events. `status`: requested, approved, rejected, released, undone."""

    request: DisbursementRequested
    status: str = "requested"
    approvals: tuple[DisbursementApproved, ...] = ()
    entry_id: UUID | None = None
    cheque_number: int | None = None
    released_by: UUID | None = None

    @property
    def paid_out_by(self) -> frozenset[UUID]:
        """Everybody who let the payment go: its approvers, and who released it (T15)."""
        return frozenset({*(a.approved_by for a in self.approvals), *({self.released_by} if self.released_by else ())})

    def approve(
        self,
        by: UUID,
        *,
        on: date,
        lapses_after_days: int,
        sole_practitioner: bool,
        is_payee: bool,
        also: frozenset[UUID] = frozenset(),
    ) -> DisbursementApproved:
        """Raises WrongState, SamePerson (T15). The sole practitioner's exception is on record only where it was used.

        `also` are other users who are the same person: their contacts were merged.
        """
        self._check("requested", "approved")
        request = self.request
        is_requester = request.requested_by in {by, *also}
        if is_requester and not sole_practitioner:
            raise SamePerson("who requested a payment cannot approve it; another partner must", approver=by)
        if is_payee and not sole_practitioner:
            raise SamePerson(
                f"the payee, {request.payee}, is you or somebody of your name; another person approves this", approver=by
            )
        if any(approval.approved_by in {by, *also} and approval.lapses_on >= on for approval in self.approvals):
            raise SamePerson("you approved this payment already; a second approval is another person's", approver=by)
        return DisbursementApproved(
            trust_account_id=request.trust_account_id,
            effective_date=on,
            approved_by=by,
            payment_hash=request.payment_hash,
            lapses_on=on + timedelta(days=lapses_after_days),
            sole_practitioner=is_requester or is_payee,
        )

    def reject(self, by: UUID, *, on: date, why: str) -> DisbursementRejected:
        """Raises WrongState."""
        self._check("requested", "approved")
        return DisbursementRejected(
            trust_account_id=self.request.trust_account_id, effective_date=on, rejected_by=by, why=why
        )

    def release(
        self,
        by: UUID,
        *,
        on: date,
        today: date,
        entry_id: UUID,
        approvals_needed: int,
        paid_with_minor: int = 0,
        no_longer_approving: frozenset[UUID] = frozenset(),
        cheque_number: int | None,
        recipient_account: str | None,
    ) -> DisbursementReleased:
        """Raises WrongState when not approved, by enough people, for this very payment, or no longer; NoNamedPayee (T9);
        BadRequest for a day before the one it was asked for, or for what its method does not have.

        Approvals of people who are `no_longer_approving` do not count (T15). `recipient_account` may repeat what was
        approved, and nothing else. `paid_with_minor` is what this payee had from this ledger on that day already.
        """
        self._check("approved")
        request = self.request
        if on < request.effective_date:
            raise BadRequest(
                f"it was asked for as of {request.effective_date}; a payment does not leave before that, on {on}",
                requested_for=request.effective_date,
                on=on,
            )
        bound = hash_of(request)
        standing = {
            approval.approved_by
            for approval in self.approvals
            if approval.lapses_on >= today and approval.payment_hash == bound
        } - no_longer_approving
        if len(standing) < approvals_needed:
            together = paid_with_minor + request.amount_minor
            why = f"; with what went to this payee that day it comes to {money(together)}" if paid_with_minor else ""
            raise WrongState(
                f"{approvals_needed} approval(s) of this very payment must stand on {today}; {len(standing)} do{why}",
                needed=approvals_needed,
                standing=len(standing),
                together_minor=together,
            )
        if request.method == "cheque" and cheque_number is None:
            raise NoNamedPayee("a cheque needs its number")
        if request.method != "cheque" and cheque_number is not None:
            raise BadRequest(f"this payment was approved as {request.method}; it has no cheque number")
        if request.method != "cheque" and request.recipient_account is None:
            raise NoNamedPayee(f"{_NO_ACCOUNT}; reject this payment and ask for it anew")
        if recipient_account is not None and recipient_account != _text(request.recipient_account):
            raise WrongState(
                "the recipient's account is not the one that was approved; reject this payment and ask for it anew",
                approved_account=_text(request.recipient_account),
            )
        return DisbursementReleased(
            trust_account_id=request.trust_account_id,
            effective_date=on,
            released_by=by,
            entry_id=entry_id,
            cheque_number=cheque_number,
            recipient_account=request.recipient_account,
        )

    def undo(self, *, on: date, how: str) -> DisbursementUndone:
        """Raises WrongState."""
        self._check("released")
        assert self.entry_id is not None, "released without an entry"
        return DisbursementUndone(
            trust_account_id=self.request.trust_account_id, effective_date=on, entry_id=self.entry_id, how=how
        )

    def _check(self, *statuses: str) -> None:
        if self.status not in statuses:
            raise WrongState(f"this disbursement is {self.status}, not {' or '.join(statuses)}", status=self.status)


def request(
    *,
    disbursement_id: UUID,
    account_id: UUID,
    ledger_id: UUID,
    amount_minor: int,
    payee: Personal,
    payee_contact_id: UUID | None,
    method: Method,
    purpose: str,
    billing_reference_id: UUID | None,
    by: UUID,
    on: date,
    kind: DisbursementKind = "payment",
    recipient_account: str | None = None,
) -> DisbursementRequested:
    """Ask for a payment. Raises NoNamedPayee (T9), also for a transfer to no account; NotBilled (T7) for the firm's own
    costs without a document; BadRequest for a cheque to an account.
    """
    check_named(payee.text or "", is_contact=payee_contact_id is not None)
    if not any(sign.isalnum() for sign in purpose):
        raise NoNamedPayee(f"a trust payment says what it is for; {purpose.strip()!r} says nothing")
    if method != "cheque" and not any(sign.isdigit() for sign in recipient_account or ""):
        raise NoNamedPayee(_NO_ACCOUNT)
    if method == "cheque" and recipient_account is not None:
        raise BadRequest("a cheque goes to a payee, not to an account; leave the account out, or choose wire or ACH")
    if kind == "own_costs" and billing_reference_id is None:
        raise NotBilled(
            f"{money(amount_minor)} would go to the firm itself; name the issued invoice, notice or order that it pays",
            asked_minor=amount_minor,
        )
    asked = DisbursementRequested(
        trust_account_id=account_id,
        effective_date=on,
        kind=kind,
        disbursement_id=disbursement_id,
        ledger_id=ledger_id,
        amount_minor=amount_minor,
        payee=payee,
        payee_contact_id=payee_contact_id,
        method=method,
        recipient_account=Personal(subject_id=payee.subject_id, text=recipient_account) if recipient_account else None,
        purpose=purpose,
        billing_reference_id=billing_reference_id,
        requested_by=by,
        payment_hash="",
    )
    return asked.model_copy(update={"payment_hash": hash_of(asked)})


def _text(personal: Personal | None) -> str | None:
    return personal.text if personal is not None else None


def hash_of(asked: DisbursementRequested) -> str:
    """What an approval binds: payee, amount, ledger, method, purpose, bill, kind and account, as SHA-256."""
    parts = (
        asked.payee.text, asked.payee_contact_id, asked.amount_minor, asked.ledger_id, asked.trust_account_id,
        asked.method, asked.purpose, asked.billing_reference_id, *(["refund"] if asked.kind == "refund" else []),
        *(["to", asked.recipient_account.text] if asked.recipient_account is not None else []),
    )  # fmt: skip
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()


def evolve(disbursement: Disbursement | None, event: Event) -> Disbursement:
    """The state one event later."""
    if isinstance(event, DisbursementRequested):
        assert disbursement is None, "requested twice"
        return Disbursement(event)
    assert disbursement is not None, "a step before the request"
    match event:
        case DisbursementApproved():
            return replace(disbursement, status="approved", approvals=(*disbursement.approvals, event))
        case DisbursementRejected():
            return replace(disbursement, status="rejected")
        case DisbursementReleased():
            return replace(
                disbursement,
                status="released",
                entry_id=event.entry_id,
                cheque_number=event.cheque_number,
                released_by=event.released_by,
            )
        case DisbursementUndone():
            return replace(disbursement, status="undone")
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a disbursement")


KIND = Kind("disbursement", evolve)
EVENTS: tuple[type[Event], ...] = (
    DisbursementRequested, DisbursementApproved, DisbursementRejected, DisbursementReleased, DisbursementUndone,
)  # fmt: skip
