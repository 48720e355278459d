"""The tables of the read side in a firm's schema: made on first sight, by whichever process comes first."""

from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import Connection

from projections.projection import FACT_KEY, Projection, Table

READERS = ("muniment_reader", "muniment_appender")
_LOCK = 0x70726F6A


def prepare(connection: Connection[Any], schema: str, projections: Sequence[Projection]) -> None:
    """Make what is not there yet: the engine's own tables, then each projection's with its tracking row at 0.

    A projection that stands in another version is left alone: a rebuild replaces it. Safe from many processes at once.
    """
    if _is_prepared(connection, schema, projections):
        return
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (_LOCK, schema))
        create_own_tables(connection, schema)
        known = {row[0] for row in connection.execute(f"SELECT name FROM {schema}.projection_tracking")}
        for projection in projections:
            if projection.name in known:
                continue
            for table in projection.tables:
                create_table(connection, schema, table)
                create_indexes(connection, schema, table)
            track(connection, schema, projection, 0)


def create_own_tables(connection: Connection[Any], schema: str) -> None:
    """Where each projection is, what was parked, and who leads."""
    connection.execute(f"""
        CREATE TABLE IF NOT EXISTS {schema}.projection_tracking (
            name     text    PRIMARY KEY,
            version  integer NOT NULL,
            position bigint  NOT NULL,
            tables   text[]  NOT NULL
        ) WITH (fillfactor = 50);
        CREATE TABLE IF NOT EXISTS {schema}.parked_events (
            projection text        PRIMARY KEY,
            position   bigint      NOT NULL,
            error      text        NOT NULL,
            parked_at  timestamptz NOT NULL DEFAULT now()
        );
        CREATE TABLE IF NOT EXISTS {schema}.projector_lease (
            id     integer     PRIMARY KEY CHECK (id = 1),
            holder text        NOT NULL,
            until  timestamptz NOT NULL
        ) WITH (fillfactor = 50);
        INSERT INTO {schema}.projector_lease VALUES (1, '', '-infinity') ON CONFLICT DO NOTHING;
    """)
    for name in ("projection_tracking", "parked_events", "projector_lease"):
        _grant(connection, schema, name)


def create_table(connection: Connection[Any], schema: str, table: Table) -> None:
    """The bare table; its primary key only where rows are found by it while it fills."""
    columns = ", ".join(f"{name} {kind}" for name, kind in table.all_columns.items())
    key = f", PRIMARY KEY ({', '.join(table.key)})" if table.key else ""
    connection.execute(f"CREATE TABLE {schema}.{table.name} ({columns}{key})")
    _grant(connection, schema, table.name)


def create_indexes(connection: Connection[Any], schema: str, table: Table) -> None:
    """What is better built once the rows are there: the key of facts, and the indexes."""
    for statement in (*key_of_facts(schema, table), *index_statements(schema, table)):
        connection.execute(statement)


def key_of_facts(schema: str, table: Table) -> list[str]:
    """The statement that adds the key of a table of facts; none for another table, which was made with its own."""
    return [f"ALTER TABLE {schema}.{table.name} ADD PRIMARY KEY ({', '.join(FACT_KEY)})"] if table.is_facts else []


def index_statements(schema: str, table: Table) -> list[str]:
    """A statement for each index besides the key.

    Each has a name of its own: of two that are built at once on the same columns, PostgreSQL would choose one name for both.
    """
    clauses = (index if index.lstrip().upper().startswith("USING") else f"({index})" for index in table.indexes)
    return [
        f"CREATE INDEX {table.name}_{number}_idx ON {schema}.{table.name} {clause}"
        for number, clause in enumerate(clauses, start=1)
    ]


def track(connection: Connection[Any], schema: str, projection: Projection, position: int) -> None:
    """Note that a projection, in this version, stands at a position."""
    connection.execute(
        f"INSERT INTO {schema}.projection_tracking VALUES (%s, %s, %s, %s) ON CONFLICT (name) "
        "DO UPDATE SET version = excluded.version, position = excluded.position, tables = excluded.tables",
        (projection.name, projection.version, position, [table.name for table in projection.tables]),
    )


def _is_prepared(connection: Connection[Any], schema: str, projections: Iterable[Projection]) -> bool:
    row = connection.execute("SELECT to_regclass(%s)", (f"{schema}.projector_lease",)).fetchone()
    if row is None or row[0] is None:
        return False
    known = {row[0] for row in connection.execute(f"SELECT name FROM {schema}.projection_tracking")}
    return known >= {projection.name for projection in projections}


def _grant(connection: Connection[Any], schema: str, table: str) -> None:
    connection.execute(f"GRANT SELECT ON {schema}.{table} TO {', '.join(READERS)}")
