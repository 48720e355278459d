"""Books with time, bills, payments and trust drawn against bills verify; read models of billing are rebuilt and compared."""

from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest

from commands.event_log.database import Database
from commands.undo_disbursement import UndoDisbursement
from projections.catalogue import PROJECTIONS
from projections.engine import Engine
from replay.verify import verify
from tests.commands.billing_practice import BillingPractice
from tests.commands.test_bills import issued, paid, reference
from tests.commands.trust_practice import FIRM_NAME, Practice


@pytest.fixture
def database(migrated_database_url: str) -> Iterator[Database]:
    with Database(migrated_database_url, pool_size=2) as opened:
        yield opened


@pytest.fixture
def firm(database: Database) -> BillingPractice:
    """A bill drawn from trust in part, undone, drawn again, and paid for the rest."""
    practice = Practice(database.create_firm("demo", UUID(int=1 << 32)))
    firm = BillingPractice(practice)
    practice.receive("A", 2_000_00)
    bill_id = issued(firm, 4)
    drawn = reference(firm, bill_id).recorded.billing_reference_id
    undone, _ = practice.pay("A", 600_00, payee=FIRM_NAME, billing_reference_id=drawn)
    practice.does(UndoDisbursement(disbursement_id=undone, why="came back"))
    practice.pay("A", 300_00, payee=FIRM_NAME, billing_reference_id=drawn)
    paid(firm, 800_00, (bill_id, 700_00))
    with database.projectors.connection() as connection:
        engine = Engine(practice.log.schema, PROJECTIONS)
        engine.prepare(connection)
        engine.catch_up(connection)
        engine.release(connection)
    return firm


def test_what_was_lived_through_verifies(database: Database, firm: BillingPractice) -> None:
    report = verify(database, "demo", PROJECTIONS)
    assert report.ok, report
    assert firm.practice.log.size() > 0


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("work_movements", "billed_minor = billed_minor + 1 WHERE cause = 'billed'"),
        ("receivable_movements", "fee_minor = fee_minor - 1 WHERE cause = 'paid'"),
        ("work_days", "recorded_minor = recorded_minor + 1"),
        ("work_cohorts", "billed_seconds = billed_seconds + 1"),
        ("work_months", "in_progress_minor = in_progress_minor + 1"),
        ("bill_balances", "open_minor = 1"),
        ("bill_lines", "removed = NOT removed"),
    ],
)
def test_an_altered_figure_of_billing_is_found(
    database: Database, firm: BillingPractice, migrated_database_url: str, table: str, change: str
) -> None:
    with psycopg.connect(migrated_database_url, autocommit=True) as connection:
        connection.execute(f"UPDATE {firm.practice.log.schema}.{table} SET {change}".encode())

    report = verify(database, "demo", PROJECTIONS)

    assert not report.ok
    assert table in str(report)
