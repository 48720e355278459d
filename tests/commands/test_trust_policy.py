"""The firm may be stricter than its pack, never laxer, and no setting turns a rule off (T16)."""

from uuid import UUID

import pytest

from aggregates.errors import AlreadyExists, BadRequest, NotAllowed
from aggregates.trust_rules import NotBilled, Overdraft, RuleRelaxed, SamePerson
from commands.adopt_jurisdiction_pack import AdoptJurisdictionPack
from commands.approve_disbursement import ApproveDisbursement
from commands.open_trust_account import OpenTrustAccount
from commands.record_billing_reference import RecordBillingReference
from commands.tighten_policy import TightenPolicy
from tests.commands.trust_practice import ASHBY, FIRM_NAME, LIND, Practice, day, practising


@pytest.mark.parametrize("setting", ["allow_overdraft", "negative_balance_allowed", "override_t1", "disable_holds"])
def test_t16_a_switch_for_a_trust_rule_does_not_exist(practice: Practice, setting: str) -> None:
    refusal = practice.refused(RuleRelaxed, TightenPolicy(setting=setting, value=True), ASHBY)

    assert (refusal.code, refusal.rule) == ("trust.t16.rule_relaxed", "T16")
    assert refusal.source


def test_t16_nor_may_a_setting_be_laxer_than_the_pack(practice: Practice) -> None:
    practice.refused(RuleRelaxed, TightenPolicy(setting="second_approval_over_minor", value=10_000_01), ASHBY)
    practice.does(TightenPolicy(setting="second_approval_over_minor", value=0), ASHBY)
    practice.refused(BadRequest, TightenPolicy(setting="second_approval_over_minor", value=10_000_00), ASHBY)
    practice.does(TightenPolicy(setting="second_approval_over_minor", value=10_000_00, why="two is too many"), ASHBY)
    practice.refused(BadRequest, TightenPolicy(setting="reconcile_every_days", value=0), ASHBY)
    practice.refused(NotAllowed, TightenPolicy(setting="reconcile_every_days", value=7), LIND)


def test_a_firm_in_england_is_quoted_its_own_rules(migrated_database_url: str) -> None:
    with practising(migrated_database_url, jurisdiction="gb-ew") as practice:
        practice.receive("A", 100_00)
        overdrawn = practice.refused(Overdraft, practice.ask("A", 100_01))
        asked = UUID(practice.does(practice.ask("A", 1_00), ASHBY)["disbursement_id"])
        alone = practice.refused(SamePerson, ApproveDisbursement(disbursement_id=asked), ASHBY)

    assert overdrawn.source == "SRA Accounts Rules 2019, rule 5.3"
    assert alone.source == "SRA Accounts Rules 2019, rules 5.2 and 8.3"


def test_a_firm_that_moves_to_wisconsin_waits_from_then_on_and_its_books_still_verify(practice: Practice) -> None:
    practice.receive("A", 100_00)
    practice.pay("A", 40_00, payee=FIRM_NAME, billing_reference_id=practice.bill("A", "1001", 40_00))
    moves = AdoptJurisdictionPack(jurisdiction="us-wi", binds_from=day(2), why="moved to Madison")

    practice.refused(NotAllowed, moves, LIND)
    practice.does(moves, ASHBY)
    bill = practice.bill("A", "1002", 60_00)
    practice.today = day(2)
    refusal = practice.refused(NotBilled, practice.ask("A", 60_00, payee=FIRM_NAME, billing_reference_id=bill))
    practice.refused(RuleRelaxed, moves.model_copy(update={"binds_from": day(1)}), ASHBY)

    assert refusal.figures["earliest"] == day(6)
    assert refusal.source == "Wisconsin SCR 20:1.5(h) and 20:1.15"


def test_t7_wisconsin_waits_five_days_before_the_firm_is_paid(migrated_database_url: str) -> None:
    with practising(migrated_database_url, jurisdiction="us-wi") as practice:
        practice.receive("A", 100_00)
        bill = practice.bill("A", "1001", 100_00)

        practice.today = day(5)
        refusal = practice.refused(NotBilled, practice.ask("A", 1, payee=FIRM_NAME, billing_reference_id=bill))
        practice.today = day(6)
        practice.pay("A", 100_00, payee=FIRM_NAME, billing_reference_id=bill)

    assert refusal.figures["earliest"] == day(6)


def test_t7_notice_runs_from_when_the_client_had_the_bill_not_from_a_date_on_paper(migrated_database_url: str) -> None:
    with practising(migrated_database_url, jurisdiction="us-wi") as practice:
        practice.receive("A", 100_00)
        practice.today = day(10)
        old = {
            "number": "1001", "client_id": practice.clients["A"], "matter_id": practice.matters["A"], "amount_minor": 50_00,
            "issued_on": day(1),
        }  # fmt: skip
        claimed = RecordBillingReference.model_validate({**old, "notice_given_on": day(2)})
        practice.refused(BadRequest, claimed)
        practice.refused(BadRequest, claimed.model_copy(update={"notice_given_on": day(11), "notice_evidence": "x"}))
        bill = practice.does(RecordBillingReference.model_validate(old))["billing_reference_id"]
        refusal = practice.refused(NotBilled, practice.ask("A", 50_00, payee=FIRM_NAME, billing_reference_id=bill))
        proven = claimed.model_copy(update={"number": "1002", "notice_evidence": "Certified mail of 2 September"})
        other = practice.does(proven)["billing_reference_id"]
        practice.pay("A", 50_00, payee=FIRM_NAME, billing_reference_id=UUID(other))

    assert refusal.figures["earliest"] == day(15)


def test_one_account_at_a_bank_is_kept_once(practice: Practice) -> None:
    again = OpenTrustAccount(name="Other", bank="FIRST  bank", account_number=" 1 ", opened_on=day(1))
    practice.refused(AlreadyExists, again, ASHBY)
    practice.does(again.model_copy(update={"bank": "Second Bank"}), ASHBY)
