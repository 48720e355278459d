"""Bills by e-mail through a real mail server: taken, put off, refused, broken off, and never sent twice without need."""

import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from aggregates import outgoing_email
from aggregates.bill_events import BillSent
from aggregates.errors import AlreadyExists, BadRequest, WrongState
from aggregates.outgoing_email import CUT_OFF_AFTER, WAITS_S, EmailAttemptEnded, OutgoingEmail
from api.application import Application
from api.outbox.delivery import Delivered, deliver
from api.outbox.dispatcher import Dispatcher, Turn
from api.outbox.settings import MailServer
from commands.amend_contact import AmendContact
from commands.email_bill import EmailBill
from commands.event_log.database import Database
from commands.merge_contacts import MergeContacts
from commands.queue_email import QueueEmail
from commands.void_bill import VoidBill
from commands.withdraw_email import WithdrawEmail
from projections.catalogue import PROJECTIONS
from projections.reports.emails import report
from replay import bill_email
from replay.bill_document.printing import bill_document
from replay.verify import verify
from tests.api.http_firm import free_port
from tests.api.post_office import BREAKS_OFF, PASSWORD, TAKEN, Office, certificate, post_office
from tests.api.test_command_line import Terminal, terminal
from tests.commands.billing_practice import BillingPractice
from tests.commands.test_bills import issued, of
from tests.commands.trust_practice import FIRM_NAME, LIND, practising

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:aiosmtpd.*")
WRONG = "open sesame 4711"
ADDRESS = "adeline@archer.example"


@dataclass
class Mailroom:
    """A firm with bills, and dispatchers of its own processes over the same log; the clock stands where it is put."""

    firm: BillingPractice
    application: Application
    now: datetime = datetime(2026, 9, 15, 12, tzinfo=UTC)
    numbers: list[int] = field(default_factory=list)

    def bill(self) -> UUID:
        return issued(self.firm, 4)

    def email(self, bill_id: UUID, **more: Any) -> UUID:
        """Write an e-mail with a bill; its id."""
        practice = self.firm.practice
        asked = EmailBill(bill_id=bill_id, **more)
        return UUID(bill_email.write(practice.log, practice._edge(), practice._request(LIND), asked).result["email_id"])

    def turn(self, server: MailServer | None, call: Callable[..., Delivered] = deliver) -> Turn:
        """One turn of a dispatcher that has just been started."""
        self.application.project("demo")
        return Dispatcher(self.application, server, call=call).turn("demo")

    def state(self, email_id: UUID) -> OutgoingEmail:
        found: OutgoingEmail = self.firm.practice.log.load(outgoing_email.KIND, email_id).state
        return found

    def replies(self, email_id: UUID) -> list[tuple[str, int | None]]:
        """What became of each attempt."""
        events = [one.event() for one in self.firm.practice.log.stream(email_id)]
        return [(one.outcome, one.code) for one in events if isinstance(one, EmailAttemptEnded)]

    def rows(self, **asked: Any) -> list[dict[str, Any]]:
        self.application.project("demo")
        with self.application.reader("demo") as reader:
            return report(reader, **asked).records()


@pytest.fixture
def room(migrated_database_url: str) -> Iterator[Mailroom]:
    """Client A has two addresses, client B none."""
    with practising(migrated_database_url) as practice, Database(migrated_database_url, pool_size=4) as database:
        firm = BillingPractice(practice)
        addresses = (ADDRESS, "second@archer.example")
        practice.does(AmendContact(contact_id=practice.clients["A"], field="emails", values=addresses))
        mailroom = Mailroom(firm, Application(database))
        object.__setattr__(mailroom.application, "now", lambda: mailroom.now)
        yield mailroom


@pytest.fixture
def office() -> Iterator[Office]:
    with post_office() as opened:
        yield opened


def test_a_bill_goes_with_its_very_pdf_and_counts_as_sent(room: Mailroom, office: Office) -> None:
    bill_id = room.bill()
    email_id = room.email(bill_id)
    assert room.state(email_id).status == "queued"
    assert not of(room.firm, bill_id).sent

    assert room.turn(office.server()) == Turn(sent=1)

    (message,) = office.received
    number = of(room.firm, bill_id).name.removeprefix("bill ")
    (attached,) = message.iter_attachments()
    assert attached.get_content() == bill_document(room.firm.practice.log, bill_id).pdf
    assert (attached.get_filename(), attached.get_content_type()) == (f"{number}.pdf", "application/pdf")
    assert (message["To"], message["Subject"]) == (ADDRESS, f"Invoice {number} from {FIRM_NAME}")
    assert message["From"].addresses[0].display_name == FIRM_NAME
    assert office.senders == ["billing@ashby.example"]
    body = message.get_body()
    assert body is not None
    assert "USD 1,000.00" in body.get_content()
    assert message["Message-ID"] == f"<{email_id}@ashby.example>"
    assert room.replies(email_id) == [("accepted", 250)]
    assert of(room.firm, bill_id).sent
    sent = [one.event() for one in room.firm.practice.log.stream(bill_id)][-1]
    assert isinstance(sent, BillSent)
    assert (sent.how, str(sent.to)) == ("email", ADDRESS)
    assert room.turn(office.server()) == Turn()
    (row,) = room.rows(bill_id=str(bill_id))
    assert (row["status"], row["number"], row["attempts"], row["code"]) == ("sent", number, 1, 250)
    assert room.rows(matter_id=str(room.firm.practice.matters["B"])) == room.rows(status="queued") == []


def test_it_was_the_machine_on_behalf_of_who_asked(room: Mailroom, office: Office) -> None:
    email_id = room.email(room.bill())
    room.turn(office.server())
    actors = [(one.actor["program"], one.actor["user_id"]) for one in room.firm.practice.log.stream(email_id)]
    assert actors == [("tests", str(LIND))] * 2 + [("outbox", str(LIND))] * 2


def test_what_is_put_off_goes_later_under_the_same_message_id(room: Mailroom, office: Office) -> None:
    bill_id = room.bill()
    email_id = room.email(bill_id)
    office.replies = ["451 4.3.0 come back later", "452 full"]

    assert room.turn(office.server()) == Turn(not_taken=1)
    room.now += timedelta(seconds=WAITS_S[0] - 1)
    assert room.turn(office.server()) == Turn()
    room.now += timedelta(seconds=1)
    assert room.turn(office.server()).not_taken == 1
    assert not of(room.firm, bill_id).sent
    room.now += timedelta(seconds=WAITS_S[1])
    assert room.turn(office.server()).sent == 1

    assert room.replies(email_id) == [("deferred", 451), ("deferred", 452), ("accepted", 250)]
    assert len(set(office.message_ids)) == 1
    assert len(set(office.raw)) == 1
    said = [one.event() for one in room.firm.practice.log.stream(email_id)]
    first = next(one for one in said if isinstance(one, EmailAttemptEnded))
    assert str(first.said) == "4.3.0 come back later"


def test_what_is_refused_for_good_waits_for_a_person(room: Mailroom, office: Office) -> None:
    bill_id = room.bill()
    email_id = room.email(bill_id)
    office.at_recipient[ADDRESS] = f"550 5.1.1 <{ADDRESS}> unknown"

    assert room.turn(office.server()) == Turn(not_taken=1)
    room.now += timedelta(days=30)
    assert room.turn(office.server()) == Turn()
    assert (room.state(email_id).status, office.received, of(room.firm, bill_id).sent) == ("refused", [], False)
    (row,) = room.rows(status="refused")
    assert (row["outcome"], row["code"], row["to"]) == ("refused", 550, ADDRESS)

    office.at_recipient.clear()
    office.replies = ["554 5.7.1 no", TAKEN]
    for _ in range(2):
        room.firm.practice.does(QueueEmail(email_id=email_id))
        room.turn(office.server())
    assert room.replies(email_id) == [("refused", 550), ("refused", 554), ("accepted", 250)]


def test_a_connection_that_breaks_after_the_message_is_tried_again(room: Mailroom, office: Office) -> None:
    email_id = room.email(room.bill())
    office.replies = [BREAKS_OFF]

    assert room.turn(office.server()) == Turn(not_taken=1)
    assert room.replies(email_id) == [("unknown", None)]
    room.now += timedelta(seconds=WAITS_S[0])
    assert room.turn(office.server()).sent == 1
    assert len(office.received) == 2
    assert len(set(office.message_ids)) == 1


def test_without_a_server_e_mails_wait_and_say_so(room: Mailroom) -> None:
    room.email(room.bill())
    assert room.turn(None) == Turn()
    outbox = Dispatcher(room.application, None)
    assert outbox.waiting("demo") == 1
    assert outbox.waits_for is not None
    assert "MUNIMENT_SMTP_HOST is not set" in outbox.waits_for


def test_a_server_that_is_away_is_tried_until_the_fifth_day(room: Mailroom, office: Office) -> None:
    email_id, other = room.email(room.bill()), room.email(room.bill())
    away = MailServer("127.0.0.1", free_port(), "billing@ashby.example", "starttls")
    first = room.turn(away)
    assert first == Turn(not_taken=1, reached=False)
    assert {room.state(one).attempts for one in (email_id, other)} == {0, 1}
    for _ in range(60):
        room.now += timedelta(days=1)
        if not room.turn(away).not_taken:
            break
    assert [room.state(one).status for one in (email_id, other)] == ["given_up"] * 2
    assert room.replies(email_id) == [("unreachable", None)] * (len(WAITS_S) + 1)
    assert room.turn(office.server()) == Turn()
    room.firm.practice.does(QueueEmail(email_id=email_id))
    assert room.turn(office.server()).sent == 1


class Killed(BaseException):
    """The process is gone."""


def test_a_crash_between_sending_and_recording_sends_again_under_the_same_message_id(room: Mailroom, office: Office) -> None:
    email_id = room.email(room.bill())

    def killed(*asked: Any) -> Delivered:
        deliver(*asked)
        raise Killed

    with pytest.raises(Killed):
        room.turn(office.server(), killed)
    assert room.state(email_id).status == "sending"
    assert room.turn(office.server()) == Turn()
    with pytest.raises(WrongState):
        room.firm.practice.does(WithdrawEmail(email_id=email_id, why="stop"))

    room.now += CUT_OFF_AFTER
    assert room.turn(office.server()).sent == 0
    assert room.replies(email_id) == [("unknown", None)]
    room.now += timedelta(seconds=WAITS_S[0])
    assert room.turn(office.server()).sent == 1
    assert len(office.received) == 2
    assert len(set(office.message_ids)) == 1


def test_many_dispatchers_send_each_e_mail_once(room: Mailroom, office: Office) -> None:
    emails = [room.email(room.bill()) for _ in range(6)]
    room.application.project("demo")
    outboxes = [Dispatcher(room.application, office.server()) for _ in range(4)]
    threads = [threading.Thread(target=outbox.turn, args=("demo",)) for outbox in outboxes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(office.message_ids) == sorted(f"<{one}@ashby.example>" for one in emails)
    assert {room.state(one).status for one in emails} == {"sent"}


def test_it_runs_by_itself_and_ends(room: Mailroom, office: Office) -> None:
    email_id = room.email(room.bill())
    room.application.project("demo")
    with Dispatcher(room.application, office.server(), every_s=0.05):
        for _ in range(200):
            if room.state(email_id).status == "sent":
                break
            threading.Event().wait(0.05)
    assert room.state(email_id).status == "sent"


def test_it_goes_to_an_address_of_the_client_and_once(room: Mailroom, office: Office) -> None:
    bill_id, practice = room.bill(), room.firm.practice
    pdf = b"%PDF"
    stranger = practice.refused(BadRequest, EmailBill(bill_id=bill_id, to="eve@elsewhere.example", pdf=pdf))
    assert "no address of Adeline Archer" in stranger.sentence
    room.email(bill_id, to=ADDRESS.upper())
    practice.refused(AlreadyExists, EmailBill(bill_id=bill_id, pdf=pdf))
    second = room.email(bill_id, to="second@archer.example")
    assert room.turn(office.server()).sent == 2
    assert [one["To"] for one in office.received] == [ADDRESS, "second@archer.example"]
    practice.refused(AlreadyExists, EmailBill(bill_id=bill_id, pdf=pdf))
    again = room.email(bill_id, again=True)
    assert room.turn(office.server()).sent == 1
    assert len({second, again, *office.message_ids}) == 5
    practice.refused(BadRequest, EmailBill(bill_id=bill_id, again=True))
    without = issued(room.firm, 1, letter="B")
    nobody = practice.refused(BadRequest, EmailBill(bill_id=without, pdf=pdf))
    assert "no e-mail address of Bellweather Supply Co. is on record" in nobody.sentence


def test_a_merged_client_is_written_to_at_the_survivors_address(room: Mailroom) -> None:
    practice = room.firm.practice
    bill_id = issued(room.firm, 1, letter="B")
    practice.does(MergeContacts(survivor_id=practice.clients["A"], duplicate_id=practice.clients["B"]))
    assert str(room.state(room.email(bill_id)).to) == ADDRESS


def test_a_bill_that_is_voided_or_withdrawn_is_not_sent(room: Mailroom, office: Office) -> None:
    practice, bill_id, other = room.firm.practice, room.bill(), room.bill()
    voided, withdrawn = room.email(bill_id), room.email(other)
    practice.does(WithdrawEmail(email_id=withdrawn, why="wrong matter"))
    practice.does(VoidBill(bill_id=bill_id, effective_date=practice.today, why="wrong"), UUID(int=1))
    assert room.turn(office.server()) == Turn()
    assert [room.state(one).status for one in (voided, withdrawn)] == ["withdrawn"] * 2
    practice.refused(WrongState, QueueEmail(email_id=voided))
    practice.refused(WrongState, EmailBill(bill_id=bill_id, pdf=b"%PDF"))


def test_names_in_any_script_arrive_as_they_are_written(room: Mailroom, office: Office) -> None:
    practice = room.firm.practice
    practice.does(AmendContact(contact_id=practice.clients["A"], field="emails", values=("нора@archer.example",)))
    room.email(room.bill(), subject="Рахунок № 7 — €", message="Dear Ålesund,\n.\n.. 請求書\n" + "long " * 300)
    assert room.turn(office.server()).sent == 1
    (message,) = office.received
    body = message.get_body()
    assert body is not None
    assert message["Subject"] == "Рахунок № 7 — €"
    assert "\n.\n.. 請求書\n" in body.get_content().replace("\r\n", "\n")
    assert "нора@archer.example".encode() in office.raw[0]

    practice.does(AmendContact(contact_id=practice.clients["A"], field="emails", values=("nora@bücher.example",)))
    room.email(room.bill())
    assert room.turn(office.server()).sent == 1
    assert office.received[1]["To"] == "nora@xn--bcher-kva.example"


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """The server's certificate, which this machine trusts."""
    context, trusted = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    return context


def test_it_logs_in_over_starttls_and_never_tells_the_password(room: Mailroom, tls: ssl.SSLContext) -> None:
    email_id = room.email(room.bill())
    with post_office(tls=tls, log_in=True) as office:
        wrong = office.server(password=WRONG)
        assert "4711" not in repr(wrong)
        room.turn(wrong)
        assert room.replies(email_id) == [("unreachable", 535)]
        room.now += timedelta(seconds=WAITS_S[0])
        room.turn(office.server())
        assert room.replies(email_id)[1][0] in {"refused", "deferred"}
        room.firm.practice.does(QueueEmail(email_id=email_id))
        assert room.turn(office.server(password=PASSWORD)).sent == 1
    log = room.firm.practice.log
    stored = b"".join(found[0] for at in range(1, log.size() + 1) if (found := log.raw(at)) is not None)
    assert b"4711" not in stored
    assert PASSWORD.encode() not in stored


def test_it_speaks_tls_from_the_first_byte(room: Mailroom, tls: ssl.SSLContext) -> None:
    room.email(room.bill())
    with post_office(tls=tls, from_the_start=True) as office:
        assert room.turn(office.server("tls")).sent == 1


def test_a_certificate_that_nobody_vouches_for_is_not_spoken_to(room: Mailroom, tmp_path: Path) -> None:
    email_id = room.email(room.bill())
    context, _ = certificate(tmp_path)
    with post_office(tls=context, log_in=True) as office:
        assert not room.turn(office.server(password=PASSWORD)).reached
        assert office.received == []
    assert room.replies(email_id) == [("unreachable", None)]


def test_nothing_leaves_this_machine_in_the_clear(room: Mailroom, office: Office) -> None:
    email_id = room.email(room.bill())
    elsewhere = office.server(host="2130706433")  # 127.0.0.1 to the resolver, but nothing that we know as this machine
    assert not room.turn(elsewhere).reached
    said = [one.event() for one in room.firm.practice.log.stream(email_id)][-1]
    assert isinstance(said, EmailAttemptEnded)
    assert "no encryption" in str(said.said)
    room.now += timedelta(seconds=WAITS_S[0])
    assert room.turn(office.server("none", host="2130706433")).sent == 1


def test_the_command_line_hands_in_once_and_says_what_became_of_it(
    room: Mailroom, office: Office, migrated_database_url: str, tmp_path: Path
) -> None:
    room.email(room.bill())
    at = terminal(migrated_database_url, tmp_path)
    without = at.run("email", "send")
    assert (without.returncode, without.stdout) == (3, "demo: 0 sent, 0 not taken, 1 wait\n")
    assert "MUNIMENT_SMTP_HOST is not set" in without.stderr
    smtp = {"MUNIMENT_SMTP_HOST": "127.0.0.1", "MUNIMENT_SMTP_PORT": str(office.port)}
    nobody = Terminal(at.environment | smtp).run("email", "send")
    assert (nobody.returncode, "MUNIMENT_SMTP_FROM is the address" in nobody.stderr) == (2, True)
    set_up = Terminal(at.environment | smtp | {"MUNIMENT_SMTP_FROM": "billing@ashby.example"})
    assert set_up.json("email", "send", "--all-firms") == [{"firm": "demo", "sent": 1, "not_taken": 0, "waiting": 0}]
    assert len(office.received) == 1
    assert set_up.run("email", "send").stdout == "demo: 0 sent, 0 not taken, 0 wait\n"


def test_verify_finds_an_invoice_that_was_sent_and_is_not_kept(
    room: Mailroom, office: Office, migrated_database_url: str
) -> None:
    email_id = room.email(room.bill())
    room.turn(office.server())
    room.application.project("demo")
    assert verify(migrated_database_url, "demo", PROJECTIONS).ok
    attached = room.state(email_id).written.attachment
    assert attached is not None
    with psycopg.connect(migrated_database_url, autocommit=True) as connection:
        schema = room.firm.practice.log.schema
        connection.execute(f"ALTER TABLE {schema}.documents DISABLE TRIGGER ALL")
        connection.execute(f"DELETE FROM {schema}.documents WHERE sha256 = %s", (bytes.fromhex(attached.sha256),))
    found = verify(migrated_database_url, "demo", PROJECTIONS)
    faults = [fault.sentence for check in found.checks for fault in check.faults]
    assert faults == [f"the file that this event names as its attachment, {attached.sha256}, is not kept"]


@pytest.mark.parametrize(
    "address", ["a b@archer.example", "<eve@evil.example>", "no address", "x@y.example\r\nRCPT TO:<e@v.example>", ""]
)
def test_what_is_no_address_is_sent_nowhere(office: Office, address: str) -> None:
    assert deliver(office.server(), EmailMessage(), address).outcome == "refused"
    assert office.received == []
