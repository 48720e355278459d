"""A practice that takes cards: an account for operating and one for trust, and news of the processor as commands."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from aggregates import bill, card_account, card_payment, client_payment, payment_link, trust_ledger
from aggregates.bill import Bill
from aggregates.card_payment import CardPayment
from aggregates.client_payment import ClientPayment
from aggregates.permissions import Permission, Role
from aggregates.trust_ledger import TrustLedger
from commands import record_card_notice
from commands.approve_bill import ApproveBill
from commands.card_news import News
from commands.connect_card_account import ConnectCardAccount
from commands.dispatch import Request, execute
from commands.draft_bill import DraftBill
from commands.finalize_bill import FinalizeBill
from commands.make_payment_link import LinkAtProcessor, MakePaymentLink
from commands.record_card_notice import RecordCardNotice
from commands.work import Asker
from tests.commands.billing_practice import HOUR, BillingPractice
from tests.commands.trust_practice import ASHBY, LIND, Practice, day

_NUMBERS = itertools.count(1)


@dataclass
class CardPractice:
    """Notices are recorded as they come; `payment` is the processor's name of the payment they are of."""

    practice: Practice
    work: BillingPractice = field(init=False)
    operating: UUID = field(init=False)
    trust: UUID = field(init=False)

    def __post_init__(self) -> None:
        self.work = BillingPractice(self.practice)
        first = ConnectCardAccount(account_name="operating", destination="operating", processor_account="acct_1")
        self.practice.does(first, ASHBY)
        second = ConnectCardAccount(
            account_name="trust", destination="trust", trust_account_id=self.practice.account, processor_account="acct_2"
        )
        self.practice.does(second, ASHBY)
        self.operating = card_account.KIND.stream_id("stripe", "acct_1")
        self.trust = card_account.KIND.stream_id("stripe", "acct_2")

    def bill(self, letter: str = "A", hours: int = 4) -> UUID:
        """An issued bill of so many hours at 250.00."""
        entry = self.work.approved(letter, hours * HOUR)
        draft = DraftBill(matter_id=self.practice.matters[letter], entry_ids=(entry,), through=self.practice.today)
        bill_id = UUID(self.practice.does(draft)["bill_id"])
        self.practice.does(ApproveBill(bill_id=bill_id), ASHBY)
        self.practice.does(FinalizeBill(bill_id=bill_id, issued_on=self.practice.today))
        return bill_id

    def link(self, *, bill_id: UUID | None = None, ledger_id: UUID | None = None, amount_minor: int | None = None) -> UUID:
        """A link for one of the two."""
        link_id = payment_link.KIND.stream_id("test", next(_NUMBERS))
        made = LinkAtProcessor(link_id=link_id, processor_link=f"plink_{link_id}", url="https://buy.example.com/1")
        account = self.operating if bill_id is not None else self.trust
        self.practice.does(
            MakePaymentLink(
                card_account_id=account, bill_id=bill_id, ledger_id=ledger_id, amount_minor=amount_minor, made=made
            )
        )
        return link_id

    def tell(self, account: UUID, news: Sequence[News], notice: str | None = None) -> None:
        """A notice of today."""
        command = RecordCardNotice(
            card_account_id=account,
            notice=notice or f"evt_{next(_NUMBERS)}",
            kind="test",
            happened_at=datetime.combine(self.practice.today, datetime.min.time(), UTC),
            body=b"{}",
            news=tuple(news),
        )
        asker = Asker(ASHBY, frozenset({Role.PARTNER}), "stripe notices")
        edge = self.practice._edge()
        execute(self.practice.log, edge, Request(asker), command, record_card_notice.handle, Permission.HEAR_CARD_PROCESSOR)

    def payment(self, account: UUID, name: str) -> CardPayment:
        """As the log has it."""
        state: CardPayment = self.practice.log.load(card_payment.KIND, card_payment.KIND.stream_id(account, name)).state
        return state

    def received(self, account: UUID, name: str) -> ClientPayment:
        """The client's payment that it became."""
        placed = self.payment(account, name).placed
        assert placed is not None
        assert placed.payment_id is not None
        state: ClientPayment = self.practice.log.load(client_payment.KIND, placed.payment_id).state
        return state

    def of_bill(self, bill_id: UUID) -> Bill:
        state: Bill = self.practice.log.load(bill.KIND, bill_id).state
        return state

    def ledger(self, ledger_id: UUID) -> TrustLedger:
        state: TrustLedger = self.practice.log.load(trust_ledger.KIND, ledger_id).state
        return state


__all__ = ["ASHBY", "LIND", "CardPractice", "day"]
