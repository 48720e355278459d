"""The follower: woken by the log, two firms on one connection, taken over when its process dies."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from commands.event_log.database import Database
from projections.engine import Engine
from projections.follow import Follower, wait_for
from tests.projections.read_models import SAMPLE
from tests.replay.books import SCHEMA, Books, opened, rows


@contextmanager
def following(database: Database, poll_s: float = 1.0, lease_s: float = 5.0) -> Iterator[Follower]:
    follower = Follower(
        database.conninfo,
        database.projectors,
        lambda: {slug: f"firm_{slug}" for slug in database.firms()},
        SAMPLE,
        poll_s=poll_s,
        lease_s=lease_s,
    )
    follower.start()
    try:
        yield follower
    finally:
        follower.stop()
        assert not follower.alive


def _shows(database: Database, books: Books, timeout_s: float = 5.0) -> bool:
    with database.readers.connection() as connection:
        return wait_for(connection, books.log.schema, books.log.size(), timeout_s)


def _until_waiting(database: Database, schema: str = SCHEMA) -> None:
    with database.readers.connection() as connection:
        for _ in range(1000):
            if rows(connection, f"SELECT waiting FROM {schema}.log_head") == [(True,)]:
                return
            time.sleep(0.005)
    raise AssertionError("the projector never asked for a notice")


def test_an_event_wakes_the_projector_long_before_its_poll(database_url: str) -> None:
    with opened(database_url) as (database, books):
        books.live_a_month()
        with following(database, poll_s=60.0):
            _until_waiting(database)
            assert _shows(database, books)
            for _ in range(20):
                began = time.monotonic()
                books.open_ledger()
                assert _shows(database, books)
                assert time.monotonic() - began < 5.0, "only the notice can be that early"
                _until_waiting(database)


def test_writers_in_a_hurry_lose_no_wake_up(database_url: str) -> None:
    with opened(database_url) as (database, books), following(database, poll_s=60.0):
        _until_waiting(database)
        for _ in range(200):
            books.open_ledger()
        assert _shows(database, books)


def test_the_poll_serves_a_firm_whose_notice_was_lost(database_url: str) -> None:
    with opened(database_url) as (database, books), following(database, poll_s=0.2):
        _until_waiting(database)
        with psycopg.connect(database_url, autocommit=True) as owner:
            owner.execute(f"UPDATE {SCHEMA}.log_head SET waiting = false")
        books.open_ledger()
        assert _shows(database, books)


def test_a_firm_founded_later_is_served_and_apart(database_url: str) -> None:
    with opened(database_url) as (database, books):
        with following(database, poll_s=0.2):
            books.live_a_month(ledgers=2)
            assert _shows(database, books)
            other = Books(database, "other")
            other.live_a_month(ledgers=5, rounds=5)
            for _ in range(100):
                with database.readers.connection() as connection:
                    if rows(connection, "SELECT to_regclass('firm_other.projection_tracking') IS NOT NULL") == [(True,)]:
                        break
                time.sleep(0.05)
            assert _shows(database, other)
        with database.readers.connection() as connection:
            assert rows(connection, "SELECT count(*) FROM firm_other.ledgers") == [(5,)]
            assert rows(connection, f"SELECT count(*) FROM {SCHEMA}.ledgers") == [(2,)]


def test_another_process_takes_over_when_the_lease_lapses(database_url: str) -> None:
    with opened(database_url) as (database, books):
        books.live_a_month()
        with database.projectors.connection() as connection:
            dead = Engine(SCHEMA, SAMPLE, page=5, holder="dead", lease_s=0.5)
            dead.prepare(connection)
            dead.advance(connection)
        with following(database, poll_s=0.1):
            assert _shows(database, books)
        with database.readers.connection() as connection:
            assert rows(connection, f"SELECT until FROM {SCHEMA}.projector_lease WHERE until > now()") == [], "given up"


def test_it_outlives_its_connections(database_url: str) -> None:
    with opened(database_url) as (database, books), following(database, poll_s=0.2):
        _until_waiting(database)
        with psycopg.connect(database_url, autocommit=True) as owner:
            owner.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query "
                "LIKE 'LISTEN%'"
            )
        for _ in range(3):
            books.open_ledger()
        assert _shows(database, books)


def test_trouble_with_one_firm_is_told_and_the_others_go_on(database_url: str) -> None:
    with opened(database_url) as (database, books):
        other = Books(database, "other")
        with following(database, poll_s=0.1) as follower:
            books.live_a_month()
            assert _shows(database, books)
            with psycopg.connect(database_url, autocommit=True) as owner:
                owner.execute(f"UPDATE {SCHEMA}.log_head SET size = size + 1")
            other.live_a_month()
            assert _shows(database, other)
            for _ in range(100):
                if follower.trouble:
                    break
                time.sleep(0.05)
            assert "no event at position" in follower.trouble["demo"]
            assert "other" not in follower.trouble


def test_a_wait_is_bounded(database_url: str) -> None:
    with opened(database_url) as (database, books), database.projectors.connection() as connection:
        engine = Engine(SCHEMA, SAMPLE)
        engine.prepare(connection)
        assert wait_for(connection, SCHEMA, 0, 0.0)
        books.open_ledger()
        began = time.monotonic()
        assert not wait_for(connection, SCHEMA, 1, 0.1)
        assert 0.1 <= time.monotonic() - began < 2.0
        engine.catch_up(connection)
        assert wait_for(connection, SCHEMA, 1, 0.1, projections=["ledgers"])
        assert not wait_for(connection, SCHEMA, 2, 0.0)
