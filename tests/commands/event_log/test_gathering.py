"""Commands that are gathered into calls: who goes with whom, who is waited for, and what an error does."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from commands.event_log.gathering import PATIENCE_S, Gathering

NOTHING = ["nothing"]


class Calls:
    """Carries out calls as the log would, keeps how much each had to do; one may be held up, or fail."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.under_way = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()
        self.error: Exception | None = None
        self.takes_s = 0.0

    def __call__(self, asked: Sequence[str]) -> None:
        self.sizes.append(len(asked))
        self.under_way.set()
        assert self.go_on.wait(10), "held up for too long"
        time.sleep(self.takes_s)
        if self.error is not None:
            raise self.error


def wait_until_queued(gathering: Gathering[str], count: int) -> None:
    for _ in range(2_000):
        if len(gathering._queue) == count:
            return
        time.sleep(0.005)
    raise AssertionError("they did not come")


def test_one_who_is_alone_waits_for_nobody() -> None:
    calls = Calls()
    gathering: Gathering[str] = Gathering(calls)
    took = []
    for _ in range(100):
        began = time.perf_counter()
        gathering.hand_in(NOTHING)
        took.append(time.perf_counter() - began)
    assert calls.sizes == [1] * 100
    assert min(took) < PATIENCE_S / 2


def test_those_who_come_while_a_call_is_under_way_go_together() -> None:
    calls = Calls()
    gathering: Gathering[str] = Gathering(calls)
    calls.go_on.clear()
    with ThreadPoolExecutor(6) as pool:
        told = [pool.submit(gathering.hand_in, NOTHING)]
        calls.under_way.wait(10)
        told += [pool.submit(gathering.hand_in, NOTHING) for _ in range(5)]
        wait_until_queued(gathering, 5)
        calls.go_on.set()
        for each in told:
            each.result(10)
    assert calls.sizes == [1, 5]


def test_whoever_came_the_last_time_is_waited_for_but_not_for_ever() -> None:
    calls = Calls()
    gathering: Gathering[str] = Gathering(calls)
    calls.go_on.clear()
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(gathering.hand_in, NOTHING)
        calls.under_way.wait(10)
        rest = [pool.submit(gathering.hand_in, NOTHING) for _ in range(2)]
        wait_until_queued(gathering, 2)
        calls.go_on.set()
        for each in (first, *rest):
            each.result(10)
    began = time.perf_counter()
    gathering.hand_in(NOTHING)
    assert time.perf_counter() - began >= PATIENCE_S, "the other one might have come again"
    assert gathering._expected == 1, "nobody had come"
    gathering.hand_in(NOTHING)
    assert calls.sizes == [1, 2, 1, 1]


def test_an_error_is_told_to_everybody_of_the_call_and_to_nobody_after_it() -> None:
    calls = Calls()
    gathering: Gathering[str] = Gathering(calls)
    calls.error = OSError("the server is gone")
    calls.go_on.clear()
    with ThreadPoolExecutor(4) as pool:
        told = [pool.submit(gathering.hand_in, NOTHING)]
        calls.under_way.wait(10)
        told += [pool.submit(gathering.hand_in, NOTHING) for _ in range(3)]
        wait_until_queued(gathering, 3)
        calls.go_on.set()
        for each in told:
            with pytest.raises(OSError, match="the server is gone"):
                each.result(10)
    calls.error = None
    gathering.hand_in(NOTHING)


def test_what_is_asked_for_while_a_call_is_made_is_done_at_once_by_the_same_thread() -> None:
    done: list[str] = []

    def carry_out(asked: Sequence[str]) -> None:
        if asked == ["outer"]:
            gathering.hand_in(["inner"])
        done.extend(asked)

    gathering: Gathering[str] = Gathering(carry_out)
    gathering.hand_in(["outer"])
    assert done == ["inner", "outer"]


def test_who_wants_to_be_alone_comes_before_those_who_wait_and_keeps_them_waiting() -> None:
    calls = Calls()
    gathering: Gathering[str] = Gathering(calls)
    calls.go_on.clear()
    inside, leave = threading.Event(), threading.Event()

    def by_itself() -> None:
        with gathering.alone():
            inside.set()
            gathering.hand_in(NOTHING)
            gathering.hand_in(NOTHING)
            assert leave.wait(10)

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(gathering.hand_in, NOTHING)
        calls.under_way.wait(10)
        lonely = pool.submit(by_itself)
        while not gathering._want_alone:
            time.sleep(0.001)
        others = [pool.submit(gathering.hand_in, NOTHING) for _ in range(2)]
        wait_until_queued(gathering, 2)
        calls.go_on.set()
        assert inside.wait(10)
        time.sleep(2 * PATIENCE_S)
        assert not any(each.done() for each in others)
        leave.set()
        lonely.result(10)
        for each in (first, *others):
            each.result(10)
    assert calls.sizes == [1, 1, 1, 2]


@pytest.mark.parametrize("clients", [2, 4, 16])
def test_clients_that_keep_coming_are_soon_gathered_and_none_is_forgotten(clients: int) -> None:
    calls = Calls()
    calls.takes_s = 0.001
    gathering: Gathering[str] = Gathering(calls)
    turns = 40

    def keep_coming() -> int:
        for _ in range(turns):
            gathering.hand_in(NOTHING)
        return turns

    with ThreadPoolExecutor(clients) as pool:
        done = [pool.submit(keep_coming) for _ in range(clients)]
        assert sum(each.result(30) for each in done) == clients * turns == sum(calls.sizes)
    assert not gathering._led, "nobody leads any more"
    assert max(calls.sizes) > 1
