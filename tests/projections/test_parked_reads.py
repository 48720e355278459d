"""What is read of a read model that stands still: all that came before the event it cannot digest, and nothing as of now."""

from collections.abc import Callable

import pytest

from projections.reports import ledger_list, outstanding_items, reconciliation, suggested_matches, trial_balance
from projections.reports.reader import LAST_POSITION, Reader, StandsStill
from projections.reports.report import Report
from tests.projections.september import SCHEMA, TODAY, folded, lived, superuser_of


@pytest.mark.parametrize(
    ("read_model", "refused", "goes_on"),
    [
        ("postings", trial_balance.report, outstanding_items.report),
        ("bank_items", reconciliation.report, trial_balance.report),
        ("sub_ledger", trial_balance.report, suggested_matches.report),
    ],
)
def test_it_is_read_up_to_that_event_and_others_go_on(
    database_url: str, read_model: str, refused: Callable[..., Report], goes_on: Callable[..., Report]
) -> None:
    with lived(database_url) as (database, month):
        size, asked = month.books.log.size(), {"trust_account_id": str(month.account_id)}
        with folded(database) as reader:
            before, now = refused(reader, **asked, known_at=size - 1), goes_on(reader, **asked)
        with superuser_of(database) as anyone:
            anyone.execute(f"UPDATE {SCHEMA}.projection_tracking SET position = {size - 1} WHERE name = %s", (read_model,))
            anyone.execute(f"INSERT INTO {SCHEMA}.parked_events VALUES (%s, {size}, 'poison')", (read_model,))
        with database.readers.connection() as connection:
            reader = Reader(connection, SCHEMA, TODAY)
            assert reader.reached() == reader.position() == size, "the others have come to the end"
            said = f"{read_model} stands still before position {size}, .* can be read as known at {size - 1}"
            with pytest.raises(StandsStill, match=said):
                refused(reader, **asked)
            assert refused(reader, **asked, known_at=size - 1).rows == before.rows
            assert goes_on(reader, **asked) == now


@pytest.mark.parametrize(("known_at", "reads"), [(8, True), (9, False), (LAST_POSITION, False)])
def test_the_event_itself_is_the_bound(database_url: str, known_at: int, *, reads: bool) -> None:
    with lived(database_url) as (database, _):
        with folded(database):
            pass
        with superuser_of(database) as anyone:
            anyone.execute(f"INSERT INTO {SCHEMA}.parked_events VALUES ('postings', 9, 'poison')")
        with database.readers.connection() as connection:
            query = "SELECT count(*) FROM {s}.postings WHERE position <= %(known_at)s"
            reader = Reader(connection, SCHEMA, TODAY)
            if reads:
                assert reader.number(query, known_at=known_at) >= 0
            else:
                with pytest.raises(StandsStill):
                    reader.number(query, known_at=known_at)


def test_where_all_stand_still_nothing_is_newer_than_the_first(database_url: str) -> None:
    with lived(database_url) as (database, _):
        with folded(database):
            pass
        with superuser_of(database) as anyone:
            anyone.execute(f"UPDATE {SCHEMA}.projection_tracking SET position = 8 WHERE name = 'cards'")
            anyone.execute(f"INSERT INTO {SCHEMA}.parked_events SELECT name, 9, 'x' FROM {SCHEMA}.projection_tracking")
        with database.readers.connection() as connection:
            reader = Reader(connection, SCHEMA, TODAY)
            assert reader.reached() == 8
            with pytest.raises(StandsStill):
                ledger_list.report(reader)
