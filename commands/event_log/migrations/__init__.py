"""Brings a database to the newest shape: numbered SQL files, under an advisory lock, each in one transaction.

`0000` is shared by all firms; every other file is run once in each firm's schema.
"""

import re
from importlib import resources
from uuid import UUID

import psycopg
from psycopg import sql

from aggregates.errors import AlreadyExists, BadRequest

ROLES = ("muniment_appender", "muniment_projector", "muniment_reader")
_LOCK = 0x6D756E69
_SLUG = re.compile(r"[a-z][a-z0-9_]{0,40}")


def schema_of(slug: str) -> str:
    """The schema that holds a firm. Raises BadRequest for a slug that could not name one."""
    if _SLUG.fullmatch(slug) is None:
        raise BadRequest(f"a firm's short name is a-z, 0-9 and _, starting with a letter, not {slug!r}")
    return f"firm_{slug}"


def migrate(conninfo: str) -> None:
    """Bring roles, the shared schema and every firm to the newest shape. Safe to run from many processes at once."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        _lock(connection)
        _make_roles(connection)
        _execute(connection, "0000_shared.sql", {})
        slugs = [row[0] for row in connection.execute("SELECT slug FROM muniment.firms ORDER BY slug")]
        for slug in slugs:
            _migrate_firm(connection, slug)


def create_firm(conninfo: str, slug: str, firm_id: UUID) -> None:
    """Lay an empty log for a new firm. Raises AlreadyExists when the short name is taken."""
    schema = schema_of(slug)
    with psycopg.connect(conninfo, autocommit=True) as connection:
        _lock(connection)
        with connection.transaction():
            taken = connection.execute(
                "INSERT INTO muniment.firms (slug, firm_id) VALUES (%s, %s) ON CONFLICT DO NOTHING RETURNING slug",
                (slug, firm_id),
            ).fetchone()
            if taken is None:
                raise AlreadyExists(f"there is a firm called {slug} already")
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
            _migrate_firm(connection, slug)


def _migrate_firm(connection: psycopg.Connection, slug: str) -> None:
    row = connection.execute("SELECT migration FROM muniment.firms WHERE slug = %s", (slug,)).fetchone()
    done = row[0] if row else 0
    for name in _files():
        number = int(name[:4])
        if number <= done:
            continue
        with connection.transaction():
            _execute(connection, name, {"{schema}": schema_of(slug), "{slug}": slug})
            connection.execute("UPDATE muniment.firms SET migration = %s WHERE slug = %s", (number, slug))


def _files() -> list[str]:
    names = (entry.name for entry in resources.files(__package__).iterdir())
    return sorted(name for name in names if re.fullmatch(r"\d{4}_\w+\.sql", name) and name[:4] != "0000")


def _execute(connection: psycopg.Connection, name: str, words: dict[str, str]) -> None:
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    for word, value in words.items():
        text = text.replace(word, value)
    connection.execute(text.encode())


def _lock(connection: psycopg.Connection) -> None:
    connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))  # held until the connection closes


def _make_roles(connection: psycopg.Connection) -> None:
    known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", (list(ROLES),))}
    for role in ROLES:
        if role not in known:
            try:
                connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
            except (psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
                continue  # another database of this server is being migrated at this moment
    member = connection.execute(
        "SELECT bool_and(pg_has_role(current_user, r, 'MEMBER')) FROM unnest(%s::text[]) r",
        (list(ROLES),),
    ).fetchone()
    if not (member and member[0]):
        for role in ROLES:
            connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(role)))
