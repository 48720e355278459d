"""Whether every file that was kept has the bytes its hash names, and every file that an event names is kept.

Statements of banks, and what reconciliations were taken from and printed as, stand beside the log, named in it by SHA-256.
"""

from typing import Any

from psycopg import Connection

from replay.findings import Check
from replay.log_check import Read

_TABLE = "documents"
_NAMED_BY = {
    "bank-statement/imported": ("sha256",),
    "firm-account/statement-imported": ("sha256",),
    "matter-cost/receipt-attached": ("sha256",),
    "reconciliation/prepared": ("statement_sha256", "artefact_sha256"),
    "reconciliation/signed": ("form_pdf_sha256", "form_csv_sha256"),
    "email/written": ("attachment.sha256",),
}


class DocumentsCheck:
    """Hashes what is kept, then is told the events that name it. The database hashes: files need not travel."""

    def __init__(self, connection: Connection[Any], schema: str) -> None:
        self.check = Check(_TABLE, "kept files")
        self._kept: set[str] = set()
        self._altered: dict[str, str] = {}
        """Filenames by the hash that their bytes no longer have, until an event that names them tells the position."""
        with self.check.timed():
            rows = connection.execute(
                f"SELECT encode(sha256, 'hex'), sha256 = sha256(content), filename FROM {schema}.{_TABLE} ORDER BY 1"
            )
            for sha256, whole, filename in rows:
                self.check.counted += 1
                self._kept.add(sha256)
                if not whole:
                    self._altered[sha256] = filename

    def take(self, page: list[Read]) -> None:
        """The next events of the log."""
        with self.check.timed():
            for position, _, document in page:
                names = _NAMED_BY.get(document["topic"])
                if names is None or not isinstance(document["data"], dict):
                    continue
                for name in names:
                    sha256 = _at(document["data"], name)
                    if sha256 in self._altered:
                        self._alter(sha256, position)
                    elif sha256 is not None and sha256 not in self._kept:
                        what = name.removesuffix("sha256").strip("_.").replace("_", " ") or "statement"
                        sentence = f"the file that this event names as its {what}, {sha256}, is not kept"
                        self.check.fault(sentence, position=position, table=_TABLE)

    def finish(self) -> None:
        """What no event of those that were read has named."""
        for sha256 in sorted(self._altered):
            self._alter(sha256, None)

    def _alter(self, sha256: str, position: int | None) -> None:
        filename = self._altered.pop(sha256)
        sentence = f"the bytes of {filename}, kept as {sha256}, are not those it was kept by"
        self.check.fault(sentence, position=position, table=_TABLE)


def _at(data: dict[str, Any], name: str) -> Any:
    """What stands under a name, or under a name within one: `attachment.sha256`."""
    value: Any = data
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value
