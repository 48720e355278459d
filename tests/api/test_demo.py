"""The main job: the worked example of the domain reference, lived through by commands, reconciles to the cent."""

import itertools
from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest

from api.application import Application
from api.demo.people import SLUG
from api.demo.september import day
from api.demo.story import PERIOD_END, fresh_tokens, tell
from api.tokens import session_of
from commands.event_log.database import Database
from projections.reports import client_ledger, outstanding_items, reconciliation, suggested_matches, trial_balance
from tests.api.demonstration import demonstration
from tests.databases import Databases

FIGURES = {
    "1": 17_180_42, "1a": 0, "1b": 17_180_42, "2": 17_180_42, "3": 17_977_09, "4": 1_500_00, "5": 2_316_67, "5a": 20_00,
    "6": 17_180_42,
}  # fmt: skip


@pytest.fixture
def application(databases: Databases) -> Iterator[Application]:
    with demonstration(databases) as url, Database(url, pool_size=2) as database:
        yield Application(database)


class CutShortError(Exception):
    """The machine was switched off."""


def account_of(application: Application) -> str:
    opened = (event for event in application.log(SLUG).read() if event.topic == "trust-account/opened")
    return next(event.stream_id for event in opened if event.data["name"] == "IOLTA-1")


def test_the_three_legs_agree_to_the_cent(application: Application) -> None:
    with application.reader(SLUG) as reader:
        report = reconciliation.report(reader, trust_account_id=account_of(application), as_of=PERIOD_END)
    assert {row[0]: abs(row[2]) for row in report.rows if row[2] is not None} == FIGURES
    assert report.facts["passes"]
    assert report.notes == ()


def test_every_ledger_closes_as_the_reference_says(application: Application) -> None:
    with application.reader(SLUG) as reader:
        report = trial_balance.report(reader, trust_account_id=account_of(application), as_of=PERIOD_END)
    balances = {row["ledger"].partition(",")[0]: row["balance_minor"] for row in report.records()}
    assert balances == {
        "Adeline Archer": 5_650_00,
        "Bellweather Supply Co.": 10_800_00,
        "Dana Dreyer": 650_00,
        "Firm reserve": 73_00,
        "Interest payable": 7_42,
    }
    assert report.totals["book"] == 17_180_42


@pytest.mark.parametrize(
    ("on", "book_minor"),
    [
        (date(2026, 8, 31), 18_400_00),
        (day(8), 57_700_00),
        (day(18), 15_850_00),
        (day(25), 15_838_00),
        (day(30), 17_180_42),
    ],
)
def test_the_book_on_any_day_is_what_the_reference_adds_up_to(application: Application, on: date, book_minor: int) -> None:
    with application.reader(SLUG) as reader:
        report = trial_balance.report(reader, trust_account_id=account_of(application), as_of=on)
    assert (report.totals["book"], report.totals["ledgers"]) == (book_minor, book_minor)


def test_what_was_known_when_the_statement_had_not_come_has_nothing_to_compare(application: Application) -> None:
    imported = next(event.position for event in application.log(SLUG).read() if event.topic == "bank-statement/imported")
    with application.reader(SLUG) as reader:
        account = account_of(application)
        before = reconciliation.report(reader, trust_account_id=account, as_of=PERIOD_END, known_at=imported - 1)
        items = outstanding_items.report(reader, trust_account_id=account, as_of=PERIOD_END, known_at=imported - 1)
    assert not before.facts["passes"]
    assert len(items.rows) == 15, "everything of September, and cheque 1050, is still outstanding"


def test_nothing_is_left_to_suggest(application: Application) -> None:
    with application.reader(SLUG) as reader:
        report = suggested_matches.report(reader, trust_account_id=account_of(application), as_of=PERIOD_END)
    assert report.rows == ()


def test_the_running_balance_follows_every_entry(application: Application) -> None:
    ledgers = [event.stream_id for event in application.log(SLUG).read() if event.topic == "trust-ledger/opened"]
    with application.reader(SLUG) as reader:
        for ledger_id in ledgers:
            rows = client_ledger.report(reader, ledger_id=ledger_id).records()
            running = 0
            for row in rows:
                running += row["amount_minor"]
                assert row["balance_minor"] == running
                assert running >= 0


def test_a_story_told_again_changes_nothing(application: Application) -> None:
    size = application.log(SLUG).size()
    tell(application)
    assert application.log(SLUG).size() == size


@pytest.mark.timeout(180)
def test_a_story_that_is_cut_short_again_and_again_is_finished(migrated_database_url: str) -> None:
    with Database(migrated_database_url, pool_size=2) as database:
        application = Application(database)
        for ids in (3, 60, 333, 540, 650):
            left = itertools.count(ids, -1)

            def until_none_is_left(left: "itertools.count[int]" = left) -> UUID:
                if next(left) == 0:
                    raise CutShortError
                return application.new_id()

            with pytest.raises(CutShortError):
                tell(Application(database, new_id=until_none_is_left))
        tell(application)
        application.project(SLUG)
        with application.reader(SLUG) as reader:
            report = reconciliation.report(reader, trust_account_id=account_of(application), as_of=PERIOD_END)
        assert report.facts["passes"]


def test_its_tokens_are_those_of_its_people(application: Application) -> None:
    tokens = fresh_tokens(application, tell(application))
    roles = {who: session_of(application, token).asker.roles for who, token in tokens.items()}
    assert roles == {
        "ashby": {"partner"}, "reyes": {"partner"}, "okafor": {"partner"}, "lind": {"bookkeeper"},
        "pryce": {"timekeeper"}, "moss": {"timekeeper"},
    }  # fmt: skip


def test_every_command_names_who_gave_it_in_which_role(application: Application) -> None:
    events = list(itertools.islice(application.log(SLUG).read(), 1, None))
    assert {event.actor["role"] for event in events} == {"partner", "bookkeeper", "timekeeper"}
    assert all(event.actor["policy_version"] for event in events)
