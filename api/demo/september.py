"""September 2026 at the demonstration firm, day by day, to the cent as the domain reference has it (section 1.10)."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import UUID

from api.demo.paying import FIRM, pay
from api.demo.people import Office
from commands.add_contact import AddContact
from commands.open_matter import OpenMatter
from commands.open_trust_account import OpenTrustAccount
from commands.open_trust_ledger import OpenTrustLedger
from commands.receive_funds import ReceiveFunds
from commands.record_bank_charge import RecordBankCharge
from commands.record_billing_reference import RecordBillingReference
from commands.record_interest import RecordInterest
from commands.record_returned_deposit import RecordReturnedDeposit

FIRST_DAY = date(2026, 8, 3)
_CLIENTS = {
    "A": ("Adeline Archer", "Archer v. Coastal Freight", "Litigation"),
    "B": ("Bellweather Supply Co.", "Bellweather Supply lease dispute", "Commercial"),
    "C": ("Carlos Cepeda", "Cepeda personal injury", "Personal injury"),
    "D": ("Dana Dreyer", "Dreyer guardianship", "Family"),
}


def day(number: int) -> date:
    """A day of September."""
    return date(2026, 9, number)


@dataclass
class Month:
    """The account's story; `ledgers`, `clients`, `matters` by the letters of the reference."""

    office: Office
    account_id: UUID = field(init=False)
    reserve_id: UUID = field(init=False)
    clients: dict[str, UUID] = field(default_factory=dict)
    matters: dict[str, UUID] = field(default_factory=dict)
    ledgers: dict[str, UUID] = field(default_factory=dict)

    def live(self) -> None:
        """From the account's opening to the last day of September."""
        self._on(FIRST_DAY)
        self._open()
        self._carry_forward()
        self._on(day(2))
        self._receive("A", 2_500_00, "Retainer", "Adeline Archer")
        self._on(day(5))
        self._pay("B", 3_200_00, "Dr Imogen Falk", "Expert's report", cheque=1051)
        self._on(day(8))
        self._receive("C", 40_000_00, "Settlement", "Piedmont Mutual Insurance", available_on=day(15))
        self._on(day(10))
        invoice_1001 = self._bill("A", "1001", 1_850_00)
        self._on(day(15))
        self._pay("A", 1_850_00, FIRM, "Invoice 1001", bill=invoice_1001)
        self._on(day(17))
        invoice_1002 = self._bill("C", "1002", 13_333_33)
        self._on(day(18))
        self._pay("C", 13_333_33, FIRM, "Fee, one third", bill=invoice_1002)
        self._pay("C", 24_500_00, "Carlos Cepeda", "Settlement, net to client", cheque=1052)
        self._pay("C", 2_166_67, "Wake Orthopaedic Associates", "Medical lien", cheque=1053)
        self._on(day(21))
        deposit = self._receive("D", 1_000_00, "Advance on costs", "Dana Dreyer")
        self._on(day(25))
        returned = RecordReturnedDeposit(
            ledger_id=self.ledgers["D"],
            entry_id=deposit,
            effective_date=day(25),
            evidence="Bank advice: deposit returned NSF",
        )
        self.office.does("lind", returned)
        self._charge(12_00, day(25), "Returned item fee")
        self._on(day(29))
        self._pay("D", 150_00, "Clerk of Superior Court, Wake County", "Filing fee", cheque=1054)
        self._on(day(30))
        self._receive("B", 1_500_00, "Advance on costs", "Bellweather Supply Co.")
        self._charge(15_00, day(30), "Service charge")
        interest = RecordInterest(
            trust_account_id=self.account_id, amount_minor=7_42, effective_date=day(30), description="Interest, September"
        )
        self.office.does("lind", interest)

    def _open(self) -> None:
        account = OpenTrustAccount(
            name="IOLTA-1",
            bank="First Example Bank",
            account_number="IOLTA-1",
            opened_on=FIRST_DAY,
            statement_balance_minor=18_800_00,
        )
        opened = self.office.does("ashby", account)
        self.account_id = UUID(opened["trust_account_id"])
        self.reserve_id = UUID(opened["firm_reserve_ledger_id"])
        for letter, (client, matter, area) in _CLIENTS.items():
            self._open_ledger(letter, client, matter, area)

    def _open_ledger(self, letter: str, client: str, description: str, area: str) -> None:
        form: Literal["person", "organisation"] = "organisation" if client.endswith("Co.") else "person"
        added = self.office.does("lind", AddContact(form=form, name=client))
        self.clients[letter] = UUID(added["contact_id"])
        matter = OpenMatter(
            client_id=self.clients[letter],
            description=description,
            practice_area=area,
            responsible_attorney_id=self.office.people["ashby"][0],
            originating_attorney_id=self.office.people["reyes"][0],
        )
        self.matters[letter] = UUID(self.office.does("ashby", matter)["matter_id"])
        ledger = OpenTrustLedger(trust_account_id=self.account_id, matter_id=self.matters[letter])
        self.ledgers[letter] = UUID(self.office.does("lind", ledger)["ledger_id"])

    def _carry_forward(self) -> None:
        """The balances that the books are opened with, and cheque 1050, which the bank has not seen by 1 September."""
        self._on(date(2026, 8, 27))
        for letter, amount_minor in {"A": 5_000_00, "B": 12_900_00, "D": 800_00}.items():
            self._receive(letter, amount_minor, "Balance carried forward", "Former books", "opening")
        reserve = ReceiveFunds(
            ledger_id=self.reserve_id,
            amount_minor=100_00,
            effective_date=self.office.calendar.day,
            instrument="opening",
            payer="Ashby & Reyes, PLLC",
            description="Reserve for bank charges carried forward",
        )
        self.office.does("lind", reserve)
        self._on(date(2026, 8, 28))
        self._pay("B", 400_00, "Tarheel Process Service", "Service of process", cheque=1050)

    def _on(self, today: date) -> None:
        self.office.calendar.day = today

    def _receive(
        self,
        letter: str,
        amount_minor: int,
        what: str,
        payer: str,
        instrument: Literal["cheque", "opening"] = "cheque",
        available_on: date | None = None,
    ) -> UUID:
        received = ReceiveFunds(
            ledger_id=self.ledgers[letter],
            amount_minor=amount_minor,
            effective_date=self.office.calendar.day,
            instrument=instrument,
            payer=payer,
            description=what,
            available_on=available_on,
        )
        return UUID(self.office.does("lind", received)["entry_id"])

    def _pay(
        self,
        letter: str,
        amount_minor: int,
        payee: str,
        purpose: str,
        *,
        cheque: int | None = None,
        bill: UUID | None = None,
    ) -> None:
        pay(self.office, self.ledgers[letter], amount_minor, payee, purpose, cheque=cheque, bill=bill)

    def _bill(self, letter: str, number: str, amount_minor: int) -> UUID:
        bill = RecordBillingReference(
            number=number,
            client_id=self.clients[letter],
            matter_id=self.matters[letter],
            amount_minor=amount_minor,
            issued_on=self.office.calendar.day,
        )
        return UUID(self.office.does("lind", bill)["billing_reference_id"])

    def _charge(self, amount_minor: int, on: date, what: str) -> None:
        charge = RecordBankCharge(
            trust_account_id=self.account_id, amount_minor=amount_minor, effective_date=on, description=what
        )
        self.office.does("lind", charge)
