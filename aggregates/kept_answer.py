"""The seal of an answer that is kept for its idempotency key: it stands in the bytes of the command's last event.

So the log vouches for what a repeated request will be told; an answer that is altered, moved or taken away shows.
"""

from hashlib import sha256
from uuid import UUID


def seal_of(actor_id: UUID, key: str, request_hash: bytes, status: int, body: bytes) -> str:
    """SHA-256, in hex, over the parts of an answer, each after its length in four bytes."""
    parts = (actor_id.bytes, key.encode(), request_hash, b"%d" % status, body)
    return sha256(b"".join([one for part in parts for one in (len(part).to_bytes(4, "big"), part)])).hexdigest()
