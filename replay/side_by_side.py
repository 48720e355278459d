"""Whether every read model is what the log says: held row by row against a rebuild in a scratch schema.

Both are looked at as they stand at one position, while commands, the projector and readers go on. Rows are paired by their
key, and counted: that finds the same as EXCEPT ALL both ways, in one pass instead of four.
"""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import Connection, IsolationLevel

from aggregates.trust_rules import money
from projections.chart_of_accounts import Account
from projections.engine import LogBroken
from projections.projection import Projection, Table
from replay.findings import Check
from replay.folding import as_projector
from replay.scratch import Progress, Scratch

_PURPOSE = "verify"


class SideBySide:
    """Compares; `position` is where, once it did. `totals`, when given, are the ledgers of each trust account at `size`."""

    def __init__(self, conninfo: str, schema: str, projections: Sequence[Projection]) -> None:
        self.check = Check("read models", "rows")
        self.postings = Check("posting groups", "groups")
        self.position: int | None = None
        self._conninfo = conninfo
        self.schema = schema
        self._projections = projections

    def run(self, size: int, totals: dict[str, int], progress: Progress | None = None) -> None:
        """Rebuild and compare, the log having `size` events at least. Raises AlreadyRunning, psycopg.OperationalError."""
        with self.check.timed(), as_projector(self._conninfo) as live, as_projector(self._conninfo) as seen:
            self._check_known(live)
            current = self.current(live)
            reached = min(current.values(), default=0)
            if not current or not self.is_reached(reached, live):
                return
            chosen = [one for one in self._projections if one.name in current]
            with Scratch(self._conninfo, self.schema, chosen, _PURPOSE, lasting=False) as scratch:
                try:
                    scratch.load(reached, progress)
                    compared = self._stand_still(live, seen, scratch, chosen)
                except LogBroken as broken:
                    self.check.fault(f"the read models cannot be rebuilt: {broken}", table="events")
                    return
                try:
                    for projection in compared:
                        for table in projection.tables:
                            pair_rows(seen, self.check, table, self.schema, scratch.name)
                    if any(table.name == "postings" for one in compared for table in one.tables):
                        self._balance(seen, totals if self.position == size else {})
                finally:
                    seen.rollback()  # else the scratch tables could not go

    def current(self, live: Connection[Any]) -> dict[str, int]:
        """Where each read model stands, those apart that were never made, or by other code."""
        tracked, current = self._tracked(live), {}
        for one in self._projections:
            version, position = tracked.get(one.name, (None, 0))
            if version == one.version:
                current[one.name] = position
            else:
                stands = "was never folded" if version is None else f"is of version {version}, not {one.version}: rebuild it"
                self._once(f"the read model {one.name} {stands}", one.tables[0].name)
        return current

    def _check_known(self, live: Connection[Any]) -> None:
        for name in sorted(self._tracked(live).keys() - {one.name for one in self._projections}):
            self._once(f"a read model {name} is tracked that this program does not have", "projection_tracking")

    def _tracked(self, live: Connection[Any]) -> dict[str, tuple[int, int]]:
        row = live.execute("SELECT to_regclass(%s)", (f"{self.schema}.projection_tracking",)).fetchone()
        if row is None or row[0] is None:
            return {}
        found = live.execute(f"SELECT name, version, position FROM {self.schema}.projection_tracking")
        return {name: (version, position) for name, version, position in found}

    def _once(self, sentence: str, table: str) -> None:
        """What stands where is looked at twice, and told once."""
        if all(fault.sentence != sentence for fault in self.check.faults):
            self.check.fault(sentence, table=table)

    def is_reached(self, position: int, live: Connection[Any]) -> bool:
        """Whether the log has the events that the read models show."""
        row = live.execute(f"SELECT size FROM {self.schema}.log_head WHERE id = 1").fetchone()
        size = row[0] if row else 0
        if position > size:
            sentence = f"the read models show {position} events, the log has {size}: its end was cut off"
            self.check.fault(sentence, position=size + 1, table="projection_tracking")
        return position <= size

    def _stand_still(
        self, live: Connection[Any], seen: Connection[Any], scratch: Scratch, chosen: list[Projection]
    ) -> list[Projection]:
        """Bring the scratch tables to where the live ones are and take the snapshot in which both agree on the position.

        Whoever leads waits meanwhile, for the few events that came since.
        """
        with live.transaction():
            live.execute(f"SELECT 1 FROM {self.schema}.projector_lease WHERE id = 1 FOR UPDATE")
            current = self.current(live)
            parked = dict(live.execute(f"SELECT projection, position FROM {self.schema}.parked_events").fetchall())
            going = {name: position for name, position in current.items() if name not in parked}
            self.position = max(going.values(), default=0)
            if not self.is_reached(self.position, live):
                return []
            scratch.engine.catch_up(scratch.connection, stop=self.position)
            seen.isolation_level = IsolationLevel.REPEATABLE_READ
            seen.autocommit = False
            seen.execute("SET LOCAL work_mem = '64MB'")
            seen.execute("SELECT 1 FROM pg_class LIMIT 1")
        rebuilt = scratch.engine.positions(scratch.connection)
        poison = {one.projection: one.error for one in scratch.engine.parked(scratch.connection)}
        compared = []
        for one in chosen:
            if one.name in parked or one.name in poison:
                at = parked.get(one.name) or rebuilt[one.name] + 1
                sentence = f"the read model {one.name} stands still before an event it cannot digest"
                self.check.fault(f"{sentence}: {poison.get(one.name, 'parked')}", position=at, table=one.tables[0].name)
            if current.get(one.name) == rebuilt[one.name]:
                compared.append(one)
            elif one.name not in parked and one.name not in poison:
                sentence = f"the read model {one.name} stands at position {current.get(one.name)}, others at {self.position}"
                self.check.fault(sentence, table=one.tables[0].name)
        return compared

    def _balance(self, seen: Connection[Any], totals: dict[str, int]) -> None:
        with self.postings.timed():
            balance(seen, self.postings, self.schema)
            rows = seen.execute(
                f"SELECT trust_account_id::text, sum(amount_minor)::bigint FROM {self.schema}.postings "
                "WHERE account = %s GROUP BY 1",
                (Account.TRUST_BANK,),
            )
            in_books = dict(rows.fetchall())
            for account, total in totals.items():
                if (book := in_books.get(account, 0)) != total:
                    sentence = f"the book of trust account {account} has {money(book)}, its ledgers {money(total)}"
                    self.postings.fault(sentence, table="postings")


def pair_rows(seen: Connection[Any], check: Check, table: Table, live: str, scratch: str, where: str = "") -> None:
    """Hold one table against its rebuild; the first difference is the fault. `where` restricts the live rows."""
    try:
        with seen.transaction():
            _pair_rows(seen, check, table, live, scratch, where)
    except psycopg.ProgrammingError as error:
        sentence = f"the table {table.name} is not as it was made: {str(error).splitlines()[0]}"
        check.fault(sentence, table=table.name)


def balance(seen: Connection[Any], check: Check, schema: str, where: str = "") -> None:
    """Whether the lines of each event sum to zero in each book; an event is of one ledger, and so of one currency."""
    grouped = f"SELECT position, book, sum(amount_minor)::bigint AS net FROM {schema}.postings {where} GROUP BY 1, 2"
    row = seen.execute(f"SELECT count(*) FROM ({grouped}) AS groups").fetchone()
    check.counted += row[0] if row else 0
    for position, book, net in seen.execute(f"SELECT * FROM ({grouped}) AS g WHERE net <> 0 ORDER BY 1, 2 LIMIT 20"):
        check.fault(f"the lines of the {book} book sum to {money(net)}", position=position, table="postings")


def _pair_rows(seen: Connection[Any], check: Check, table: Table, live: str, scratch: str, where: str) -> None:
    key = table.key or ("position", "n")
    columns = list(table.all_columns)
    rows = f"(SELECT * FROM {live}.{table.name} {where})"
    counted = seen.execute(
        f"SELECT (SELECT count(*) FROM {rows} l), (SELECT count(*) FROM {scratch}.{table.name})"
    ).fetchone() or (0, 0)
    check.counted += counted[0]
    ours, theirs = (", ".join(f"{side}.{column}" for column in columns) for side in "ls")
    first = seen.execute(
        f"SELECT to_jsonb(l), to_jsonb(s) FROM {rows} l FULL JOIN {scratch}.{table.name} s "
        f"ON {' AND '.join(f'l.{column} = s.{column}' for column in key)} "
        f"WHERE l.{key[0]} IS NULL OR s.{key[0]} IS NULL OR ROW({ours}) IS DISTINCT FROM ROW({theirs}) "
        f"ORDER BY {', '.join(f'coalesce(l.{column}, s.{column})' for column in key)} LIMIT 1"
    ).fetchone()
    if first is None:
        if counted[0] != counted[1]:
            check.fault(f"{table.name} has {counted[0]} rows, the rebuild {counted[1]}: rows stand twice", table=table.name)
        return
    found, rebuilt = first
    row = found or rebuilt
    named = ", ".join(f"{column} {row[column]}" for column in key)
    if found is None or rebuilt is None:
        what = "is missing" if found is None else "has no event behind it"
    else:
        what = "differs in " + ", ".join(
            _difference(column, found, rebuilt) for column in columns if found[column] != rebuilt[column]
        )
    check.fault(
        f"the row of {table.name} with {named} {what}",
        position=row["position"] if table.is_facts else None,
        table=table.name,
    )


def _difference(column: str, found: dict[str, Any], rebuilt: dict[str, Any]) -> str:
    """Figures are told, words are not: a report goes to people who may not read everything."""
    if type(found[column]) is int and type(rebuilt[column]) is int:
        return f"{column} ({found[column]} instead of {rebuilt[column]})"
    return column
