"""Signed heads, proofs of events, and verifications, for every face; keys and files lie outside the database."""

from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

import orjson

from aggregates import firm
from aggregates.errors import NotFound
from api.application import Application
from api.places import Places
from projections.catalogue import PROJECTIONS
from replay.checkpoints import SignedCheckpoint, origin_of, sign_head
from replay.findings import VerifyReport
from replay.signed_note import Signer
from replay.tlog_proof import prove_event
from replay.verify import verify


def signer_of(application: Application, places: Places, slug: str) -> Signer:
    """The key that signs a firm's log, made on first use. Raises NoteRefused, OSError."""
    places.key(slug).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Signer.at(places.key(slug), origin_of(_firm_id(application, slug)))


def _firm_id(application: Application, slug: str) -> UUID:
    """As its first event has it; where that event is gone or unreadable, as the list of firms does."""
    with suppress(ValueError, KeyError, TypeError, LookupError):
        state = application.log(slug).load(firm.KIND, firm.STREAM, fresh=False).state
        if state is not None:
            return UUID(str(state.established.firm_id))
    with application.database.readers.connection() as connection:
        row = connection.execute("SELECT firm_id FROM muniment.firms WHERE slug = %s", (slug,)).fetchone()
    if row is None:
        raise NotFound(f"there is no firm called {slug}")
    return UUID(str(row[0]))


def checkpoint(application: Application, places: Places, slug: str) -> SignedCheckpoint:
    """The log's head, signed now, or the last one where nothing was added. Raises Inconsistent, NoteRefused, OSError."""
    file = places.checkpoints(slug)
    file.parent.mkdir(parents=True, exist_ok=True)
    signed = sign_head(application.database, slug, signer_of(application, places, slug), file, application.now())
    assert signed is not None, "a firm that has a key has events"
    return signed


def proof_of_event(application: Application, places: Places, slug: str, position: int) -> str:
    """A C2SP tlog-proof that the event at a position stands in the log as signed now. Raises Inconsistent, NoteRefused."""
    signed = checkpoint(application, places, slug)
    with application.database.readers.connection() as connection:
        return prove_event(connection, application.log(slug).schema, position, signed)


def verified(
    application: Application,
    places: Places,
    slug: str,
    trust_account_id: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> VerifyReport:
    """Verify a firm, or one trust account of it, against all that was signed; what was found is kept beside the keys.

    A whole log that verifies is signed as it stands.
    """
    report = verify(
        application.database,
        slug,
        PROJECTIONS,
        trust_account_id=UUID(trust_account_id) if trust_account_id else None,
        checkpoint_file=places.checkpoints(slug),
        vkey=signer_of(application, places, slug).verifier.vkey,
        progress=progress,
    )
    _keep(application, places, slug, report)
    if report.ok and trust_account_id is None:
        checkpoint(application, places, slug)
    return report


def _keep(application: Application, places: Places, slug: str, report: VerifyReport) -> None:
    """A verification is evidence itself: its report, signed, one file each."""
    at = application.now().strftime("%Y%m%dT%H%M%S.%fZ")
    text = orjson.dumps(report.as_dict(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
    note = signer_of(application, places, slug).sign(text)
    file = places.verifications(slug) / f"{at}.note"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(note, encoding="utf-8")
