"""One PostgreSQL a run, shared by all workers, and a database of its own for each test that asks."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, settings

from commands.event_log.embedded_server import EmbeddedServer
from commands.event_log.migrations import migrate
from tests.databases import Databases

# How fast a machine is, or how busy, is no matter of a test; the benchmarks measure. The gate tries the same examples until
# a test changes, so that what it finds is in the change; `make search` tries others each time.
_SEARCH = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("search", _SEARCH)
settings.register_profile("gate", _SEARCH, derandomize=True)
settings.load_profile("gate")

_HOME = pytest.StashKey[Path]()
_NAMED = "MUNIMENT_TEST_DATABASE_URL"


def pytest_configure(config: pytest.Config) -> None:
    """The process that leads the run makes its folder and tells the workers."""
    told = getattr(config, "workerinput", {}).get("muniment_home")
    # In the system's temporary folder, since as root the server runs as a user of its own.
    config.stash[_HOME] = Path(told or tempfile.mkdtemp(prefix="muniment-tests-"))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """xdist: a worker is about to start."""
    node.workerinput["muniment_home"] = str(node.config.stash[_HOME])


def pytest_unconfigure(config: pytest.Config) -> None:
    """The process that leads the run leaves last: no server stays behind, whatever became of the workers, and no folder."""
    home = config.stash.get(_HOME, None)
    if home is None or hasattr(config, "workerinput"):
        return
    named = os.environ.get(_NAMED)
    if named:
        Databases(named, _run(home)).drop_templates()
    EmbeddedServer(home).stop()
    shutil.rmtree(home)


@pytest.fixture(scope="session")
def server_url(pytestconfig: pytest.Config) -> Iterator[str]:
    """The run's own server; MUNIMENT_TEST_DATABASE_URL names another one. A crash test starts one of its own."""
    named = os.environ.get(_NAMED)
    if named:
        yield named
        return
    server = EmbeddedServer(pytestconfig.stash[_HOME])
    try:
        url = server.start()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SELECT pg_advisory_lock(1)")  # ALTER SYSTEM does not bear two at once
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                connection.execute(f"ALTER SYSTEM SET {setting} = off")  # what is lost by a crash is thrown away anyway
            connection.execute("SELECT pg_reload_conf()")
        yield url
    finally:
        server.stop()


@pytest.fixture(scope="session")
def databases(server_url: str, pytestconfig: pytest.Config) -> Databases:
    """For a test that needs several databases, or a template of its own."""
    return Databases(server_url, _run(pytestconfig.stash[_HOME]))


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """An empty database of the test's own."""
    with databases.fresh() as url:
        yield url


@pytest.fixture
def migrated_database_url(databases: Databases) -> Iterator[str]:
    """A database of the test's own that has been migrated, without a firm."""
    with databases.fresh(databases.template("migrated", migrate)) as url:
        yield url


def _run(home: Path) -> str:
    """A word that tells this run from another one on the same server."""
    return home.name.removeprefix("muniment-tests-").lower()
