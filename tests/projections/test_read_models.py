"""The read models over September: every event digested, every posting balanced, every card as its events tell."""

from collections import defaultdict

from projections.cards import joined, laid_out
from projections.catalogue import PROJECTIONS
from projections.chart_of_accounts import Account, liability_of
from projections.postings import postings_of
from projections.reports.reader import Reader
from tests.projections.september import SCHEMA, TODAY, day, fold, folded, lived


def test_every_event_is_folded_once_into_the_audit_trail(database_url: str) -> None:
    with lived(database_url) as (database, month), folded(database) as reader:
        assert reader.number("SELECT count(*) FROM {s}.audit_trail") == month.books.log.size()
        assert reader.position() == month.books.log.size()


def test_the_lines_of_every_event_sum_to_zero_in_each_book(database_url: str) -> None:
    with lived(database_url) as (_, month):
        seen = 0
        for event in month.books.log.read():
            sums: dict[str, int] = defaultdict(int)
            for posting in postings_of(event):
                sums[posting.book] += posting.amount_minor
                seen += 1
            assert not any(sums.values()), event.topic
        assert seen > 40


def test_each_liability_stands_on_its_own_account_and_the_reserve_is_mirrored(database_url: str) -> None:
    with lived(database_url) as (database, _), folded(database) as reader:
        found = {
            row["account"]: int(row["sum"])
            for row in reader.rows("SELECT account, sum(amount_minor) FROM {s}.postings GROUP BY account")
        }
    assert found[Account.TRUST_BANK] == 1_718_042
    assert found[Account.FIRM_RESERVE] == -7_300
    assert found[Account.RESERVE_HELD_IN_TRUST] == 7_300, "1180 = 2110"
    assert found[Account.INTEREST_PAYABLE] == -742
    assert found[Account.CLIENT_TRUST_LIABILITY] == -(1_718_042 - 7_300 - 742)
    assert found[Account.BANK_CHARGES] == 2_700
    assert found[Account.OPERATING_BANK] == 185_000 + 1_333_333
    assert sum(found.values()) == 0


def test_the_sums_that_are_kept_equal_the_facts(database_url: str) -> None:
    with lived(database_url) as (database, _), folded(database) as reader:
        kept = reader.rows("SELECT ledger_id, balance_minor, entries FROM {s}.ledger_balances ORDER BY 1")
        facts = reader.rows(
            "SELECT ledger_id, sum(effect_minor)::bigint AS balance_minor, count(*) AS entries "
            "FROM {s}.sub_ledger_entries GROUP BY 1 ORDER BY 1"
        )
        assert kept == facts
        assert len(kept) == 6
        assert reader.number("SELECT sum(net_minor) FROM {s}.ledger_days") == 1_718_042
        assert reader.number("SELECT sum(net_minor) FROM {s}.trust_bank_days") == 1_718_042


def test_a_card_is_its_changes_joined(database_url: str) -> None:
    with lived(database_url) as (database, month), folded(database) as reader:
        for card in reader.rows("SELECT kind, id, data FROM {s}.cards"):
            changes = reader.rows(
                "SELECT changes FROM {s}.card_changes WHERE kind = %(kind)s AND id = %(id)s ORDER BY position, n",
                kind=card["kind"],
                id=card["id"],
            )
            assert joined(change["changes"] for change in changes) == card["data"]
        paid = reader.row("SELECT data FROM {s}.cards WHERE id = %(id)s", id=month.disbursements[2])
        assert paid is not None
        assert paid["data"]["status"] == "released"
        assert laid_out(paid["data"])["approvals"][0]["on"] == str(day(5))


def test_a_ledger_that_is_not_named_is_a_clients() -> None:
    unknown = "00000000-0000-0000-0000-000000000001"
    assert liability_of(unknown, unknown) is Account.CLIENT_TRUST_LIABILITY


def test_the_tables_are_made_in_the_firms_schema(database_url: str) -> None:
    with lived(database_url) as (database, _), folded(database) as reader:
        there = {
            row["tablename"]
            for row in reader.rows("SELECT tablename FROM pg_tables WHERE schemaname = %(name)s", name=SCHEMA)
        }
        assert {table.name for projection in PROJECTIONS for table in projection.tables} <= there


def test_reading_stands_at_the_end_of_a_command_and_no_command_before_it(database_url: str) -> None:
    """Whoever wrote a command and waits for its position must find it, though others have written since."""
    with lived(database_url) as (database, month):
        commands = [event.command_id for event in month.books.log.read()]
        whole = [n for n in range(len(commands) + 1) if n in {0, len(commands)} or commands[n - 1] != commands[n]]
        assert len(whole) < len(commands), "some command has several events"
        for reached in range(len(commands) - 30, len(commands) + 1):
            fold(database, reached)
            with database.readers.connection() as connection:
                position = Reader(connection, SCHEMA, TODAY).position()
            assert position == max(n for n in whole if n <= reached), reached
