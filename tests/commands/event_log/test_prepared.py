"""One prepared statement on connections that several logs use."""

from uuid import UUID

from commands.event_log.database import Database
from commands.event_log.log import EventLog
from tests.replay.books import Books


def test_two_logs_of_one_firm_share_the_connections_of_a_pool(migrated_database_url: str) -> None:
    with Database(migrated_database_url, pool_size=1) as database:
        books = Books(database)
        books.open_account()
        second = EventLog("demo", "firm_demo", database.writers)
        assert second.append_all([]) == []
        books.open_ledger()
        assert second.size() == 2


def test_threads_that_ask_at_once_get_one_log(migrated_database_url: str) -> None:
    with Database(migrated_database_url) as database:
        log = database.create_firm("demo", UUID(int=1))
        assert database.firm("demo") is log
