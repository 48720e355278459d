"""Who asks, approves and is paid are different people (T15), unless the firm has one lawyer only and says so."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from aggregates import contact, disbursement, user
from aggregates.disbursement import Disbursement, DisbursementRequested
from aggregates.event import Personal
from aggregates.named_payee import is_the_firms_own, may_be_named, may_be_one_payee, same_bank_account
from aggregates.permissions import Permission, role_allowing
from aggregates.trust_ledger import TrustLedger
from commands.same_client import same_client, survivor_of
from commands.trust_books import the_firm
from commands.work import Finds, Work


def may_be_payee(work: Work, user_id: UUID, payee: str, payee_contact_id: UUID | None) -> bool:
    """Whether a person would be paid: their contact is the payee's, or any name of theirs may be the payee's.

    A second contact is made in a moment, so that it proves nothing: a namesake is paid by somebody of another name.
    """
    person = work.find(user.KIND, user_id)
    if person is None:
        return False
    if same_client(work, person.contact_id, payee_contact_id):
        return True
    if is_the_firms_own(payee, the_firm(work).established.name):
        return False
    own = [str(person.name), *_names_on_file(work, person.contact_id)]
    return any(may_be_named(paid, name) for paid in (payee, *_names_on_file(work, payee_contact_id)) for name in own)


def is_paid_to_a_partner(work: Work, payee: str, payee_contact_id: UUID | None) -> bool:
    """Whether somebody who manages the firm would be paid: its partners, whose fees are the firm's."""
    managers = work.find(user.MANAGERS, user.MANAGERS.stream_id()) or frozenset()
    return any(may_be_payee(work, one, payee, payee_contact_id) for one in managers)


def same_person(work: Finds, one: UUID, other: UUID) -> bool:
    """Whether two users are one person: the same user, or of contacts that turned out to be one."""
    if one == other:
        return True
    people = [work.find(user.KIND, key) for key in (one, other)]
    contacts = [person.contact_id for person in people if person is not None]
    return len(contacts) == len(people) and same_client(work, *contacts)


def other_selves(work: Finds, user_id: UUID, people: Iterable[UUID]) -> frozenset[UUID]:
    """Those of the people who are this person, under whatever access."""
    return frozenset(one for one in people if same_person(work, user_id, one))


def other_approvers(work: Work, user_id: UUID) -> int:
    """How many people besides this one may approve payments."""
    managers = work.find(user.MANAGERS, user.MANAGERS.stream_id()) or frozenset()
    return sum(1 for one in managers - {user_id} if _may_approve(work.find(user.KIND, one)))


def sole_practitioner(work: Work) -> bool:
    """Whether the asker is on record as practising alone, and still does: from a second partner on, duties are separated."""
    return the_firm(work).sole_practitioner == work.user_id and not other_approvers(work, work.user_id)


def paid_with(work: Work, ledger: TrustLedger, asked: DisbursementRequested, on: date) -> int:
    """What the same payee had from the same ledger on the same day already, in minor units: the day that a payment bears, or
    on which it is let go, so that no piece hides behind a date.

    One payee by contact, by account or by a name that may be the same; what was voided or came back does not count.
    """
    there = dict.fromkeys(key for day in (on, work.today) for key in ledger.paid.get(day, ()))
    others = [work.load(disbursement.KIND, key) for key in there]
    return sum(
        each.request.amount_minor for each in others if each.status == "released" and _one_payee(work, each.request, asked)
    )


def _one_payee(work: Work, one: DisbursementRequested, other: DisbursementRequested) -> bool:
    return (
        same_client(work, one.payee_contact_id, other.payee_contact_id)
        or same_bank_account(_text(one.recipient_account), _text(other.recipient_account))
        or may_be_one_payee(str(one.payee), str(other.payee))
    )


def _text(personal: Personal | None) -> str | None:
    return personal.text if personal is not None else None


def approvals_needed(work: Work, amount_minor: int) -> int:
    """Two for a large payment, or for pieces that are one together; one where the lawyer on record as practising alone
    still does, and there is no second one.
    """
    firm = the_firm(work)
    if amount_minor <= firm.policy_on(work.today).number("second_approval_over_minor"):
        return 1
    alone = firm.sole_practitioner
    return 1 if alone is not None and not other_approvers(work, alone) else 2


def no_longer_approving(work: Work, state: Disbursement) -> frozenset[UUID]:
    """Those whose approval does not stand today: who asked for the payment, may be paid by it, or may approve no more."""
    asked, alone = state.request, the_firm(work).sole_practitioner
    barred: set[UUID] = set()
    approvers = list(dict.fromkeys(approval.approved_by for approval in state.approvals))
    for number, by in enumerate(approvers):
        person = work.find(user.KIND, by)
        if any(same_person(work, by, earlier) for earlier in approvers[:number]):
            barred.add(by)
        involved = same_person(work, by, asked.requested_by) or may_be_payee(
            work, by, asked.payee.text or "", asked.payee_contact_id
        )
        excepted = by == alone and not other_approvers(work, by)
        if (person is not None and not _may_approve(person)) or (involved and not excepted):
            barred.add(by)
    return frozenset(barred)


def _may_approve(person: user.User | None) -> bool:
    return person is not None and person.active and role_allowing(person.roles, Permission.APPROVE_DISBURSEMENT) is not None


def _names_on_file(work: Work, contact_id: UUID | None) -> list[str]:
    """Name and aliases of a contact, and of the one it was merged into."""
    if contact_id is None:
        return []
    known = [work.find(contact.KIND, one) for one in {contact_id, survivor_of(work, contact_id)}]
    return [str(name) for one in known if one is not None for name in (*one.details["name"], *one.details["aliases"])]
