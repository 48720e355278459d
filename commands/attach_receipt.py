"""Attach the receipt of a cost: its file is kept by its hash."""

import hashlib
from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from aggregates import matter_cost
from aggregates.errors import BadRequest
from commands.dispatch import Result
from commands.work import Command, Work

MOST_BYTES = 8_000_000
_STARTS: dict[str, tuple[bytes, ...]] = {
    "application/pdf": (b"%PDF-",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/tiff": (b"II*\x00", b"MM\x00*"),
}


class AttachReceipt(Command):
    """Attach a receipt's picture or PDF. `content` is the raw file, base64 in JSON."""

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    cost_id: UUID
    filename: str = Field(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]+$", examples=["receipt.pdf"])
    media: Literal["application/pdf", "image/jpeg", "image/png", "image/tiff"]
    content: bytes


def handle(command: AttachReceipt, work: Work) -> Result:
    """Returns the SHA-256 (hex) it is kept by. Raises NotFound, WrongState, BadRequest for another kind of file."""
    if len(command.content) > MOST_BYTES:
        raise BadRequest(f"the receipt is larger than {MOST_BYTES // 1_000_000} MB")
    if not command.content.startswith(_STARTS[command.media]):
        raise BadRequest(f"the file is not of the kind {command.media}")
    state = work.load(matter_cost.KIND, command.cost_id)
    sha256 = hashlib.sha256(command.content).hexdigest()
    work.record(
        matter_cost.KIND, state.id, state.attach(sha256, filename=command.filename, media=command.media)
    )  # fmt: skip
    work.keep_document(command.content, media=command.media, filename=command.filename)
    return {"cost_id": str(state.id), "sha256": sha256}
