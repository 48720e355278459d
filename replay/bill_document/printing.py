"""The document of a bill, or of a client bill, as a PDF: an issued bill is the same bytes for ever.

What stands on it is folded from the log up to its finalization, and it is set from the template that was in force then: a
template that has issued bills is never changed; another one is put beside it in `_BILLS` or `_CLIENT_BILLS`, with the
moment it begins.
"""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from aggregates.errors import WrongState
from commands.event_log.log import EventLog
from replay.bill_document.account import account
from replay.bill_document.client_contents import client_account, client_billed, client_contents
from replay.bill_document.contents import Document, billed, contents
from replay.bill_document.payers import open_by_payer, payers
from replay.typesetting import press
from replay.typesetting.typefaces import printable

_HERE = Path(__file__).parent
_Templates = tuple[tuple[str, str], ...]
_BILLS: _Templates = (("0001-01-01T00:00:00Z", "bill_1.typ"), ("2026-11-29T00:00:00Z", "bill_2.typ"))
"""The moment (UTC, RFC 3339) from which bills are set from it, and the template; oldest first."""
_CLIENT_BILLS: _Templates = (("0001-01-01T00:00:00Z", "client_bill_1.typ"),)


@dataclass(frozen=True, slots=True)
class BillDocument:
    """The PDF. `number` is None for a draft; `void` says that the bill was voided since, which its bytes do not."""

    pdf: bytes
    number: str | None
    void: bool


def bill_document(log: EventLog, bill_id: UUID, known_at: int | None = None) -> BillDocument:
    """The bill as it was issued, or a draft, marked so. With a position, its account as of then stands on it, too.

    Raises NotFound, WrongState for a draft that was dropped or is asked for its account, BadRequest for a position
    before it was issued.
    """
    of = billed(log, bill_id)
    document = contents(log, of) | {"payers": payers(log, of)}
    issued = of.state.finalized
    if known_at is not None:
        if issued is None:
            raise WrongState(f"this bill is {of.state.status}; only an issued one has an account", status=of.state.status)
        document["account"] = account(log, issued, of.position, known_at)
        document["account"]["payers"] = open_by_payer(log, bill_id, known_at)
    made_at = of.at if document["account"] is None else document["account"]["at"]
    void = issued is not None and any(one.topic == "bill/voided" for one in log.stream(bill_id))
    return BillDocument(as_pdf(document, of.at, made_at), issued.number if issued is not None else None, void)


def client_bill_document(log: EventLog, client_bill_id: UUID, known_at: int | None = None) -> BillDocument:
    """A client bill, each matter in a section of its own, as `bill_document` has a bill; refused as that is."""
    of = client_billed(log, client_bill_id)
    document = client_contents(log, of)
    issued = of.state.finalized
    if known_at is not None:
        if issued is None:
            raise WrongState(f"this client bill is {of.state.status}; only an issued one has an account")
        document["account"] = client_account(log, of, known_at)
    made_at = of.at if document["account"] is None else document["account"]["at"]
    void = any(one.topic == "client-bill/voided" for one in log.stream(client_bill_id))
    pdf = press.pdf(client_template_of(of.at), _words(document), at=made_at)
    return BillDocument(pdf, issued.number if issued is not None else None, void)


def as_pdf(document: Document, issued_at: str, made_at: str) -> bytes:
    """The PDF of a document: from the template of the moment it was issued, with the moment it says it was made."""
    return press.pdf(template_of(issued_at), _words(document), at=made_at)


def as_pictures(document: Document, issued_at: str) -> list[bytes]:
    """The pages as PNG, to look at."""
    return press.pictures(template_of(issued_at), _words(document), at=issued_at)


def template_of(issued_at: str, templates: _Templates = _BILLS) -> bytes:
    """The template that was in force at a moment."""
    name = [name for begins, name in templates if begins <= issued_at][-1]
    return (_HERE / name).read_bytes()


def client_template_of(issued_at: str) -> bytes:
    """The template of client bills that was in force at a moment."""
    return template_of(issued_at, _CLIENT_BILLS)


def _words(document: Document) -> Document:
    shown = printable(document)
    return {"bill": shown, "code_points": "[U+" if "[U+" in str(shown) else ""}
