"""Matches on a real log: cheques clear and unclear with them, and a bank error explains one match only."""

from datetime import date
from uuid import UUID

from aggregates import cheque
from aggregates.errors import AlreadyExists, BadRequest, NotFound, WrongState
from aggregates.trust_ledger_events import TransferredOut
from aggregates.trust_rules import PeriodSigned
from commands.accept_match import AcceptMatch
from commands.explain_line import ExplainLine
from commands.import_statement import ImportStatement
from commands.note_outstanding_item import NoteOutstandingItem
from commands.print_cheque import PrintCheque
from commands.record_bank_error import RecordBankError
from commands.record_bank_error_correction import RecordBankErrorCorrection
from commands.reject_match import RejectMatch
from commands.undo_match import UndoMatch
from tests.commands.test_statement_import import ofx, statement
from tests.commands.test_trust_transfers import transfer
from tests.commands.trust_facts_on import seal
from tests.commands.trust_practice import ASHBY, Practice, day


def lines_of(practice: Practice, *lines: tuple[int, int]) -> list[UUID]:
    """Import a statement; the ids of its lines."""
    size = practice.log.size()
    content = ofx(statement(1, 28, 0, *lines))
    practice.today = max(practice.today, day(28))
    practice.does(ImportStatement(trust_account_id=practice.account, filename="bank.ofx", content=content))
    return [UUID(line["line_id"]) for logged in practice.log.read(size) for line in logged.data.get("lines", ())]


def match(practice: Practice, line: UUID, ledger: UUID, entry: UUID, error: UUID | None = None) -> AcceptMatch:
    return AcceptMatch(trust_account_id=practice.account, line_ids=(line,), entries=((ledger, entry),), bank_error_id=error)


def status_of(practice: Practice, number: int) -> str:
    state = practice.log.load(cheque.KIND, cheque.KIND.stream_id(practice.account, number)).state
    return str(state.status)


def test_a_match_undone_unclears_its_cheque_to_what_it_was_before(practice: Practice) -> None:
    practice.receive("A", 1_000_00)
    _, first = practice.pay("A", 100_00, cheque=101)
    _, second = practice.pay("A", 200_00, cheque=102)
    practice.does(PrintCheque(trust_account_id=practice.account, number=102))
    ids = lines_of(practice, (3, 1_000_00), (9, -100_00), (10, -200_00))
    ledger = practice.ledgers["A"]
    matches = [
        practice.does(match(practice, line, ledger, entry)) for line, entry in zip(ids[1:], (first, second), strict=True)
    ]
    assert [status_of(practice, number) for number in (101, 102)] == ["cleared", "cleared"]

    for made, number, before in zip(matches, (101, 102), ("issued", "printed"), strict=True):
        undo = UndoMatch(trust_account_id=practice.account, match_id=UUID(made["match_id"]), why="another cheque")
        _, uncleared = practice.recorded(undo)
        assert isinstance(uncleared, cheque.ChequeUncleared)
        assert (uncleared.restores, status_of(practice, number)) == (before, before)
    practice.does(match(practice, ids[1], ledger, first))
    assert status_of(practice, 101) == "cleared"


def test_t12_what_a_signed_period_rests_on_is_neither_matched_nor_unmatched(practice: Practice) -> None:
    """An explained line of a signed period still waits for the entry of a later day, and for nothing else."""
    first = practice.receive("A", 1_000_00)
    ledger = practice.ledgers["A"]
    ids = lines_of(practice, (3, 1_000_00), (4, 50_00))
    late = practice.receive("A", 50_00, on=day(27))
    made = practice.does(match(practice, ids[0], ledger, first))
    seal(practice, day(25))
    undo = UndoMatch(trust_account_id=practice.account, match_id=UUID(made["match_id"]), why="wrong")
    practice.refused(PeriodSigned, undo)
    booked_later = practice.does(match(practice, ids[1], ledger, late))
    practice.does(UndoMatch(trust_account_id=practice.account, match_id=UUID(booked_later["match_id"]), why="wrong"))
    practice.does(match(practice, ids[1], ledger, late))


def test_what_is_named_twice_or_not_there_is_no_match_and_no_rejection(practice: Practice) -> None:
    entry = practice.receive("A", 1_000_00)
    (line,) = lines_of(practice, (3, 1_000_00))
    ledger, account = practice.ledgers["A"], practice.account
    twice = AcceptMatch(trust_account_id=account, line_ids=(line, line), entries=((ledger, entry),))
    practice.refused(BadRequest, twice)
    practice.refused(BadRequest, AcceptMatch(trust_account_id=account, line_ids=(line,), entries=((ledger, entry),) * 2))
    practice.refused(BadRequest, RejectMatch(trust_account_id=account, line_ids=(), entry_ids=(entry,), why="x"))
    practice.refused(BadRequest, RejectMatch(trust_account_id=account, line_ids=(line,), entry_ids=(), why="x"))
    practice.refused(NotFound, RejectMatch(trust_account_id=account, line_ids=(entry,), entry_ids=(entry,), why="x"))
    practice.does(RejectMatch(trust_account_id=account, line_ids=(line,), entry_ids=(entry,), why="another client's"))


def test_a_leg_of_a_transfer_is_nothing_that_the_bank_shows(practice: Practice) -> None:
    """It is no entry of a match, explains no line, and is not outstanding."""
    practice.receive("A", 1_000_00)
    (line,) = lines_of(practice, (3, 1_000_00))
    ledger = practice.ledgers["A"]
    out, _ = practice.recorded(transfer(practice, practice.open_ledger("A2", practice.clients["A"])), ASHBY)
    assert isinstance(out, TransferredOut)

    for asked in (
        match(practice, line, ledger, out.entry_id),
        ExplainLine(trust_account_id=practice.account, line_id=line, note="x", ledger_id=ledger, entry_id=out.entry_id),
        NoteOutstandingItem(ledger_id=ledger, entry_id=out.entry_id, note="x"),
    ):
        assert "leg of a transfer" in str(practice.refused(BadRequest, asked))


def test_a_bank_error_explains_one_match_and_none_once_it_is_put_right(practice: Practice) -> None:
    practice.receive("A", 1_000_00)
    (_, first), (_, second) = practice.pay("A", 100_00, cheque=101), practice.pay("A", 100_00, cheque=102)
    ids = lines_of(practice, (3, 1_000_00), (9, -120_00), (10, -120_00), (11, 20_00))
    practice.today = day(20)
    reported = RecordBankError(
        trust_account_id=practice.account, amount_minor=20_00, effective_date=day(9), evidence="the cheque's image"
    )
    error = UUID(practice.does(reported)["exception_id"])
    ledger = practice.ledgers["A"]
    made = practice.does(match(practice, ids[1], ledger, first, error))

    practice.refused(AlreadyExists, match(practice, ids[2], ledger, second, error))
    practice.does(RecordBankErrorCorrection(exception_id=error, line_id=ids[3], evidence="credited"))
    practice.does(UndoMatch(trust_account_id=practice.account, match_id=UUID(made["match_id"]), why="the other one"))
    practice.refused(WrongState, match(practice, ids[2], ledger, second, error))


def test_a_line_is_explained_by_the_entry_of_a_fact_or_by_an_exception_of_the_account(practice: Practice) -> None:
    entry = practice.receive("A", 1_000_00)
    (line,) = lines_of(practice, (3, 1_000_00))

    def explain(**how: UUID) -> ExplainLine:
        return ExplainLine(trust_account_id=practice.account, line_id=line, note="the retainer", **how)

    ledger = practice.ledgers["A"]
    practice.refused(BadRequest, explain())
    practice.refused(BadRequest, explain(entry_id=entry))
    practice.refused(NotFound, explain(ledger_id=ledger, entry_id=line))
    assert practice.does(explain(ledger_id=ledger, entry_id=entry))["how"] == "fact_recorded"
    assert practice.last().data["entry_id"] == str(entry)
    practice.refused(WrongState, explain(ledger_id=ledger, entry_id=entry))
    assert practice.today > date(2026, 8, 3)
