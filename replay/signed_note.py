"""Signed notes and the checkpoints in them, by C2SP signed-note and tlog-checkpoint, with Ed25519.

A note is text, a blank line, and one line for each signature. An examiner can check one with other people's programs
(Go's `sumdb/note`), given our verifier key.
"""

import base64
import binascii
import os
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from aggregates.merkle import HASH_BYTES

_ED25519 = 1
_ID_BYTES = 4
_DASH = "—"
_MAX_NOTE_BYTES = 1_000_000
_MAX_SIGNATURES = 100
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f]")
_SIGNATURE = re.compile(_DASH + r" ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_PRIVATE = "PRIVATE+KEY+"


class NoteRefused(Exception):  # noqa: N818 -- said as a person would
    """Not a note, or not one that a known key has signed."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with its name; `vkey` is how it is written down."""

    name: str
    public: bytes

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """Read `name+hash+key`. Raises NoteRefused."""
        name, _, rest = vkey.partition("+")
        written_id, _, key = rest.partition("+")
        decoded = _decode(key)
        if len(decoded) != 1 + HASH_BYTES or decoded[0] != _ED25519:
            raise NoteRefused("a verifier key is name+hash+key, with an Ed25519 key of 32 bytes")
        found = cls(checked_name(name), decoded[1:])
        if written_id != found.key_id.hex():
            raise NoteRefused(f"the verifier key of {name} has the hash {found.key_id.hex()}, not {written_id}")
        return found

    @property
    def key_id(self) -> bytes:
        """Four bytes that, with the name, tell which key signed."""
        return sha256(self.name.encode() + b"\n" + bytes([_ED25519]) + self.public).digest()[:_ID_BYTES]

    @property
    def vkey(self) -> str:
        """The key as others are given it."""
        return f"{self.name}+{self.key_id.hex()}+{_encode(bytes([_ED25519]) + self.public)}"

    def holds(self, text: str, signature: bytes) -> bool:
        """Whether this key signed that text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with its name. Never in the database; never printed."""

    name: str
    _private: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def at(cls, path: Path, name: str) -> Self:
        """The key in a file, made on first use, readable by its owner alone. Raises NoteRefused, OSError.

        Two processes that start at once agree on one key. A file that others may read is refused.
        """
        checked_name(name)
        if not path.exists():
            _make_key(path, name)
        if path.stat().st_mode & 0o077:
            raise NoteRefused(f"others may read the signing key {path}; make it 0600, or sign with a new one")
        kept_name, _, rest = path.read_text(encoding="utf-8", errors="replace").strip().removeprefix(_PRIVATE).partition("+")
        written_id, _, key = rest.partition("+")
        decoded = _decode(key)
        if len(decoded) != 1 + HASH_BYTES or decoded[0] != _ED25519:
            raise NoteRefused(f"{path} is not a signing key")
        signer = cls(kept_name, Ed25519PrivateKey.from_private_bytes(decoded[1:]))
        if kept_name != name or written_id != signer.verifier.key_id.hex():
            raise NoteRefused(f"{path} holds the key of {kept_name!r}, not of {name!r}")
        return signer

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, self._private.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """A note: the text, which ends with a newline, and one signature. Raises NoteRefused."""
        _check_text(text)
        signature = self.verifier.key_id + self._private.sign(text.encode())
        return f"{text}\n{_DASH} {self.name} {_encode(signature)}\n"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: whose it is, how many events it has, and the root of their tree."""

    origin: str
    size: int
    root: bytes

    @property
    def body(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{_encode(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a body; further lines, which others may have added, are let be. Raises NoteRefused."""
        lines = text.split("\n")
        if len(lines) < 4 or not lines[0] or _SIZE.fullmatch(lines[1]) is None:  # noqa: PLR2004 -- three lines and their end
            raise NoteRefused("a checkpoint is an origin, a size and a root, a line each")
        root = _decode(lines[2])
        if len(root) != HASH_BYTES:
            raise NoteRefused("the root of a checkpoint has 32 bytes")
        return cls(lines[0], int(lines[1]), root)


def open_note(note: str, verifiers: Sequence[Verifier]) -> tuple[str, list[Verifier]]:
    """The text of a note and who of those known signed it. Raises NoteRefused.

    Unknown keys are passed over; one known key whose signature does not hold rejects the note, and so does no known key.
    """
    text, signatures = split_note(note)
    known = {(one.name, one.key_id): one for one in verifiers}
    signed_by: list[Verifier] = []
    for name, key_id, signature in signatures:
        verifier = known.get((name, key_id))
        if verifier is None or verifier in signed_by:
            continue
        if not verifier.holds(text, signature):
            raise NoteRefused(f"the signature of {name} does not hold: the note or the signature was changed")
        signed_by.append(verifier)
    if not signed_by:
        raise NoteRefused("no known key has signed this note")
    return text, signed_by


def split_note(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """Text and signatures, as (name, key id, signature), none of them checked. Raises NoteRefused for what is no note."""
    if len(note.encode()) > _MAX_NOTE_BYTES:
        raise NoteRefused("a note has at most a million bytes")
    body, blank, block = note.rpartition("\n\n")
    text = body + "\n"
    if not blank or not block.endswith("\n"):
        raise NoteRefused("a note is text, a blank line, and signature lines that each end")
    _check_text(text)
    lines = block[:-1].split("\n")
    if len(lines) > _MAX_SIGNATURES:
        raise NoteRefused(f"a note has at most {_MAX_SIGNATURES} signatures")
    return text, [_signature(line) for line in lines]


def checked_name(name: str) -> str:
    """A key's name: not empty, no spaces, no plus sign. Raises NoteRefused."""
    if not name or "+" in name or any(char.isspace() for char in name) or _CONTROL.search(name):
        raise NoteRefused(f"{name!r} cannot name a key: no spaces and no plus sign")
    return name


def _signature(line: str) -> tuple[str, bytes, bytes]:
    found = _SIGNATURE.fullmatch(line)
    decoded = _decode(found.group(2)) if found else b""
    if found is None or len(decoded) <= _ID_BYTES:
        raise NoteRefused("a signature line is a dash, the key's name, and the signature in base64")
    return found.group(1), decoded[:_ID_BYTES], decoded[_ID_BYTES:]


def _check_text(text: str) -> None:
    if not text.endswith("\n") or text == "\n" or _CONTROL.search(text):
        raise NoteRefused("the text of a note ends with a newline and has no other control characters")


def _make_key(path: Path, name: str) -> None:
    private = Ed25519PrivateKey.generate()
    key_id = Signer(name, private).verifier.key_id.hex()
    written = f"{_PRIVATE}{name}+{key_id}+{_encode(bytes([_ED25519]) + private.private_bytes_raw())}\n"
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(written)
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            return  # another process was first; its key is the key
    finally:
        draft.unlink()


def _encode(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteRefused(f"{text!r} is not base64") from error
