"""The engine against real PostgreSQL: exactly once, parked poison, leadership, start-up races."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from commands.event_log.database import Database
from projections.engine import Engine, LogBroken
from projections.projection import Projection
from tests.projections.read_models import ENTRIES, LEDGERS, MONEY, SAMPLE, at_version, choking
from tests.replay.books import SCHEMA, opened, rows, superuser

_ROOT = Path(__file__).resolve().parents[2]
_BALANCES = f"SELECT sum(balance_minor)::bigint, sum(entries)::bigint FROM {SCHEMA}.ledgers"


def _engine(*projections: Projection, page: int = 7, holder: str = "one") -> Engine:
    return Engine(SCHEMA, projections or SAMPLE, page=page, holder=holder)


def test_every_page_size_leads_to_the_same_rows(database_url: str) -> None:
    with opened(database_url) as (database, books):
        books.live_a_month()
        seen = []
        for page in (1, 2, 7, 1000):
            with database.projectors.connection() as connection:
                engine = _engine(page=page)
                engine.prepare(connection)
                assert engine.catch_up(connection) == books.log.size()
                assert engine.position(connection) == books.log.size()
                seen.append(
                    (
                        rows(connection, f"SELECT * FROM {SCHEMA}.ledgers ORDER BY 1"),
                        rows(connection, f"SELECT * FROM {SCHEMA}.entries ORDER BY 1, 2"),
                    )
                )
                connection.execute(f"DROP TABLE {SCHEMA}.ledgers, {SCHEMA}.entries, {SCHEMA}.projector_lease")
                connection.execute(f"DROP TABLE {SCHEMA}.projection_tracking, {SCHEMA}.parked_events")
        assert seen.count(seen[0]) == 4
        ledgers, entries = seen[0]
        assert len(entries) == 80
        assert sum(row[5] for row in ledgers) == sum(10_000 + turn - 5_000 for turn in range(20))
        assert ledgers[0][4].keys() == {"opened", *MONEY}, "objects are joined, not replaced"
        assert sum(row[5] for row in entries) == 0


def test_a_second_run_folds_nothing_again(database_url: str) -> None:
    with opened(database_url) as (database, books), database.projectors.connection() as connection:
        books.live_a_month()
        engine = _engine()
        engine.prepare(connection)
        engine.catch_up(connection)
        before = rows(connection, _BALANCES)
        assert engine.advance(connection).events == 0
        assert _engine().catch_up(connection) == 0
        assert rows(connection, _BALANCES) == before


def test_readers_may_read_and_not_write(database_url: str) -> None:
    with opened(database_url) as (database, books):
        books.live_a_month()
        with database.projectors.connection() as connection:
            engine = _engine()
            engine.prepare(connection)
            engine.catch_up(connection)
        with database.readers.connection() as reader:
            assert rows(reader, f"SELECT count(*) FROM {SCHEMA}.entries") == [(80,)]
            with pytest.raises(Exception, match="permission denied"):
                reader.execute(f"DELETE FROM {SCHEMA}.entries")


@pytest.mark.parametrize("in_database", [False, True])
def test_a_poison_event_parks_its_projection_and_no_other(database_url: str, *, in_database: bool) -> None:
    with opened(database_url) as (database, books), database.projectors.connection() as connection:
        books.live_a_month()
        engine = _engine(*SAMPLE, choking(17, in_database=in_database), page=1000)
        engine.prepare(connection)
        engine.catch_up(connection)
        [parked] = engine.parked(connection)
        assert (parked.projection, parked.position) == ("choking", 17)
        assert ("date" if in_database else "ZeroDivisionError: this one is poison") in parked.error
        assert engine.positions(connection) == {"choking": 16, "entries": books.log.size(), "ledgers": books.log.size()}
        assert engine.position(connection) == books.log.size()
        assert rows(connection, f"SELECT max(position), count(*) FROM {SCHEMA}.choking") == [(16, 16)]

        mended = _engine(*SAMPLE, choking(0))
        mended.retry(connection, "choking")
        mended.catch_up(connection)
        assert mended.parked(connection) == []
        assert rows(connection, f"SELECT count(*) FROM {SCHEMA}.choking") == [(books.log.size(),)]


def test_bytes_that_are_no_event_park_everything_before_them(database_url: str) -> None:
    with opened(database_url) as (database, books), database.projectors.connection() as connection:
        books.live_a_month()
        with superuser(database_url) as owner:
            owner.execute(f"UPDATE {SCHEMA}.events SET state = 'no event' WHERE position = 9")
        engine = _engine(page=1000)
        engine.prepare(connection)
        engine.catch_up(connection)
        assert [(one.projection, one.position) for one in engine.parked(connection)] == [("entries", 9), ("ledgers", 9)]
        assert engine.positions(connection) == {"entries": 8, "ledgers": 8}


def test_nothing_is_folded_past_a_hole(database_url: str) -> None:
    with opened(database_url) as (database, books), database.projectors.connection() as connection:
        books.live_a_month()
        with superuser(database_url) as owner:
            owner.execute(f"DELETE FROM {SCHEMA}.events WHERE position = 12")
        engine = _engine(page=10)
        engine.prepare(connection)
        with pytest.raises(LogBroken, match="no event at position 12"):
            engine.catch_up(connection)
        assert engine.position(connection) == 10


def test_a_new_projection_catches_up_without_holding_up_the_others(database_url: str) -> None:
    with opened(database_url) as (database, books), database.projectors.connection() as connection:
        books.live_a_month()
        old = _engine(ENTRIES)
        old.prepare(connection)
        old.catch_up(connection)
        books.open_ledger()
        both = _engine(ENTRIES, LEDGERS, page=3)
        both.prepare(connection)
        both.advance(connection)
        assert both.positions(connection) == {"entries": books.log.size(), "ledgers": 0}
        both.catch_up(connection)
        assert set(both.positions(connection).values()) == {books.log.size()}


def test_a_projection_in_another_version_waits_for_its_rebuild(database_url: str) -> None:
    with opened(database_url) as (database, books), database.projectors.connection() as connection:
        books.live_a_month()
        engine = _engine()
        engine.prepare(connection)
        engine.catch_up(connection)
        books.open_ledger()
        newer = _engine(at_version(ENTRIES, 2), LEDGERS)
        newer.prepare(connection)
        newer.catch_up(connection)
        assert newer.outdated(connection) == ["entries"]
        assert newer.positions(connection) == {"entries": books.log.size() - 1, "ledgers": books.log.size()}


def test_one_leads_until_the_lease_lapses(database_url: str) -> None:
    with opened(database_url) as (database, books), database.projectors.connection() as connection:
        books.live_a_month()
        first = Engine(SCHEMA, SAMPLE, page=5, holder="first", lease_s=0.4)
        second = Engine(SCHEMA, SAMPLE, page=5, holder="second", lease_s=0.4)
        first.prepare(connection)
        assert first.advance(connection).events == 5
        assert second.advance(connection) == (0, 0, False)
        time.sleep(0.5)
        assert second.advance(connection).events == 5
        assert not first.advance(connection).leading
        second.release(connection)
        assert first.advance(connection).leading


def test_two_that_start_at_once_make_the_tables_once(database_url: str) -> None:
    with opened(database_url) as (database, books):
        books.live_a_month()

        def start(number: int) -> None:
            with Database(database_url, pool_size=1) as own, own.projectors.connection() as connection:
                _engine(holder=str(number)).prepare(connection)

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(start, range(6)))
        with database.projectors.connection() as connection:
            assert _engine().catch_up(connection) == books.log.size()


_KILLED = """
import sys
from commands.event_log.database import Database
from projections.engine import Engine
from tests.projections.read_models import SAMPLE
with Database(sys.argv[1]) as database, database.projectors.connection() as connection:
    engine = Engine("firm_demo", SAMPLE, page=3, holder=sys.argv[2], lease_s=0.01)
    engine.prepare(connection)
    print("ready", flush=True)
    while True:
        engine.advance(connection)
"""


def test_a_projector_killed_mid_batch_folds_every_event_exactly_once(database_url: str) -> None:
    with opened(database_url) as (database, books):
        books.live_a_month(rounds=60)
        for life in range(4):
            process = subprocess.Popen(
                [sys.executable, "-c", _KILLED, database_url, f"life {life}"],
                cwd=_ROOT,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": str(_ROOT)},
            )
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            time.sleep(0.004 * (1 + 2 * life))
            process.send_signal(signal.SIGKILL)
            process.wait()
            process.stdout.close()
        with database.projectors.connection() as connection:
            engine = _engine()
            time.sleep(0.02)
            engine.catch_up(connection)
            assert engine.position(connection) == books.log.size()
            assert engine.parked(connection) == []
            assert rows(connection, _BALANCES) == [(60 * 5_000 + sum(range(60)), 120)]
            assert rows(connection, f"SELECT count(*), sum(amount_minor)::bigint FROM {SCHEMA}.entries") == [(240, 0)]
