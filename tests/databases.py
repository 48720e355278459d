"""Databases on the run's server: one for each test, empty or copied from a template that is prepared once a run."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

_LOCK = 0x74657374


class Databases:
    """Makes and drops databases on one server. `run` keeps the templates of two runs on one server apart."""

    def __init__(self, server_url: str, run: str) -> None:
        self.server_url = server_url
        self._run = run

    @contextmanager
    def fresh(self, template: str | None = None) -> Iterator[str]:
        """The URL of a database of one's own, dropped at the end of the block."""
        name = f"test_{secrets.token_hex(6)}"
        source = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
        self._execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)) + source)
        try:
            yield make_conninfo(self.server_url, dbname=name)
        finally:
            self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def template(self, name: str, prepare: Callable[[str], None]) -> str:
        """The name of a template, made by the first worker that asks: `prepare` is given the URL of an empty database."""
        full = f"template_{self._run}_{name}"
        with psycopg.connect(self.server_url, autocommit=True) as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))  # held until the connection closes
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (full,)).fetchone() is None:
                # Under another name until it is whole, so that nobody copies the ruin of a failed preparation.
                partial = f"{full}_partial"
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(partial)))
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(partial)))
                prepare(make_conninfo(self.server_url, dbname=partial))
                connection.execute(
                    sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(partial), sql.Identifier(full)),
                )
        return full

    def drop_templates(self) -> None:
        """Drop what this run has prepared."""
        with psycopg.connect(self.server_url, autocommit=True) as connection:
            like = f"template_{self._run}_%".replace("_", r"\_")
            for (name,) in connection.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", (like,)).fetchall():
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.server_url, autocommit=True) as connection:
            connection.execute(statement)
