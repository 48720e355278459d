"""A detached proof that one event stands in the log: a `.tlog-proof` file, by C2SP tlog-proof.

With the event's bytes, this file and our verifier key, anybody can check it, without our programs and without the log.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from aggregates.merkle import Frontier, inclusion_proof, leaf_hash, verify_inclusion
from replay.checkpoints import Inconsistent, SignedCheckpoint
from replay.folding import pages
from replay.signed_note import Checkpoint, NoteRefused, Verifier, open_note

_HEADER = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


def prove_event(connection: Connection[Any], schema: str, position: int, signed: SignedCheckpoint) -> str:
    """The proof for the event at a position, to a checkpoint that covers it.

    It reads every leaf up to the checkpoint: some seconds for a million events. Raises ValueError for a position that the
    checkpoint does not cover, Inconsistent where the log no longer leads to what was signed.
    """
    checkpoint = signed.checkpoint
    index = position - 1

    def range_root(start: int, end: int) -> bytes:
        frontier = Frontier()
        for rows in pages(connection, schema, "position, leaf", end, after=start):
            for _, leaf in rows:
                frontier.append(leaf)
        return frontier.root()

    path = inclusion_proof(index, checkpoint.size, range_root)
    if not verify_inclusion(index, checkpoint.size, range_root(index, position), path, checkpoint.root):
        raise Inconsistent(f"the log no longer leads to what was signed at {checkpoint.size} events; verify it", 1)
    lines = [_HEADER, f"index {index}", *(base64.b64encode(one).decode() for one in path)]
    return "\n".join(lines) + "\n\n" + signed.note


def check_proof(proof: str, state: bytes, verifiers: Sequence[Verifier]) -> tuple[int, Checkpoint]:
    """The position at which these bytes stand, and the checkpoint that says so. Raises NoteRefused where none does."""
    head, _, note = proof.partition("\n\n")
    lines = head.split("\n")
    if lines[1:] and lines[1].startswith("extra "):
        del lines[1]
    found = _INDEX.fullmatch(lines[1]) if len(lines) > 1 else None
    if lines[0] != _HEADER or found is None:
        raise NoteRefused(f"a proof begins with {_HEADER} and the event's index")
    try:
        path = [base64.b64decode(line, validate=True) for line in lines[2:]]
    except (binascii.Error, ValueError) as error:
        raise NoteRefused("the hashes of a proof are in base64") from error
    text, _ = open_note(note, verifiers)
    checkpoint, index = Checkpoint.parse(text), int(found.group(1))
    if not verify_inclusion(index, checkpoint.size, leaf_hash(state), path, checkpoint.root):
        raise NoteRefused(f"these bytes are not the event at position {index + 1} of what was signed")
    return index + 1, checkpoint
