"""Prepare, review, sign, reopen, as commands; and the guard on a trust account's counter beneath them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from aggregates import trust_account
from aggregates.errors import AlreadyExists, NotAllowed, WrittenMeanwhile, WrongState
from aggregates.event import Actor
from aggregates.permissions import Role
from aggregates.reconciliation import Figures
from aggregates.trust_rules import PeriodSigned, SamePerson
from commands.add_contact import AddContact
from commands.add_user import AddUser
from commands.event_log.log import Verdict, decision_of
from commands.event_log.mapper import NewEvent
from commands.merge_contacts import MergeContacts
from commands.prepare_reconciliation import PrepareReconciliation
from commands.receive_funds import ReceiveFunds
from commands.reopen_reconciliation import ReopenReconciliation
from commands.review_reconciliation import ReviewReconciliation
from commands.sign_reconciliation import SignReconciliation
from tests.commands.trust_practice import ASHBY, LIND, REYES, Practice, day


def prepare(practice: Practice, to: int = 30, by: UUID = LIND, **different: Any) -> UUID:
    """Prepared by the bookkeeper where nobody else is named, with figures that pass unless told otherwise."""
    figures = {**dict.fromkeys(Figures.model_fields, 0), **different}
    command = PrepareReconciliation(
        trust_account_id=practice.account, period_end=day(to), statement_id=UUID(int=5), statement_sha256="5e" * 32,
        figures=Figures.model_validate(figures), position=1, tree_root="", artefact_sha256="a7" * 32,
    )  # fmt: skip
    return UUID(practice.does(command, by)["reconciliation_id"])


def sign(reconciliation_id: UUID, **more: Any) -> SignReconciliation:
    """As the books were found."""
    return SignReconciliation(reconciliation_id=reconciliation_id, **{"current": True, **more})


def test_signing_seals_the_period(practice: Practice) -> None:
    practice.today = day(30)
    practice.does(sign(prepare(practice, 29)), REYES)
    late = ReceiveFunds(
        ledger_id=practice.ledgers["A"], amount_minor=100, effective_date=day(29), instrument="wire", payer="X",
        description="Late",
    )  # fmt: skip
    practice.refused(PeriodSigned, late)
    practice.does(late.model_copy(update={"effective_date": day(30)}))
    with pytest.raises(AlreadyExists):
        prepare(practice, 29)


def test_books_that_were_not_found_as_prepared_are_not_signed(practice: Practice) -> None:
    key = prepare(practice)
    practice.refused(WrittenMeanwhile, SignReconciliation(reconciliation_id=key), REYES)
    practice.refused(WrittenMeanwhile, sign(key, account_seq=practice.log.account_seq(practice.account) - 1), REYES)
    practice.does(sign(key, account_seq=practice.log.account_seq(practice.account)), REYES)


def test_t15_preparer_approver_and_releaser_do_not_sign(practice: Practice) -> None:
    practice.receive("A", 500_00)
    paid, _ = practice.pay("A", 100_00)  # approved by Ashby, released by Lind
    key = prepare(practice)
    practice.refused(SamePerson, sign(key, disbursement_ids=(paid,)), ASHBY)
    practice.refused(NotAllowed, sign(key), LIND)
    practice.does(sign(key, disbursement_ids=(paid,)), REYES)


def test_t15_two_users_who_are_one_person_do_not_prepare_and_sign_nor_pay_and_sign(practice: Practice) -> None:
    contacts = [UUID(practice.does(AddContact(name="Nora North"))["contact_id"]) for _ in range(2)]
    clerk, partner = (
        UUID(
            practice.does(AddUser(name="Nora North", email=f"{key}@example.com", roles=(role,), contact_id=key), ASHBY)[
                "user_id"
            ]
        )
        for key, role in zip(contacts, (Role.BOOKKEEPER, Role.PARTNER), strict=True)
    )
    practice.receive("A", 500_00)
    paid = practice.approved("A", 100_00)
    practice.does(practice.release(paid), clerk)
    practice.does(MergeContacts(survivor_id=contacts[0], duplicate_id=contacts[1]))
    own, other = prepare(practice, by=clerk), prepare(practice)

    practice.refused(SamePerson, ReviewReconciliation(reconciliation_id=own), partner)
    practice.refused(SamePerson, sign(own), partner)
    practice.refused(SamePerson, sign(other, disbursement_ids=(paid,)), partner)
    practice.does(sign(other, disbursement_ids=(paid,)), REYES)
    practice.does(ReopenReconciliation(reconciliation_id=other, why="Wrong"), partner)
    practice.does(sign(own), REYES)


def test_what_does_not_pass_is_not_signed(practice: Practice) -> None:
    practice.refused(WrongState, sign(prepare(practice, unexplained_lines=1)), REYES)


def test_it_is_reopened_by_a_second_partner_and_stays_on_record(practice: Practice) -> None:
    key = prepare(practice)
    practice.refused(SamePerson, ReviewReconciliation(reconciliation_id=key), LIND)
    practice.does(ReviewReconciliation(reconciliation_id=key, note="Seen"), ASHBY)
    practice.does(sign(key), REYES)
    practice.refused(SamePerson, ReopenReconciliation(reconciliation_id=key, why="Wrong"), REYES)
    practice.does(ReopenReconciliation(reconciliation_id=key, why="Cheque 1053 was mis-keyed"), ASHBY)
    assert practice.log.load(trust_account.KIND, practice.account).state.sealed_to is None
    topics = [one.topic for one in practice.log.stream(key)]
    assert topics == [f"reconciliation/{step}" for step in ("prepared", "reviewed", "signed", "reopened")]
    practice.does(sign(prepare(practice)), REYES)


def test_a_guard_on_an_accounts_counter_is_held_against_the_log_and_the_same_call(practice: Practice) -> None:
    """Three decisions in one call: the first holds, and moves the counter that the second rests on; the third knows."""
    seq = practice.log.account_seq(practice.account)
    last = practice.last()

    def decision(stream: int, expected: int) -> Any:
        opened = trust_account.TrustAccountOpened(
            trust_account_id=practice.account, name="X", bank="X", account_number="1", ownership="pooled", client_id=None,
            currency="USD", opened_on=day(1), statement_balance_minor=0,
        )  # fmt: skip
        new = NewEvent(
            id=practice.new_id(),
            stream_id=UUID(int=stream),
            version=1,
            recorded_at=datetime.fromisoformat(last.recorded_at),
            actor=Actor(user_id=LIND, role="bookkeeper", program="tests", policy_version=1),
            command_id=practice.new_id(),
            correlation_id=practice.new_id(),
            causation_id=None,
            reason=None,
            salt="00" * 16,
            event=opened,
        )
        return decision_of([new], account_guards=[(practice.account, expected)])

    size = practice.log.size()
    verdicts = practice.log.append_all([decision(901, seq), decision(902, seq), decision(903, seq + 1)])
    assert [verdict for verdict, _ in verdicts] == [Verdict.APPENDED, Verdict.CONFLICT, Verdict.APPENDED]
    assert practice.log.size() == size + 2
    assert practice.log.account_seq(practice.account) == seq + 2
