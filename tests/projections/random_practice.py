"""Weeks of a practice at random, by real commands; what is refused did not happen."""

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

from aggregates import bill
from aggregates.bill_events import Taxes
from aggregates.errors import Refusal
from commands.adjust_bill_line import AdjustBillLine
from commands.agree_available_time import AgreeAvailableTime
from commands.agree_blended_rate import AgreeBlendedRate
from commands.agree_fee_cap import AgreeFeeCap
from commands.agree_fee_shares import AgreeFeeShares
from commands.agree_flat_fee import AgreeFlatFee
from commands.agree_late_charges import AgreeLateCharges
from commands.agree_split_payers import AgreeSplitPayers, Payer
from commands.agree_subscription import AgreeSubscription
from commands.amend_matter import AmendMatter
from commands.amend_time import AmendTime
from commands.apply_payment import ApplyPayment
from commands.approve_bill import ApproveBill
from commands.charge_interest import ChargeInterest
from commands.charge_subscription import ChargeSubscription
from commands.classify_timekeeper import ClassifyTimekeeper
from commands.credit_bill import CreditBill
from commands.discard_time import DiscardTime
from commands.draft_bill import DraftBill
from commands.earn_flat_fee import EarnFlatFee
from commands.finalize_bill import FinalizeBill
from commands.give_courtesy_discount import GiveCourtesyDiscount
from commands.move_time import MoveTime
from commands.receive_payment import ReceivePayment
from commands.record_cost import RecordCost
from commands.record_returned_payment import RecordReturnedPayment
from commands.refund_credit import RefundCredit
from commands.remove_bill_line import RemoveBillLine
from commands.reverse_interest import ReverseInterest
from commands.set_billing_rate import SetBillingRate
from commands.set_matter_budget import SetMatterBudget
from commands.set_time_cost import SetTimeCost
from commands.split_time import SplitTime
from commands.void_bill import VoidBill
from commands.work import Command
from commands.write_off_bill import WriteOffBill
from tests.commands.billing_practice import BillingPractice
from tests.commands.trust_practice import ASHBY, LIND, day
from tests.projections.random_draws import RandomDraws

_CHARGES = ("billable", "billable", "no_charge", "non_billable")


class RandomPractice:
    """Two clients, two timekeepers; `dice` decides what they do from the 16th of September on."""

    def __init__(self, firm: BillingPractice, dice: random.Random) -> None:
        self.firm, self.dice = firm, dice
        self.bills: list[UUID] = []
        self.payments: list[UUID] = []
        self.entries: list[UUID] = []
        self.people = (firm.partner, firm.associate)
        self.draws = RandomDraws(firm.practice, dice)

    def live(self, days: int) -> None:
        """So many days of work, bills and payments."""
        for number in range(16, 16 + days):
            self.firm.practice.today = day(number)
            self._settle_terms()
            self._work()
            self._bill()
            self._money()
            self.draws.draw(self.bills)

    def tries(self, command: Command, who: UUID = LIND) -> dict[str, Any] | None:
        """What it led to, None where it was refused."""
        try:
            return self.firm.practice.does(command, who)
        except Refusal:
            return None

    def _settle_terms(self) -> None:
        """Rates, classifications, costs of time, shares in fees, attorneys: now and then one of them, from any day on."""
        dice, matter_id, person = self.dice, self._matter(), self.dice.choice(self.people)
        since = day(dice.randint(1, 30))
        several = dice.choice(((), (self.firm.partner, self.firm.associate)))
        subject = dice.choice(({}, {"timekeeper_id": person}, {"matter_id": matter_id, "originators": several}))
        shares = {f"{role}_percent": str(dice.randint(0, 100)) for role in ("originating", "responsible", "working")}
        whose = dice.choice(({"timekeeper_id": person}, {"classification": "senior"}, {"matter_id": matter_id}))
        there: dict[str, Any] = dice.choice(({"per": "year", "seconds": 2_000 * 3_600}, {"seconds": 27_000}, {}))
        for command in (
            AgreeAvailableTime(timekeeper_id=dice.choice((*self.people, None)), effective_from=since, **there),
            AgreeFeeShares(binds_from=since, **subject, **shares),
            AgreeLateCharges(
                client_id=dice.choice(list(self.firm.practice.clients.values())),
                binds_from=day(dice.randint(1, 16)),
                yearly_percent=str(dice.randint(1, 18)),
                late_fee_minor=dice.choice((0, 25_00)),
                authority="Letter",
            ),
            SetTimeCost(
                timekeeper_id=dice.choice((*self.people, None)), effective_from=since, hour_minor=dice.randint(0, 99_99)
            ),
            ClassifyTimekeeper(timekeeper_id=person, classification=dice.choice(("senior", "junior")), effective_from=since),
            SetBillingRate(effective_from=since, rate_minor=dice.randint(0, 500_00), **whose),
            SetMatterBudget(
                matter_id=matter_id,
                fees_minor=dice.randint(1, 3_000_00),
                costs_minor=dice.choice((None, 100_00)),
                seconds=3_600,
            ),
            AmendMatter(matter_id=matter_id, field="originating_attorney_id", value=str(person)),
            AgreeBlendedRate(
                matter_id=matter_id, effective_from=since, rate_minor=dice.choice((None, 275_00)), authority="Letter"
            ),
            AgreeFeeCap(matter_id=matter_id, cap_minor=dice.randint(500_00, 9_000_00), authority="Letter"),
            AgreeSplitPayers(matter_id=matter_id, payers=self._payers(), authority="Letter"),
            AgreeSubscription(
                matter_id=matter_id,
                title="Counsel",
                amount_minor=dice.randint(1, 300_00),
                starts_on=since,
                hours=dice.choice(("no_charge", "non_billable", "billable")),
                authority="Letter",
            ),
            ChargeSubscription(matter_id=matter_id),
        ):
            if dice.random() < 0.4:
                self.tries(command, ASHBY)

    def _payers(self) -> tuple[Payer, ...]:
        one, other = self.firm.practice.clients.values()
        part = self.dice.randint(0, 99)
        return (Payer(payer_id=one, percent=str(part)), Payer(payer_id=other, percent=str(100 - part))) if part else ()

    def _work(self) -> None:
        dice, today = self.dice, self.firm.practice.today
        for _ in range(3):
            person, worked_on = dice.choice(self.people), day(dice.randint(max(1, today.day - 9), today.day))
            more = {"timekeeper_id": person, "worked_on": worked_on, "charge": dice.choice(_CHARGES)}
            self.entries.append(self.firm.approved(dice.choice("AB"), dice.randint(60, 20_000), **more))
        one, why = dice.choice(self.entries), "put right"
        self.tries(
            dice.choice(
                [
                    AmendTime(entry_id=one, worked_seconds=dice.randint(60, 9_000), why=why),
                    AmendTime(entry_id=one, worked_on=day(dice.randint(1, today.day)), why=why),
                    MoveTime(entry_id=one, matter_id=self._matter(), why=why),
                    SplitTime(entry_id=one, worked_seconds=dice.randint(30, 3_000), why=why),
                    DiscardTime(entry_ids=(one,), why=why),
                ]
            ),
            ASHBY,
        )
        if dice.random() < 0.7:
            cost = RecordCost(
                matter_id=self._matter(), nature="hard", incurred_on=today, expense_code="E112",
                description="Filing fee", payee="The court", paid_from="operating", unit_cost=f"{dice.randint(1, 200)}.50",
                charge=dice.choice(_CHARGES),
            )  # fmt: skip
            if (recorded := self.tries(cost)) is not None:
                self.entries.append(UUID(recorded["cost_id"]))
        if dice.random() < 0.3:
            flat = AgreeFlatFee(
                matter_id=self._matter(), stage="Filing", amount_minor=dice.randint(1, 900_00), authority="Letter"
            )
            fee_id = UUID(self.firm.practice.does(flat, ASHBY)["fee_id"])
            if self.tries(EarnFlatFee(fee_id=fee_id, earned_on=today, evidence="Filed"), ASHBY) is not None:
                self.entries.append(fee_id)

    def _bill(self) -> None:
        """A draft of what can be billed, reviewed in part, approved and finalized where the rules let it."""
        dice, practice = self.dice, self.firm.practice
        matter_id = self._matter()
        fit = tuple(one for one in self.entries if dice.random() < 0.6 and self._fits(matter_id, one))
        taxes = Taxes(tax_1_millionths=dice.choice((0, 50_000)), tax_2_millionths=dice.choice((0, 97_500)))
        asked = DraftBill(matter_id=matter_id, entry_ids=fit, through=practice.today, taxes=taxes) if fit else None
        drafted = self.tries(asked) if asked is not None else None
        if drafted is None:
            return
        bill_id = UUID(drafted["bill_id"])
        lines = list(practice.log.load(bill.KIND, bill_id).state.lines)
        for line_id in lines:
            line = practice.log.load(bill.KIND, bill_id).state.lines[line_id]
            kind, charged = (
                dice.choice(("write_up", "write_down", "discount", "no_charge")),
                dice.randint(0, 2 * line.charged_minor),
            )
            why = dice.choice(("Too long", "too  LONG", "Learning", "Goodwill"))
            if dice.random() < 0.5:
                after = 0 if kind == "no_charge" else charged
                self.tries(
                    AdjustBillLine(bill_id=bill_id, line_id=line_id, adjustment=kind, charged_minor=after, why=why), ASHBY
                )
        if dice.random() < 0.3:
            self.tries(RemoveBillLine(bill_id=bill_id, line_id=dice.choice(lines), why="later"), ASHBY)
        self.tries(GiveCourtesyDiscount(bill_id=bill_id, discount_minor=dice.randint(1, 50_00), note="thanks"), ASHBY)
        # Whoever is responsible approves; a partner does where nobody is.
        self.tries(AmendMatter(matter_id=matter_id, field="responsible_attorney_id", value=None), ASHBY)
        self.tries(ApproveBill(bill_id=bill_id), ASHBY)
        if dice.random() < 0.7:
            person = str(dice.choice(self.people))
            self.tries(AmendMatter(matter_id=matter_id, field="responsible_attorney_id", value=person), ASHBY)
        due_on = practice.today + timedelta(days=dice.choice((0, 2, 30)))
        if self.tries(FinalizeBill(bill_id=bill_id, due_on=due_on)) is not None:
            self.bills.append(bill_id)

    def _money(self) -> None:
        dice, practice, today = self.dice, self.firm.practice, self.firm.practice.today
        for client_id in practice.clients.values():
            received = ReceivePayment(
                client_id=client_id,
                amount_minor=dice.randint(1, 900_00),
                effective_date=today,
                method="card",
                payer="Somebody",
            )
            self.payments.append(UUID(practice.does(received)["payment_id"]))
        if self.bills and dice.random() < 0.5:
            late = dice.choice(self.bills)
            charged = self.tries(ChargeInterest(bill_id=late), ASHBY)
            if charged is not None and dice.random() < 0.3:
                (charge_id, *_) = practice.log.load(bill.KIND, late).state.interest.charges
                taken = ReverseInterest(bill_id=late, charge_id=charge_id, effective_date=today, why="waived")
                self.tries(taken, ASHBY)
        for _ in range(6 if self.bills else 0):
            one, paid = dice.choice(self.bills), dice.choice(self.payments[-4:])
            open_minor = practice.log.load(bill.KIND, one).state.open_minor
            amount = dice.choice((max(1, open_minor), max(1, open_minor // 3)))
            why = dice.choice(("Agreed", "gone", "Gone"))
            command: Command = dice.choice(
                [
                    *[ApplyPayment(payment_id=paid, bill_id=one, amount_minor=amount, effective_date=today)] * 8,
                    CreditBill(bill_id=one, effective_date=today, amount_minor=max(1, amount // 5), why=why),
                    WriteOffBill(bill_id=one, effective_date=today, amount_minor=max(1, amount // 5), why=why),
                    VoidBill(bill_id=one, effective_date=today, why="mistake"),
                    RecordReturnedPayment(payment_id=paid, kind="chargeback", effective_date=today, why="disputed"),
                    RefundCredit(payment_id=paid, amount_minor=max(1, amount // 7), effective_date=today, why="Too much"),
                ]
            )
            self.tries(command, LIND if isinstance(command, ApplyPayment | RecordReturnedPayment | RefundCredit) else ASHBY)

    def _matter(self) -> UUID:
        return self.firm.practice.matters[self.dice.choice("AB")]

    def _fits(self, matter_id: UUID, entry_id: UUID) -> bool:
        """Whether a bill of the matter can be drafted of this alone."""
        try:
            self.firm.practice.tries(DraftBill(matter_id=matter_id, entry_ids=(entry_id,), through=self.firm.practice.today))
        except Refusal:
            return False
        return True
