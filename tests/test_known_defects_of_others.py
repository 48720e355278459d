"""Seven defects of another trust-accounting program (domain reference, section 7.3) that ours must not have."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from psycopg import Connection

from aggregates.bank_statement_file import ParsedLine, ParsedStatement
from api.application import Application
from api.demo.people import SLUG, Office
from api.demo.reconciling import PERIOD_END
from api.demo.story import Told, tell
from commands.bank_statements.ofx_writer import write_ofx
from commands.change_contact_roles import ChangeContactRoles
from commands.event_log.database import Database
from commands.import_statement import ImportStatement
from commands.merge_contacts import MergeContacts
from commands.receive_funds import ReceiveFunds
from commands.work import Command
from projections.catalogue import PROJECTIONS
from projections.reports import audit_trail, client_ledger, ledger_list, reconciliation, trial_balance
from projections.reports.rendering import as_document
from projections.reports.report import Report
from replay.verify import verify
from tests.api.demonstration import demonstration
from tests.databases import Databases

FIGURE = 17_180_42


class Books:
    """The demonstration firm, on 5 October."""

    def __init__(self, application: Application, told: Told) -> None:
        self.application = application
        self.office: Office = told.office
        self.office.calendar.day = date(2026, 10, 5)
        self.account_id = told.account_id
        self._keys = 0

    def does(self, who: str, command: Command) -> dict[str, Any]:
        """A command, and its answer."""
        self._keys += 1
        return self.office.does(who, command, f"defect {self._keys}")

    def read(self, report: Any, **asked: Any) -> Report:
        """A report at the end of the log."""
        self.application.project(SLUG)
        with self.application.reader(SLUG) as reader:
            found: Report = report(reader, **asked)
        return found

    def legs(self, on: date = PERIOD_END) -> Report:
        """The reconciliation of a day."""
        return self.read(reconciliation.report, trust_account_id=str(self.account_id), as_of=on)

    def ledger(self, name: str) -> dict[str, Any]:
        """A ledger of the list, by the beginning of its title."""
        rows = self.read(ledger_list.report).records()
        return next(row for row in rows if row["ledger"].startswith(name))

    def superuser(self) -> Connection[Any]:
        """Someone who may alter read models behind our back."""
        return Connection.connect(self.application.database.conninfo, autocommit=True)


@pytest.fixture
def books(databases: Databases) -> Iterator[Books]:
    with demonstration(databases) as url, Database(url, pool_size=2) as database:
        application = Application(database)
        yield Books(application, tell(application))


def test_1_the_audit_trail_is_the_change_itself_and_none_is_lost(books: Books) -> None:
    size = books.application.log(SLUG).size()
    trail = books.read(audit_trail.report, limit=1000)
    assert {row["position"] for row in trail.records()} == set(range(1, size + 1))
    with books.superuser() as anyone:
        anyone.execute("DELETE FROM firm_demo.audit_trail WHERE position = 50")
    report = verify(books.application.database, SLUG, PROJECTIONS)
    assert not report.ok
    assert report.first_fault is not None
    assert (report.first_fault.table, report.first_fault.position) == ("audit_trail", 50)


def test_2_the_day_of_the_books_filters_what_is_compared(books: Books) -> None:
    august = books.legs(date(2026, 8, 31))
    assert {row["line"]: row["amount_minor"] for row in august.records()}["2"] == 18_400_00
    assert not august.facts["passes"], "no statement ends that day"
    before = books.legs().totals
    received = ReceiveFunds(
        ledger_id=UUID(books.ledger("Adeline")["ledger_id"]), amount_minor=5_00, effective_date=date(2026, 10, 1),
        instrument="wire", payer="Adeline Archer", description="Next month",
    )  # fmt: skip
    books.does("lind", received)
    assert books.legs().totals == before
    later = books.read(trial_balance.report, trust_account_id=str(books.account_id), as_of=date(2026, 10, 1))
    assert later.totals["book"] == FIGURE + 5_00


def test_3_what_is_outstanding_stands_between_the_bank_and_the_ledgers(books: Books) -> None:
    figures = {row["line"]: row["amount_minor"] for row in books.legs().records()}
    assert figures["3"] == 17_977_09, "the bank's own balance is not the ledgers'"
    assert figures["3"] + 1_500_00 - 2_316_67 + 20_00 == figures["6"] == figures["1b"] == FIGURE


@pytest.mark.parametrize("closing_minor", [0, -100])
def test_4_a_bank_balance_of_nothing_or_less_is_a_figure_and_none_is_no_reconciliation(
    books: Books, closing_minor: int
) -> None:
    end = date(2026, 10, 2)
    assert "no bank statement ends on 2026-10-02" in books.legs(end).notes[0]
    assert not books.legs(end).facts["passes"]
    drawn = ParsedLine(
        1, end, closing_minor - 17_977_09, "withdrawal", payee="ALL OF IT", currency="USD", bank_reference="1"
    )
    statement = ParsedStatement(
        account_number="IOLTA-1", bank_id="000000000", currency="USD", opening_minor=17_977_09,
        closing_minor=closing_minor, from_date=date(2026, 10, 1), to_date=end, lines=(drawn,),
    )  # fmt: skip
    books.does(
        "lind", ImportStatement(trust_account_id=books.account_id, filename="october.ofx", content=write_ofx(statement))
    )
    report = books.legs(end)
    assert {row["line"]: row["amount_minor"] for row in report.records()}["3"] == closing_minor
    assert not report.facts["passes"]
    assert report.totals["bank_less_book"] == closing_minor + 1_500_00 - 2_316_67 + 20_00 - FIGURE


def test_5_the_money_of_somebody_who_is_no_client_any_more_stays_in_the_third_leg(books: Books) -> None:
    archer, dreyer = (UUID(books.ledger(name)["client_id"]) for name in ("Adeline", "Dana"))
    books.does("lind", ChangeContactRoles(contact_id=archer, roles=("payee",)))
    books.does("ashby", MergeContacts(survivor_id=archer, duplicate_id=dreyer))
    report = books.legs()
    assert (report.totals["ledgers"], report.totals["positive_ledgers"]) == (FIGURE, FIGURE)
    assert report.facts["passes"]


@pytest.mark.parametrize(
    ("table", "moved"), [("postings", "book"), ("sub_ledger_entries", "ledgers")], ids=["register", "clients"]
)
def test_6_book_and_ledgers_are_two_sums_over_two_tables(books: Books, table: str, moved: str) -> None:
    with books.superuser() as anyone:
        row = anyone.execute("SELECT position FROM firm_demo.sub_ledger_entries WHERE effect_minor = 250000").fetchone()
        assert row is not None
        anyone.execute(f"DELETE FROM firm_demo.{table} WHERE position = %s", row)
    report = books.legs()
    others = {"adjusted_bank", "book", "ledgers"} - {moved}
    assert report.totals[moved] == FIGURE - 2_500_00
    assert {report.totals[one] for one in others} == {FIGURE}
    assert not report.facts["passes"]


def test_7_money_is_exact_dated_apart_from_its_recording_and_runs_over_every_page(books: Books) -> None:
    ledger_id = books.ledger("Bellweather")["ledger_id"]
    for amount_minor, on in ((10**15 - 1, date(2026, 10, 3)), (4_35, date(2026, 10, 2)), (1_15, date(2026, 10, 1))):
        received = ReceiveFunds(
            ledger_id=UUID(ledger_id), amount_minor=amount_minor, effective_date=on, instrument="wire", payer="Bellweather",
            description="Advance",
        )  # fmt: skip
        books.does("lind", received)

    def page(**asked: Any) -> Report:
        return books.read(client_ledger.report, ledger_id=ledger_id, **asked)

    whole = page()
    assert [row["balance"] for row in as_document(whole)["rows"][-3:]] == ["10801.15", "10805.50", "10000000010805.49"]
    assert page(as_of=date(2026, 10, 2)).totals["closing"] == 10_805_50
    late = page(start=date(2026, 10, 2))
    assert late.totals["opening"] == 10_801_15
    assert late.rows == whole.rows[-2:]
    rows: list[Any] = []
    cursor = None
    while True:
        one = page(limit=1, cursor=cursor)
        rows += one.rows
        cursor = one.next_cursor
        if cursor is None:
            break
    assert tuple(rows) == whole.rows
