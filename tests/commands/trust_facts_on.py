"""Facts that other parts of the house record, put on a practice's log as they are: a match, a signed period, a line."""

from datetime import UTC, date, datetime
from uuid import UUID

from aggregates import bank_statement, matching, trust_account
from aggregates.bank_statement import StatementImported, StatementLinesRecorded
from aggregates.event import Actor, Event, Personal
from aggregates.statement_chain import StatementLine
from commands.event_log.log import Verdict, decision_of
from commands.event_log.mapper import NewEvent
from tests.commands.trust_practice import LIND, Practice


def record(practice: Practice, stream_id: UUID, version: int, *events: Event) -> None:
    """Put facts on a stream that has come to `version`."""
    command = practice.new_id()
    now = datetime(practice.today.year, practice.today.month, practice.today.day, 12, tzinfo=UTC)
    new = [
        NewEvent(
            id=practice.new_id(), stream_id=stream_id, version=at, recorded_at=now,
            actor=Actor(user_id=LIND, role="bookkeeper", program="tests", policy_version=1), command_id=command,
            correlation_id=command, causation_id=None, reason=None, salt=f"{at:032x}", event=event,
        )
        for at, event in enumerate(events, version + 1)
    ]  # fmt: skip
    verdict, _ = practice.log.append(decision_of(new))
    assert verdict is Verdict.APPENDED


def match_entry(practice: Practice, entry_id: UUID, amount_minor: int, undo: Event | None = None) -> UUID:
    """The bank has shown this entry; or, with `undo`, that match was wrong."""
    stream = matching.KIND.stream_id(practice.account)
    match_id = practice.new_id()
    accepted = matching.MatchAccepted(
        trust_account_id=practice.account, match_id=match_id, line_ids=(practice.new_id(),), entry_ids=(entry_id,),
        lines_minor=amount_minor, entries_minor=amount_minor, bank_error_id=None, bank_error_minor=0,
        matched_to=practice.today,
    )  # fmt: skip
    record(practice, stream, practice.log.load(matching.KIND, stream).version, undo or accepted)
    return match_id


def seal(practice: Practice, period_end: date, account: UUID | None = None) -> None:
    """A reconciliation was signed to that day."""
    account = account or practice.account
    loaded = practice.log.load(trust_account.KIND, account)
    record(practice, account, loaded.version, loaded.state.seal(practice.new_id(), period_end))


def unseal(practice: Practice, account: UUID) -> None:
    """The newest signed reconciliation was reopened."""
    loaded = practice.log.load(trust_account.KIND, account)
    record(practice, account, loaded.version, loaded.state.unseal(loaded.state.seals[-1][1]))


def statement_line(practice: Practice, amount_minor: int, booked_on: date, account: UUID | None = None) -> UUID:
    """A statement of one line was imported; returns the line's id."""
    account = account or practice.account
    stream = bank_statement.KIND.stream_id(account)
    loaded = practice.log.load(bank_statement.KIND, stream)
    statement_id, line_id = practice.new_id(), practice.new_id()
    opening = loaded.state.last.closing_minor if loaded.state else 0
    imported = StatementImported(
        trust_account_id=account, statement_id=statement_id, sha256="0" * 64, filename="s.ofx", format="ofx",
        from_date=booked_on, to_date=booked_on, opening_minor=opening, closing_minor=opening + amount_minor,
        opening_derived=False, line_count=1,
    )  # fmt: skip
    line = StatementLine(
        line_id=line_id, key=str(line_id), line_number=1, booked_on=booked_on, amount_minor=amount_minor, kind="CREDIT",
        cheque_number=None, bank_reference=None, payee=Personal(subject_id=line_id), memo=Personal(subject_id=line_id),
    )  # fmt: skip
    lines = StatementLinesRecorded(trust_account_id=account, statement_id=statement_id, lines=(line,))
    record(practice, stream, loaded.version, imported, lines)
    return line_id
