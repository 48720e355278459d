"""Commands that are taken together: each has its own answer, and one that is held up keeps nobody waiting for long."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from aggregates.permissions import Role
from api.http.together import RELIEF_S, Together
from commands.dispatch import Steps
from tests.api.http_firm import Firm

THREADS = 4


@pytest.fixture
def together() -> Iterator[Together]:
    with ThreadPoolExecutor(THREADS) as pool:
        made = Together(pool, THREADS)
        yield made
    assert made._at_work == 0, "nobody is at work any more"
    assert not made._queue, "nobody was forgotten"


def _steps(work: Callable[[], int]) -> Steps[int]:
    """What comes to an end without a command."""
    return work()
    yield


def test_each_has_its_own_answer_or_its_own_error(together: Together) -> None:
    def work(number: int) -> int:
        return 60 // (number % 7)

    async def ask() -> list[int | BaseException]:
        asked = [together.take(_steps(lambda number=number: work(number))) for number in range(200)]  # type: ignore[misc]
        return await asyncio.gather(*asked, return_exceptions=True)

    for number, told in enumerate(asyncio.run(ask())):
        if number % 7:
            assert told == 60 // (number % 7)
        else:
            assert isinstance(told, ZeroDivisionError)


def test_one_that_is_held_up_keeps_the_others_waiting_for_a_moment_only(together: Together) -> None:
    go_on = threading.Event()

    def held_up() -> int:
        assert go_on.wait(20)
        return 0

    async def ask() -> float:
        slow = [asyncio.ensure_future(together.take(_steps(held_up))) for _ in range(2)]
        await asyncio.sleep(3 * RELIEF_S)
        began = time.perf_counter()
        assert await asyncio.gather(*(together.take(_steps(lambda: 1)) for _ in range(20))) == [1] * 20
        took = time.perf_counter() - began
        assert not any(one.done() for one in slow)
        go_on.set()
        assert await asyncio.gather(*slow) == [0, 0]
        return took

    assert asyncio.run(ask()) < 10


def test_more_than_there_are_threads_may_be_held_up(together: Together) -> None:
    async def ask() -> list[int]:
        return await asyncio.gather(*(together.take(_steps(_after(n))) for n in range(3 * THREADS)))

    def _after(number: int) -> Callable[[], int]:
        def work() -> int:
            time.sleep(1.5 * RELIEF_S)
            return number

        return work

    assert asyncio.run(ask()) == list(range(3 * THREADS))


def test_a_log_that_is_held_up_keeps_no_other_firm_waiting(firms: tuple[Firm, Firm]) -> None:
    ashby, other = firms
    url = ashby.application.database.conninfo
    with ThreadPoolExecutor(1) as pool, psycopg.connect(url) as holds_up:
        holds_up.execute("SELECT FROM firm_ashby.log_head FOR UPDATE")
        waiting = pool.submit(ashby[Role.BOOKKEEPER].post, "/v1/contacts", {"name": "Ann Ashby"})
        time.sleep(2 * RELIEF_S)
        assert [other[Role.BOOKKEEPER].post("/v1/contacts", {"name": f"Bo {n}"}).status_code for n in range(5)] == [201] * 5
        assert not waiting.done()
        holds_up.rollback()
        assert waiting.result(30).status_code == 201


def test_commands_of_many_firms_at_one_time_each_go_to_their_own_log(firms: tuple[Firm, Firm]) -> None:
    def add(number: int) -> tuple[str, int]:
        firm = firms[number % 2]
        answer = firm[Role.BOOKKEEPER].post("/v1/contacts", {"name": f"{firm.slug} {number}"})
        return answer.headers["location"], answer.status_code

    with ThreadPoolExecutor(12) as pool:
        told = list(pool.map(add, range(48)))
    assert [status for _, status in told] == [201] * 48
    for number, (location, _) in enumerate(told):
        firm, elsewhere = firms[number % 2], firms[1 - number % 2]
        there = firm[Role.BOOKKEEPER].get(location, min_position=firm.application.log(firm.slug).size())
        assert f'"{firm.slug} {number}"' in there.text
        assert elsewhere[Role.BOOKKEEPER].get(location).status_code == 404
