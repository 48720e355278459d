"""An evergreen retainer that falls below: the firm has notice, the client is asked and reminded until it is cured."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from aggregates import outgoing_email, trust_ledger
from aggregates.errors import BadRequest, WrongState
from aggregates.outgoing_email import OutgoingEmail
from aggregates.trust_ledger import TrustLedger
from api.application import Application
from api.outbox.dispatcher import Dispatcher
from api.outbox.settings import MailServer
from commands.agree_evergreen import AgreeEvergreen
from commands.amend_contact import AmendContact
from commands.amend_matter import AmendMatter
from commands.discard_time import DiscardTime
from commands.event_log.database import Database
from commands.queue_email import QueueEmail
from commands.remind_of_replenishment import RemindOfReplenishment
from projections.reports import emails, retainers
from tests.api.post_office import Office, post_office
from tests.commands.billing_practice import BillingPractice
from tests.commands.trust_practice import ASHBY, Practice, practising

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:aiosmtpd.*")
ADELINE, ODA = "adeline@archer.example", "oda@example.com"


@dataclass
class Retained:
    """Client A keeps 500.00 at least, brought back to 2,000.00, which is there."""

    firm: BillingPractice
    practice: Practice
    application: Application
    ledger_id: UUID

    def agree(self, **more: Any) -> dict[str, Any]:
        terms = {"minimum_minor": 500_00, "replenish_to_minor": 2_000_00, "authority": "Engagement letter"} | more
        return self.practice.does(AgreeEvergreen(ledger_id=self.ledger_id, **terms))

    def emails(self) -> list[tuple[str, str, str]]:
        """About what, to whom, and how each stands; oldest first."""
        ids = dict.fromkeys(
            one.stream_id for one in self.practice.log.read() if one.topic == outgoing_email.EmailWritten.TOPIC
        )
        states: list[OutgoingEmail] = [self.practice.log.load(outgoing_email.KIND, UUID(one)).state for one in ids]
        return [(one.written.about, str(one.to), one.status) for one in states]

    def days_later(self, days: int, server: MailServer | None = None) -> None:
        """So many days on, a dispatcher is started and has a turn."""
        self.practice.today += timedelta(days=days)
        self.application.project("demo")
        Dispatcher(self.application, server).turn("demo")
        self.application.project("demo")
        Dispatcher(self.application, server).turn("demo")

    @property
    def ledger(self) -> TrustLedger:
        state: TrustLedger = self.practice.log.load(trust_ledger.KIND, self.ledger_id).state
        return state


@pytest.fixture
def retained(migrated_database_url: str) -> Iterator[Retained]:
    with practising(migrated_database_url) as practice, Database(migrated_database_url, pool_size=4) as database:
        firm = BillingPractice(practice)
        matter_id = practice.matters["A"]
        practice.does(AmendMatter(matter_id=matter_id, field="responsible_attorney_id", value=str(firm.partner)), ASHBY)
        practice.does(AmendContact(contact_id=practice.clients["A"], field="emails", values=(ADELINE,)))
        practice.receive("A", 2_000_00)

        def noon() -> datetime:
            return datetime(practice.today.year, practice.today.month, practice.today.day, 12, tzinfo=UTC)

        yield Retained(firm, practice, Application(database, now=noon), practice.ledgers["A"])


@pytest.fixture
def office() -> Iterator[Office]:
    with post_office() as opened:
        yield opened


def test_the_payment_that_takes_it_below_tells_the_attorney_and_asks_the_client(retained: Retained, office: Office) -> None:
    retained.agree(email="automatic", remind_every_days=7)
    retained.practice.pay("A", 1_500_00)
    assert retained.emails() == []
    retained.practice.pay("A", 100_00)
    assert retained.emails() == [("replenishment", ADELINE, "queued"), ("notice", ODA, "queued")]

    retained.days_later(0, office.server())

    by = {str(one["To"]): one for one in office.received}
    asked, notice = by[ADELINE].get_body(), by[ODA].get_body()
    assert asked is not None
    assert notice is not None
    words = " ".join(asked.get_content().split())
    assert "stands at USD 400.00. That is below USD 500.00" in words
    assert "back to USD 2,000.00 by paying USD 1,600.00 to our trust account" in words
    assert f"asked for it by an e-mail to {ADELINE}" in notice.get_content()
    assert len(by) == len(office.received) == 2


def test_reminders_come_every_so_many_days_and_stop_when_it_is_cured(retained: Retained, office: Office) -> None:
    retained.agree(email="automatic", remind_every_days=7)
    retained.practice.pay("A", 1_600_00)
    retained.days_later(0, office.server())
    retained.days_later(6, office.server())
    assert [about for about, _, _ in retained.emails()] == ["replenishment", "notice"]
    retained.days_later(1, office.server())
    retained.practice.receive("A", 50_00)
    retained.days_later(0, office.server())
    assert [about for about, _, _ in retained.emails()] == ["replenishment", "notice", "reminder"]
    retained.days_later(7, office.server())
    assert retained.emails()[3:] == [("reminder", ADELINE, "sent")]
    body = office.received[-1].get_body()
    assert body is not None
    assert "paying USD 1,550.00" in body.get_content()

    retained.practice.receive("A", 50_00)
    assert retained.ledger.request is None
    retained.days_later(30, office.server())
    assert len(retained.emails()) == 4
    retained.practice.pay("A", 1_00)
    retained.days_later(0, office.server())
    assert [about for about, _, _ in retained.emails()[4:]] == ["replenishment", "notice"]


def test_what_waits_when_it_is_cured_is_not_sent(retained: Retained, office: Office) -> None:
    retained.agree(email="automatic", remind_every_days=7)
    retained.practice.pay("A", 1_600_00)
    retained.practice.receive("A", 1_600_00)
    retained.days_later(0, office.server())
    assert office.received == []
    assert {status for _, _, status in retained.emails()} == {"withdrawn"}


def test_a_draft_waits_for_somebody_and_nobody_is_reminded_of_what_was_never_sent(
    retained: Retained, office: Office
) -> None:
    retained.agree(remind_every_days=7)
    retained.practice.pay("A", 1_600_00)
    retained.days_later(30, office.server())
    assert retained.emails() == [("replenishment", ADELINE, "draft"), ("notice", ODA, "sent")]
    with retained.application.reader("demo") as reader:
        (draft,) = emails.report(reader, status="draft").records()
    retained.practice.does(QueueEmail(email_id=UUID(draft["email_id"])))
    retained.days_later(0, office.server())
    assert retained.emails() == [("replenishment", ADELINE, "sent"), ("notice", ODA, "sent"), ("reminder", ADELINE, "draft")]


def test_a_client_without_an_address_is_asked_when_one_is_on_record(retained: Retained, office: Office) -> None:
    practice = retained.practice
    practice.does(AmendContact(contact_id=practice.clients["A"], field="emails", values=()))
    retained.agree(email="automatic")
    practice.pay("A", 1_600_00)
    assert retained.emails() == [("notice", ODA, "queued")]
    practice.refused(WrongState, RemindOfReplenishment(ledger_id=retained.ledger_id))
    retained.days_later(1, office.server())
    body = office.received[0].get_body()
    assert body is not None
    assert "No e-mail address of Adeline Archer is on record" in body.get_content()
    practice.does(AmendContact(contact_id=practice.clients["A"], field="emails", values=(ADELINE,)))
    retained.days_later(1, office.server())
    assert ("replenishment", ADELINE, "sent") in retained.emails()
    retained.days_later(100, office.server())
    assert len(retained.emails()) == 2


def test_somebody_may_remind_at_once_while_something_is_asked(retained: Retained, office: Office) -> None:
    remind = RemindOfReplenishment(ledger_id=retained.ledger_id)
    retained.agree(email="automatic")
    retained.practice.refused(WrongState, remind)
    retained.practice.pay("A", 1_600_00)
    retained.practice.refused(WrongState, remind)
    retained.days_later(0, office.server())
    assert retained.practice.does(remind)["status"] == "queued"
    retained.practice.refused(WrongState, remind)
    retained.days_later(0, office.server())
    assert [about for about, _, _ in retained.emails()] == ["replenishment", "notice", "reminder"]
    with retained.application.reader("demo") as reader:
        (row,) = retainers.report(reader).records()
    assert (row["asked_minor"], row["emails_sent"], row["last_emailed_on"]) == (1_600_00, 2, retained.practice.today)


def test_without_e_mails_nobody_is_written_to(retained: Retained, office: Office) -> None:
    practice = retained.practice
    with pytest.raises(BadRequest):
        retained.agree(email="none", remind_every_days=7)
    retained.agree(email="none")
    practice.pay("A", 1_600_00)
    retained.days_later(30, office.server())
    assert retained.emails() == []
    practice.refused(BadRequest, RemindOfReplenishment(ledger_id=retained.ledger_id))
    retained.agree(email="automatic")
    retained.days_later(1, office.server())
    assert retained.emails() == [("replenishment", ADELINE, "sent")]
    practice.does(AgreeEvergreen(ledger_id=retained.ledger_id, authority="Letter"))
    assert retained.ledger.request is None


def test_work_that_is_not_billed_counts_where_the_firm_says_so(retained: Retained, office: Office) -> None:
    firm, practice = retained.firm, retained.practice
    practice.pay("A", 700_00)
    retained.agree(email="automatic")
    firm.worked("A", 4 * 3_600)
    firm.worked("A", 8_064)
    retained.days_later(0, office.server())
    assert retained.ledger.request is None

    retained.agree(email="automatic", counts_work_in_progress=True)
    firm.worked("B", 24 * 3_600)
    retained.days_later(0, office.server())
    request = retained.ledger.request
    assert request is not None
    assert (request.work_minor, request.balance_minor, request.amount_minor) == (1_575_00, 1_300_00, 2_275_00)
    body = next(one for one in office.received if one["To"] == ADELINE).get_body()
    assert body is not None
    words = " ".join(body.get_content().split())
    assert "USD 1,575.00 is for work that is not billed yet" in words
    assert "by paying USD 2,275.00" in words

    practice.receive("A", 774_99)
    assert retained.ledger.request == request
    practice.receive("A", 1)
    assert retained.ledger.request is None
    retained.days_later(1, office.server())
    assert retained.ledger.request is None


def test_a_request_for_unbilled_work_is_met_when_the_work_is_no_longer_there(retained: Retained, office: Office) -> None:
    firm, practice = retained.firm, retained.practice
    retained.agree(email="automatic", counts_work_in_progress=True)
    entry = firm.worked("A", 7 * 3_600)
    retained.days_later(0, office.server())
    assert retained.ledger.request is not None
    practice.does(DiscardTime(entry_ids=(entry,), why="of another matter"))
    retained.days_later(1, office.server())
    assert retained.ledger.request is None
    assert {about for about, _, status in retained.emails() if status == "sent"} == {"replenishment", "notice"}
