"""The demonstration's three months of practice: reports, README and sums on paper say the same to the cent."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from aggregates.logged_event import LoggedEvent
from api.application import Application
from api.command_line.practice_closing import closing_lines
from api.demo.people import SLUG
from api.demo.practice.matters import ENGAGEMENTS, TIMEKEEPERS
from api.demo.practice.quarter import LAST_DAY
from commands.event_log.database import Database
from projections.reports import client_ledger, operating_book, work_in_progress
from tests.api.demonstration import demonstration
from tests.api.practice_on_paper import closing
from tests.databases import Databases

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture(scope="module")
def application(databases: Databases) -> Iterator[Application]:
    """Nothing is written to it here."""
    with demonstration(databases) as url, Database(url, pool_size=2) as database:
        yield Application(database)


@pytest.fixture(scope="module")
def events(application: Application) -> list[LoggedEvent]:
    return list(application.log(SLUG).read())


def account_of(events: list[LoggedEvent], name: str) -> LoggedEvent:
    return next(one for one in events if one.topic == "trust-account/opened" and one.data["name"] == name)


def test_the_reports_say_what_paper_says(application: Application, events: list[LoggedEvent]) -> None:
    with application.reader(SLUG) as reader:
        told = closing_lines(reader, UUID(account_of(events, "IOLTA-2").stream_id))
    assert told == closing()


def test_the_readme_states_exactly_these_figures() -> None:
    stated = README.read_text(encoding="utf-8").split("| | 31 July 2026 |\n|---|---|\n")[1].split("\n\n")[0]
    rows = [tuple(cell.strip() for cell in row.strip("|").split(" | ")) for row in stated.splitlines()]
    assert rows == closing()


def test_what_was_recorded_is_in_progress_billed_or_written_down_on_every_day(application: Application) -> None:
    with application.reader(SLUG) as reader:
        for on in (date(2026, 5, 28), date(2026, 5, 29), date(2026, 6, 30), date(2026, 7, 30), LAST_DAY):
            for row in work_in_progress.report(reader, by="matter", as_of=on).records():
                parts = row["in_progress_minor"] + row["billed_minor"] + row["written_down_minor"]
                assert parts == row["recorded_minor"], (on, row["name"])


@pytest.mark.parametrize(
    ("on", "trust", "operating"),
    [
        (date(2026, 5, 4), [1_000_00], {}),
        (date(2026, 5, 8), [1_000_00], {"1300": 100_00, "2050": -100_00}),
        (date(2026, 5, 13), [1_000_00], {"1200": 700_00, "1210": 100_00, "2050": -100_00, "4000": -700_00}),
        (date(2026, 5, 14), [1_000_00, 200_00, 0], {"1000": 800_00, "2050": -100_00, "4000": -700_00}),
    ],
    ids=["advance", "cost on the card", "bill", "draw and refund"],
)
def test_the_retainer_cycle_of_the_reference(
    application: Application, events: list[LoggedEvent], on: date, trust: list[int], operating: dict[str, int]
) -> None:
    """Domain reference, section 4: 1,000 in trust, 100 of costs, a bill of 700 + 100, 800 drawn, 200 refunded.

    Income is 700; the 100 recovered are what was advanced; nothing is left in trust.
    """
    advance = next(
        one for one in events if one.topic == "trust-ledger/funds-received" and one.data["amount_minor"] == 1_000_00
    )
    with application.reader(SLUG) as reader:
        ledger = client_ledger.report(reader, ledger_id=advance.stream_id, as_of=on)
        book = operating_book.trial_balance(reader, as_of=on)
    assert [row["balance_minor"] for row in ledger.records()] == trust
    assert {row["account"]: row["balance_minor"] for row in book.records() if row["balance_minor"]} == operating


def test_everything_that_was_promised_was_lived_through(events: list[LoggedEvent]) -> None:
    lived = Counter(one.topic for one in events if one.day <= LAST_DAY.isoformat())
    assert (len(ENGAGEMENTS), len(TIMEKEEPERS)) == (12, 5)
    assert {one.terms for one in ENGAGEMENTS.values()} == {"hourly", "flat", "contingent"}
    assert lived["billing-run/started"] == 3
    assert lived["billing-run/left-out"] == 0
    assert lived["settlement/signed"] == 1
    assert lived["trust-ledger/evergreen-agreed"] == 1
    assert lived["trust-ledger/replenishment-requested"] == 1
    assert [one.data["kind"] for one in events if one.topic == "client-payment/returned"] == ["chargeback"]
    assert Counter(one.data["kind"] for one in events if one.topic == "bill/reduced") == {"credit_memo": 1, "write_off": 1}
