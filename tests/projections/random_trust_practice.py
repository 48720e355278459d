"""Months of two trust accounts at random, by real commands: what the bank does, how it is put right, what is left undone."""

import random
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from aggregates import trust_account, trust_exception, trust_ledger
from aggregates.errors import Refusal
from aggregates.trust_exception import ExceptionCause, TrustExceptionOpened
from commands.accept_match import AcceptMatch
from commands.adopt_jurisdiction_pack import AdoptJurisdictionPack
from commands.approve_disbursement import ApproveDisbursement
from commands.cure_exception import CureException
from commands.mark_cheque_stale import MarkChequeStale
from commands.note_on_exception import NoteOnException
from commands.open_trust_account import OpenTrustAccount
from commands.open_trust_ledger import OpenTrustLedger
from commands.print_cheque import PrintCheque
from commands.receive_funds import ReceiveFunds
from commands.record_bank_charge import RecordBankCharge
from commands.record_bank_error import RecordBankError
from commands.record_bank_error_correction import RecordBankErrorCorrection
from commands.record_returned_deposit import RecordReturnedDeposit
from commands.record_unfunded_presentment import RecordUnfundedPresentment
from commands.request_disbursement import RequestDisbursement
from commands.tighten_policy import TightenPolicy
from commands.top_up_reserve import TopUpReserve
from commands.undo_disbursement import UndoDisbursement
from commands.undo_match import UndoMatch
from commands.work import Command
from tests.commands.trust_facts_on import seal, statement_line, unseal
from tests.commands.trust_practice import ASHBY, LIND, Practice

_FACTS = ("charge", "charge", "comes_back", "comes_back", "bank_error", "unfunded")
_CURES = ("cure", "cure", "replace", "replace", "note", "corrected", "top_up")
_CARE = (
    "statement", "statement", "statement", "sign", "sign", "sign", "reopen", "shown", "shown", "not_shown", "print", "stale",
    "undo", "tighten", "adopt",
)  # fmt: skip
_MONEY = ("receive", "receive", "receive", "pay", "pay", "pay", "bill")
_TIGHTENED = (
    "reconcile_every_days", "three_way_every_days", "statement_every_days", "stale_cheque_days", "undisbursed_days",
    "cure_within_days",
)  # fmt: skip


class RandomTrustPractice:
    """Clients A and B, with ledgers on an account from August on, and a second one. `dice` decides what happens next."""

    def __init__(self, practice: Practice, dice: random.Random) -> None:
        self.practice, self.dice = practice, dice
        second = OpenTrustAccount(name="IOLTA-2", bank="Second Bank", account_number="2", opened_on=practice.today)
        self.accounts = (practice.account, UUID(practice.does(second, ASHBY)["trust_account_id"]))
        self.ledgers: dict[UUID, UUID] = dict.fromkeys(practice.ledgers.values(), practice.account)
        """Each ledger's account."""
        for matter_id in practice.matters.values():
            opened = OpenTrustLedger(trust_account_id=self.accounts[1], matter_id=matter_id)
            self.ledgers[UUID(practice.does(opened)["ledger_id"])] = self.accounts[1]
        self.deposits: list[tuple[UUID, UUID]] = []
        """(ledger, entry)"""
        self.payments: list[tuple[UUID, UUID, UUID, UUID, int]] = []
        """(account, ledger, disbursement, entry, cents) of each cheque, numbered from 101 on."""
        self.faults: list[UUID] = []
        self.matches: list[tuple[UUID, UUID]] = []
        """(account, match)"""

    def live(self, steps: int) -> None:
        """So many things happen, some on one day, some weeks apart."""
        for _ in range(steps):
            self.practice.today += timedelta(days=self.dice.choice((0, 0, 1, 1, 2, 4, 9)))
            getattr(self, f"_{self.dice.choice(self.dice.choice((_FACTS, _CURES, _CARE, _MONEY)))}")()

    def tries(self, command: Command, who: UUID = LIND) -> dict[str, Any] | None:
        """What it led to, None where it was refused."""
        try:
            return self.practice.does(command, who)
        except Refusal:
            return None

    def _some_day(self) -> date:
        """Today, or some days ago."""
        return self.practice.today - timedelta(days=self.dice.choice((0, 0, 1, 3, 8)))

    def _account(self) -> UUID:
        return self.dice.choice(self.accounts)

    def _cents(self) -> int:
        return self.dice.randint(1, 200_00)

    # The bank does this and that.

    def _charge(self) -> None:
        self._tells(
            RecordBankCharge(
                trust_account_id=self._account(), amount_minor=self._cents(), effective_date=self._some_day(),
                description="Monthly charge",
            )
        )  # fmt: skip

    def _comes_back(self) -> None:
        if self.deposits:
            ledger, entry = self.dice.choice(self.deposits)
            self._tells(
                RecordReturnedDeposit(ledger_id=ledger, entry_id=entry, effective_date=self._some_day(), evidence="R01")
            )

    def _bank_error(self) -> None:
        self._tells(
            RecordBankError(
                trust_account_id=self._account(), amount_minor=self._cents() * self.dice.choice((1, -1)),
                effective_date=self._some_day(), evidence="Paid twice",
            )
        )  # fmt: skip

    def _unfunded(self) -> None:
        self._tells(
            RecordUnfundedPresentment(
                trust_account_id=self._account(), amount_minor=self._cents(), effective_date=self._some_day(),
                paid=self.dice.random() < 0.5, evidence="Notice of the bank",
            )
        )  # fmt: skip

    def _tells(self, fact: Command) -> None:
        told = self.tries(fact)
        if told is not None and told["exception_id"] is not None:
            self.faults.append(UUID(told["exception_id"]))

    # What went wrong is put right, or only noted.

    def _cure(self) -> None:
        if self.faults:
            self.tries(
                CureException(exception_id=self.dice.choice(self.faults), effective_date=self._some_day(), how="Sorted out")
            )

    def _replace(self) -> None:
        """The firm pays what its ledger is short of."""
        for exception in self.faults:
            ledger = self._fault(exception).ledger_id
            short = 0 if ledger is None else -self.practice.log.load(trust_ledger.KIND, ledger).state.balance_minor
            if short > 0 and self.dice.random() < 0.7:
                on = self._some_day()
                self.tries(CureException(exception_id=exception, effective_date=on, how="Our money", replace_minor=short))

    def _note(self) -> None:
        if self.faults:
            self.tries(NoteOnException(exception_id=self.dice.choice(self.faults), note="The bank was called"))

    def _corrected(self) -> None:
        if errors := [one for one in self.faults if self._fault(one).cause is ExceptionCause.BANK_ERROR]:
            exception = self.dice.choice(errors)
            of = self._fault(exception)
            line = statement_line(self.practice, of.amount_minor, self._some_day(), of.trust_account_id)
            self.tries(RecordBankErrorCorrection(exception_id=exception, line_id=line, evidence="Put right"))

    def _top_up(self) -> None:
        account, on = self._account(), self._some_day()
        self.tries(TopUpReserve(trust_account_id=account, amount_minor=self._cents(), effective_date=on, description="x"))

    def _fault(self, exception: UUID) -> TrustExceptionOpened:
        opened: TrustExceptionOpened = self.practice.log.load(trust_exception.KIND, exception).state.opened
        return opened

    # What the rules ask for is done, or undone; and the rules change.

    def _statement(self) -> None:
        statement_line(self.practice, 1, self._some_day(), self._account())

    def _sign(self) -> None:
        try:
            seal(self.practice, self._some_day() - timedelta(days=9), self._account())
        except Refusal:
            return

    def _reopen(self) -> None:
        account = self._account()
        if self.practice.log.load(trust_account.KIND, account).state.seals:
            unseal(self.practice, account)

    def _tighten(self) -> None:
        days = self.dice.randint(1, 60)
        self.tries(TightenPolicy(setting=self.dice.choice(_TIGHTENED), value=days, why="We are careful"), ASHBY)

    def _adopt(self) -> None:
        code, from_day = self.dice.choice(("us-ca", "us-wa", "us-nc")), self.practice.today + timedelta(days=4)
        self.tries(AdoptJurisdictionPack(jurisdiction=code, binds_from=from_day, why="We moved"), ASHBY)

    # Money comes in and goes out, by cheques that the bank shows or does not.

    def _receive(self) -> None:
        ledger = self.dice.choice(list(self.ledgers))
        received = ReceiveFunds(
            ledger_id=ledger, amount_minor=self._cents(), effective_date=self._some_day(), instrument="wire",
            payer="Somebody", description="Retainer",
        )  # fmt: skip
        if (told := self.tries(received)) is not None:
            self.deposits.append((ledger, UUID(told["entry_id"])))

    def _pay(self) -> None:
        ledger = self.dice.choice(list(self.ledgers))
        held = self.practice.log.load(trust_ledger.KIND, ledger).state.balance_minor
        cents = self.dice.choice((self._cents(), max(held, 1)))
        asked = RequestDisbursement(
            ledger_id=ledger, amount_minor=cents, effective_date=self.practice.today, payee="Imogen Falk", method="cheque",
            purpose="Expert's report",
        )  # fmt: skip
        if (told := self.tries(asked)) is None:
            return
        disbursement = UUID(told["disbursement_id"])
        self.practice.does(ApproveDisbursement(disbursement_id=disbursement), ASHBY)
        paid = self.tries(self.practice.release(disbursement, 101 + len(self.payments)))
        if paid is not None:
            self.payments.append((self.ledgers[ledger], ledger, disbursement, UUID(paid["entry_id"]), cents))

    def _print(self) -> None:
        if self.payments:
            number = self.dice.randint(101, 100 + len(self.payments))
            self.tries(PrintCheque(trust_account_id=self.payments[number - 101][0], number=number))

    def _stale(self) -> None:
        for number, (account, *_) in enumerate(self.payments, 101):
            self.tries(MarkChequeStale(trust_account_id=account, number=number, why="Old"))

    def _undo(self) -> None:
        if self.payments:
            _, _, disbursement, _, _ = self.dice.choice(self.payments)
            self.tries(UndoDisbursement(disbursement_id=disbursement, ending="stopped", why="Lost"), ASHBY)

    def _shown(self) -> None:
        if self.payments:
            account, ledger, _, entry, cents = self.dice.choice(self.payments)
            line = statement_line(self.practice, -cents, self._some_day(), account)
            told = self.tries(AcceptMatch(trust_account_id=account, line_ids=(line,), entries=((ledger, entry),)))
            if told is not None:
                self.matches.append((account, UUID(told["match_id"])))

    def _not_shown(self) -> None:
        if self.matches:
            account, match = self.dice.choice(self.matches)
            self.tries(UndoMatch(trust_account_id=account, match_id=match, why="Wrong"))

    def _bill(self) -> None:
        self.practice.bill(self.dice.choice("AB"), f"{self.practice.log.size()}", self._cents())
