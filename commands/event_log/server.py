"""The database server: the one that DATABASE_URL names, or an embedded PostgreSQL of our own.

What is shared here is small: where data lies, what is refused, and that SIGTERM means an orderly leave.
"""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import platformdirs
import psycopg

from commands.event_log.embedded_server import EmbeddedServer
from commands.event_log.postgres_account import DatabaseUnusable

__all__ = ["DatabaseUnusable", "EmbeddedServer", "default_data_directory", "open_database", "stopped_by_signals"]

OLDEST_SERVER = 15_00_00
_SIGNALS = (signal.SIGTERM, signal.SIGHUP)


def default_data_directory() -> Path:
    """MUNIMENT_DATA; else /var/lib/muniment for root (whose home stays private), else the user's own data directory."""
    named = os.environ.get("MUNIMENT_DATA")
    if named:
        return Path(named).expanduser().absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/muniment")
    return platformdirs.user_data_path("muniment")


@contextmanager
def open_database(data_directory: Path | None = None, database_url: str | None = None) -> Iterator[str]:
    """A connection string that works, until the block ends. Raises DatabaseUnusable.

    Without a URL the embedded server keeps its files in `postgres/` below the data directory. All processes on one data
    directory share it; the last one to leave stops it.
    """
    if database_url:
        _check_version(database_url)
        yield database_url
        return
    server = EmbeddedServer(data_directory or default_data_directory())
    with stopped_by_signals():
        try:
            yield server.start()
        finally:
            server.stop()


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """SIGTERM and SIGHUP become an orderly exit (128 + number), unless somebody handles or ignores them already."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals belong to the main thread: whoever owns it decides
        return
    ours = [number for number in _SIGNALS if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, _leave)
    try:
        yield
    finally:
        for number in ours:
            if signal.getsignal(number) is _leave:
                signal.signal(number, signal.SIG_DFL)


def _leave(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def _check_version(url: str) -> None:
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version
    except psycopg.Error as error:
        said = str(error).strip() or type(error).__name__
        raise DatabaseUnusable(f"DATABASE_URL cannot be reached: {said.splitlines()[0]}") from error
    if version < OLDEST_SERVER:
        raise DatabaseUnusable(f"PostgreSQL 15 or newer is needed; DATABASE_URL is served by {version // 10000}")
