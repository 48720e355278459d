"""Verify a firm's books: the log is whole, the read models are what it says, every rule held, every posting group balances.

It proves, it does not assume: everything is computed again from the stored bytes. What it cannot know is told by somebody
outside, an older checkpoint: whoever holds the signing key can write a whole new log, until someone else holds one.
"""

import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from psycopg import Connection, IsolationLevel

from commands.event_log.database import Database
from commands.event_log.migrations import schema_of
from projections.projection import Projection
from replay.account_chain import AccountChains
from replay.account_read_models import compare_account
from replay.answers_check import AnswersCheck
from replay.checkpoint_check import CheckpointCheck
from replay.documents_check import DocumentsCheck
from replay.findings import Check, Fault, VerifyReport
from replay.folding import as_projector, no_collector
from replay.log_check import LogCheck
from replay.pinned_roots import PinnedRoots
from replay.rule_check import BESIDES, RuleCheck
from replay.scratch import Progress
from replay.side_by_side import SideBySide

__all__ = ["Check", "Fault", "VerifyReport", "verify"]


def verify(
    database: Database | str,
    slug: str,
    projections: Sequence[Projection],
    *,
    trust_account_id: UUID | None = None,
    checkpoint_file: Path | None = None,
    vkey: str | Sequence[str] | None = None,
    progress: Progress | None = None,
) -> VerifyReport:
    """Verify one firm, or one trust account of it; the database is named by the owner's connection string.

    `checkpoint_file` is where checkpoints were kept outside the database, `vkey` whose signatures count (several where the
    key was changed). `progress` is told (events read, events in all), and again for the rebuild. Reads while others write.
    Raises BadRequest for a bad short name, NoteRefused for a bad verifier key, AlreadyRunning, psycopg.Error.
    """
    conninfo = database.conninfo if isinstance(database, Database) else database
    schema = schema_of(slug)
    vkeys = [vkey] if isinstance(vkey, str) else list(vkey or ())
    began = time.perf_counter()
    if trust_account_id is not None:
        found = _verify_account(conninfo, schema, projections, str(trust_account_id), progress)
    else:
        found = _verify_firm(conninfo, schema, projections, CheckpointCheck(vkeys, checkpoint_file), progress)
    size, root, projected_to, checks = found
    account = str(trust_account_id) if trust_account_id else None
    return VerifyReport(slug, account, size, root.hex(), projected_to, time.perf_counter() - began, tuple(checks))


_Found = tuple[int, bytes, int | None, Iterable[Check]]


def _verify_firm(
    conninfo: str,
    schema: str,
    projections: Sequence[Projection],
    checkpoints: CheckpointCheck,
    progress: Progress | None,
) -> _Found:
    with as_projector(conninfo) as connection, no_collector():
        _one_snapshot(connection)
        size, packed = _head(connection, schema)
        pinned = PinnedRoots(connection, schema)
        wanted = checkpoints.collect(connection, schema) | pinned.sizes
        log, chains, rules = LogCheck(connection, schema, wanted), AccountChains(), RuleCheck()
        answers, documents = AnswersCheck(connection, schema), DocumentsCheck(connection, schema)
        for page in log.pages():
            with chains.check.timed():
                for position, leaf, document in page:
                    chains.take(position, leaf, document)
            answers.take(page)
            documents.take(page)
            rules.take(page)
            if progress is not None and page:
                progress(page[-1].position, size)
        log.finish(size, packed)
        answers.finish(log.frontier.size)
        documents.finish()
        chains.finish(_account_heads(connection, schema))
        checkpoints.finish(log.frontier.size, log.roots)
        pinned.finish(log.roots)
        rules.finish()
        connection.rollback()
    models = SideBySide(conninfo, schema, projections)
    models.run(size, rules.totals(), progress)
    ours = (log.check, log.tree, chains.check, checkpoints.check, pinned.check, answers.check, documents.check)
    return size, log.frontier.root(), models.position, (*ours, models.check, models.postings, rules.facts.check)


def _verify_account(
    conninfo: str, schema: str, projections: Sequence[Projection], account_id: str, progress: Progress | None
) -> _Found:
    with as_projector(conninfo) as connection, no_collector():
        _one_snapshot(connection)
        size, _ = _head(connection, schema)
        log = LogCheck(connection, schema, account_id=account_id, besides=BESIDES)
        chains, rules = AccountChains(account_id), RuleCheck(account_id)
        documents = DocumentsCheck(connection, schema)
        for page in log.pages():
            with chains.check.timed():
                for position, leaf, document in page:
                    chains.take(position, leaf, document)
            documents.take(page)
            rules.take(page)
            if progress is not None and page:
                progress(page[-1].position, size)
        chains.finish(_account_heads(connection, schema))
        documents.finish()
        rules.finish()
        connection.rollback()
    models = compare_account(conninfo, schema, projections, account_id)
    head = chains.heads.get(account_id, (0, b""))
    checks = (log.check, chains.check, documents.check, models.check, models.postings, rules.facts.check)
    return size, head[1], models.position, checks


def _one_snapshot(connection: Connection[Any]) -> None:
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    connection.autocommit = False


def _head(connection: Connection[Any], schema: str) -> tuple[int, bytes]:
    row = connection.execute(f"SELECT size, frontier FROM {schema}.log_head WHERE id = 1").fetchone()
    return (row[0], bytes(row[1])) if row is not None else (0, b"")


def _account_heads(connection: Connection[Any], schema: str) -> list[tuple[str, int, bytes]]:
    rows = connection.execute(f"SELECT account_id::text, seq, leaf FROM {schema}.trust_account_heads")
    return [(account, seq, bytes(leaf)) for account, seq, leaf in rows]
