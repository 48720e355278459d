"""F1 to F7 of the domain reference, section 1.10, on the demonstration firm: by commands where commands can.

What a rule refuses (F1, F3) or no command can do (F4) is lived as facts in tests/projections/test_three_legs.py; here each
is asked for by its command first, and must be refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest
from psycopg import Connection

from aggregates import trust_ledger
from aggregates.bank_statement_file import ParsedLine, ParsedStatement, StatementFileRefused
from aggregates.trust_rules import Overdraft, UncollectedFunds
from api.application import Application
from api.demo.people import SLUG, Calendar, Office
from api.demo.reconciling import PERIOD_END, take_in_and_match
from api.demo.september import FIRST_DAY, Month, day
from commands.bank_statements.ofx_writer import write_ofx
from commands.event_log.database import Database
from commands.import_statement import ImportStatement
from commands.receive_funds import ReceiveFunds
from commands.record_returned_deposit import RecordReturnedDeposit
from commands.request_disbursement import RequestDisbursement
from projections.chart_of_accounts import Account
from projections.reports import exceptions, reconciliation
from projections.reports.report import Report

FIGURE = 17_180_42


@dataclass
class Different(Month):
    """September with one thing otherwise, asked for by commands on its day."""

    court_fee_from: str = "D"
    lienholder_minor: int = 2_166_67
    charged: bool = True

    def _pay(self, letter: str, amount_minor: int, payee: str, purpose: str, **how: object) -> None:
        changed = {"Filing fee": (self.court_fee_from, amount_minor), "Medical lien": (letter, self.lienholder_minor)}
        letter, amount_minor = changed.get(purpose, (letter, amount_minor))
        super()._pay(letter, amount_minor, payee, purpose, **how)  # type: ignore[arg-type] # passed on as they came

    def _charge(self, amount_minor: int, on: date, what: str) -> None:
        if what != "Service charge" or self.charged:
            super()._charge(amount_minor, on, what)


class Opened(Month):
    """Only the account and the clients' ledgers, all at zero."""

    def live(self) -> None:
        """Nothing happened yet."""
        self._open()

    def pay_court(self, amount_minor: int) -> None:
        """A cheque to the court from D, today."""
        self._pay("D", amount_minor, "Clerk of Superior Court", "Filing fee", cheque=1054)


@pytest.fixture
def office(migrated_database_url: str) -> Iterator[Office]:
    with Database(migrated_database_url, pool_size=2) as database:
        yield Office.open(Application(database), Calendar(FIRST_DAY))


def lived(office: Office, **different: object) -> Different:
    """The month, its statement taken in and matched."""
    month = Different(office, **different)  # type: ignore[arg-type] # named as the class names them
    month.live()
    take_in_and_match(office, month.account_id)
    return month


def legs(office: Office, month: Month, on: date = PERIOD_END) -> Report:
    """The reconciliation of a day."""
    office.application.project(SLUG)
    with office.application.reader(SLUG) as reader:
        return reconciliation.report(reader, trust_account_id=str(month.account_id), as_of=on)


def three(report: Report) -> tuple[int, int, int]:
    """A, B, C."""
    return report.totals["adjusted_bank"], report.totals["book"], report.totals["ledgers"]


def test_as_the_reference_has_it_it_passes(office: Office) -> None:
    report = legs(office, lived(office))
    assert (three(report), report.facts["passes"]) == ((FIGURE, FIGURE, FIGURE), True)
    counts = {row["line"]: row["count"] for row in report.records()}
    assert (counts["1"], counts["1a"], counts["1b"]) == (5, 0, 6), "C holds nothing: it is no positive ledger"


def test_f1_money_of_a_ledger_that_holds_none_is_refused_before_it_could_be_masked(office: Office) -> None:
    with pytest.raises(Overdraft, match=r"overdraw it by 150\.00"):
        lived(office, court_fee_from="C")


def test_f2_a_charge_that_nobody_recorded_fails_by_15_00(office: Office) -> None:
    report = legs(office, lived(office, charged=False))
    assert three(report) == (FIGURE, 17_195_42, 17_195_42)
    assert report.totals["bank_less_book"] == -15_00
    assert not report.facts["passes"]


def test_f3_a_mis_keyed_amount_is_refused_above_the_ledger_and_passes_below_it_until_the_cheque_clears(
    office: Office,
) -> None:
    month = lived(office, lienholder_minor=2_166_58)
    report = legs(office, month)
    assert (three(report), report.facts["passes"]) == ((17_180_51,) * 3, True), "the documented limit of the method"
    cleared = ParsedLine(
        1, date(2026, 10, 1), -2_166_67, "cheque", cheque_number="1053", payee="CHECK 1053", currency="USD",
        bank_reference="1053",
    )  # fmt: skip
    _import(office, month, _october(17_977_09, cleared))
    october = legs(office, month, date(2026, 10, 2))
    assert not october.facts["passes"]
    assert october.counts["unexplained_lines"] == 1


def test_f3_the_nine_cents_too_much_of_the_reference_are_refused_by_t1(office: Office) -> None:
    with pytest.raises(Overdraft, match=r"by 0\.09"):
        lived(office, lienholder_minor=2_166_76)


def test_f4_a_posting_to_trust_liability_without_a_client_parts_book_from_ledgers(office: Office) -> None:
    month = lived(office)
    office.application.project(SLUG)
    with Connection.connect(office.application.database.conninfo, autocommit=True) as anyone:
        for n, (account, amount) in enumerate(((Account.TRUST_BANK, 50_00), (Account.CLIENT_TRUST_LIABILITY, -50_00))):
            anyone.execute(
                "INSERT INTO firm_demo.postings VALUES (1, %s, 'trust', %s, %s, NULL, %s, '2026-09-20', now(), "
                "gen_random_uuid(), gen_random_uuid())",
                (90 + n, account.value, month.account_id, amount),
            )
    report = legs(office, month)
    assert three(report) == (FIGURE, FIGURE + 50_00, FIGURE)
    assert not report.facts["passes"]


def test_f5_a_statement_that_does_not_open_where_the_last_one_closed_is_refused(office: Office) -> None:
    month = lived(office)
    size = office.application.log(SLUG).size()
    with pytest.raises(StatementFileRefused, match=r"17,977\.09"):
        _import(office, month, _october(17_977_10))
    assert office.application.log(SLUG).size() == size
    _import(office, month, _october(17_977_09))


def test_f6_the_settlement_may_not_leave_before_its_hold_ends(office: Office) -> None:
    month = Opened(office)
    month.live()
    office.calendar.day = day(8)
    settlement = ReceiveFunds(
        ledger_id=month.ledgers["C"], amount_minor=40_000_00, effective_date=day(8), instrument="cheque",
        payer="Piedmont Mutual Insurance", description="Settlement", available_on=day(15),
    )  # fmt: skip
    office.does("lind", settlement)
    asked = RequestDisbursement(
        ledger_id=month.ledgers["C"], amount_minor=40_000_00, effective_date=day(10), payee="Carlos Cepeda",
        method="cheque", purpose="Settlement",
    )  # fmt: skip
    office.calendar.day = day(10)
    with pytest.raises(UncollectedFunds) as refused:
        office.does("lind", asked)
    assert refused.value.rule == "T3"
    office.calendar.day = day(15)
    office.does("lind", asked.model_copy(update={"effective_date": day(15)}))


def test_f7_a_deposit_spent_before_it_came_back_is_recorded_and_opens_an_exception(office: Office) -> None:
    month = Opened(office)
    month.live()
    ledger_id = month.ledgers["D"]
    office.calendar.day = day(21)
    deposit = ReceiveFunds(
        ledger_id=ledger_id, amount_minor=1_000_00, effective_date=day(21), instrument="wire", payer="Dana Dreyer",
        description="Advance on costs",
    )  # fmt: skip
    entry_id = UUID(office.does("lind", deposit)["entry_id"])
    month.pay_court(1_000_00)
    office.calendar.day = day(25)
    fact = RecordReturnedDeposit(ledger_id=ledger_id, entry_id=entry_id, effective_date=day(25), evidence="NSF")
    exception_id = office.does("lind", fact)["exception_id"]
    state: trust_ledger.TrustLedger = office.application.log(SLUG).load(trust_ledger.KIND, ledger_id).state
    assert state.balance_minor == -1_000_00
    office.application.project(SLUG)
    with office.application.reader(SLUG) as reader:
        found = exceptions.report(reader, as_of=day(25), status="open").records()
    assert [(row["exception_id"], row["amount_minor"]) for row in found] == [(exception_id, -1_000_00)]


def _october(opening_minor: int, *lines: ParsedLine) -> bytes:
    """The first two days of October, as the bank's file."""
    statement = ParsedStatement(
        account_number="IOLTA-1", bank_id="000000000", currency="USD", opening_minor=opening_minor,
        closing_minor=opening_minor + sum(line.amount_minor for line in lines), from_date=date(2026, 10, 1),
        to_date=date(2026, 10, 2), lines=lines,
    )  # fmt: skip
    return write_ofx(statement)


def _import(office: Office, month: Month, content: bytes) -> None:
    office.calendar.day = date(2026, 10, 5)
    office.does("lind", ImportStatement(trust_account_id=month.account_id, filename="october.ofx", content=content))
