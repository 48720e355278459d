"""Whether the log still leads to every head that was signed: those in the database, and those in the file outside it."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from psycopg import Connection

from replay.checkpoints import SignedCheckpoint, read_checkpoints, read_file
from replay.findings import Check
from replay.signed_note import NoteRefused, Verifier, open_note

_TABLE = "checkpoints"


class CheckpointCheck:
    """Collects what was signed before the log is read, and is told the roots later. Raises NoteRefused for a bad key.

    Make it before the snapshot in which the log is read: the file must not know a head that the snapshot cannot.
    """

    def __init__(self, vkeys: Sequence[str] = (), file: Path | None = None) -> None:
        self.check = Check("signed checkpoints", "checkpoints")
        self._verifiers = [Verifier.parse(vkey) for vkey in vkeys]
        self._file = file
        self._in_file = self._read_file()
        self._all: list[SignedCheckpoint] = []
        self._known: dict[int, SignedCheckpoint] = {}

    def collect(self, connection: Connection[Any], schema: str) -> set[int]:
        """The sizes that were signed."""
        with self.check.timed():
            in_table = self._read("checkpoints", lambda: read_checkpoints(connection, schema))
            if self._file is not None:
                self._compare(self._file, in_table)
            self._all = list({one.note: one for one in (*in_table, *self._in_file)}.values())
            self._known = {one.checkpoint.size: one for one in self._all}
            self.check.counted = len(self._known)
            if not self._verifiers:
                self.check.note = "signatures were not checked: no verifier key was given"
            elif self._file is None:
                self.check.note = "no file of checkpoints was given: an old backup that was restored whole cannot be seen"
            return set(self._known)

    def finish(self, size: int, roots: dict[int, bytes]) -> None:
        """Hold the log's roots against those that were signed. The first that differs bounds where the log was changed."""
        with self.check.timed():
            for one in self._all:
                self._check_signature(one)
            signed = sorted(self._known)
            for before, now in pairwise([0, *signed]):
                one = self._known[now]
                if now > size:
                    sentence = f"{now} events were signed on {one.signed_at}, the log has {size}: its end was cut off, or an"
                    self.check.fault(f"{sentence} old backup was restored", position=size + 1, table=_TABLE)
                    return
                if roots.get(now) != one.checkpoint.root:
                    sentence = f"events {before + 1} to {now} are not those that were signed on {one.signed_at}"
                    self.check.fault(sentence, position=before + 1, table=_TABLE, last=now)
                    return

    def _compare(self, file: Path, in_table: list[SignedCheckpoint]) -> None:
        """What is in the table is in the file, and the other way round."""
        roots = {one.checkpoint.size: one.checkpoint.root for one in self._in_file}
        if any(one.checkpoint.size not in roots for one in in_table):  # signed since the file was read, or not in it
            roots = {one.checkpoint.size: one.checkpoint.root for one in self._read_file()}
        if in_table and not file.exists():
            self.check.fault(f"the file of checkpoints {file.name} is missing, though heads were signed", table=_TABLE)
            return
        for one in in_table:
            if roots.get(one.checkpoint.size) != one.checkpoint.root:
                sentence = f"the checkpoint of {one.checkpoint.size} events is in the table and not in {file.name}"
                self.check.fault(sentence, table=_TABLE)
        sizes = {one.checkpoint.size for one in in_table}
        for one in self._in_file:
            if one.checkpoint.size not in sizes:
                sentence = f"the checkpoint of {one.checkpoint.size} events is in {file.name} and not in the table"
                self.check.fault(sentence, table=_TABLE)

    def _read_file(self) -> list[SignedCheckpoint]:
        file = self._file
        return self._read(file.name, lambda: read_file(file)) if file is not None else []

    def _read(self, where: str, read: Any) -> list[SignedCheckpoint]:
        try:
            found: list[SignedCheckpoint] = read()
        except (NoteRefused, OSError, UnicodeDecodeError) as error:
            self.check.fault(f"{where} cannot be read: {error}", table=_TABLE)
            return []
        return found

    def _check_signature(self, one: SignedCheckpoint) -> None:
        if not self._verifiers:
            return
        checkpoint = one.checkpoint
        try:
            _, signed_by = open_note(one.note, self._verifiers)
        except NoteRefused as refused:
            self.check.fault(f"the checkpoint of {checkpoint.size} events: {refused}", table=_TABLE)
            return
        if checkpoint.origin not in {verifier.name for verifier in signed_by}:
            self.check.fault(
                f"the checkpoint of {checkpoint.size} events is of another log, {checkpoint.origin}", table=_TABLE
            )
