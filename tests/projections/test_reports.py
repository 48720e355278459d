"""The reports over September: figures to the cent, both clocks, pages that keep their balance, and the old defects."""

import csv
import io
import json
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from aggregates.billing_reference import BillDisputed, DisputeResolved, FeesGivenBack
from aggregates.disbursement import DisbursementApproved
from aggregates.errors import BadRequest, NotFound
from aggregates.event import Event, Personal
from aggregates.matching import KIND as MATCHING
from aggregates.matching import MatchUndone
from aggregates.matter import MatterClosed, PartyAdded
from aggregates.permissions import Role
from aggregates.trust_account import TrustAccountOpened
from aggregates.trust_exception import TrustExceptionCured
from aggregates.trust_ledger_events import LedgerPurpose, PurposeHoldPlaced, PurposeHoldReleased
from aggregates.user import UserAdded
from projections.reports import (
    account_journal,
    audit_trail,
    cheque_register,
    client_ledger,
    contact_card,
    disbursements_journal,
    disputed_bills,
    earned_not_transferred,
    exceptions,
    ledger_list,
    matter_card,
    open_balance,
    outstanding_items,
    receipts_journal,
    reconciliation,
    trial_balance,
    undisbursed,
    utbms_codes,
)
from projections.reports.catalogue import REPORTS
from projections.reports.labels import in_currency
from projections.reports.rendering import as_csv, as_document
from projections.reports.report import Report, columns
from tests.projections.september import END, September, day, folded, lived

OCTOBER_1 = date(2026, 10, 1)


def _column(report: Report, name: str) -> list[Any]:
    return [row[name] for row in report.records()]


def test_a_client_ledger_has_the_new_balance_after_each_entry(database_url: str) -> None:
    with lived(database_url) as (database, month), folded(database) as reader:
        found = client_ledger.report(reader, ledger_id=str(month.ledgers["C"]))
    assert _column(found, "amount_minor") == [4_000_000, -1_333_333, -2_450_000, -216_667]
    assert _column(found, "balance_minor") == [4_000_000, 2_666_667, 216_667, 0]
    assert found.totals["closing"] == found.totals["available"] == 0
    assert found.title == "Client ledger: Client C, 2026-C"


def test_the_running_balance_of_any_page_counts_what_came_before_it(database_url: str) -> None:
    with lived(database_url) as (database, month), folded(database) as reader:
        whole = client_ledger.report(reader, ledger_id=str(month.ledgers["D"]))
        turns: tuple[dict[str, Any], ...] = ({}, {"as_of": END}, {"known_at": month.books.log.size()})
        for clocks in turns:
            rows: list[Any] = []
            cursor = None
            while True:
                page = client_ledger.report(reader, ledger_id=str(month.ledgers["D"]), limit=1, cursor=cursor, **clocks)
                rows += page.rows
                if (cursor := page.next_cursor) is None:
                    break
            assert tuple(rows) == whole.rows
        late = client_ledger.report(reader, ledger_id=str(month.ledgers["D"]), start=day(25))
        assert late.totals["opening"] == 180_000
        assert late.rows == whole.rows[2:]
        journal = account_journal.report(reader, trust_account_id=str(month.account_id), start=day(1))
        assert journal.totals == {"opening": 1_840_000, "closing": 1_718_042}
        assert journal.records()[-1]["balance_minor"] == 1_718_042


def test_money_is_uncollected_until_its_day_and_available_after_holds_and_requests(database_url: str) -> None:
    with lived(database_url) as (database, month):
        ledger = month.ledgers["A"]
        common: dict[str, Any] = {"trust_account_id": month.account_id}
        hold = month.books.id()
        held = PurposeHoldPlaced(**common, effective_date=day(20), hold_id=hold, amount_minor=65_000, purpose="Disputed fee")
        month.books.append((ledger, held))
        before = month.books.log.size()
        month.books.append((ledger, PurposeHoldReleased(**common, effective_date=day(28), hold_id=hold)))
        with folded(database) as reader:
            settlement = client_ledger.report(reader, ledger_id=str(month.ledgers["C"]), as_of=day(14)).totals
            collected = client_ledger.report(reader, ledger_id=str(month.ledgers["C"]), as_of=day(15)).totals
            on_20 = client_ledger.report(reader, ledger_id=str(ledger), as_of=day(20)).totals
            on_28 = client_ledger.report(reader, ledger_id=str(ledger), as_of=day(28)).totals
            then = client_ledger.report(reader, ledger_id=str(ledger), as_of=day(28), known_at=before).totals
            now = client_ledger.report(reader, ledger_id=str(ledger)).totals
    assert (settlement["closing"], settlement["uncollected"], settlement["available"]) == (4_000_000, 4_000_000, 0)
    assert (collected["uncollected"], collected["available"]) == (0, 4_000_000)
    assert (on_20["held"], on_20["available"]) == (65_000, 500_000)
    assert (on_28["held"], on_28["available"]) == (0, 565_000)
    assert then["held"] == 65_000, "the release was not known yet"
    assert now["available"] == 565_000


def test_receipts_less_disbursements_is_the_change_of_the_book(database_url: str) -> None:
    with lived(database_url) as (database, month), folded(database) as reader:
        account = str(month.account_id)
        receipts = receipts_journal.report(reader, trust_account_id=account, start=day(1), as_of=END)
        payments = disbursements_journal.report(reader, trust_account_id=account, start=day(1), as_of=END, limit=3)
    assert receipts.totals["amount"] == 4_500_742
    assert payments.totals["amount"] == 4_622_700, "over the period, not the page"
    assert len(payments.rows) == 3
    assert payments.next_cursor is not None
    assert _column(receipts, "counterparty")[:1] == ["Ada Client"]


def test_a_payment_stands_in_the_journal_with_who_authorised_it_and_on_what_exception(database_url: str) -> None:
    with lived(database_url) as (database, month):
        nora = Personal(subject_id=UUID(int=8), text="Nora Ashby")
        added = UserAdded(user_id=UUID(int=8), name=nora, email=nora, roles=(Role.PARTNER,), contact_id=None)
        key = next(iter(month.disbursements.values()))
        alone = DisbursementApproved(
            trust_account_id=month.account_id, effective_date=day(2), approved_by=UUID(int=9), payment_hash="00",
            lapses_on=day(16), sole_practitioner=True,
        )  # fmt: skip
        before = month.books.log.size()
        month.books.append((UUID(int=8), added), (key, alone))
        with folded(database) as reader:
            account = str(month.account_id)
            rows = disbursements_journal.report(reader, trust_account_id=account).records()
            then = disbursements_journal.report(reader, trust_account_id=account, known_at=before).records()
    (one,) = [row for row in rows if row["disbursement_id"] == str(key)]
    others = [row for row in rows if row["disbursement_id"] not in {None, str(key)}]
    assert set(one["authorised_by"].split(", ")) == {"Nora Ashby", str(UUID(int=9))}
    assert one["sole_practitioner"] == "yes"
    assert {(row["authorised_by"], row["sole_practitioner"]) for row in others} == {("Nora Ashby", None)}
    assert {row["sole_practitioner"] for row in then} == {None}


def test_a_reversal_stands_in_the_journal_of_what_it_reverses(database_url: str) -> None:
    with lived(database_url) as (database, month):
        month.books.reverse(month.ledgers["D"], month.entries[12], 15_000, "increase", OCTOBER_1)
        with folded(database) as reader:
            account = str(month.account_id)
            payments = disbursements_journal.report(reader, trust_account_id=account, start=OCTOBER_1)
            receipts = receipts_journal.report(reader, trust_account_id=account, start=OCTOBER_1)
            ledger = client_ledger.report(reader, ledger_id=str(month.ledgers["D"]))
            in_september = client_ledger.report(reader, ledger_id=str(month.ledgers["D"]), as_of=END)
    assert _column(payments, "amount_minor") == [-15_000]
    assert receipts.rows == ()
    paid, undone = ledger.records()[-2:]
    assert paid["reversed_by_entry_id"] == undone["entry_id"]
    assert undone["reverses_entry_id"] == paid["entry_id"] == str(month.entries[12])
    assert in_september.records()[-1]["reversed_by_entry_id"] is None


def test_the_trial_balance_is_held_against_the_book(database_url: str) -> None:
    with lived(database_url) as (database, month), folded(database) as reader:
        found = trial_balance.report(reader, trust_account_id=str(month.account_id), as_of=END)
        earlier = trial_balance.report(reader, trust_account_id=str(month.account_id), as_of=date(2026, 8, 31))
    assert found.totals == {"ledgers": 1_718_042, "positive": 1_718_042, "book": 1_718_042, "difference": 0}
    assert _column(found, "balance_minor") == [565_000, 1_080_000, 65_000, 7_300, 742]
    assert earlier.totals["ledgers"] == earlier.totals["book"] == 1_840_000


def test_the_money_of_a_closed_matter_does_not_vanish(database_url: str) -> None:
    with lived(database_url) as (database, month):
        month.books.append((month.matters["B"], MatterClosed(closed_on=END, why="Closed all the same")))
        with folded(database) as reader:
            found = ledger_list.report(reader, trust_account_id=str(month.account_id))
            tried = trial_balance.report(reader, trust_account_id=str(month.account_id))
    closed = next(row for row in found.records() if row["ledger_id"] == str(month.ledgers["B"]))
    assert (closed["matter_status"], closed["balance_minor"]) == ("closed", 1_080_000)
    assert found.totals["balance"] == tried.totals["ledgers"] == 1_718_042


def test_the_lists_behind_the_legs_and_the_form(database_url: str) -> None:
    with lived(database_url) as (database, month), folded(database) as reader:
        found = reconciliation.report(reader, trust_account_id=str(month.account_id))
        items = outstanding_items.report(reader, trust_account_id=str(month.account_id), as_of=END)
    assert found.facts["passes"]
    assert found.as_of == END
    assert found.totals["adjusted_bank"] == found.totals["book"] == found.totals["ledgers"] == 1_718_042
    parts = {part.title: part for part in found.parts}
    assert len(parts["Matched pairs"].rows) == 12
    assert _column(parts["Bank errors"], "amount_minor") == [2_000]
    assert _column(parts["Deposits in transit"], "amount_minor") == [150_000]
    assert items.totals == {"deposits_in_transit": 150_000, "outstanding_disbursements": 231_667}
    form = {row["line"]: row for row in found.records()}
    assert form["6"]["amount_minor"] == 1_718_042
    assert form["7"]["figure"] == "Agrees"


def test_an_undone_match_leaves_its_line_unexplained(database_url: str) -> None:
    with lived(database_url) as (database, month):
        match_id = next(e.data["match_id"] for e in month.books.log.read() if e.topic == "matching/accepted")
        undone = MatchUndone(trust_account_id=month.account_id, match_id=UUID(match_id), why="Another cheque")
        month.books.append((MATCHING.stream_id(month.account_id), undone))
        with folded(database) as reader:
            found = reconciliation.report(reader, trust_account_id=str(month.account_id))
    assert not found.facts["passes"]
    assert found.counts["unexplained_lines"] == 1
    assert found.notes == (
        "adjusted bank 16,780.42 differs from book 17,180.42 by -400.00",
        "1 statement line(s) are neither matched nor explained",
    )


def test_the_cheque_register_names_every_number_and_every_gap(database_url: str) -> None:
    with lived(database_url) as (database, month):
        month.pay(60, "A", 100, OCTOBER_1, "Clerk", cheque=1058)
        with folded(database) as reader:
            found = cheque_register.report(reader, trust_account_id=str(month.account_id))
            then = cheque_register.report(reader, trust_account_id=str(month.account_id), as_of=day(29))
    assert _column(found, "number") == [1050, 1051, 1052, 1053, 1054, 1055, 1058]
    assert _column(found, "status") == ["cleared", "cleared", "cleared", "issued", "issued", "missing", "issued"]
    assert found.records()[5]["to_number"] == 1057
    assert found.counts["missing_numbers"] == 3
    assert _column(then, "status") == ["issued"] * 5, "cleared on the 30th only"


def test_exceptions_are_open_until_cured_and_overdue_after_their_day(database_url: str) -> None:
    with lived(database_url) as (database, month):
        cured = TrustExceptionCured(
            trust_account_id=month.account_id, effective_date=OCTOBER_1, how="Credited", entry_id=None
        )
        month.books.append((month.bank_error_id, cured))
        with folded(database) as reader:
            now = exceptions.report(reader, trust_account_id=str(month.account_id))
            due = exceptions.report(reader, as_of=day(30))
            before = exceptions.report(reader, as_of=day(10))
    assert now.counts == {"open": 0, "cured": 1, "overdue": 0}
    assert due.counts == {"open": 1, "cured": 0, "overdue": 0}, "due that very day"
    assert before.rows == ()


def test_earned_fees_left_in_trust_are_found_for_what_is_there(database_url: str) -> None:
    with lived(database_url) as (database, month):
        month.bill("Inv 1003", "D", 100_000, OCTOBER_1)
        month.bill("Inv 1004", "A", 20_000, OCTOBER_1)
        month.books.append(
            (month.bills["Inv 1004"], BillDisputed(effective_date=OCTOBER_1, amount_minor=5_000, why="Hours"))
        )
        before = month.books.log.size()
        settled = DisputeResolved(effective_date=OCTOBER_1, how="20.00 off", reduced_minor=2_000)
        month.books.append((month.bills["Inv 1004"], settled))
        with folded(database) as reader:
            now = earned_not_transferred.report(reader)
            then = earned_not_transferred.report(reader, known_at=before)
            september = earned_not_transferred.report(reader, as_of=END)
            matter = matter_card.report(reader, matter_id=str(month.matters["A"]))
    assert _column(now, "number") == ["Inv 1003", "Inv 1004"]
    assert _column(now, "transferable_minor") == [65_000, 18_000], "D has only 650.00"
    assert _column(then, "transferable_minor") == [65_000, 15_000]
    assert september.rows == (), "1001 and 1002 were drawn in full"
    billed = {row["number"]: row for part in matter.parts if part.title == "Bills" for row in part.records()}["Inv 1004"]
    assert [billed[f"{name}_minor"] for name in ("amount", "reduced", "disputed", "open")] == [20_000, 2_000, 0, 18_000]


def test_disputes_of_bills_paid_and_unpaid_are_shown_until_they_are_over(database_url: str) -> None:
    with lived(database_url) as (database, month):
        month.bill("Inv 1004", "A", 20_000, OCTOBER_1)
        paid, unpaid = month.bills["Inv 1001"], month.bills["Inv 1004"]
        month.books.append((unpaid, BillDisputed(effective_date=OCTOBER_1, amount_minor=5_000, why="Hours")))
        month.books.append(
            (paid, BillDisputed(effective_date=OCTOBER_1, amount_minor=30_000, paid_minor=30_000, why="Rates"))
        )
        disputed = month.books.log.size()
        month.books.append((paid, DisputeResolved(effective_date=OCTOBER_1, how="Settled", reduced_minor=10_000)))
        month.books.append((unpaid, DisputeResolved(effective_date=OCTOBER_1, how="Paid", reduced_minor=0)))
        month.books.append(
            (paid, FeesGivenBack(effective_date=OCTOBER_1, entry_id=UUID(int=77), amount_minor=4_000, how="Cheque"))
        )
        with folded(database) as reader:
            then = disputed_bills.report(reader, known_at=disputed)
            now = disputed_bills.report(reader)
            september = disputed_bills.report(reader, as_of=END)
    assert [
        (row["number"], row["disputed_minor"], row["held_minor"], row["disputed_paid_minor"]) for row in then.records()
    ] == [("Inv 1001", 30_000, 0, 30_000), ("Inv 1004", 5_000, 5_000, 0)]
    assert then.totals == {"disputed": 35_000, "held": 5_000, "disputed_paid": 30_000, "owed_back": 0}
    assert [(row["number"], row["owed_back_minor"], row["client"]) for row in now.records()] == [
        ("Inv 1001", 6_000, now.records()[0]["client"])
    ]
    assert september.rows == ()


def test_money_that_lies_still_is_found_one_day_past_its_term(database_url: str) -> None:
    with lived(database_url) as (database, month), folded(database) as reader:
        last = day(15)  # client A's last entry
        there = undisbursed.report(reader, as_of=END, more_than_days=(END - last).days - 1)
        not_yet = undisbursed.report(reader, as_of=END, more_than_days=(END - last).days)
    assert _column(there, "ledger_id") == [str(month.ledgers["A"])]
    assert there.totals["balance"] == 565_000
    assert not_yet.rows == ()


def test_cards_show_every_role_and_all_money(database_url: str) -> None:
    with lived(database_url) as (database, month):
        month.books.append((month.matters["B"], PartyAdded(contact_id=month.clients["A"], role="witness")))
        with folded(database) as reader:
            contact = contact_card.report(reader, contact_id=str(month.clients["A"]))
            matter = matter_card.report(reader, matter_id=str(month.matters["C"]))
            with pytest.raises(NotFound):
                matter_card.report(reader, matter_id=str(month.clients["A"]))
            with pytest.raises(NotFound):
                contact_card.report(reader, contact_id=str(month.clients["A"]), known_at=1)
    roles, ledgers, *_ = contact.parts
    assert sorted((row["role"], row["in"], row["what"]) for row in roles.records()) == [
        ("client", "matter", "2026-A Matter A"),
        ("witness", "matter", "2026-B Matter B"),
    ]
    assert _column(ledgers, "balance_minor") == [565_000]
    parts = {part.title: part for part in matter.parts}
    assert _column(parts["Bills"], "open_minor") == [0]
    assert len(parts["Payments"].rows) == 3
    assert matter.facts["client"] == "Client C"


def test_the_audit_trail_tells_who_why_and_what_became_of_it(database_url: str) -> None:
    with lived(database_url) as (database, month), folded(database) as reader:
        everything = audit_trail.report(reader, limit=1000)
        with pytest.raises(BadRequest, match="kind"):
            audit_trail.report(reader, kind="%")  # a kind is a word, not a pattern
        found = audit_trail.report(reader, text="lienholder", kind="trust-ledger/funds-disbursed")
        of_matter = audit_trail.report(reader, matter_id=str(month.matters["C"]), limit=1000)
        deposit = audit_trail.report(reader, stream_id=str(month.ledgers["D"]), kind="trust-ledger", text="client cheque")
        approver = audit_trail.report(reader, user_id=str(UUID(int=8)), limit=1000)
        pages: list[Any] = []
        cursor = None
        while True:
            page = audit_trail.report(reader, limit=10, cursor=cursor)
            pages += page.rows
            if (cursor := page.next_cursor) is None:
                break
        assert len(everything.rows) == month.books.log.size()
    assert tuple(pages) == everything.rows
    (row,) = found.records()
    assert row["amount_minor"] == 216_667
    assert row["role"] == "bookkeeper"
    assert row["approved_by"] == str(UUID(int=8))
    assert row["matter"] == "2026-C"
    topics = {topic.partition("/")[0] for topic in _column(of_matter, "topic")}
    assert topics == {"matter", "trust-ledger", "disbursement", "cheque", "billing-reference"}
    (nsf,) = deposit.records()
    assert nsf["reversed_by_entry_id"] == str(month.entries[10])
    assert nsf["bank_line_ids"] == [str(month.lines[9])]
    assert nsf["bank_lines"].startswith("2026-09-22 1000.00")
    assert set(_column(approver, "topic")) == {"disbursement/approved"}


def test_a_balance_opens_to_its_postings_and_their_events(database_url: str) -> None:
    with lived(database_url) as (database, month), folded(database) as reader:
        ledger = open_balance.report(reader, ledger_id=str(month.ledgers["B"]), limit=2)
        rest = open_balance.report(reader, ledger_id=str(month.ledgers["B"]), limit=1000, cursor=ledger.next_cursor)
        bank = open_balance.report(reader, account="1100", trust_account_id=str(month.account_id), as_of=END)
        events = {event.position: event for event in month.books.log.read()}
        with pytest.raises(BadRequest):
            open_balance.report(reader)
        with pytest.raises(BadRequest):
            open_balance.report(reader, account="9999")
    assert ledger.totals == {"opening": 0, "balance": 1_080_000, "sub_ledger": 1_080_000, "difference": 0}
    assert sum(_column(ledger, "amount_minor") + _column(rest, "amount_minor")) == 1_080_000
    assert rest.records()[-1]["balance_minor"] == 1_080_000
    assert bank.totals["balance"] == 1_718_042
    for row in bank.records():
        assert events[row["position"]].id == row["event_id"]


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_every_report_reprints_the_same_once_its_moment_is_named(database_url: str, name: str) -> None:
    with lived(database_url) as (database, month):
        asked = _arguments(month)[name]
        clocks: dict[str, Any] = {"as_of": END, "known_at": month.books.log.size()}
        with folded(database) as reader:
            before = as_document(REPORTS[name](reader, **asked, **clocks))
        month.receive(50, "A", 777, day(12), description="Came to light later")
        month.pay(51, "B", 777, day(30), "Late", cheque=1060)
        month.bill("Inv 9", "A", 500, day(30))
        held: Event = PurposeHoldPlaced(
            trust_account_id=month.account_id, effective_date=day(30), hold_id=UUID(int=5), amount_minor=1, purpose="Later"
        )
        month.books.append((month.ledgers["A"], held))
        month.books.append((month.matters["A"], MatterClosed(closed_on=END, why="Later")))
        with folded(database) as reader:
            assert as_document(REPORTS[name](reader, **asked, **clocks)) == before


def _arguments(month: September) -> dict[str, dict[str, Any]]:
    account, ledger = {"trust_account_id": str(month.account_id)}, {"ledger_id": str(month.ledgers["A"])}
    of_account = (
        "receipts-journal", "disbursements-journal", "cheque-register", "account-journal", "trial-balance",
        "outstanding-items", "reconciliation", "suggested-matches",
    )  # fmt: skip
    return {
        **{name: {} for name in REPORTS},
        **dict.fromkeys(of_account, account),
        "client-ledger": ledger,
        "open-balance": ledger,
        "matter-card": {"matter_id": str(month.matters["A"])},
        "contact-card": {"contact_id": str(month.clients["A"])},
        "conflict-search": {"names": ["Client A"]},
        "timers": {"timekeeper_id": str(month.clients["A"])},
        "operating-journal": {"account": "1000"},
    }


def test_csv_runs_no_formula_and_keeps_negative_amounts() -> None:
    shape = columns("payee amount:money day:date")
    shown = Report("t", shape, (("=cmd()", -5, END), ("@x", 123_456, None), ("Smith, J", 7, END)), None, None)
    assert as_csv(shown).splitlines() == [
        "payee,amount,day",
        "'=cmd(),-0.05,2026-09-30",
        "'@x,1234.56,",
        '"Smith, J",0.07,2026-09-30',
    ]


def test_named_ledgers_are_called_by_their_purpose(database_url: str) -> None:
    with lived(database_url) as (database, month), folded(database) as reader:
        found = ledger_list.report(reader, trust_account_id=str(month.account_id))
    assert [row["ledger"] for row in found.records() if row["purpose"] != LedgerPurpose.CLIENT] == [
        "Firm reserve",
        "Interest payable",
    ]


def test_the_lists_behind_a_report_are_in_its_csv_too() -> None:
    part = Report("=Roles", columns("role"), (("client",),), None, None)
    shown = Report("A contact", columns("field value"), (("name", "Ann"),), None, None, parts=(part,))
    assert as_csv(shown).splitlines() == ["field,value", "name,Ann", "", "'=Roles", "role", "client"]


def test_the_totals_and_notes_of_a_report_are_in_its_csv_too() -> None:
    part = Report("By age", columns("age"), (("not due",),), None, None, totals={"open": 12})
    shown = Report(
        "A month", (), (), None, None, totals={"receivable": -150}, counts={"bills": 3}, notes=("=a note",), parts=(part,)
    )
    assert as_csv(shown).splitlines() == [
        "Totals", "figure,amount,number", "receivable,-1.50,", "bills,,3", "",
        "Notes", "note", "'=a note", "",
        "By age", "age", "not due", "",
        "Totals", "figure,amount,number", "open,0.12,",
    ]  # fmt: skip


@pytest.mark.parametrize("sign", "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
def test_csv_runs_no_formula_however_it_begins(sign: str) -> None:
    shown = Report("t", columns("payee"), ((f"{sign}1+1",),), None, None)
    (_, (cell,)) = csv.reader(io.StringIO(as_csv(shown), newline=""))
    assert cell == f"'{sign}1+1"


def test_money_is_decimal_text_however_deep_it_stands() -> None:
    deep = {"line/1": {"charged_minor": -5, "day": END, "paid_minor": None, "lines": [{"fee_minor": 123_456}]}}
    told = {"line/1": {"charged": "-0.05", "day": "2026-09-30", "paid": None, "lines": [{"fee": "1234.56"}]}}
    shown = Report("t", columns("after"), ((deep,),), None, None, facts=deep)
    document = as_document(shown)
    assert (document["rows"], document["facts"]) == ([{"after": told}], told)
    (_, (cell,)) = csv.reader(io.StringIO(as_csv(shown)))
    assert json.loads(cell) == told


def test_the_first_day_there_is_has_nothing_before_it(database_url: str) -> None:
    with lived(database_url) as (database, _), folded(database) as reader:
        assert undisbursed.report(reader, as_of=date.min).rows == ()


def test_money_is_told_in_the_currency_that_all_accounts_were_of_then(database_url: str) -> None:
    with lived(database_url) as (database, month):
        before = month.books.log.size()
        account_id = month.books.id()
        euros = TrustAccountOpened(
            trust_account_id=account_id, name="Euro", bank="B", account_number="2", ownership="pooled", client_id=None,
            currency="EUR", opened_on=day(1), statement_balance_minor=0,
        )  # fmt: skip
        month.books.append((account_id, euros))
        with folded(database) as reader:
            then, now = (exceptions.report(reader, known_at=at) for at in (before, None))
            assert (in_currency(reader, then).currency, in_currency(reader, now).currency) == ("USD", None)
            of_one = trial_balance.report(reader, trust_account_id=str(month.account_id))
            assert in_currency(reader, of_one).currency == "USD", "an account of its own says it itself"
            codes = utbms_codes.report(reader)
            assert in_currency(reader, codes) == codes, "no money is in it"
