"""An e-mail names the payment link of what it is about, while somebody can pay there, and no other."""

from uuid import UUID

import pytest

from aggregates import outgoing_email
from aggregates.errors import BadRequest, NotFound, WrongState
from commands.agree_evergreen import AgreeEvergreen
from commands.amend_contact import AmendContact
from commands.close_payment_link import ClosePaymentLink
from commands.email_bill import EmailBill
from commands.remind_of_replenishment import RemindOfReplenishment
from commands.withdraw_email import WithdrawEmail
from tests.commands.card_practice import CardPractice
from tests.commands.trust_practice import ASHBY, Practice

PAY = "You can pay by card here: https://buy.example.com/1"


@pytest.fixture
def cards(practice: Practice) -> CardPractice:
    taken = CardPractice(practice)
    practice.does(AmendContact(contact_id=practice.clients["A"], field="emails", values=("a@archer.example",)))
    return taken


def body_of(cards: CardPractice, told: dict[str, str]) -> str:
    return str(cards.practice.log.load(outgoing_email.KIND, UUID(told["email_id"])).state.body)


def test_a_bill_goes_with_its_own_open_link(cards: CardPractice) -> None:
    practice, bill_id = cards.practice, cards.bill()
    link, other = cards.link(bill_id=bill_id), cards.link(bill_id=cards.bill())
    practice.refused(BadRequest, EmailBill(bill_id=bill_id, payment_link_id=other, pdf=b"%PDF"))
    practice.refused(NotFound, EmailBill(bill_id=bill_id, payment_link_id=bill_id, pdf=b"%PDF"))
    told = practice.does(EmailBill(bill_id=bill_id, payment_link_id=link, message="Dear A,", pdf=b"%PDF"))
    assert body_of(cards, told) == f"Dear A,\n\n{PAY}"
    practice.does(WithdrawEmail(email_id=UUID(told["email_id"]), why="again, without"))
    practice.does(ClosePaymentLink(link_id=link, why="paid by cheque"), ASHBY)
    practice.refused(WrongState, EmailBill(bill_id=bill_id, payment_link_id=link, pdf=b"%PDF"))
    assert PAY not in body_of(cards, practice.does(EmailBill(bill_id=bill_id, pdf=b"%PDF")))


def test_a_reminder_names_the_link_into_the_ledger(cards: CardPractice) -> None:
    practice, ledger_id = cards.practice, cards.practice.ledgers["A"]
    terms = {"minimum_minor": 500_00, "replenish_to_minor": 500_00, "authority": "Letter"}
    practice.does(AgreeEvergreen.model_validate({"ledger_id": ledger_id, **terms}))
    link = cards.link(ledger_id=ledger_id, amount_minor=500_00)
    first = next(one for one in practice.log.read() if one.topic == outgoing_email.EmailWritten.TOPIC)
    practice.does(WithdrawEmail(email_id=UUID(first.stream_id), why="with the link"))
    wrong = cards.link(bill_id=cards.bill())
    practice.refused(BadRequest, RemindOfReplenishment(ledger_id=ledger_id, payment_link_id=wrong))
    told = practice.does(RemindOfReplenishment(ledger_id=ledger_id, payment_link_id=link))
    assert PAY in body_of(cards, told)
