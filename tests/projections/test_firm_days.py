"""What names no day of its own counts from the day that it was at the firm, whichever side of UTC that is."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
import pytest

from commands.event_log.database import Database
from commands.mark_cheque_stale import MarkChequeStale
from commands.note_on_exception import NoteOnException
from commands.print_cheque import PrintCheque
from commands.record_bank_charge import RecordBankCharge
from commands.undo_match import UndoMatch
from projections.catalogue import PROJECTIONS
from projections.engine import Engine
from projections.firm_calendar import FirmCalendar
from projections.reports import duties, exceptions
from projections.reports.card_states import card_states
from projections.reports.reader import Reader
from replay.verify import verify
from tests.commands.golden_rows import FILE, key_of
from tests.commands.test_matching import lines_of, match
from tests.commands.trust_practice import Practice, day, practising

_DAY_BEFORE = timedelta(days=-1)


@contextmanager
def _folded(database_url: str, practice: Practice) -> Iterator[Reader]:
    """The read models of all that was done, which agree with a rebuild."""
    with Database(database_url, pool_size=4) as database:
        engine = Engine(practice.log.schema, PROJECTIONS, holder="tests")
        with database.projectors.connection() as connection:
            engine.prepare(connection)
            engine.catch_up(connection)
            assert engine.parked(connection) == []
        for account_id in (None, practice.account):
            report = verify(database, practice.log.slug, PROJECTIONS, trust_account_id=account_id)
            assert report.ok, report.as_dict()
        with database.readers.connection() as connection:
            yield Reader(connection, practice.log.schema, practice.today)


@pytest.mark.parametrize(
    ("jurisdiction", "time_zone", "hour"),
    [
        pytest.param("gb-ew", "Europe/London", time(0, 30), id="London after midnight, when it is yesterday in UTC"),
        pytest.param("us-ny", "America/New_York", time(21), id="New York in the evening, when it is tomorrow in UTC"),
    ],
)
def test_a_note_and_a_printed_cheque_count_from_the_day_at_the_firm(
    migrated_database_url: str, jurisdiction: str, time_zone: str, hour: time
) -> None:
    today = day(10)
    with practising(migrated_database_url, jurisdiction=jurisdiction, time_zone=time_zone) as practice:
        practice.receive("A", 1_000_00)
        practice.today, practice.hour = today, hour
        practice.pay("A", 100_00, cheque=101)
        practice.does(PrintCheque(trust_account_id=practice.account, number=101))
        charge = RecordBankCharge(
            trust_account_id=practice.account, amount_minor=12_00, effective_date=today, description="Fee"
        )
        exception_id = UUID(practice.does(charge)["exception_id"])
        practice.does(NoteOnException(exception_id=exception_id, note="the bank was called"))
        with _folded(migrated_database_url, practice) as reader:
            told = {on: exceptions.report(reader, as_of=on).records() for on in (today + _DAY_BEFORE, today)}
            due = {on: duties.report(reader, as_of=on).records() for on in (today + _DAY_BEFORE, today)}
            (cheque,) = card_states(reader, "cheque", as_of=today).values()
            row = reader.row("SELECT day FROM {s}.audit_trail WHERE topic = 'trust-exception/noted'")
    assert told[today + _DAY_BEFORE] == []
    assert [(one["opened_on"], one["note"]) for one in told[today]] == [(today, "the bank was called")]
    cheques = {on: [one["since"] for one in rows if one["rule"] == "stale_cheque_days"] for on, rows in due.items()}
    assert cheques == {today + _DAY_BEFORE: [], today: [today]}
    assert (cheque["status"], cheque["printed_on"]) == ("printed", today.isoformat())
    assert row == {"day": today}


def test_a_match_undone_leaves_a_stale_cheque_stale_from_the_day_it_went_stale(migrated_database_url: str) -> None:
    with practising(migrated_database_url) as practice:
        practice.receive("A", 1_000_00)
        practice.today = day(2)
        _, entry = practice.pay("A", 100_00, cheque=101)
        practice.does(PrintCheque(trust_account_id=practice.account, number=101))
        (line,) = lines_of(practice, (9, -100_00))
        practice.today = stale_on = date(2027, 4, 1)
        practice.does(MarkChequeStale(trust_account_id=practice.account, number=101, why="its days are over"))
        made = practice.does(match(practice, line, practice.ledgers["A"], entry))
        cleared_at = practice.log.size()
        practice.does(UndoMatch(trust_account_id=practice.account, match_id=UUID(made["match_id"]), why="another cheque"))
        days = (day(2), day(8), day(9), stale_on + _DAY_BEFORE, stale_on, None)
        with _folded(migrated_database_url, practice) as reader:
            cleared = [_status(reader, on, cleared_at) for on in days]
            undone = [_status(reader, on, None) for on in days]
    assert cleared == ["printed", "printed", "cleared", "cleared", "cleared", "cleared"]
    assert undone == ["printed", "printed", "printed", "printed", "stale", "stale"]


@pytest.mark.parametrize(("position", "counts_from"), [(6, "2026-10-01"), (7, "2026-10-02")])
def test_until_the_firm_said_where_it_is_days_are_those_of_utc(position: int, counts_from: str) -> None:
    """Written at 14:00 on the first, which is the second already on Kiritimati."""
    written = orjson.loads(FILE.read_bytes())[key_of("cheque/printed", 1)]["bytes"].encode()
    calendar = FirmCalendar(7, ZoneInfo("Pacific/Kiritimati"))
    assert calendar.read(position, written).day == counts_from


def _status(reader: Reader, as_of: date | None, known_at: int | None) -> str:
    (cheque,) = card_states(reader, "cheque", as_of=as_of, known_at=known_at).values()
    return str(cheque["status"])
