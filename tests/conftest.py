"""One PostgreSQL a run, shared by all workers, and a database of its own for each test that asks."""

import fcntl
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from commands.event_log.server import open_database


@pytest.fixture(scope="session")
def server_url(testrun_uid: str) -> Iterator[str]:
    """The run's own server; MUNIMENT_TEST_DATABASE_URL names another one. The last worker to leave removes it."""
    named = os.environ.get("MUNIMENT_TEST_DATABASE_URL")
    if named:
        yield named
        return
    # In the system's temporary folder, since as root the server runs as a user of its own.
    home = Path(tempfile.gettempdir()) / f"muniment-tests-{testrun_uid}"
    with _counted(home, +1):
        home.mkdir(mode=0o755, exist_ok=True)
        server = open_database(home / "data")
        url = server.__enter__()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
    yield url
    with _counted(home, -1) as left:
        server.__exit__(None, None, None)
        if left == 0:
            shutil.rmtree(home)


@pytest.fixture
def database_url(server_url: str) -> Iterator[str]:
    """An empty database of the test's own."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield psycopg.conninfo.make_conninfo(server_url, dbname=name)
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def _counted(home: Path, step: int) -> Iterator[int]:
    """How many workers use the server, under a lock, after this one came (+1) or went (-1)."""
    lock = home.with_suffix(".lock")
    with lock.open("a+", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        users = int(file.read() or "0") + step
        file.seek(0)
        file.truncate()
        file.write(str(users))
        file.flush()
        yield users
        if users == 0:
            lock.unlink()
