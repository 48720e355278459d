"""Calls that are sent without waiting: whoever leads hears what became of them, also where the answer was lost."""

import select
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import psycopg
import pytest

from commands.event_log.at_hand import NotAtHand, at_hand_only
from commands.event_log.attempt import Attempt, Decided
from commands.event_log.database import Database
from commands.event_log.loaded import Known
from commands.event_log.log import Decision, EventLog, Verdict
from commands.event_log.sending import Sending
from tests.commands.event_log.lossy_proxy import LossyProxy
from tests.commands.event_log.test_crashes import behind_a_proxy
from tests.commands.event_log.writing import decided, said

__all__ = ["behind_a_proxy"]
ONE, OTHER = UUID(int=1), UUID(int=2)


class Asks(Attempt):
    """What cannot be decided without the database."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    def decide(self, ahead: Known) -> Decision | None:  # noqa: ARG002 -- rests on nothing
        self._log.size()
        return None

    def conclude(self, verdict: Verdict, position: int) -> None:
        raise AssertionError((verdict, position))


def warmed(database: Database) -> EventLog:
    """A log whose appender has a connection that knows the append."""
    log = database.create_firm("demo", uuid4())
    log.append(decided((ONE, 1, said())))
    return log


@pytest.fixture
def log(migrated_database_url: str) -> Iterator[EventLog]:
    with Database(migrated_database_url, pool_size=1) as database:
        yield warmed(database)


def never() -> bool:
    raise AssertionError("nobody was before us")


def sent(log: EventLog, *attempts: Attempt) -> Sending:
    assert log.lead(never)
    sending = log.send(attempts)
    assert sending is not None
    return sending


def heard(sending: Sending) -> Sending:
    """Listen until there is nothing more to hear."""
    while not sending.over:
        can_read, can_write, _ = select.select([sending.socket], [] if sending.gone else [sending.socket], [], 20)
        assert can_read or can_write, "nothing comes, and nothing goes"
        if can_write:
            sending.flush()
        if can_read and not sending.over:
            sending.hear()
    return sending


def is_free(log: EventLog) -> bool:
    return not log._gathering._led and log._recorder._appending.get_stats()["pool_available"] == 1


def test_what_is_sent_is_told_to_each_and_the_way_is_free_again(log: EventLog) -> None:
    first, rival = Decided(decided((ONE, 2, said()))), Decided(decided((ONE, 2, said())))

    assert heard(sent(log, first, rival)).done
    assert (first.told, rival.told) == ((Verdict.APPENDED, 2), (Verdict.CONFLICT, 1))
    assert is_free(log)
    assert log.append(decided((ONE, 3, said()))) == (Verdict.APPENDED, 3)


def test_a_call_too_large_for_the_sockets_buffer_is_sent_to_its_end(log: EventLog) -> None:
    large = Decided(decided(*((ONE, 2 + number, said("x" * 1_900)) for number in range(1_500))))

    sending = sent(log, large)
    assert not sending.gone
    assert heard(sending).done
    assert large.told == (Verdict.APPENDED, 1_501)
    assert is_free(log)


def test_what_fails_when_the_transaction_ends_is_not_told_as_done(log: EventLog, migrated_database_url: str) -> None:
    with psycopg.connect(migrated_database_url, autocommit=True) as owner:
        owner.execute("""
            CREATE FUNCTION firm_demo.too_late() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'refused at the end'; END $$
        """)
        owner.execute(
            "CREATE CONSTRAINT TRIGGER too_late AFTER INSERT ON firm_demo.events DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION firm_demo.too_late()"
        )
    attempt = Decided(decided((ONE, 2, said())))

    assert heard(sent(log, attempt)).done
    assert isinstance(attempt.error, psycopg.errors.RaiseException)
    assert (attempt.told, log.size(), is_free(log)) == ((Verdict.CONFLICT, 0), 1, True)


def test_threads_wait_until_the_answer_is_there_and_are_then_let_in(log: EventLog) -> None:
    sending = sent(log, Decided(decided((ONE, 2, said()))))
    with ThreadPoolExecutor(1) as pool:
        after = pool.submit(log.append, decided((ONE, 3, said())))
        while not log._gathering._queue:
            threading.Event().wait(0.001)
        assert not after.done()
        heard(sending)
        assert after.result(20) == (Verdict.APPENDED, 3)


def test_whoever_wants_to_lead_is_called_when_the_one_before_is_done_unless_they_left(log: EventLog) -> None:
    called: list[str] = []

    def is_called(name: str, wants: bool) -> bool:
        called.append(name)
        return wants

    with log.alone():
        assert not log.lead(lambda: is_called("left", False))
        assert not log.lead(lambda: is_called("stays", True))
        assert called == []
    assert called == ["left", "stays"]
    sending = log.send([Decided(decided((ONE, 2, said())))])
    assert sending is not None
    heard(sending)
    assert is_free(log)


def test_what_has_to_ask_the_database_is_left_and_holds_nobody_up(log: EventLog) -> None:
    asks, other = Asks(log), Decided(decided((ONE, 2, said())))

    sending = heard(sent(log, asks, other))

    assert (sending.left, asks.error, other.told) == ([asks], None, (Verdict.APPENDED, 2))
    assert sent(log, asks).done, "there was nothing to send"
    assert is_free(log)


def test_where_no_connection_is_at_hand_nothing_is_sent(migrated_database_url: str) -> None:
    with Database(migrated_database_url, pool_size=1) as database:
        log = database.create_firm("demo", uuid4())
        assert log.lead(never)
        assert log.send([Decided(decided((ONE, 1, said())))]) is None, "the append is not known to this connection yet"
        log.append(decided((ONE, 1, said())))
        with log._recorder._appending.connection():
            assert log.lead(never)
            assert log.send([Decided(decided((ONE, 2, said())))]) is None
        assert (log.size(), is_free(log)) == (1, True)


def test_who_may_not_wait_gets_no_connection(log: EventLog) -> None:
    with at_hand_only():
        with pytest.raises(NotAtHand):
            log.size()
        with at_hand_only(), pytest.raises(NotAtHand):
            log.answer(ONE, "k")
        with pytest.raises(NotAtHand):
            log.append(decided((ONE, 2, said())))
    assert log.size() == 1
    assert log.append(decided((ONE, 2, said()))) == (Verdict.APPENDED, 2)


def test_a_lock_that_is_not_given_is_told_to_each(log: EventLog, migrated_database_url: str) -> None:
    with log._recorder._appending.connection() as connection:
        connection.execute("SET lock_timeout = '50ms'")
    attempt = Decided(decided((ONE, 2, said())))
    with psycopg.connect(migrated_database_url) as holds_up:
        holds_up.execute("SELECT FROM firm_demo.log_head FOR UPDATE")
        assert heard(sent(log, attempt)).done
    assert isinstance(attempt.error, psycopg.errors.LockNotAvailable)
    assert (log.size(), is_free(log)) == (1, True)


def test_a_reply_lost_after_commit_is_found_out(behind_a_proxy: tuple[Database, LossyProxy]) -> None:
    database, proxy = behind_a_proxy
    log = warmed(database)
    attempt, rival = Decided(decided((ONE, 2, said()))), Decided(decided((ONE, 2, said())))
    proxy.lose_next_reply()

    sending = heard(sent(log, attempt, rival))
    assert not sending.done
    sending.recover()

    assert (attempt.told, rival.told[0], log.size()) == ((Verdict.APPENDED, 2), Verdict.CONFLICT, 2)
    assert not log._gathering._led


def test_a_call_that_was_lost_before_it_was_carried_out_is_made_again(log: EventLog, migrated_database_url: str) -> None:
    attempt = Decided(decided((ONE, 2, said())))
    with psycopg.connect(migrated_database_url, autocommit=True) as owner:
        with psycopg.connect(migrated_database_url) as holds_up:
            holds_up.execute("SELECT FROM firm_demo.log_head FOR UPDATE")
            sending = sent(log, attempt)
            backend = sending._way.connection.info.backend_pid
            owner.execute("SELECT pg_terminate_backend(%s, 5000)", (backend,))
            heard(sending)
        assert sending.lost is not None
        sending.recover()
    assert (attempt.told, log.size()) == ((Verdict.APPENDED, 2), 2)
    assert not log._gathering._led
