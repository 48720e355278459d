"""The changes of many events, folded together in memory and then written to their tables in sets."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from itertools import chain
from typing import Any

import orjson
from psycopg import Connection

from projections.binary_rows import UNPACKABLE, Packing
from projections.projection import Add, Change, Insert, Projection, Table, Upsert

Row = dict[str, Any]
Key = tuple[Any, ...]
_CONSTRAINT = re.compile(r"\s+(?:NOT|NULL|DEFAULT|CHECK|COLLATE|UNIQUE|GENERATED|CONSTRAINT)\b", re.IGNORECASE)


class Changes:
    """The changes to the tables of some projections, in the order of the log.

    Facts pile up; upserts and sums of one row become one.
    """

    __slots__ = ("_facts", "_merged", "_sums", "_tables", "_upserts")

    def __init__(self, projections: Iterable[Projection]) -> None:
        self._tables = {table.name: table for projection in projections for table in projection.tables}
        keyed = [name for name, table in self._tables.items() if not table.is_facts]
        self._facts: dict[str, list[tuple[Any, ...]]] = {n: [] for n, table in self._tables.items() if table.is_facts}
        self._upserts: dict[str, dict[Key, Row]] = {name: {} for name in keyed}
        self._sums: dict[str, dict[Key, dict[str, int]]] = {name: {} for name in keyed}
        self._merged = {name: table.merged for name, table in self._tables.items() if table.merged}

    def take(self, position: int, changes: Iterable[Change]) -> None:
        """Take all changes of one event, or none when its projection raises."""
        n = 0
        facts = self._facts
        for change in list(changes):
            kind = type(change)
            if kind is Insert:
                facts[change[0]].append((position, n) + change[1])
                n += 1
            elif kind is Upsert:
                self._upsert(*change)
            else:
                self._add(*change)

    @property
    def keyed(self) -> int:
        """How many rows that are found by a key are held."""
        return sum(map(len, chain(self._upserts.values(), self._sums.values())))

    def keyed_changes(self) -> Iterator[Upsert | Add]:
        """What is held of rows found by a key, as changes again; facts are not among them."""
        for table, upserts in self._upserts.items():
            yield from (Upsert(table, key, row) for key, row in upserts.items())
        for table, sums in self._sums.items():
            yield from (Add(table, key, row) for key, row in sums.items())

    def write(self, connection: Connection[Any], schema: str) -> None:
        """Write everything gathered, table by table, each in sets. Raises psycopg.Error; then forget the transaction."""
        self.write_facts(connection, schema)
        for name, upserts in self._upserts.items():
            if upserts:
                _put(connection, schema, self._tables[name], upserts, adding=False)
        for name, sums in self._sums.items():
            if sums:
                _put(connection, schema, self._tables[name], sums, adding=True)

    def write_facts(self, connection: Connection[Any], schema: str) -> None:
        """Write the facts, and forget them; what is found by a key stays. Raises psycopg.Error."""
        packing = Packing()
        for name, rows in self._facts.items():
            if rows:
                _copy(connection, schema, self._tables[name], rows, packing)
                self._facts[name] = []

    def _upsert(self, table: str, key: Key, values: Mapping[str, Any]) -> None:
        rows = self._upserts[table]
        row = rows.get(key)
        if row is None:
            rows[key] = dict(values)
            return
        merged = self._merged.get(table)
        if merged:
            for column, value in values.items():
                known = row.get(column)
                row[column] = {**known, **(value or {})} if column in merged and known else value
        else:
            row.update(values)

    def _add(self, table: str, key: Key, amounts: Mapping[str, int]) -> None:
        rows = self._sums[table]
        row = rows.get(key)
        if row is None:
            rows[key] = dict(amounts)
            return
        for column, amount in amounts.items():
            row[column] = row.get(column, 0) + amount


def _copy(connection: Connection[Any], schema: str, table: Table, rows: list[tuple[Any, ...]], packing: Packing) -> None:
    """Put rows of facts into their table by COPY. Raises psycopg.Error, UniqueViolation where one is there already.

    Values that cannot be packed go as text: PostgreSQL reads them, or says what is wrong with them.
    """
    columns = table.all_columns
    types = [base_type(kind) for kind in columns.values()]
    statement = f"COPY {schema}.{table.name} ({', '.join(columns)}) FROM STDIN"
    with connection.cursor() as cursor:
        try:
            whole = packing.whole(types, rows)
        except UNPACKABLE:
            objects = [at for at, kind in enumerate(types) if kind == "jsonb"]
            with cursor.copy(statement.encode()) as copy:
                for row in rows:
                    copy.write_row(_as_text(row, objects) if objects else row)
        else:
            with cursor.copy(f"{statement} (FORMAT binary)".encode()) as copy:
                copy.write(whole)


@cache
def base_type(declared: str) -> str:
    """The bare type of a column: "bigint" of "bigint NOT NULL DEFAULT 0"."""
    return _CONSTRAINT.split(declared, maxsplit=1)[0].strip()


def _as_text(row: tuple[Any, ...], objects: list[int]) -> list[Any]:
    values = list(row)
    for at in objects:
        if values[at] is not None:
            values[at] = orjson.dumps(values[at]).decode()
    return values


def _put(connection: Connection[Any], schema: str, table: Table, rows: Mapping[Key, Row], *, adding: bool) -> None:
    """Upserts, or sums: rows that name the same columns go together, in one statement and one parameter."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for key, row in rows.items():
        groups.setdefault(tuple(row), []).append({**dict(zip(table.key, key, strict=True)), **row})
    for columns, group in groups.items():
        connection.execute(_statement(schema, table, columns, adding=adding), (orjson.dumps(group).decode(),))


def _statement(schema: str, table: Table, columns: tuple[str, ...], *, adding: bool) -> str:
    """Update the rows that are there, insert those that are not.

    ON CONFLICT would first hold the new row against NOT NULL columns that this change does not name. Nobody else writes
    these tables: the engine holds the firm's lease.
    """
    target = f"{schema}.{table.name}"
    named = (*table.key, *columns)
    source = ", ".join(f"{column} {base_type(table.columns[column])}" for column in named)
    same = " AND ".join(f"t.{column} = u.{column}" for column in table.key)
    insert = (
        f"INSERT INTO {target} ({', '.join(named)}) SELECT {', '.join('u.' + c for c in named)} FROM u "
        f"WHERE NOT EXISTS (SELECT FROM {target} t WHERE {same})"
    )
    new = f"WITH u AS (SELECT * FROM json_to_recordset(%s::json) AS r({source}))"
    if not columns:
        return f"{new} {insert}"
    value: Callable[[str], str] = _sum if adding else lambda column: _set(column, table)
    changed = ", ".join(f"{column} = {value(column)}" for column in columns)
    return f"{new}, known AS (UPDATE {target} t SET {changed} FROM u WHERE {same}) {insert}"


def _sum(column: str) -> str:
    return f"coalesce(t.{column}, 0) + u.{column}"


def _set(column: str, table: Table) -> str:
    if column not in table.merged:
        return f"u.{column}"
    return f"coalesce(t.{column}, '{{}}'::jsonb) || coalesce(u.{column}, '{{}}'::jsonb)"
