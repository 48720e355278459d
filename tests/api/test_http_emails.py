"""E-mails over HTTP: written, changed, queued, withdrawn, many together, and read as cards and as a report."""

from collections.abc import Iterator
from typing import Any

import pytest

from aggregates.permissions import Role
from api.outbox.dispatcher import Dispatcher
from tests.api.http_firm import Books, Firm
from tests.api.post_office import Office, post_office

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:aiosmtpd.*")


class Billed:
    """A firm whose clients have issued bills."""

    def __init__(self, books: Books) -> None:
        self.books, self.firm = books, books.firm

    def client(self, name: str, *addresses: str) -> tuple[str, str]:
        """A client with one hour on a matter: contact and matter."""
        keeps = self.firm[Role.BOOKKEEPER]
        contact_id = keeps.done("/v1/contacts", {"name": name, "emails": list(addresses)})["contact_id"]
        matter = {"client_id": contact_id, "description": f"Of {name}"}
        matter_id = self.firm[Role.PARTNER].done("/v1/matters", matter)["matter_id"]
        rate = {"matter_id": matter_id, "effective_from": "2026-01-01", "rate": "250.00"}
        self.firm[Role.PARTNER].done("/v1/billing-rates", rate)
        return contact_id, matter_id

    def bill(self, matter_id: str, *, issued: bool = True) -> str:
        """A bill of an hour."""
        body = {"matter_id": matter_id, "worked_seconds": 3600, "worked_on": "2026-09-15", "narrative": "Drafted"}
        entry = self.firm[Role.TIMEKEEPER].done("/v1/time-entries", body)["entry_id"]
        self.firm[Role.TIMEKEEPER].done("/v1/time-entries/submissions", {"entry_ids": [entry]})
        self.firm[Role.PARTNER].done("/v1/time-entries/approvals", {"entry_ids": [entry]})
        draft = {"matter_id": matter_id, "entry_ids": [entry], "through": "2026-09-30"}
        bill_id: str = self.firm[Role.BOOKKEEPER].done("/v1/bills", draft)["bill_id"]
        for role, step in ((Role.PARTNER, "approval"), (Role.BOOKKEEPER, "finalization")) if issued else ():
            self.edits(role, f"/v1/bills/{bill_id}", step, {})
        return bill_id

    def edits(self, role: Role, thing: str, step: str, body: dict[str, Any]) -> dict[str, Any]:
        """A command to a thing as it stands now."""
        tag = self.firm[Role.PARTNER].get(thing, min_position=self.now()).headers["etag"]
        return self.firm[role].done(f"{thing}/{step}", body, If_Match=tag)

    def now(self) -> int:
        return self.firm.application.log(self.firm.slug).size()

    def card(self, email_id: str) -> dict[str, Any]:
        return self.firm[Role.BOOKKEEPER].read(f"/v1/emails/{email_id}", min_position=self.now())

    def sent_by(self, office: Office) -> int:
        """How many e-mails a turn of the outbox sends."""
        self.firm[Role.BOOKKEEPER].read("/v1/emails", min_position=self.now())
        return Dispatcher(self.firm.application, office.server()).turn(self.firm.slug).sent


@pytest.fixture
def billed(books: Books) -> Billed:
    return Billed(books)


@pytest.fixture
def office() -> Iterator[Office]:
    with post_office() as opened:
        yield opened


def test_a_draft_is_read_changed_and_sent(billed: Billed, office: Office) -> None:
    client_id, matter_id = billed.client("Wanda Webb", "wanda@webb.example", "office@webb.example")
    bill_id = billed.bill(matter_id)
    keeps = billed.firm[Role.BOOKKEEPER]
    answer = keeps.post(f"/v1/bills/{bill_id}/emails", {"as_draft": True}, key="draft-1")
    again = keeps.post(f"/v1/bills/{bill_id}/emails", {"as_draft": True}, key="draft-1")
    assert (answer.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    email_id = answer.json()["email_id"]
    assert answer.headers["Location"] == f"/v1/emails/{email_id}"
    assert (answer.json()["status"], answer.json()["to"]) == ("draft", "wanda@webb.example")
    assert billed.sent_by(office) == 0

    thing = f"/v1/emails/{email_id}"
    changes = {"to": "office@webb.example", "subject": "Your invoice", "message": "Dear Wanda,\nhere it is."}
    billed.edits(Role.BOOKKEEPER, thing, "amendments", changes)
    assert keeps.post(f"{thing}/amendments", {"to": "eve@evil.example"}, If_Match=answer.headers["etag"]).status_code == 422
    assert keeps.post(f"{thing}/queueing", {}, If_Match=answer.headers["etag"]).status_code == 412
    card = billed.card(email_id)
    assert (card["to"], card["subject"], card["body"]) == ("office@webb.example", "Your invoice", "Dear Wanda,\nhere it is.")
    billed.edits(Role.PARTNER, thing, "queueing", {})

    assert billed.sent_by(office) == 1
    assert office.received[0]["Subject"] == "Your invoice"
    card = billed.card(email_id)
    assert (card["status"], card["attempts"], card["client_id"]) == ("sent", 1, client_id)
    assert [(one["attempt"], one["outcome"], one["code"], one["said"]) for one in card["tries"]] == [
        (1, "accepted", 250, "taken"),
    ]  # fmt: skip
    kept = keeps.get(f"/v1/documents/{card['attachment']['sha256']}")
    assert kept.content == keeps.get(f"/v1/bills/{bill_id}/document").content
    assert keeps.read(f"/v1/bills/{bill_id}", min_position=billed.now())["sent_by"] == "email"


def test_many_bills_go_together_each_with_its_own_outcome(billed: Billed, office: Office) -> None:
    _, first = billed.client("Ann Able", "ann@able.example")
    _, second = billed.client("Ben Bold", "ben@bold.example")
    _, without = billed.client("Cy Cold")
    good, other, none, draft = (
        billed.bill(first),
        billed.bill(second),
        billed.bill(without),
        billed.bill(first, issued=False),
    )
    missing = "019a3d6e-5f00-7000-8000-00000000ffff"
    body = {"idempotency_key": "october", "bill_ids": [good, draft, none, missing, other, good], "message": "Dear client,"}
    keeps = billed.firm[Role.BOOKKEEPER]
    for replayed in (False, True):
        found = keeps.done("/v1/bills/emails", body)
        assert [one["status"] for one in found["results"]] == [201, 409, 422, 404, 201]
        assert found["refused"] == 3
        assert [one.get("replayed") for one in found["results"]] == [replayed, None, None, None, replayed]
    assert "no e-mail address of Cy Cold" in found["results"][2]["problem"]["detail"]
    anew = keeps.done("/v1/bills/emails", body | {"idempotency_key": "november"})
    assert [one["status"] for one in anew["results"]] == [409, 409, 422, 404, 409]

    assert billed.sent_by(office) == 2
    assert sorted(str(one["To"]) for one in office.received) == ["ann@able.example", "ben@bold.example"]
    report = keeps.read("/v1/reports/emails", min_position=billed.now(), matter_id=first)
    assert [(row["status"], row["to"], row["bill_id"]) for row in report["rows"]] == [("sent", "ann@able.example", good)]
    assert report["counts"]["sent"] == 1
    listed = keeps.read("/v1/emails", min_position=billed.now(), matter_id=second, status="sent")
    assert [one["bill_id"] for one in listed["items"]] == [other]


def test_who_may_not_issue_bills_sends_none(billed: Billed, firms: tuple[Firm, Firm]) -> None:
    _, matter_id = billed.client("Dee Dale", "dee@dale.example")
    bill_id = billed.bill(matter_id)
    for role in (Role.TIMEKEEPER, Role.AUDITOR, Role.ADMIN):
        assert billed.firm[role].post(f"/v1/bills/{bill_id}/emails").status_code == 403
    found = billed.firm[Role.BOOKKEEPER].done(f"/v1/bills/{bill_id}/emails")
    withdrawal = f"/v1/emails/{found['email_id']}/withdrawal"
    assert billed.firm[Role.TIMEKEEPER].post(withdrawal, {"why": "no"}).status_code == 403
    assert firms[1][Role.BOOKKEEPER].get(f"/v1/emails/{found['email_id']}").status_code == 404
    billed.edits(Role.BOOKKEEPER, f"/v1/emails/{found['email_id']}", "withdrawal", {"why": "sent by post"})
    card = billed.card(found["email_id"])
    assert (card["status"], card["why"]) == ("withdrawn", "sent by post")


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": "nobody"}, {"subject": "two\nlines"}, {"subject": " "}, {"message": "x" * 3501}, {"message": "\u202eevil"},
        {"pdf": "JVBERg=="}, {"as_draft": "yes"},
    ],
)  # fmt: skip
def test_what_is_written_wrongly_is_refused(billed: Billed, wrong: dict[str, Any]) -> None:
    path = "/v1/bills/019a3d6e-5f00-7000-8000-00000000ffff/emails"
    assert billed.firm[Role.BOOKKEEPER].post(path, wrong).status_code == 422


def test_a_client_bill_goes_out_whole_and_each_part_counts_as_sent(billed: Billed, office: Office) -> None:
    client_id, matter_id = billed.client("Vera Voss", "vera@voss.example")
    second = billed.firm[Role.PARTNER].done("/v1/matters", {"client_id": client_id, "description": "Second"})["matter_id"]
    rate = {"matter_id": second, "effective_from": "2026-01-01", "rate": "100.00"}
    billed.firm[Role.PARTNER].done("/v1/billing-rates", rate)
    drafts = [billed.bill(one, issued=False) for one in (matter_id, second)]
    keeps = billed.firm[Role.BOOKKEEPER]
    path = f"/v1/client-bills/{keeps.done('/v1/client-bills/joining', {'bill_ids': drafts})['client_bill_id']}"
    assert keeps.post(f"{path}/emails", {}).status_code == 409
    billed.edits(Role.PARTNER, path, "approval", {})
    billed.edits(Role.BOOKKEEPER, path, "finalization", {"issued_on": "2026-09-30"})
    email = keeps.done(f"{path}/emails", {})
    assert (email["status"], email["to"]) == ("queued", "vera@voss.example")
    assert keeps.post(f"{path}/emails", {}).status_code == 409
    card = billed.card(email["email_id"])
    assert (card["client_bill_id"], card["bill_id"], "350.00" in card["body"]) == (path.rpartition("/")[2], None, True)

    assert billed.sent_by(office) == 1

    assert [keeps.read(f"/v1/bills/{one}", min_position=billed.now())["sent_by"] for one in drafts] == ["email", "email"]
    draft = keeps.done(f"{path}/emails", {"again": True, "as_draft": True})
    billed.edits(Role.PARTNER, path, "voiding", {"effective_date": "2026-10-01", "why": "twice"})
    assert billed.card(draft["email_id"])["status"] == "withdrawn"
