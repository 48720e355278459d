"""The three months, day by day: twelve matters from their first day to the books' closing on 31 July 2026."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import UUID

from api.demo.paying import FIRM, pay, release
from api.demo.people import Office
from api.demo.practice.bills import BillingDesk, Issued
from api.demo.practice.matters import ENGAGEMENTS, INSURER, Books, hire, open_matters
from commands.accept_matter import AcceptMatter
from commands.agree_evergreen import AgreeEvergreen
from commands.agree_retainer import AgreeRetainer
from commands.credit_bill import CreditBill
from commands.earn_flat_fee import EarnFlatFee
from commands.move_credit_to_trust import MoveCreditToTrust
from commands.open_trust_account import OpenTrustAccount
from commands.open_trust_ledger import OpenTrustLedger
from commands.receive_funds import ReceiveFunds
from commands.receive_payment import Allocation, ReceivePayment
from commands.receive_retainer import ReceiveRetainer
from commands.record_returned_payment import RecordReturnedPayment
from commands.refund_client import RefundClient
from commands.sign_settlement import SignSettlement
from commands.state_settlement import Share, StateSettlement
from commands.write_off_bill import WriteOffBill

LAST_DAY = date(2026, 7, 31)
ACCOUNT = "IOLTA-2"
_IN_TRUST = ("charter", "deed", "charity", "will", "injury")
_RECOVERY_MINOR = 90_000_00
_LIEN_MINOR = 11_400_00


@dataclass
class Quarter:
    """The practice's own trust account, its ledgers by matter, and its bills by matter and month."""

    office: Office
    account_id: UUID = field(init=False)
    books: Books = field(init=False)
    desk: BillingDesk = field(init=False)
    ledgers: dict[str, UUID] = field(default_factory=dict)
    bills: dict[tuple[str, int], Issued] = field(default_factory=dict)

    def live(self) -> None:
        """From the first of May to the last of July."""
        self._open()
        self._may()
        self._june()
        self._july()

    def _open(self) -> None:
        hire(self.office)
        self.books = open_matters(self.office)
        self.desk = BillingDesk(self.office, self.books)
        account = OpenTrustAccount(
            name=ACCOUNT, bank="First Example Bank", account_number=ACCOUNT, opened_on=self.office.calendar.day
        )
        self.account_id = UUID(self.office.does("ashby", account)["trust_account_id"])
        for matter in _IN_TRUST:
            ledger = OpenTrustLedger(trust_account_id=self.account_id, matter_id=self.books.matters[matter])
            self.ledgers[matter] = UUID(self.office.does("lind", ledger)["ledger_id"])

    def _may(self) -> None:
        self._on(5, 4)
        self._deposit("charter", 6_000_00, "wire", "Evergreen retainer")
        evergreen = AgreeEvergreen(
            ledger_id=self.ledgers["charter"],
            minimum_minor=2_000_00,
            replenish_to_minor=6_000_00,
            authority="Engagement letter of 1 May 2026, section 4",
        )
        self.office.does("ashby", evergreen)
        self._retainer("deed", "advance", 1_000_00)
        self._retainer("charity", "flat_fee", 6_000_00)
        self._on(5, 13)
        self.desk.approve_time("deed")
        self.bills["deed", 5] = self.desk.issue("deed", self.desk.draft("deed"))
        self._on(5, 14)
        self._draw("deed", 5, 800_00)
        self._refund("deed", 200_00, cheque=2001)
        self._on(5, 20)
        self._earn("Articles", "Articles filed with the Secretary of State, no. 2026-114")
        self._on(5, 29)
        drafts = self._run()
        self.desk.write_down(drafts["supply"], "Second draft of the master agreement", 500_00, "Training of an associate")
        self.desk.discount(drafts["supply"], 100_00, "With our thanks for twenty years")
        self._issue(5, drafts)

    def _june(self) -> None:
        self._on(6, 3)
        self._draw("charter", 5, 4_281_00)
        self._draw("charity", 5, 2_400_00)
        self._on(6, 8)
        charged = self._paid("staff", 5, 2_425_00, "card", "Kestrel Hotels, LLC", card_fee_minor=70_63)
        self._on(6, 10)
        self._deposit("charter", 4_281_00, "wire", "Evergreen retainer, replenished")
        self._on(6, 12)
        self._earn("Will", "Signed before two witnesses on 12 June 2026")
        self._on(6, 15)
        self._paid("supply", 5, 3_705_00, "cheque", "Juniper Foods Co.")
        self._on(6, 22)
        self._paid("divorce", 5, 1_000_00, "cheque", "Lorna Lindqvist")
        self._deposit("injury", _RECOVERY_MINOR, "wire", "Settlement, Delta Haulage")
        self._on(6, 23)
        self._settle()
        self._on(6, 24)
        chargeback = RecordReturnedPayment(
            payment_id=charged,
            kind="chargeback",
            fee_minor=15_00,
            effective_date=self.office.calendar.day,
            why="The cardholder's bank took it back: not recognized",
        )
        self.office.does("lind", chargeback)
        self._on(6, 30)
        self._issue(6, self._run())

    def _july(self) -> None:
        self._on(7, 1)
        self.office.does("ashby", AcceptMatter(matter_id=self.books.matters["appeal"]))
        self._on(7, 2)
        self._draw("charter", 6, 3_858_00)
        self._on(7, 6)
        self._paid("partners", 5, 760_00, "cheque", INSURER)
        self._on(7, 8)
        overpaid = self._paid("will", 6, 950_00, "cheque", "Priya Patel", over_minor=50_00)
        credit = MoveCreditToTrust(
            payment_id=overpaid,
            ledger_id=self.ledgers["will"],
            amount_minor=50_00,
            effective_date=self.office.calendar.day,
        )
        self.office.does("lind", credit)
        self._on(7, 13)
        self._paid("supply", 6, 1_950_00, "ach", "Juniper Foods Co.")
        self._on(7, 15)
        self._earn("Exemption", "Determination letter of 14 July 2026")
        self._on(7, 24)
        self._give_up()
        self._on(7, 27)
        self._paid("divorce", 6, 300_00, "cash", "Lorna Lindqvist")
        self._on(7, 31)
        drafts = self._run()
        self._issue(7, {matter: drafts[matter] for matter in ("charter", "supply", "charity")})

    def _on(self, month: int, day: int) -> None:
        self.desk.work_through(date(2026, month, day))

    def _run(self) -> dict[str, UUID]:
        self.desk.approve_time()
        return self.desk.run()

    def _issue(self, month: int, drafts: dict[str, UUID]) -> None:
        for matter, bill_id in drafts.items():
            self.bills[matter, month] = self.desk.issue(matter, bill_id)

    def _earn(self, stage: str, evidence: str) -> None:
        earned = EarnFlatFee(fee_id=self.books.flat_fees[stage], earned_on=self.office.calendar.day, evidence=evidence)
        self.office.does("ashby", earned)

    def _deposit(self, matter: str, amount_minor: int, instrument: Literal["wire", "cheque"], what: str) -> None:
        received = ReceiveFunds(
            ledger_id=self.ledgers[matter],
            amount_minor=amount_minor,
            effective_date=self.office.calendar.day,
            instrument=instrument,
            payer=ENGAGEMENTS[matter].client,
            description=what,
        )
        self.office.does("lind", received)

    def _retainer(self, matter: str, nature: Literal["advance", "flat_fee"], amount_minor: int) -> None:
        """Money that is not earned yet goes to trust, whatever it is called."""
        agreed = AgreeRetainer(
            matter_id=self.books.matters[matter],
            nature=nature,
            amount_minor=amount_minor,
            purpose=ENGAGEMENTS[matter].description,
            authority="Engagement letter of 1 May 2026",
        )
        came = ReceiveRetainer(
            retainer_id=UUID(self.office.does("ashby", agreed)["retainer_id"]),
            amount_minor=amount_minor,
            effective_date=self.office.calendar.day,
            method="wire",
            payer=ENGAGEMENTS[matter].client,
            ledger_id=self.ledgers[matter],
        )
        self.office.does("lind", came)

    def _draw(self, matter: str, month: int, amount_minor: int) -> None:
        """Trust is applied to a bill."""
        bill = self.bills[matter, month]
        pay(self.office, self.ledgers[matter], amount_minor, FIRM, "Bill", bill=bill.reference_id)

    def _refund(self, matter: str, amount_minor: int, cheque: int) -> None:
        today = self.office.calendar.day
        asked = RefundClient(
            ledger_id=self.ledgers[matter], amount_minor=amount_minor, effective_date=today, method="cheque"
        )
        disbursement_id = UUID(self.office.does("lind", asked)["disbursement_id"])
        release(self.office, disbursement_id, amount_minor, today, cheque)

    def _paid(
        self,
        matter: str,
        month: int,
        amount_minor: int,
        method: Literal["cheque", "cash", "ach", "card"],
        payer: str,
        *,
        over_minor: int = 0,
        card_fee_minor: int = 0,
    ) -> UUID:
        """Earned money comes to operating for a bill; what is over it stays the client's credit."""
        payment = ReceivePayment(
            client_id=self.books.clients[matter],
            amount_minor=amount_minor + over_minor,
            effective_date=self.office.calendar.day,
            method=method,
            payer=payer,
            card_fee_minor=card_fee_minor,
            allocations=(Allocation(bill_id=self.bills[matter, month].bill_id, amount_minor=amount_minor),),
        )
        return UUID(self.office.does("lind", payment)["payment_id"])

    def _settle(self) -> None:
        """The recovery is distributed: the fee, the hospital's lien, and the rest to the client."""
        stated = StateSettlement(
            matter_id=self.books.matters["injury"],
            ledger_id=self.ledgers["injury"],
            gross_minor=_RECOVERY_MINOR,
            stage="before suit",
            shares=(Share(kind="lien", to="Cape Fear Hospital", amount_minor=_LIEN_MINOR),),
            effective_date=self.office.calendar.day,
        )
        told = self.office.does("ashby", stated)
        amounts = {row["kind"]: row["amount_minor"] for row in told["rows"]}
        signed = SignSettlement(
            settlement_id=UUID(told["settlement_id"]),
            number="S-2026-1",
            signed_on=self.office.calendar.day,
            authority="Signed by Quentin Quill on 23 June 2026",
        )
        reference_id = UUID(self.office.does("ashby", signed)["billing_reference_id"])
        ledger_id = self.ledgers["injury"]
        pay(self.office, ledger_id, amounts["fee"], FIRM, "Contingent fee", bill=reference_id)
        pay(self.office, ledger_id, amounts["lien"], "Cape Fear Hospital", "Medical lien", cheque=2002)
        pay(self.office, ledger_id, amounts["client"], "Quentin Quill", "Settlement, net to client", cheque=2003)

    def _give_up(self) -> None:
        """Of what the divorce client owes, the partner writes off one bill's rest and credits part of the other."""
        today = self.office.calendar.day
        written_off = WriteOffBill(
            bill_id=self.bills["divorce", 5].bill_id, effective_date=today, amount_minor=740_00, why="Uncollectable"
        )
        self.office.does("ashby", written_off)
        credited = CreditBill(
            bill_id=self.bills["divorce", 6].bill_id, effective_date=today, amount_minor=100_00, why="A call that was short"
        )
        self.office.does("ashby", credited)
