"""From the work of a month to its bills: approved, drafted in a run, reviewed, issued."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from aggregates import bill
from aggregates.bill_events import BillLine
from api.demo.people import SLUG, Office
from api.demo.practice.matters import ENGAGEMENTS, Books
from api.demo.practice.work import COSTS, TIME
from commands.adjust_bill_line import AdjustBillLine
from commands.approve_bill import ApproveBill
from commands.approve_time import ApproveTime
from commands.draft_bill import DraftBill
from commands.finalize_bill import FinalizeBill
from commands.give_courtesy_discount import GiveCourtesyDiscount
from commands.record_cost import RecordCost
from commands.record_time import RecordTime
from commands.send_bill import SendBill
from commands.submit_time import SubmitTime
from replay import billing_runs


@dataclass(frozen=True, slots=True)
class Issued:
    """A finalized bill, and the reference that trust is drawn against."""

    bill_id: UUID
    reference_id: UUID
    total_minor: int


@dataclass
class BillingDesk:
    """What was worked and not billed yet, by matter, in the order it was written down."""

    office: Office
    books: Books
    _written: int = 0
    _spent: int = 0
    _unapproved: list[tuple[str, str, UUID]] = field(default_factory=list)
    _on_hand: dict[str, list[UUID]] = field(default_factory=dict)

    def work_through(self, day: date) -> None:
        """Everybody writes down the time and the costs of each day up to this one; it is this day then."""
        while self._written < len(TIME) and TIME[self._written].day <= day:
            self._write_down()
        while self._spent < len(COSTS) and COSTS[self._spent].day <= day:
            self._spend()
        self.office.calendar.day = day

    def approve_time(self, matter: str | None = None) -> None:
        """The timekeepers submit what they wrote down, of one matter or of all; a partner approves it."""
        asked = [one for one in self._unapproved if matter in {None, one[1]}]
        for who in dict.fromkeys(one[0] for one in asked):
            entries = tuple(entry_id for whose, _, entry_id in asked if whose == who)
            self.office.does(who, SubmitTime(entry_ids=entries))
            self.office.does("ashby", ApproveTime(entry_ids=entries))
        self._unapproved = [one for one in self._unapproved if one not in asked]

    def draft(self, matter: str) -> UUID:
        """Draft one matter's bill by itself."""
        drafted = DraftBill(
            matter_id=self.books.matters[matter],
            entry_ids=tuple(self._on_hand.pop(matter)),
            through=self.office.calendar.day,
        )
        return UUID(self.office.does("lind", drafted)["bill_id"])

    def run(self) -> dict[str, UUID]:
        """Draft every matter that has something to bill in one run, by the short names of the matters."""
        application, today = self.office.application, self.office.calendar.day
        log, edge = application.log(SLUG), application.edge(SLUG)
        asked = billing_runs.NewBillingRun(through=today, least_minor=1)
        application.project(SLUG)
        with application.reader(SLUG) as reader:
            request = self.office.request("lind", f"billing run of {today}")
            run_id = UUID(str(billing_runs.start(log, edge, request, reader, asked).result["run_id"]))
            request = self.office.request("lind", f"drafts of {today}")
            done = billing_runs.step(log, edge, request, reader, run_id=run_id, at_most=len(ENGAGEMENTS))
        names = {str(matter_id): name for name, matter_id in self.books.matters.items()}
        return {names[one["matter_id"]]: UUID(one["bill_id"]) for one in done.result["outcomes"]}

    def line_of(self, bill_id: UUID, narrative: str) -> BillLine:
        """The line of a bill that has these words."""
        lines: Iterable[BillLine] = self.office.application.log(SLUG).load(bill.KIND, bill_id).state.lines.values()
        return next(line for line in lines if str(line.narrative) == narrative)

    def write_down(self, bill_id: UUID, narrative: str, charged_minor: int, why: str) -> None:
        """The partner who reviews the draft charges less for a line."""
        line_id = self.line_of(bill_id, narrative).line_id
        adjusted = AdjustBillLine(
            bill_id=bill_id, line_id=line_id, adjustment="write_down", charged_minor=charged_minor, why=why
        )
        self.office.does("reyes", adjusted)

    def discount(self, bill_id: UUID, discount_minor: int, note: str) -> None:
        """A courtesy to a good client."""
        self.office.does("reyes", GiveCourtesyDiscount(bill_id=bill_id, discount_minor=discount_minor, note=note))

    def issue(self, matter: str, bill_id: UUID) -> Issued:
        """The responsible attorney approves the draft, the bookkeeper finalizes and sends it."""
        self.office.does(ENGAGEMENTS[matter].responsible, ApproveBill(bill_id=bill_id))
        done = self.office.does("lind", FinalizeBill(bill_id=bill_id))
        self.office.does("lind", SendBill(bill_id=bill_id, by="post"))
        return Issued(bill_id, UUID(done["billing_reference_id"]), done["total_minor"])

    def _write_down(self) -> None:
        one = TIME[self._written]
        self._written += 1
        self.office.calendar.day = one.day
        worked = RecordTime(
            matter_id=self.books.matters[one.matter],
            worked_on=one.day,
            worked_seconds=one.seconds,
            narrative=one.narrative,
            task_code=one.task,
            activity_code=one.activity,
            charge=one.charge,
        )
        entry_id = UUID(self.office.does(one.who, worked)["entry_id"])
        self._unapproved.append((one.who, one.matter, entry_id))
        self._on_hand.setdefault(one.matter, []).append(entry_id)

    def _spend(self) -> None:
        one = COSTS[self._spent]
        self._spent += 1
        self.office.calendar.day = one.day
        cost = RecordCost(
            matter_id=self.books.matters[one.matter],
            nature=one.nature,
            incurred_on=one.day,
            expense_code=one.code,
            description=one.description,
            quantity=one.quantity,
            unit_cost=str(Decimal(one.unit_cost)),
            payee=one.payee,
            paid_from=one.paid_from,
        )
        cost_id = UUID(self.office.does("lind", cost)["cost_id"])
        self._on_hand.setdefault(one.matter, []).append(cost_id)
