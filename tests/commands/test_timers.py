"""Timers: several at once, one running; pressed offline, twice or late, each counts once."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from aggregates import timer
from aggregates.errors import AlreadyExists, BadRequest, NotFound, WrongState
from aggregates.timer import Timers
from commands.discard_timer import DiscardTimer
from commands.pause_timer import PauseTimer
from commands.resume_timer import ResumeTimer
from commands.start_timer import StartTimer
from commands.stop_timer import StopTimer
from tests.commands.billing_practice import BillingPractice
from tests.commands.trust_practice import Practice

NINE = datetime(2026, 9, 15, 9, tzinfo=UTC)


@pytest.fixture
def firm(practice: Practice) -> BillingPractice:
    return BillingPractice(practice)


def at(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


def started(firm: BillingPractice, number: int, minute: float, letter: str = "A") -> UUID:
    command = StartTimer(timer_id=UUID(int=number), matter_id=firm.practice.matters[letter], note="Calls", at=at(minute))
    firm.practice.does(command, firm.associate)
    return UUID(int=number)


def timers(firm: BillingPractice) -> Timers:
    state: Timers = firm.practice.log.load(timer.KIND, timer.stream_of(firm.associate)).state
    return state


def test_what_a_timer_counted_becomes_an_entry(firm: BillingPractice) -> None:
    one = started(firm, 71, 0)
    firm.practice.does(PauseTimer(timer_id=one, at=at(10)), firm.associate)
    firm.practice.does(ResumeTimer(timer_id=one, at=at(30)), firm.associate)

    told = firm.practice.does(StopTimer(timer_id=one, at=at(35.5)), firm.associate)

    entry = firm.entry(UUID(told["entry_id"]))
    assert (entry.work.worked_seconds, entry.work.rounded_seconds) == (15 * 60 + 30, 18 * 60)
    assert (str(entry.work.narrative), entry.work.timekeeper_id) == ("Calls", firm.associate)
    assert firm.practice.does(StopTimer(timer_id=one, at=at(35.5)), firm.associate)["entry_id"] == told["entry_id"]


def test_of_several_one_runs(firm: BillingPractice) -> None:
    one = started(firm, 71, 0)
    other = started(firm, 72, 10, "B")
    assert (timers(firm).running, timers(firm).open[one].counted_seconds) == (other, 600)

    firm.practice.does(ResumeTimer(timer_id=one, at=at(15)), firm.associate)

    assert (timers(firm).running, timers(firm).open[other].counted_seconds) == (one, 300)


def test_a_start_that_is_sent_twice_counts_once(firm: BillingPractice) -> None:
    one = started(firm, 71, 0)
    size = firm.practice.log.size()
    started(firm, 71, 0)
    assert firm.practice.log.size() == size
    again = StartTimer(timer_id=one, matter_id=firm.practice.matters["B"], at=at(0))
    firm.practice.refused(AlreadyExists, again, firm.associate)


def test_what_no_clock_does_is_refused(firm: BillingPractice) -> None:
    one = started(firm, 71, 10)
    for wrong in (PauseTimer(timer_id=one, at=at(9)), StopTimer(timer_id=one, at=at(10)), StartTimer(at=at(60 * 24))):
        firm.practice.refused(BadRequest, wrong, firm.associate)
    firm.practice.refused(WrongState, ResumeTimer(timer_id=one, at=at(11)), firm.associate)
    firm.practice.refused(NotFound, PauseTimer(timer_id=one, at=at(11)), firm.partner)
    firm.practice.refused(BadRequest, DiscardTimer(timer_id=one, at=at(9)), firm.associate)
    firm.practice.does(DiscardTimer(timer_id=one), firm.associate)
    firm.practice.refused(WrongState, StopTimer(timer_id=one, at=at(11)), firm.associate)


def test_a_timer_without_a_matter_gets_one_when_it_stops(firm: BillingPractice) -> None:
    firm.practice.does(StartTimer(timer_id=UUID(int=71), at=at(0)), firm.associate)
    firm.practice.refused(BadRequest, StopTimer(timer_id=UUID(int=71), at=at(5)), firm.associate)
    named = StopTimer(
        timer_id=UUID(int=71), matter_id=firm.practice.matters["B"], narrative="Call with the client", at=at(5)
    )
    entry = firm.entry(UUID(firm.practice.does(named, firm.associate)["entry_id"]))
    assert entry.work.matter_id == firm.practice.matters["B"]


def test_a_timer_left_running_for_days_is_no_entry(firm: BillingPractice) -> None:
    command = StartTimer(timer_id=UUID(int=71), matter_id=firm.practice.matters["A"], note="x", at=NINE - timedelta(days=2))
    firm.practice.does(command, firm.associate)
    firm.practice.refused(BadRequest, StopTimer(timer_id=UUID(int=71), at=NINE), firm.associate)


def test_what_comes_late_is_put_where_it_belongs(firm: BillingPractice) -> None:
    """Offline: one from 9:00 to 9:25, another from 9:30 to 9:40, resumed at 9:50; the other came first."""
    other = started(firm, 72, 30, "B")
    firm.practice.does(PauseTimer(timer_id=other, at=at(40)), firm.associate)
    firm.practice.does(ResumeTimer(timer_id=other, at=at(50)), firm.associate)

    one = started(firm, 71, 0)

    assert timers(firm).running == other, "what began later runs on"
    assert timers(firm).open[one].counted_seconds == 30 * 60, "up to where the other began: one runs at a time"
    firm.practice.does(PauseTimer(timer_id=one, at=at(25)), firm.associate)
    assert timers(firm).open[one].counted_seconds == 25 * 60
    firm.practice.does(ResumeTimer(timer_id=one, at=at(42)), firm.associate)
    assert (timers(firm).running, timers(firm).open[one].counted_seconds) == (other, (25 + 8) * 60)
    told = firm.practice.does(StopTimer(timer_id=one, at=at(45)), firm.associate)
    assert told["worked_seconds"] == (25 + 3) * 60
    assert firm.practice.does(StopTimer(timer_id=other, at=at(60)), firm.associate)["worked_seconds"] == 20 * 60


def test_every_button_that_is_sent_twice_counts_once(firm: BillingPractice) -> None:
    associate, does = firm.associate, firm.practice.does
    one, matter_id = UUID(int=71), firm.practice.matters["A"]
    pressed = [
        StartTimer(timer_id=one, matter_id=matter_id, note="Calls", at=at(0)),
        PauseTimer(timer_id=one, at=at(10)),
        ResumeTimer(timer_id=one, at=at(20)),
        StopTimer(timer_id=one, at=at(30)),
    ]
    for command in pressed:
        does(command, associate)
        size = firm.practice.log.size()
        does(command, associate)
        assert firm.practice.log.size() == size, command
    again = does(pressed[0], associate)
    assert (again["running"], again["worked_seconds"]) == (False, 20 * 60), "sent again after it was stopped"
    firm.practice.refused(AlreadyExists, StartTimer(timer_id=one, matter_id=matter_id, at=at(1)), associate)
    assert firm.practice.log.size() == size
