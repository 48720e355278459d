"""Checkpoints: the log's head, signed, kept in the database and in a file outside it.

Whoever restores an old backup, or cuts off the log's end, takes the table of checkpoints back with it; the file stays. What
is signed is first held against what was signed before: a head that does not grow out of the last one is never signed.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import orjson
from psycopg import Connection

from aggregates.merkle import Frontier, leaf_hash
from commands.event_log.database import Database
from commands.event_log.migrations import schema_of
from replay.folding import pages
from replay.signed_note import Checkpoint, NoteRefused, Signer, Verifier, open_note, split_note

_TAIL = 65_536
"""Bytes; the longest line has a tenth of them."""


class Inconsistent(Exception):  # noqa: N818 -- said as a person would
    """The log's head does not grow out of what was signed before; it is not signed. `position` is the first in doubt."""

    def __init__(self, sentence: str, position: int) -> None:
        super().__init__(sentence)
        self.position = position


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint with the note that carries it; `signed_at` is UTC, RFC 3339.

    `frontier`, where kept, are the tree's subtrees at that size: they lead to the signed root, so they need no signature.
    """

    checkpoint: Checkpoint
    note: str
    signed_at: str
    frontier: bytes | None = None


def origin_of(firm_id: UUID) -> str:
    """The name of a firm's log, and of the key that signs it; no two firms share one, whatever they call themselves."""
    return f"muniment/{firm_id}"


def sign_head(database: Database, slug: str, signer: Signer, file: Path, now: datetime) -> SignedCheckpoint | None:
    """Sign the log as it stands: file first, then table. None for an empty log; the last one again where nothing was added.

    `now` is in UTC. Raises Inconsistent, NoteRefused for a file that was tampered with, OSError, psycopg.Error.
    """
    schema = schema_of(slug)
    with locked(file) as kept, database.writers.connection() as connection:
        in_file, in_table = _last_entry(kept, file), read_checkpoints(connection, schema, newest=True)
        row = connection.execute(f"SELECT size, frontier FROM {schema}.log_head WHERE id = 1").fetchone()
        assert row is not None, "a firm's log always has a head"
        head = _head(*row)
        known = [found[-1] for found in (in_file, in_table) if found]
        last = max(known, key=lambda one: one.checkpoint.size, default=None)
        for one in known:
            _check_known(one, signer.verifier, head.size)
        _check_grows(connection, schema, last, head)
        if head.size == 0:
            return None
        if last is None or last.checkpoint.size < head.size:
            checkpoint = Checkpoint(signer.name, head.size, head.root())
            last = SignedCheckpoint(
                checkpoint,
                signer.sign(checkpoint.body),
                now.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
                head.packed(),
            )
        if not in_file or in_file[-1].note != last.note:
            _append(kept, last)
        connection.execute(
            f"INSERT INTO {schema}.checkpoints VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            (last.checkpoint.size, last.checkpoint.root, last.note, last.signed_at),
        )
        return last


def read_checkpoints(connection: Connection[Any], schema: str, *, newest: bool = False) -> list[SignedCheckpoint]:
    """Those in the database, smallest first, or the newest alone.

    Raises NoteRefused for a row whose note is none, or speaks of another head.
    """
    rows = connection.execute(
        f"SELECT size, root, note, to_char(signed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') "
        f"FROM {schema}.checkpoints ORDER BY size {'DESC LIMIT 1' if newest else ''}"
    )
    return [_signed(size, bytes(root), note, at, None, f"row {size} of checkpoints") for size, root, note, at in rows]


def read_file(file: Path) -> list[SignedCheckpoint]:
    """Those in the file, in the order in which they were signed; none where there is no file yet. Raises NoteRefused.

    It waits for a signing that is under way, so that what is in the file is in the table too.
    """
    if not file.exists():
        return []
    with file.open("rb") as kept:
        fcntl.flock(kept, fcntl.LOCK_SH)
        return _entries(kept, file)


@contextmanager
def locked(file: Path) -> Iterator[IO[bytes]]:
    """The file, open for reading and for adding at its end, and nobody else's meanwhile."""
    with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "rb+") as kept:
        fcntl.flock(kept, fcntl.LOCK_EX)
        yield kept


def _head(size: int, packed: bytes) -> Frontier:
    try:
        return Frontier.unpack(size, packed)
    except ValueError as error:
        raise Inconsistent(f"the log's head is spoilt: {error}", size) from error


def _check_known(one: SignedCheckpoint, verifier: Verifier, size: int) -> None:
    """Raises NoteRefused where our key did not sign what bears its name, Inconsistent where the log is shorter."""
    checkpoint = one.checkpoint
    if (verifier.name, verifier.key_id) in {(name, key_id) for name, key_id, _ in split_note(one.note)[1]}:
        open_note(one.note, [verifier])
    if checkpoint.origin != verifier.name:
        raise NoteRefused(f"the checkpoint of {checkpoint.size} events is of {checkpoint.origin}, not of {verifier.name}")
    if checkpoint.size > size:
        raise Inconsistent(
            f"the log has {size} events, but its head was signed at {checkpoint.size} on {one.signed_at}: an old backup was "
            f"restored, or its end was cut off",
            size + 1,
        )


def _check_grows(connection: Connection[Any], schema: str, last: SignedCheckpoint | None, head: Frontier) -> None:
    """Whether the head is what was signed last, and the events after it, appended. Raises Inconsistent.

    Events that were signed already are not read again where the frontier was kept: `verify` does that.
    """
    frontier = Frontier()
    if last is not None:
        signed = last.checkpoint
        frontier = _kept(last) or _grown(connection, schema, frontier, signed.size)
        if frontier.root() != signed.root:
            raise Inconsistent(f"the events up to {signed.size} are not those that were signed on {last.signed_at}", 1)
    after = frontier.size
    if _grown(connection, schema, frontier, head.size).packed() != head.packed():
        raise Inconsistent(f"the tree in the log's head is not that of its events after {after}", after + 1)


def _kept(last: SignedCheckpoint) -> Frontier | None:
    if last.frontier is None:
        return None
    try:
        frontier = Frontier.unpack(last.checkpoint.size, last.frontier)
    except ValueError:
        return None
    return frontier if frontier.root() == last.checkpoint.root else None


def _grown(connection: Connection[Any], schema: str, frontier: Frontier, upto: int) -> Frontier:
    """The frontier with the events up to a position. Raises Inconsistent where one is missing."""
    for rows in pages(connection, schema, "position, state", upto, after=frontier.size):
        for position, state in rows:
            if position != frontier.size + 1:
                raise Inconsistent(f"there is no event at position {frontier.size + 1}", frontier.size + 1)
            frontier.append(leaf_hash(state))
    if frontier.size < upto:
        raise Inconsistent(f"there is no event at position {frontier.size + 1}", frontier.size + 1)
    return frontier


def _entries(kept: IO[bytes], file: Path) -> list[SignedCheckpoint]:
    """A last line that was cut off while it was written was never a checkpoint."""
    kept.seek(0)
    lines = kept.read().split(b"\n")[:-1]
    return [_entry(line, f"line {number} of {file.name}") for number, line in enumerate(lines, 1)]


def _last_entry(kept: IO[bytes], file: Path) -> list[SignedCheckpoint]:
    """The last one alone, read from the end: the file grows for as long as the firm does."""
    kept.seek(max(0, kept.seek(0, os.SEEK_END) - _TAIL))
    lines = kept.read().split(b"\n")[:-1]
    return [_entry(line, f"the last line of {file.name}") for line in lines[-1:]]


def _entry(line: bytes, where: str) -> SignedCheckpoint:
    try:
        entry = orjson.loads(line)
        return _signed(entry["size"], None, entry["note"], entry["signed_at"], bytes.fromhex(entry["frontier"]), where)
    except (ValueError, KeyError, TypeError) as error:
        raise NoteRefused(f"{where} is not a checkpoint") from error


def _signed(
    size: int, root: bytes | None, note: str, signed_at: str, frontier: bytes | None, where: str
) -> SignedCheckpoint:
    checkpoint = Checkpoint.parse(split_note(note)[0])
    if checkpoint.size != size or root not in {None, checkpoint.root}:
        raise NoteRefused(f"{where} is not what its note says")
    return SignedCheckpoint(checkpoint, note, signed_at, frontier)


def _append(kept: IO[bytes], one: SignedCheckpoint) -> None:
    entry = {
        "size": one.checkpoint.size,
        "signed_at": one.signed_at,
        "note": one.note,
        "frontier": (one.frontier or b"").hex(),
    }
    start = max(0, kept.seek(0, os.SEEK_END) - _TAIL)
    kept.seek(start)
    kept.truncate(start + kept.read().rfind(b"\n") + 1)
    kept.write(orjson.dumps(entry) + b"\n")
    kept.flush()
    os.fsync(kept.fileno())
