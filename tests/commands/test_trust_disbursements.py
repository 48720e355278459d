"""Money out: nothing that is not there, to a named payee, on a document where it is the firm's own, let go by two people."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from aggregates.cheque import ChequeEnded, ChequeIssued, ChequePrinted
from aggregates.disbursement import KIND as DISBURSEMENT
from aggregates.disbursement import DisbursementApproved, DisbursementReleased, DisbursementRequested
from aggregates.disbursement import request as disbursement_request
from aggregates.errors import AlreadyExists, BadRequest, NotAllowed, NotFound, WrongState
from aggregates.event import Personal
from aggregates.trust_ledger_events import EntryReversed, FundsDisbursed, FundsReserved
from aggregates.trust_rules import (
    ChequeNumberUsed,
    FirmCostOnClient,
    FirmMoneyInTrust,
    MatterHoldsTrustMoney,
    NoLedger,
    NoNamedPayee,
    NotBilled,
    Overdraft,
    PostedEntryChanged,
    SamePerson,
    UncollectedFunds,
    WrongClient,
)
from commands.add_contact import AddContact
from commands.add_user import AddUser
from commands.approve_disbursement import ApproveDisbursement
from commands.deactivate_user import DeactivateUser
from commands.declare_sole_practitioner import DeclareSolePractitioner
from commands.dispute_bill import DisputeBill
from commands.end_sole_practitioner import EndSolePractitioner
from commands.give_back_fees import GiveBackFees
from commands.mark_cheque_stale import MarkChequeStale
from commands.merge_contacts import MergeContacts
from commands.place_hold import PlaceHold
from commands.print_cheque import PrintCheque
from commands.record_billing_reference import RecordBillingReference
from commands.record_interest import RecordInterest
from commands.refund_client import RefundClient
from commands.reject_disbursement import RejectDisbursement
from commands.reopen_matter import ReopenMatter
from commands.resolve_dispute import ResolveDispute
from commands.top_up_reserve import TopUpReserve
from commands.undo_disbursement import UndoDisbursement
from commands.undo_match import UndoMatch
from tests.commands.trust_facts_on import match_entry, record
from tests.commands.trust_practice import ASHBY, FIRM_NAME, LIND, PRYCE, REYES, ROLES, Practice, day


def test_a_payment_is_asked_for_approved_and_released(practice: Practice) -> None:
    practice.receive("A", 100_00)
    reserved, requested = practice.recorded(practice.ask("A", 100_00))
    assert isinstance(reserved, FundsReserved)
    assert isinstance(requested, DisbursementRequested)
    key = requested.disbursement_id
    practice.does(ApproveDisbursement(disbursement_id=key), ASHBY)

    paid, released = practice.recorded(practice.release(key), LIND)

    assert isinstance(paid, FundsDisbursed)
    assert isinstance(released, DisbursementReleased)
    assert (paid.amount_minor, paid.disbursement_id) == (100_00, key)
    state = practice.log.load(DISBURSEMENT, key).state
    assert (state.released_by, state.paid_out_by) == (LIND, {ASHBY, LIND})


def test_t1_exactly_the_balance_leaves_and_not_a_cent_more(practice: Practice) -> None:
    practice.receive("A", 100_00)

    refusal = practice.refused(Overdraft, practice.ask("A", 100_01))
    practice.pay("A", 100_00)

    assert (refusal.code, refusal.rule) == ("trust.t1.overdraft", "T1")
    assert (refusal.figures["balance_minor"], refusal.figures["short_minor"]) == (100_00, 1)


def test_t2_that_the_account_is_in_funds_by_another_client_does_not_count(practice: Practice) -> None:
    practice.receive("B", 1_000_00)
    practice.refused(Overdraft, practice.ask("A", 1))


def test_t1_a_back_dated_payment_must_leave_every_later_day_covered(practice: Practice) -> None:
    practice.receive("A", 100_00)
    practice.today = day(10)
    practice.pay("A", 60_00)

    refusal = practice.refused(Overdraft, practice.ask("A", 40_01, effective_date=day(5)))
    practice.does(practice.ask("A", 40_00, effective_date=day(5)))

    assert refusal.figures["on"] == day(10)


def test_t3_what_is_held_or_promised_is_not_available(practice: Practice) -> None:
    practice.receive("A", 100_00)
    practice.does(
        PlaceHold(ledger_id=practice.ledgers["A"], amount_minor=30_00, purpose="lien", effective_date=practice.today)
    )
    first = UUID(practice.does(practice.ask("A", 50_00))["disbursement_id"])

    refusal = practice.refused(UncollectedFunds, practice.ask("A", 20_01))
    practice.does(RejectDisbursement(disbursement_id=first, why="not needed"))
    practice.does(practice.ask("A", 70_00))

    assert (refusal.figures["held_minor"], refusal.figures["pending_minor"]) == (30_00, 50_00)


@pytest.mark.parametrize(
    "payee",
    [
        FIRM_NAME, "ashby & reyes", "Ashby and Reyes LLP, operating account", "ASHBY-REYES", "Reyes & Ashby", "AshbyReyes",
        "Law Offices of Ashby & Reyes", "Áshby & Reyes", "Operating account", "Our firm",
    ],
)  # fmt: skip
def test_t7_the_firm_is_not_paid_without_a_document_however_it_is_called(practice: Practice, payee: str) -> None:
    practice.receive("A", 100_00)

    refusal = practice.refused(NotBilled, practice.ask("A", 100_00, payee=payee))

    assert (refusal.code, refusal.rule) == ("trust.t7.not_billed", "T7")


@pytest.mark.parametrize("payee", ["John Ashby", "Reyes Plumbing Inc", "Clerk of Superior Court", "Office Depot", "王伟"])
def test_t7_somebody_else_is_not_the_firm(practice: Practice, payee: str) -> None:
    practice.receive("A", 100_00)
    practice.does(practice.ask("A", 100_00, payee=payee))


def test_t7_nor_by_way_of_a_contact_or_of_what_it_is_said_to_be(practice: Practice) -> None:
    practice.receive("A", 100_00)
    contact = practice.does(AddContact(name="A&R", aliases=(FIRM_NAME,), form="organisation"))["contact_id"]

    practice.refused(NotBilled, practice.ask("A", 1, payee="A&R", payee_contact_id=contact))
    practice.refused(NotBilled, practice.ask("A", 1, payee="Somebody", kind="own_costs"))


@pytest.mark.parametrize("purpose", ["Attorney's fees", "Legal services, September", "Invoice 1001", "Retainer"])
def test_t7_nor_is_a_partner_of_the_firm_paid_fees_in_their_own_name(practice: Practice, purpose: str) -> None:
    practice.receive("A", 100_00)
    practice.does(AddUser(name="Nora North", email="n@x.example", roles=(ROLES[ASHBY],)), ASHBY)
    practice.refused(NotBilled, practice.ask("A", 1, payee="Nora North", purpose=purpose))
    practice.does(practice.ask("A", 1, payee="Otto Oppenheim", purpose=purpose))
    practice.does(practice.ask("A", 1, payee="Nora North", purpose="Witness expenses"))


def test_t7_the_firm_is_paid_what_was_billed_and_is_not_disputed(practice: Practice) -> None:
    practice.receive("A", 3_000_00)
    bill = practice.bill("A", "1001", 1_850_00)
    practice.does(DisputeBill(billing_reference_id=bill, amount_minor=850_00, why="hours"))
    own: dict[str, Any] = {"payee": FIRM_NAME, "billing_reference_id": bill}

    refusal = practice.refused(NotBilled, practice.ask("A", 1_000_01, **own))
    practice.pay("A", 1_000_00, **own)
    practice.does(ResolveDispute(billing_reference_id=bill, how="agreed in writing"))
    practice.pay("A", 850_00, **own)

    assert (refusal.figures["open_minor"], refusal.figures["disputed_minor"]) == (1_000_00, 850_00)
    practice.refused(WrongState, ResolveDispute(billing_reference_id=bill, how="again"))


def test_t7_a_payment_approved_before_a_settlement_is_no_longer_covered_by_the_bill(practice: Practice) -> None:
    practice.receive("A", 3_000_00)
    bill = practice.bill("A", "1001", 1_850_00)
    own: dict[str, Any] = {"payee": FIRM_NAME, "billing_reference_id": bill}
    all_of_it = practice.approved("A", 1_850_00, **own)
    practice.does(DisputeBill(billing_reference_id=bill, amount_minor=850_00, why="hours"))
    practice.refused(NotBilled, practice.release(all_of_it))
    settled = {"billing_reference_id": bill, "how": "300.00 off"}
    practice.refused(BadRequest, ResolveDispute(**settled, reduce_by_minor=850_01))
    open_now = practice.does(ResolveDispute(**settled, reduce_by_minor=300_00))["open_minor"]

    refusal = practice.refused(NotBilled, practice.release(all_of_it))
    practice.does(RejectDisbursement(disbursement_id=all_of_it, why="settled for less"))
    practice.pay("A", 1_550_00, **own)

    assert (open_now, refusal.figures["open_minor"]) == (1_550_00, 1_550_00)
    practice.refused(NotBilled, practice.ask("A", 1, **own))


def test_t4_one_clients_money_pays_no_other_clients_bill(practice: Practice) -> None:
    practice.receive("B", 100_00)
    bill = practice.bill("A", "1001", 100_00)

    refusal = practice.refused(WrongClient, practice.ask("B", 1, payee=FIRM_NAME, billing_reference_id=bill))

    assert (refusal.code, refusal.rule) == ("trust.t4.wrong_client", "T4")


def test_t4_a_refund_goes_to_the_client_and_to_nobody_else(practice: Practice) -> None:
    practice.receive("A", 100_00)
    refund = RefundClient(
        ledger_id=practice.ledgers["A"], amount_minor=100_00, effective_date=practice.today, method="cheque"
    )
    practice.refused(WrongClient, refund.model_copy(update={"ledger_id": practice.reserve}))
    practice.refused(
        WrongClient,
        practice.ask("A", 1, kind="refund", payee="Bellweather Supply Co.", payee_contact_id=practice.clients["B"]),
    )

    _, asked = practice.recorded(refund)

    assert isinstance(asked, DisbursementRequested)
    assert (asked.kind, asked.payee.text, asked.payee_contact_id) == ("refund", "Adeline Archer", practice.clients["A"])


def test_t4_a_refund_of_a_merged_client_goes_to_the_survivor(practice: Practice) -> None:
    practice.receive("A", 100_00)
    first, second = (
        UUID(practice.does(AddContact(name=name))["contact_id"]) for name in ("Ada Archer", "Adeline B. Archer")
    )
    practice.does(MergeContacts(survivor_id=first, duplicate_id=practice.clients["A"]))
    practice.does(MergeContacts(survivor_id=second, duplicate_id=first))

    _, asked = practice.recorded(
        RefundClient(ledger_id=practice.ledgers["A"], amount_minor=100_00, effective_date=practice.today, method="cheque")
    )

    assert isinstance(asked, DisbursementRequested)
    assert (asked.kind, asked.payee.text, asked.payee_contact_id) == ("refund", "Adeline B. Archer", second)


def test_t9_no_cash_and_a_contact_does_not_lend_its_name_to_it(practice: Practice) -> None:
    practice.receive("A", 100_00)

    refusal = practice.refused(NoNamedPayee, practice.ask("A", 1, payee="Cash"))
    practice.refused(NoNamedPayee, practice.ask("A", 1, payee="Pay cash", payee_contact_id=practice.clients["A"]))
    practice.refused(NoNamedPayee, practice.ask("A", 1, payee="Johnny Cash", payee_contact_id=practice.clients["A"]))
    practice.refused(NotFound, practice.ask("A", 1, payee="Johnny Cash", payee_contact_id=UUID(int=404)))
    johnny = practice.does(AddContact(name="Johnny Cash"))["contact_id"]
    practice.does(practice.ask("A", 1, payee="Johnny Cash", payee_contact_id=johnny))

    assert (refusal.code, refusal.rule) == ("trust.t9.no_named_payee", "T9")


def test_t15_requester_approver_and_payee_are_three_people(practice: Practice) -> None:
    practice.receive("A", 100_00)
    contact = practice.does(AddContact(name="Nora Ashby"))["contact_id"]
    nora = UUID(
        practice.does(AddUser(name="Nora Ashby", email="n@x.example", roles=(ROLES[ASHBY],), contact_id=contact), ASHBY)[
            "user_id"
        ]
    )
    to_nora = practice.ask("A", 1, payee="Nora Ashby", payee_contact_id=contact)
    own = UUID(practice.does(practice.ask("A", 1), ASHBY)["disbursement_id"])
    hers = UUID(practice.does(to_nora)["disbursement_id"])

    refusal = practice.refused(SamePerson, ApproveDisbursement(disbursement_id=own), ASHBY)
    practice.refused(SamePerson, ApproveDisbursement(disbursement_id=hers), nora)
    practice.refused(SamePerson, to_nora, nora)

    assert (refusal.code, refusal.rule) == ("trust.t15.same_person", "T15")


def test_t15_a_merge_of_contacts_does_not_make_the_payee_somebody_else(practice: Practice) -> None:
    practice.receive("A", 100_00)
    known, twin = (UUID(practice.does(AddContact(name="Nora Ashby"))["contact_id"]) for _ in range(2))
    added = AddUser(name="Nora Ashby", email="n@x.example", roles=(ROLES[ASHBY],), contact_id=twin)
    nora = UUID(practice.does(added, ASHBY)["user_id"])
    to_nora = practice.ask("A", 1, payee="Nora Ashby", payee_contact_id=known)
    hers = UUID(practice.does(to_nora)["disbursement_id"])
    practice.does(MergeContacts(survivor_id=known, duplicate_id=twin))

    practice.refused(SamePerson, to_nora, nora)
    practice.refused(SamePerson, ApproveDisbursement(disbursement_id=hers), nora)
    practice.does(ApproveDisbursement(disbursement_id=hers), ASHBY)


def test_t15_the_payee_is_known_by_name_where_no_contact_is_chosen(practice: Practice) -> None:
    practice.receive("A", 100_00)
    added = AddUser(name="Nora Ashby", email="n@x.example", roles=(ROLES[ASHBY],))
    nora = UUID(practice.does(added, ASHBY)["user_id"])
    hers = UUID(practice.does(practice.ask("A", 1, payee="ASHBY, Nora"))["disbursement_id"])

    practice.refused(SamePerson, practice.ask("A", 1, payee="Nóra  Ashby"), nora)
    practice.refused(SamePerson, ApproveDisbursement(disbursement_id=hers), nora)
    practice.does(practice.ask("A", 1, payee="Norman Ashby"), nora)
    practice.does(ApproveDisbursement(disbursement_id=hers), ASHBY)


def test_t15_a_second_contact_of_ones_own_name_is_no_way_round(practice: Practice) -> None:
    practice.receive("A", 100_00)
    own, other = (UUID(practice.does(AddContact(name="Nora Ashby"))["contact_id"]) for _ in range(2))
    added = AddUser(name="Nora Ashby", email="n@x.example", roles=(ROLES[ASHBY],), contact_id=own)
    nora = UUID(practice.does(added, ASHBY)["user_id"])
    by_alias = UUID(practice.does(AddContact(name="Oak Street Consulting", aliases=("Nora Ashby",)))["contact_id"])
    to_other = practice.ask("A", 1, payee="Nora Ashby", payee_contact_id=other)
    hers = UUID(practice.does(to_other)["disbursement_id"])

    practice.refused(SamePerson, practice.ask("A", 1, payee="Nora Ashby"), nora)
    practice.refused(SamePerson, practice.ask("A", 1, payee="N. Ashby"), nora)
    practice.refused(SamePerson, practice.ask("A", 1, payee="Oak Street Consulting", payee_contact_id=by_alias), nora)
    refusal = practice.refused(SamePerson, to_other, nora)
    practice.refused(SamePerson, ApproveDisbursement(disbursement_id=hers), nora)
    practice.does(ApproveDisbursement(disbursement_id=hers), ASHBY)

    assert "or somebody of your name" in refusal.sentence


def test_t15_an_approval_is_looked_at_again_on_release(practice: Practice) -> None:
    practice.receive("A", 100_00)
    known, twin = (UUID(practice.does(AddContact(name=name))["contact_id"]) for name in ("Oak Street", "N. Ashby-Hale"))
    added = AddUser(name="Nora Ashby", email="n@x.example", roles=(ROLES[ASHBY],), contact_id=twin)
    nora = UUID(practice.does(added, ASHBY)["user_id"])
    left = UUID(practice.does(AddUser(name="Rex Hale", email="r@x.example", roles=(ROLES[ASHBY],)), ASHBY)["user_id"])
    to_oak_street = practice.approved("A", 40_00, (nora,), payee="Oak Street", payee_contact_id=known)
    to_falk = practice.approved("A", 40_00, (left,))
    practice.does(MergeContacts(survivor_id=known, duplicate_id=twin))
    practice.does(DeactivateUser(user_id=left, why="left the firm"), ASHBY)

    for key in (to_oak_street, to_falk):
        assert practice.refused(WrongState, practice.release(key)).figures["standing"] == 0
        practice.does(ApproveDisbursement(disbursement_id=key), ASHBY)
        practice.does(practice.release(key))


def test_t7_what_is_billed_goes_to_the_firm_and_to_nobody_else(practice: Practice) -> None:
    practice.receive("A", 100_00)
    bill = practice.bill("A", "1001", 100_00)
    mallory = practice.does(AddContact(name="Mallory", aliases=(FIRM_NAME,)))["contact_id"]

    for payee in ("Mallory", "Ashby & Reyes Plumbing", "Ashby & Reyes LLP", "Operating account", "Nora Ashby"):
        refusal = practice.refused(NotBilled, practice.ask("A", 1, payee=payee, billing_reference_id=bill))
        assert FIRM_NAME in refusal.sentence
    for payee in ("Mallory", FIRM_NAME):
        asked = practice.ask("A", 1, payee=payee, payee_contact_id=mallory, billing_reference_id=bill)
        practice.refused(NotBilled, asked)
    for payee in (FIRM_NAME, "Ashby & Reyes", "ashby & reyes pllc, operating account ending 0417", "Reyes & Ashby P.L.L.C."):
        practice.does(practice.ask("A", 1, payee=payee, billing_reference_id=bill))


def test_t7_a_stranger_who_was_approved_before_the_rule_is_not_paid(practice: Practice) -> None:
    practice.receive("A", 100_00)
    bill, key = practice.bill("A", "1001", 100_00), practice.new_id()
    old = disbursement_request(
        disbursement_id=key, account_id=practice.account, ledger_id=practice.ledgers["A"], amount_minor=1,
        payee=Personal(subject_id=key, text="Mallory"), payee_contact_id=None, method="cheque", purpose="Invoice 1001",
        billing_reference_id=bill, by=LIND, on=practice.today,
    )  # fmt: skip
    record(practice, key, 0, old)
    practice.does(ApproveDisbursement(disbursement_id=key), ASHBY)

    practice.refused(NotBilled, practice.release(key, 1051))


def test_t7_one_bill_is_recorded_once_however_its_number_is_written(practice: Practice) -> None:
    first = practice.bill("A", "Inv 1001-A", 100_00)

    for number in ("inv 1001-a", " INV  1001-A ", "Inv 1001\u2013A", "\uff29nv 1001-A"):
        recorded = RecordBillingReference(
            number=number, client_id=practice.clients["A"], matter_id=practice.matters["A"], amount_minor=100_00,
            issued_on=practice.today,
        )  # fmt: skip
        assert practice.refused(AlreadyExists, recorded).figures["billing_reference_id"] == first
    assert practice.bill("A", "Inv 1001-B", 100_00) != first


def test_t9_the_payee_is_called_as_the_contact_that_is_named(practice: Practice) -> None:
    practice.receive("A", 100_00)
    a = practice.clients["A"]

    practice.refused(NoNamedPayee, practice.ask("A", 1, payee="Mallory", payee_contact_id=a))
    practice.refused(NoNamedPayee, practice.ask("A", 1, payee="Mallory", payee_contact_id=a, kind="refund"))
    practice.does(practice.ask("A", 1, payee="ARCHER, Adeline", payee_contact_id=a, kind="refund"))


def test_money_of_no_client_goes_where_it_belongs(practice: Practice) -> None:
    practice.does(
        TopUpReserve(
            trust_account_id=practice.account, amount_minor=50_00, effective_date=practice.today, description="Charges"
        )
    )
    practice.does(
        RecordInterest(
            trust_account_id=practice.account, amount_minor=7_42, effective_date=practice.today, description="Interest"
        )
    )

    practice.refused(FirmMoneyInTrust, practice.ask("", 1, ledger_id=practice.reserve))
    practice.refused(NoLedger, practice.ask("", 1, ledger_id=practice.interest))
    practice.refused(NoLedger, practice.ask("", 1, ledger_id=practice.unidentified))
    practice.does(practice.ask("", 50_00, ledger_id=practice.reserve, payee=FIRM_NAME, purpose="No longer needed"))


@pytest.mark.parametrize(
    "purpose",
    [
        "Bank charges September",
        "NSF fee",
        "Card processing fee 2.9 %",
        "Chargeback 4711",
        "Stripe fees",
        "Merchant discount",
        "Wire fee of the bank",
        "Monthly service charge",
        "Check printing charges",
        "Office rent",
        "Payroll, October",
        "Malpractice insurance",
        "Processing fee for card payment",
        "Fees on credit cards",
    ],
)
def test_t8_a_cost_of_the_firms_own_falls_on_no_client(practice: Practice, purpose: str) -> None:
    practice.receive("A", 100_00)

    refusal = practice.refused(FirmCostOnClient, practice.ask("A", 1, purpose=purpose))

    assert (refusal.code, refusal.rule) == ("trust.t8.firm_cost_on_client", "T8")


@pytest.mark.parametrize(
    ("payee", "purpose"),
    [
        ("Stripe, Inc.", "Processing fee, September"),
        ("First Bank", "Service charge"),
        ("First Bank, N.A.", "Wire transfer fee."),
    ],
)
def test_t8_a_fee_of_the_bank_or_the_processor_is_known_by_its_payee(practice: Practice, payee: str, purpose: str) -> None:
    practice.receive("A", 100_00)
    practice.refused(FirmCostOnClient, practice.ask("A", 1, payee=payee, purpose=purpose))
    practice.does(practice.ask("A", 1, payee="First Bank", purpose="Payoff of the mortgage, with its fees"))
    practice.does(practice.ask("A", 1, payee=payee, purpose="Judgment of 3 May"))


@pytest.mark.parametrize(
    "purpose",
    [
        "Filing fee",
        "Visa processing fee",
        "Service of process fee",
        "Greeting cards, bank",
        "Rent of 12 Elm Street, June",
        "Square survey of the lot",
        "Insurance premium, estate",
        "Check of title",
        "Fees of the court",
    ],
)
def test_t8_a_clients_own_cost_is_paid(practice: Practice, purpose: str) -> None:
    practice.receive("A", 100_00)
    practice.does(practice.ask("A", 1, purpose=purpose))


def test_a_payment_is_not_dated_before_the_day_it_was_asked_for(practice: Practice) -> None:
    practice.receive("A", 100_00)
    practice.today = day(10)
    asked = practice.approved("A", 100_00, effective_date=day(8))

    practice.refused(BadRequest, practice.release(asked, on=day(7)))
    practice.does(practice.release(asked, on=day(8)))


def test_t9_a_transfer_goes_to_the_account_that_was_approved(practice: Practice) -> None:
    practice.receive("A", 100_00)
    for nowhere in (None, "-", "on file"):
        practice.refused(NoNamedPayee, practice.ask("A", 1, recipient_account=nowhere))
    practice.refused(NoNamedPayee, practice.ask("A", 1, purpose="-"))
    practice.refused(BadRequest, practice.ask("A", 1, method="cheque", recipient_account="021000021 / 4711"))
    asked = practice.approved("A", 100_00)

    release = practice.release(asked)
    practice.refused(WrongState, release.model_copy(update={"recipient_account": "021000021 / 666"}))
    *_, released = practice.recorded(release)

    assert isinstance(released, DisbursementReleased)
    assert str(released.recipient_account) == "021000021 / 4711"


@pytest.mark.parametrize("who", [LIND, PRYCE])
def test_who_has_no_right_to_approve_is_not_allowed(practice: Practice, who: UUID) -> None:
    practice.receive("A", 100_00)
    asked = UUID(practice.does(practice.ask("A", 1), REYES)["disbursement_id"])

    assert practice.refused(NotAllowed, ApproveDisbursement(disbursement_id=asked), who).code == "not_allowed"


def test_a_dispute_of_a_drawn_bill_is_recorded_settled_and_given_back(practice: Practice) -> None:
    practice.receive("A", 3_000_00)
    bill = practice.bill("A", "1001", 1_850_00)
    practice.pay("A", 1_850_00, payee=FIRM_NAME, billing_reference_id=bill)

    noted = practice.does(DisputeBill(billing_reference_id=bill, amount_minor=850_00, why="hours"))
    settled = practice.does(ResolveDispute(billing_reference_id=bill, how="300.00 off", reduce_by_minor=300_00))
    back = {"billing_reference_id": bill, "effective_date": practice.today, "how": "Cheque 9 of operating to the client"}
    practice.refused(BadRequest, GiveBackFees(amount_minor=300_01, **back))
    left = practice.does(GiveBackFees(amount_minor=100_00, **back))

    assert (noted["held_minor"], noted["paid_minor"]) == (0, 850_00)
    assert (settled["open_minor"], settled["owed_back_minor"]) == (0, 300_00)
    assert left["owed_back_minor"] == 200_00


def test_a_payment_over_ten_thousand_takes_two_partners(practice: Practice) -> None:
    practice.receive("A", 20_000_01)
    practice.does(practice.release(practice.approved("A", 10_000_00)))
    large = practice.approved("A", 10_000_01)

    practice.refused(WrongState, practice.release(large))
    practice.does(ApproveDisbursement(disbursement_id=large), REYES)
    practice.does(practice.release(large))


SPLIT: dict[str, dict[str, Any]] = {
    "the same name": {},
    "another spelling": {"payee": "Falk, I.", "recipient_account": "DE 1"},
    "the same account": {"payee": "Meridian Experts Ltd", "recipient_account": "021000021-4711"},
    "by cheque": {"method": "cheque"},
}


@pytest.mark.parametrize("what", SPLIT)
def test_pieces_of_a_large_payment_take_two_partners_together(practice: Practice, what: str) -> None:
    """A cent more than ten thousand to one payee from one ledger on one day is a large payment, however it is cut."""
    practice.receive("A", 20_000_00)
    practice.does(practice.release(practice.approved("A", 6_000_00)))
    cheque = 101 if what == "by cheque" else None
    enough = practice.approved("A", 4_000_00, **SPLIT[what])
    piece = practice.approved("A", 4_000_01, **SPLIT[what])

    refusal = practice.refused(WrongState, practice.release(piece, cheque))
    practice.does(practice.release(enough, cheque))
    practice.does(ApproveDisbursement(disbursement_id=piece), REYES)
    practice.does(practice.release(piece, cheque and cheque + 1))

    assert refusal.figures == {"needed": 2, "standing": 1, "together_minor": 10_000_01}


def test_a_piece_does_not_hide_behind_another_date(practice: Practice) -> None:
    practice.receive("A", 40_000_00)
    practice.today = day(10)
    pieces = [practice.approved("A", 6_000_00, effective_date=day(8)) for _ in range(3)]
    practice.does(practice.release(pieces[0], on=day(8)))

    practice.refused(WrongState, practice.release(pieces[1], on=day(9)))
    practice.today = day(11)
    practice.refused(WrongState, practice.release(pieces[1], on=day(8)))
    practice.does(practice.release(pieces[1], on=day(11)))
    practice.refused(WrongState, practice.release(pieces[2], on=day(9)))
    practice.today = day(12)
    practice.does(practice.release(pieces[2], on=day(12)))


def test_what_goes_elsewhere_or_came_back_is_no_piece_of_it(practice: Practice) -> None:
    practice.receive("A", 40_000_00)
    practice.receive("B", 40_000_00)
    first, _ = practice.pay("A", 6_000_00)
    practice.pay("B", 6_000_00)
    practice.pay("A", 6_000_00, payee="Clerk of Superior Court", recipient_account="053000196 / 1")
    late = practice.approved("A", 6_000_00)
    piece = practice.approved("A", 6_000_00)

    practice.refused(WrongState, practice.release(piece))
    practice.does(UndoDisbursement(disbursement_id=first, why="wrong account"))
    practice.does(practice.release(piece))
    practice.today = day(2)
    practice.does(practice.release(late))


def test_an_approval_lapses_with_the_packs_days(practice: Practice) -> None:
    practice.receive("A", 100_00)
    asked = practice.approved("A", 100_00)

    practice.today = day(1) + timedelta(days=15)
    practice.refused(WrongState, practice.release(asked))
    practice.today = day(1) + timedelta(days=14)
    practice.does(practice.release(asked))


def test_a_sole_practitioner_asks_and_approves_until_there_is_a_second_person(practice: Practice) -> None:
    practice.receive("A", 60_000_00)
    practice.refused(WrongState, EndSolePractitioner(why="never was"), ASHBY)
    alone = UUID(practice.does(AddUser(name="Sol Hale", email="s@x.example", roles=(ROLES[ASHBY],)), ASHBY)["user_id"])
    clerk = UUID(practice.does(AddUser(name="C. Lerk", email="c@x.example", roles=(ROLES[LIND],)), ASHBY)["user_id"])
    practice.refused(NotFound, DeclareSolePractitioner(user_id=UUID(int=404), why="alone"), alone)
    practice.refused(BadRequest, DeclareSolePractitioner(user_id=clerk, why="alone"), alone)
    practice.does(DeclareSolePractitioner(user_id=alone, why="alone"), alone)
    own, again = (UUID(practice.does(practice.ask("A", 15_000_00), alone)["disbursement_id"]) for _ in range(2))
    for key in (own, again):
        (approval,) = practice.recorded(ApproveDisbursement(disbursement_id=key), alone)
        assert isinstance(approval, DisbursementApproved)
        assert approval.sole_practitioner
    practice.does(practice.release(own), alone)

    second = UUID(practice.does(AddUser(name="Una Reyes", email="u@x.example", roles=(ROLES[ASHBY],)), alone)["user_id"])

    assert practice.refused(WrongState, practice.release(again), alone).figures["needed"] == 2
    third = UUID(practice.does(practice.ask("A", 1), alone)["disbursement_id"])
    practice.refused(SamePerson, ApproveDisbursement(disbursement_id=third), alone)
    practice.refused(SamePerson, DeclareSolePractitioner(user_id=alone, why="still"), alone)
    practice.does(DeactivateUser(user_id=second, why="left"), alone)
    practice.does(practice.release(again), alone)
    practice.does(EndSolePractitioner(why="Reyes joined"), alone)
    practice.refused(SamePerson, ApproveDisbursement(disbursement_id=third), alone)


def test_t13_a_cheque_number_stands_once_even_when_the_cheque_is_void(practice: Practice) -> None:
    practice.receive("A", 100_00)
    first, _ = practice.pay("A", 40_00, cheque=1051)
    practice.does(UndoDisbursement(disbursement_id=first, why="torn"))
    again = practice.approved("A", 40_00, method="cheque")

    refusal = practice.refused(ChequeNumberUsed, practice.release(again, 1051))
    issued = practice.recorded(practice.release(again, 1052))[0]

    assert (refusal.code, refusal.rule) == ("trust.t13.cheque_number_used", "T13")
    assert isinstance(issued, ChequeIssued)


def test_a_cheque_is_printed_goes_stale_on_its_day_and_is_then_voided(practice: Practice) -> None:
    practice.receive("A", 100_00)
    key, entry = practice.pay("A", 40_00, cheque=1051)
    on_account = {"trust_account_id": practice.account, "number": 1051}
    printed = practice.recorded(PrintCheque(**on_account))
    practice.refused(WrongState, PrintCheque(**on_account))
    practice.refused(NotFound, PrintCheque(trust_account_id=practice.account, number=9))
    stale = MarkChequeStale(**on_account, why="never presented")
    practice.today = day(1) + timedelta(days=179)
    practice.refused(WrongState, stale)
    practice.today = day(1) + timedelta(days=180)
    (ended,) = practice.recorded(stale)
    reversal = practice.recorded(UndoDisbursement(disbursement_id=key, why="stale"))[0]

    assert printed == [ChequePrinted(trust_account_id=practice.account)]
    assert isinstance(ended, ChequeEnded)
    assert isinstance(reversal, EntryReversed)
    assert reversal.reverses_entry_id == entry


def test_t11_a_payment_that_the_bank_has_shown_is_not_undone(practice: Practice) -> None:
    practice.receive("A", 100_00)
    key, entry = practice.pay("A", 40_00)
    match_entry(practice, entry, -40_00)

    refusal = practice.refused(PostedEntryChanged, UndoDisbursement(disbursement_id=key, ending="stopped", why="x" * 2000))

    assert refusal.rule == "T11"


def test_t14_a_closed_matter_has_no_money_back_by_undoing_a_payment(practice: Practice) -> None:
    received = practice.receive("A", 100_00)
    key, entry = practice.pay("A", 100_00)
    match_entry(practice, received, 100_00)
    match_id = match_entry(practice, entry, -100_00)
    practice.close("A")
    practice.does(UndoMatch(trust_account_id=practice.account, match_id=match_id, why="another payment's line"))
    undo = UndoDisbursement(disbursement_id=key, ending="stopped", why="came back")

    assert practice.refused(MatterHoldsTrustMoney, undo).rule == "T14"
    practice.does(ReopenMatter(matter_id=practice.matters["A"], why="a payment came back"), ASHBY)
    practice.does(undo)


def test_no_day_of_the_future_is_posted(practice: Practice) -> None:
    practice.receive("A", 100_00)
    practice.refused(BadRequest, practice.ask("A", 1, effective_date=day(2)))
