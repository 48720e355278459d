"""Rebuilding read models beside the live ones: the same rows, with commands coming in and readers none the wiser."""

import gc
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from commands.event_log.database import Database
from commands.event_log.embedded_server import EmbeddedServer
from projections.catalogue import PROJECTIONS
from projections.engine import Engine, LogBroken
from projections.projection import Insert, Projection, Table
from projections.schema import index_statements
from replay import folding
from replay.rebuild import AlreadyRunning, rebuild
from replay.scratch import Scratch
from tests.projections.read_models import ENTRIES, LEDGERS, SAMPLE, choking
from tests.replay.books import SCHEMA, Books, opened, rows, superuser

_ALL = f"SELECT * FROM {SCHEMA}.ledgers ORDER BY 1"
_ENTRIES = f"SELECT * FROM {SCHEMA}.entries ORDER BY 1, 2"


def test_it_replaces_what_was_spoilt(database_url: str) -> None:
    with opened(database_url) as (database, books), database.projectors.connection() as connection:
        books.live_a_month()
        engine = Engine(SCHEMA, SAMPLE)
        engine.prepare(connection)
        engine.catch_up(connection)
        before = rows(connection, _ALL), rows(connection, _ENTRIES)
        connection.execute(f"UPDATE {SCHEMA}.ledgers SET balance_minor = 1")
        connection.execute(f"DELETE FROM {SCHEMA}.entries WHERE position % 2 = 0")
        seen: list[tuple[int, int]] = []
        rebuilt = rebuild(database_url, SCHEMA, SAMPLE, progress=lambda done, total: seen.append((done, total)))
        assert (rows(connection, _ALL), rows(connection, _ENTRIES)) == before
        assert rebuilt.position == books.log.size()
        assert rebuilt.projections == ("entries", "ledgers")
        assert seen[-1] == (books.log.size(), books.log.size())
        books.open_ledger()
        assert engine.catch_up(connection) == 1, "the live engine goes on from where the rebuild ended"
        assert rows(connection, "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, 'rebuild')") == []
        keys = rows(connection, "SELECT indexname FROM pg_indexes WHERE schemaname = %s AND tablename = 'entries'", SCHEMA)
        assert len(keys) == 2
        options = "SELECT count(*) FROM pg_class WHERE relnamespace = %s::regnamespace AND reloptions::text ~ 'autovacuum'"
        assert rows(connection, options, SCHEMA) == [(0,)], "what is live is vacuumed again"


_VACUUMED_SLOWLY = """
ALTER TABLE {table} SET (autovacuum_vacuum_insert_threshold = 0, autovacuum_vacuum_insert_scale_factor = 0,
                         autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1)
"""


def test_autovacuum_gives_way_where_it_works_on_a_table_that_goes(tmp_path: Path) -> None:
    """It gives way only to who waits longer than deadlock_timeout: a rebuild that never did failed after all its work."""
    with served(tmp_path) as url, opened(url) as (database, books), database.projectors.connection() as connection:
        books.live_a_month()
        rebuild(url, SCHEMA, SAMPLE)
        before = rows(connection, _ENTRIES)
        with psycopg.connect(url, autocommit=True) as anyone:
            anyone.execute(
                f"INSERT INTO {SCHEMA}.entries SELECT n, 9, gen_random_uuid(), 'book', 'USD', 1, '2026-03-02' "
                "FROM generate_series(1, 100000) n"
            )
            anyone.execute(_VACUUMED_SLOWLY.format(table=f"{SCHEMA}.entries"))
            deadline = time.monotonic() + 60
            while not rows(anyone, "SELECT FROM pg_stat_progress_vacuum WHERE relid = %s::regclass", f"{SCHEMA}.entries"):
                assert time.monotonic() < deadline, "autovacuum never came"
                time.sleep(0.1)

            rebuild(url, SCHEMA, SAMPLE)

        assert rows(connection, _ENTRIES) == before


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A server of its own, that looks every second for what to vacuum."""
    server = EmbeddedServer(folder)
    try:
        url = server.start()
        with psycopg.connect(url, autocommit=True) as anyone:
            anyone.execute("ALTER SYSTEM SET autovacuum_naptime = 1")
            anyone.execute("SELECT pg_reload_conf()")
        yield url
    finally:
        server.stop()


def test_each_index_has_a_name_of_its_own_however_many_are_built_at_once() -> None:
    """Names that PostgreSQL chooses are the same for indexes on the same columns, where two connections ask together."""
    tables = [table for one in PROJECTIONS for table in one.tables]
    names = [statement.split()[2] for table in tables for statement in index_statements("firm", table)]
    assert "ON" not in names
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(("stretch", "keyed_rows"), [(3, 0), (3, 20_000), (50, 20_000)])
def test_short_stretches_and_long_ones_lead_to_the_same_rows(
    database_url: str, monkeypatch: pytest.MonkeyPatch, stretch: int, keyed_rows: int
) -> None:
    with opened(database_url) as (database, books), database.projectors.connection() as connection:
        books.live_a_month()
        rebuild(database_url, SCHEMA, SAMPLE)
        before = rows(connection, _ALL), rows(connection, _ENTRIES)
        monkeypatch.setattr(folding, "STRETCH", stretch)
        monkeypatch.setattr("replay.scratch._KEYED_ROWS", keyed_rows)
        rebuild(database_url, SCHEMA, SAMPLE)
        assert (rows(connection, _ALL), rows(connection, _ENTRIES)) == before


def test_a_new_version_takes_the_place_of_the_old_with_other_tables(database_url: str) -> None:
    moved = Table("entries_2", dict(ENTRIES.tables[0].columns))
    newer = Projection(
        "entries",
        2,
        (moved,),
        lambda event: (Insert("entries_2", change[1]) for change in ENTRIES.project(event)),
        ENTRIES.topics,
    )
    with opened(database_url) as (database, books), database.projectors.connection() as connection:
        books.live_a_month()
        rebuild(database_url, SCHEMA, SAMPLE)
        engine = Engine(SCHEMA, (newer, LEDGERS))
        assert engine.outdated(connection) == ["entries"]
        rebuild(database_url, SCHEMA, (newer, LEDGERS), names=["entries"])
        assert engine.outdated(connection) == []
        assert rows(connection, f"SELECT count(*) FROM {SCHEMA}.entries_2") == [(80,)]
        assert rows(connection, f"SELECT to_regclass('{SCHEMA}.entries')") == [(None,)]


def _write(books: Books, ledger_id: UUID, stop: threading.Event) -> None:
    while not stop.is_set():
        books.receive(ledger_id, 1)


def _project(database: Database, stop: threading.Event) -> None:
    engine = Engine(SCHEMA, SAMPLE, page=5, holder="live")
    with database.projectors.connection() as connection:
        while not stop.is_set():
            with suppress(psycopg.errors.LockNotAvailable):  # on a busy machine a switch takes long: again, as followers do
                engine.advance(connection)


def _read(database: Database, stop: threading.Event) -> None:
    newest = 0
    statement = (
        f"SELECT sum(amount_minor)::bigint, (SELECT min(position) FROM {SCHEMA}.projection_tracking) FROM {SCHEMA}.entries"
    )
    with database.readers.connection() as connection:
        while not stop.is_set():
            [(total, position)] = rows(connection, statement)
            assert total == 0
            assert position >= newest, "a reader went back in time"
            newest = position


def test_commands_and_readers_go_on_while_it_runs(database_url: str) -> None:
    with opened(database_url) as (database, books):
        [ledger_id, *_] = books.live_a_month()
        before = books.log.size()
        rebuild(database_url, SCHEMA, SAMPLE)
        stop = threading.Event()
        with ThreadPoolExecutor(4) as pool:
            going_on = [
                pool.submit(_write, books, ledger_id, stop),
                pool.submit(_project, database, stop),
                pool.submit(_read, database, stop),
                pool.submit(_read, database, stop),
            ]
            try:
                for _ in range(4):
                    rebuild(database_url, SCHEMA, SAMPLE)
            finally:
                stop.set()
            for one in going_on:
                one.result()
        written = books.log.size() - before
        assert written > 4
        with database.projectors.connection() as connection:
            Engine(SCHEMA, SAMPLE, holder="live").catch_up(connection)
            assert rows(connection, f"SELECT count(DISTINCT position) FROM {SCHEMA}.entries") == [(40 + written,)]


def test_a_reader_who_never_lets_go_is_not_cut_off(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("replay.rebuild._TRIES", 2)
    monkeypatch.setattr("replay.rebuild._PATIENCE_MS", 50)
    with opened(database_url) as (database, books):
        books.live_a_month()
        rebuild(database_url, SCHEMA, SAMPLE)
        with database.readers.connection() as reader, reader.transaction():
            reader.execute(_ALL)
            with pytest.raises(psycopg.errors.LockNotAvailable):
                rebuild(database_url, SCHEMA, SAMPLE)
            assert len(rows(reader, _ALL)) == 3
        rebuild(database_url, SCHEMA, SAMPLE)


@pytest.mark.parametrize("in_database", [False, True])
def test_poison_parks_as_it_does_live(database_url: str, *, in_database: bool) -> None:
    with opened(database_url) as (database, books), database.projectors.connection() as connection:
        books.live_a_month()
        rebuilt = rebuild(database_url, SCHEMA, [*SAMPLE, choking(17, in_database=in_database)])
        assert [(one.projection, one.position) for one in rebuilt.parked] == [("choking", 17)]
        assert rows(connection, f"SELECT max(position), count(*) FROM {SCHEMA}.choking") == [(16, 16)]
        assert rows(connection, f"SELECT count(*) FROM {SCHEMA}.entries") == [(80,)]
        rebuild(database_url, SCHEMA, [*SAMPLE, choking(0)], names=["choking"])
        assert rows(connection, f"SELECT count(*) FROM {SCHEMA}.parked_events") == [(0,)]


def test_a_hole_in_the_log_ends_it_and_the_live_tables_stand(database_url: str) -> None:
    with opened(database_url) as (database, books), database.projectors.connection() as connection:
        books.live_a_month()
        rebuild(database_url, SCHEMA, SAMPLE)
        before = rows(connection, _ENTRIES)
        with superuser(database_url) as owner:
            owner.execute(f"DELETE FROM {SCHEMA}.events WHERE position = 30")
        with pytest.raises(LogBroken, match="no event at position 30"):
            rebuild(database_url, SCHEMA, SAMPLE)
        assert rows(connection, _ENTRIES) == before


def test_two_at_once_do_not_meet(database_url: str) -> None:
    with opened(database_url) as (_, books):
        books.live_a_month()
        with Scratch(database_url, SCHEMA, SAMPLE, "rebuild"), pytest.raises(AlreadyRunning):
            rebuild(database_url, SCHEMA, SAMPLE)
        began = time.monotonic()
        rebuild(database_url, SCHEMA, SAMPLE)
        assert time.monotonic() - began < 30


def test_an_empty_log_makes_empty_tables(database_url: str) -> None:
    with opened(database_url) as (database, _), database.readers.connection() as connection:
        assert rebuild(database_url, SCHEMA, SAMPLE).position == 0
        assert rows(connection, f"SELECT count(*) FROM {SCHEMA}.ledgers") == [(0,)]


def test_an_unknown_name_is_refused(database_url: str) -> None:
    with opened(database_url), pytest.raises(KeyError, match="nonesuch"):
        rebuild(database_url, SCHEMA, SAMPLE, names=["nonesuch"])


def test_cycles_are_searched_for_again_afterwards_even_after_a_fault() -> None:
    def fold() -> None:
        with folding.no_collector():
            assert not gc.isenabled()
            raise LogBroken

    with pytest.raises(LogBroken):
        fold()
    assert gc.isenabled()
