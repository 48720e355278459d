"""A superseded reconciliation as it is handed out: a sheet that says so, then the signed pages, each struck over.

The signed file itself is attached byte for byte; nothing that was signed is changed to say that it no longer stands.
"""

import hashlib
import io
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import typst
from pypdf import PdfReader

from replay.reconciliation_form.artefact import Document
from replay.typesetting.typefaces import FACES, fonts, printable

_SHEET = Path(__file__).with_name("cover.typ")


def cover(signed_pdf: bytes, artefact: Document, *, reconciliation_id: str, signed: Document, reopened: Document) -> bytes:
    """The PDF; `signed` and `reopened` say `name` and `at` (ISO 8601, UTC), `reopened` also `why` and `position`."""
    account, period = artefact["account"], artefact["period"]
    words = {
        "firm": artefact["firm"]["name"],
        "account": f"{account['name']} {account['number']}, {account['bank']}",
        "currency": account["currency"],
        "period_from": period["from"],
        "period_end": period["end"],
        "signed_by": signed["name"],
        "signed_at": _moment(signed["at"]),
        "reopened_by": reopened["name"],
        "reopened_at": _moment(reopened["at"]),
        "why": reopened["why"],
        "position": reopened["position"],
        "reconciliation_id": reconciliation_id,
        "signed_sha256": hashlib.sha256(signed_pdf).hexdigest(),
        "pages": len(PdfReader(io.BytesIO(signed_pdf)).pages),
    }
    with TemporaryDirectory(prefix="muniment-cover-") as folder:
        sheet = Path(folder, _SHEET.name)
        sheet.write_bytes(_SHEET.read_bytes())
        Path(folder, "signed.pdf").write_bytes(signed_pdf)
        compiler = typst.Compiler(sheet, root=Path(folder), font_paths=fonts(), ignore_system_fonts=True)
        made = compiler.compile(
            format="pdf",
            sys_inputs={"cover": orjson.dumps(printable(words)).decode(), "faces": orjson.dumps(FACES).decode()},
            timestamp=datetime.fromisoformat(reopened["at"]).astimezone(UTC).replace(microsecond=0),
        )
    assert isinstance(made, bytes), "a PDF is one file"
    return made


def _moment(at: str) -> str:
    return f"{at[:10]} {at[11:16]}"
