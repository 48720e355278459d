"""What is kept and handed out of a reconciliation: nothing of a refused signature, and a cover on what was reopened."""

import hashlib
import io
from uuid import UUID

import pytest
from pypdf import PdfReader

from aggregates import firm
from aggregates.errors import NotAllowed, WrongState
from aggregates.permissions import Permission
from aggregates.trust_rules import SamePerson
from commands import reopen_reconciliation
from commands.dispatch import execute
from commands.reopen_reconciliation import ReopenReconciliation
from replay.reconcile import reprint, superseded_form
from tests.projections.september import SCHEMA
from tests.replay.september_signed import APPROVER, CLERK, SECOND, Desk, id_of, reconciling


def test_a_reopened_one_is_handed_out_under_a_cover_that_says_so_with_the_signed_bytes_in_it(database_url: str) -> None:
    with reconciling(database_url) as desk:
        prepared = desk.prepare()
        which = id_of(prepared)
        with pytest.raises(WrongState):
            superseded_form(desk.log, which)
        desk.sign(prepared)
        with pytest.raises(WrongState, match="signed, not superseded"):
            superseded_form(desk.log, which)
        signed = reprint(desk.log, which).pdf
        reopen = ReopenReconciliation(reconciliation_id=which, why="cheque 1053 was mis-keyed")
        execute(
            desk.log, desk.edge(), desk.request(SECOND), reopen, reopen_reconciliation.handle,
            Permission.REOPEN_RECONCILIATION,
        )  # fmt: skip
        covered = superseded_form(desk.log, which)
        assert superseded_form(desk.log, which) == covered
        assert reprint(desk.log, which).pdf == signed
    reader, plain = PdfReader(io.BytesIO(covered)), PdfReader(io.BytesIO(signed))
    pages = [page.extract_text() for page in reader.pages]
    assert len(pages) == len(plain.pages) + 1
    assert all("SUPERSEDED" in page for page in pages), "the sheet, and each page behind it"
    for words in ("Jo Pryce", "Marta Reyes", "cheque 1053 was mis-keyed", hashlib.sha256(signed).hexdigest()):
        assert words in pages[0], words
    assert "17,180.42" in pages[1]
    assert reader.attachments == {"signed.pdf": [signed]}


def files(desk: Desk) -> int:
    """How many files the firm keeps."""
    with desk.database.readers.connection() as connection:
        (count,) = connection.execute(f"SELECT count(*) FROM {SCHEMA}.documents").fetchone() or (0,)
    return int(count)


def test_nobodys_refused_signature_stays_on_a_form_that_is_kept(database_url: str) -> None:
    with reconciling(database_url) as desk:
        before = files(desk)
        with pytest.raises(NotAllowed):
            desk.prepare(APPROVER)
        assert files(desk) == before
        prepared = desk.prepare()
        assert files(desk) == before + 2, "the artefact and its template"
        for who in (CLERK, APPROVER):
            with pytest.raises((NotAllowed, SamePerson)):
                desk.sign(prepared, who)
        assert files(desk) == before + 2
        desk.sign(prepared)
        assert files(desk) == before + 4


@pytest.mark.parametrize(("signer", "used"), [(SECOND, False), (APPROVER, True)], ids=["paid nothing", "approved payments"])
def test_the_form_says_sole_practitioner_where_the_exception_was_used_and_only_there(
    database_url: str, signer: UUID, *, used: bool
) -> None:
    with reconciling(database_url) as desk:
        desk.month.books.append((firm.STREAM, firm.SolePractitionerDeclared(user_id=signer, why="Practises alone")))
        prepared = desk.prepare()
        desk.sign(prepared, signer)
        form = reprint(desk.log, id_of(prepared))
        signed = next(one for one in desk.log.stream(id_of(prepared)) if one.topic == "reconciliation/signed")
    words = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(form.pdf)).pages).split())
    assert signed.data["sole_practitioner"] is used
    assert ("Sole practitioner: the signer also prepared" in words) is used
