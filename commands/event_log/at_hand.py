"""Work that must not wait: where a thread serves everybody, what it has not at hand is left to another thread."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg import Connection
from psycopg_pool import ConnectionPool


class NotAtHand(BaseException):
    """The database would have to be asked. No error of anybody's: what catches every Exception lets it pass."""


class _Here(threading.local):
    must_not_wait = False


_here = _Here()


@contextmanager
def at_hand_only() -> Iterator[None]:
    """In this block and thread, what would ask the database raises NotAtHand."""
    before, _here.must_not_wait = _here.must_not_wait, True
    try:
        yield
    finally:
        _here.must_not_wait = before


def about_to_ask() -> None:
    """The database is asked next. Raises NotAtHand."""
    if _here.must_not_wait:
        raise NotAtHand


class Pool(ConnectionPool[Connection[Any]]):
    """The library's, out of reach for who must not wait."""

    def getconn(self, timeout: float | None = None) -> Connection[Any]:
        """A connection. Raises NotAtHand, psycopg_pool.PoolTimeout."""
        about_to_ask()
        return super().getconn(timeout)
