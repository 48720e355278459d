"""Trust money at random: settlements and bills drawn, at once or after some days, disputed, and given back."""

import random
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from aggregates import bill, billing_reference, trust_ledger
from aggregates.contingency import Tier
from aggregates.errors import Refusal
from commands.agree_contingent_fee import AgreeContingentFee
from commands.dispute_bill import DisputeBill
from commands.give_back_fees import GiveBackFees
from commands.reject_disbursement import RejectDisbursement
from commands.resolve_dispute import ResolveDispute
from commands.sign_settlement import SignSettlement
from commands.state_settlement import Share, StateSettlement
from commands.undo_disbursement import UndoDisbursement
from commands.work import Command
from tests.commands.trust_practice import ASHBY, FIRM_NAME, LIND, Practice


class RandomDraws:
    """`dice` decides what comes in, what of it is drawn, and what of that comes back."""

    def __init__(self, practice: Practice, dice: random.Random) -> None:
        self.practice, self.dice = practice, dice
        self.settled: UUID | None = None
        self.asked: list[UUID] = []
        """Payments that were asked for and approved, and wait."""

    def draw(self, bills: Sequence[UUID]) -> None:
        """A settlement now and then, and money drawn against it, or against one of the last bills."""
        dice, practice = self.dice, self.practice
        letter = dice.choice("AB")
        practice.receive(letter, dice.randint(1_00, dice.choice((200_00, 2_000_00))))
        if self.settled is None and dice.random() < 0.15:
            self._settle(letter)
        self._go_on()
        references = [] if self.settled is None else [self.settled]
        issued = (practice.log.load(bill.KIND, one).state.finalized for one in bills[-3:])
        references += [one.billing_reference_id for one in issued]
        for reference in references:
            if dice.random() < 0.6:
                self._draw_against(reference)

    def _draw_against(self, reference: UUID) -> None:
        dice, practice = self.dice, self.practice
        of = practice.log.load(billing_reference.KIND, reference).state
        mine = next(key for key, matter_id in practice.matters.items() if matter_id == of.recorded.matter_id)
        ledger = practice.log.load(trust_ledger.KIND, practice.ledgers[mine]).state
        free = ledger.balance_minor - sum(ledger.pending.values())
        amount = max(1, min(of.open_minor, free) // dice.choice((1, 1, 2, 3)))
        asked: dict[str, Any] = {"payee": FIRM_NAME, "billing_reference_id": reference}
        try:
            if dice.random() < 0.5:
                self.asked.append(practice.approved(mine, amount, **asked))
                return
            paid, _ = practice.pay(mine, amount, **asked)
        except Refusal:
            return
        if dice.random() < 0.3:
            self._tries(UndoDisbursement(disbursement_id=paid, why="came back"), ASHBY)
        if dice.random() < 0.4:
            self._dispute(reference, amount)

    def _go_on(self) -> None:
        """Some of what waits is paid at last, or given up."""
        for disbursement_id in list(self.asked):
            if self.dice.random() < 0.25:
                given_up = RejectDisbursement(disbursement_id=disbursement_id, why="no longer wanted")
                self._tries(self.dice.choice((self.practice.release(disbursement_id), given_up)))
                self.asked.remove(disbursement_id)

    def _settle(self, letter: str) -> None:
        practice, on = self.practice, self.practice.today
        matter_id, tiers = practice.matters[letter], (Tier(stage="suit", basis_points=self.dice.randint(1, 4_000)),)
        practice.receive(letter, 10_000_00)
        stated = StateSettlement(
            matter_id=matter_id, ledger_id=practice.ledgers[letter], gross_minor=10_000_00, stage="suit", effective_date=on,
            shares=(Share(kind="cost", to="Expert", amount_minor=self.dice.randint(1, 900_00)),),
        )  # fmt: skip
        self._tries(AgreeContingentFee(matter_id=matter_id, tiers=tiers, fee_on="gross", authority="Letter"), ASHBY)
        if (told := self._tries(stated)) is not None:
            sign = SignSettlement(settlement_id=UUID(told["settlement_id"]), number="S-1", signed_on=on, authority="Signed")
            self.settled = UUID(practice.does(sign)["billing_reference_id"])

    def _dispute(self, reference: UUID, amount: int) -> None:
        """Of what was drawn, some is given back; or nothing is settled yet."""
        on = self.practice.today
        for command in (
            DisputeBill(billing_reference_id=reference, amount_minor=amount, why="too long"),
            ResolveDispute(billing_reference_id=reference, how="some off", reduce_by_minor=max(1, amount // 2)),
            GiveBackFees(billing_reference_id=reference, amount_minor=max(1, amount // 3), effective_date=on, how="Cheque"),
        ):
            self._tries(command)
            if self.dice.random() < 0.2:
                return

    def _tries(self, command: Command, who: UUID = LIND) -> dict[str, Any] | None:
        """What it led to, None where it was refused."""
        try:
            return self.practice.does(command, who)
        except Refusal:
            return None
