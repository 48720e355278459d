"""What tables need once their rows are there: keys, indexes, statistics. Built on several connections at the same time.

Each connection builds one index after the other by itself: PostgreSQL's own parallel workers sort in parts, which one of
them then has to merge.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import chain
from queue import SimpleQueue
from typing import Any

from psycopg import Connection

from projections import schema as read_side
from projections.projection import Table
from replay.folding import as_projector, at_once

_MEMORY_MB = 256
"""What all connections together may sort in."""


def complete(conninfo: str, schema: str, tables: Sequence[Table], *, indexes: bool) -> None:
    """Add the keys of facts, the indexes where asked for, and statistics; autovacuum may come again. Raises psycopg.Error.

    The commits need not reach the disk: the switch that comes later takes them along.
    """
    with ExitStack() as stack:
        idle: SimpleQueue[Connection[Any]] = SimpleQueue()
        count = at_once()
        for _ in range(count):
            connection = stack.enter_context(as_projector(conninfo))
            connection.execute("SET synchronous_commit = off")
            connection.execute("SET max_parallel_maintenance_workers = 0")
            connection.execute(f"SET maintenance_work_mem = '{_MEMORY_MB // count}MB'")
            idle.put(connection)

        def do(statement: str) -> None:
            connection = idle.get()
            try:
                connection.execute(statement.encode())
            finally:
                idle.put(connection)

        pool = stack.enter_context(ThreadPoolExecutor(count))

        def do_all(statements: Iterable[str]) -> None:
            for _ in pool.map(do, statements):
                pass

        do_all(chain.from_iterable(read_side.key_of_facts(schema, table) for table in tables))
        if indexes:
            do_all(sorted(chain.from_iterable(read_side.index_statements(schema, table) for table in tables), key=_rank))
        do_all(f"ANALYZE {schema}.{table.name}" for table in tables)
        do_all(f"ALTER TABLE {schema}.{table.name} RESET (autovacuum_enabled)" for table in tables)


def _rank(statement: str) -> bool:
    """Those that take longest come first, so that the connections end together: those of words before those of order."""
    return "USING gin" not in statement
