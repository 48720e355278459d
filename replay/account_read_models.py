"""The read models of one trust account, held against a fold of its own events: postings, entries, balances."""

from collections.abc import Sequence
from typing import Any

from psycopg import Connection, IsolationLevel

from projections import schema as read_side
from projections.changes import Changes
from projections.firm_calendar import UNESTABLISHED, firm_calendar
from projections.projection import Projection
from replay.folding import as_projector
from replay.scratch import Scratch
from replay.side_by_side import SideBySide, balance, pair_rows

_ACCOUNT = "trust_account_id"
_PAGE = 2_000


def compare_account(conninfo: str, schema: str, projections: Sequence[Projection], account_id: str) -> SideBySide:
    """Compare every table that names the account; the checks and the position are the answer's.

    Tables that do not name it are left to the verification of the whole firm. Raises AlreadyRunning, psycopg.Error.
    """
    chosen = [one for one in projections if any(_ACCOUNT in table.columns for table in one.tables)]
    models = SideBySide(conninfo, schema, chosen)
    where = f"WHERE {_ACCOUNT} = '{account_id}'"
    with models.check.timed(), as_projector(conninfo) as live, as_projector(conninfo) as seen:
        current = models.current(live)
        reached = min(current.values(), default=0)
        if not current or not models.is_reached(reached, live):
            return models
        chosen = [one for one in chosen if one.name in current]
        with Scratch(conninfo, schema, chosen, "verify_account") as scratch:
            tables = [table for one in chosen for table in one.tables]
            for table in tables:
                read_side.create_table(scratch.connection, scratch.name, table)
            fold = _Fold(scratch, chosen, account_id)
            fold.carry(0, reached)
            with live.transaction():
                live.execute(f"SELECT 1 FROM {schema}.projector_lease WHERE id = 1 FOR UPDATE")
                current = models.current(live)
                models.position = max(current.values())
                if not models.is_reached(models.position, live):
                    return models
                fold.carry(reached, models.position)
                seen.isolation_level = IsolationLevel.REPEATABLE_READ
                seen.autocommit = False
                seen.execute("SELECT 1 FROM pg_class LIMIT 1")
            try:
                for one in chosen:
                    _compare(seen, models, one, current[one.name], scratch.name, where)
                if any(table.name == "postings" for table in tables):
                    with models.postings.timed():
                        balance(seen, models.postings, schema, where)
            finally:
                seen.rollback()  # else the scratch tables could not go
    return models


def _compare(
    seen: Connection[Any], models: SideBySide, projection: Projection, position: int, scratch: str, where: str
) -> None:
    if position != models.position:
        sentence = f"the read model {projection.name} stands at position {position}, others at {models.position}"
        models.check.fault(sentence, table=projection.tables[0].name)
        return
    for table in projection.tables:
        if _ACCOUNT in table.columns:
            pair_rows(seen, models.check, table, models.schema, scratch, where)


class _Fold:
    """Folds the account's events into its scratch tables."""

    def __init__(self, scratch: Scratch, projections: Sequence[Projection], account_id: str) -> None:
        self._scratch = scratch
        self._projections = projections
        self._counter = f'"trust_account":{{"id":"{account_id}"'.encode()

    def carry(self, after: int, upto: int) -> None:
        connection, schema = self._scratch.connection, self._scratch.schema
        statement = (
            f"SELECT position, state FROM {schema}.events WHERE position > %s AND position <= %s "
            f"AND position(%s::bytea IN state) > 0 ORDER BY position LIMIT {_PAGE}"
        )
        calendar = firm_calendar(connection, schema) or UNESTABLISHED
        while rows := connection.execute(statement, (after, upto, self._counter), binary=True).fetchall():
            changes = Changes(self._projections)
            for position, state in rows:
                try:
                    event = calendar.read(position, state)
                except (KeyError, TypeError, ValueError, AttributeError):
                    continue  # the check of the log has named it
                for one in self._projections:
                    if one.topics is None or event.topic in one.topics:
                        changes.take(position, one.project(event))
            with connection.transaction():
                changes.write(connection, self._scratch.name)
            after = rows[-1][0]
