"""Commands that wait at the same time are taken by one thread, step by step: taking turns costs threads more than deciding.

While that thread waits for the database, the event loop reads the next requests; they are taken in the next round.
"""

import asyncio
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, TypeVar

from commands.dispatch import CommandAttempt, Steps, carry_out
from commands.event_log.log import EventLog

RELIEF_S = 0.02
"""How long what waits is left to a thread that is held up, before another one sees to it."""

Found = TypeVar("Found")


@dataclass(slots=True, eq=False)
class _Waiting:
    steps: Steps[Any]
    future: asyncio.Future[Any]
    attempt: CommandAttempt | None = None
    found: Any = None
    error: Exception | None = None

    @property
    def log(self) -> EventLog | None:
        """The log that its attempt goes to."""
        return None if self.attempt is None else self.attempt.log

    def go_on(self) -> None:
        """To the next attempt, or to the end."""
        self.attempt = None
        try:
            self.attempt = next(self.steps)
        except StopIteration as end:
            self.found = end.value
        except Exception as error:  # noqa: BLE001 -- raised again where the answer is waited for
            self.error = error

    def settle(self) -> None:
        """Tell whoever waits, in the event loop's thread."""
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.found)


class Together:
    """Takes what is asked in rounds, on threads of `executor`; of one event loop."""

    def __init__(self, executor: Executor, threads: int) -> None:
        self._executor = executor
        self._threads = threads
        self._lock = threading.Lock()
        self._queue: list[_Waiting] = []
        self._at_work = 0
        self._taken_at = 0.0
        self._looks_again = False

    async def take(self, steps: Steps[Found], attempt: CommandAttempt | None = None) -> Found:
        """What the steps come to; `attempt` is what they gave already. Raises what they raise."""
        loop = asyncio.get_running_loop()
        waiting = _Waiting(steps, loop.create_future(), attempt)
        with self._lock:
            self._queue.append(waiting)
            first = len(self._queue) == 1
        if first:
            loop.call_soon(self._see_to, loop)  # after all that came with it, for which the thread would only wait
        found: Found = await waiting.future
        return found

    def _see_to(self, loop: asyncio.AbstractEventLoop) -> None:
        """Have a thread at work, and another one where that is held up."""
        with self._lock:
            held_up = time.monotonic() - self._taken_at > RELIEF_S
            called = bool(self._queue) and (self._at_work == 0 or (held_up and self._at_work < self._threads))
            self._at_work += called
            looks_again = bool(self._queue) and not called and not self._looks_again
            self._looks_again = self._looks_again or looks_again
        if called:
            self._executor.submit(self._work, loop)
        elif looks_again:
            loop.call_later(RELIEF_S, self._look_again, loop)

    def _look_again(self, loop: asyncio.AbstractEventLoop) -> None:
        self._looks_again = False
        self._see_to(loop)

    def _work(self, loop: asyncio.AbstractEventLoop) -> None:
        taken = self._taken()
        while taken:
            began = time.monotonic()
            _begin(taken)
            log = next((waiting.log for waiting in taken if waiting.attempt is not None), None)
            others = [waiting for waiting in taken if waiting.attempt is not None and waiting.log is not log]
            if others:
                # One firm's log may be held up; the others' commands are for the next round, or for another thread.
                taken = [waiting for waiting in taken if waiting not in others]
                self._put_back(others, loop)
            _carry_out(taken)
            loop.call_soon_threadsafe(_settle, [waiting for waiting in taken if waiting.attempt is None])
            self._put_back([waiting for waiting in taken if waiting.attempt is not None], loop)
            taken = self._taken(relieved=time.monotonic() - began > RELIEF_S)

    def _put_back(self, unfinished: list[_Waiting], loop: asyncio.AbstractEventLoop) -> None:
        if unfinished:
            with self._lock:
                self._queue[:0] = unfinished
            loop.call_soon_threadsafe(self._see_to, loop)

    def _taken(self, *, relieved: bool = False) -> list[_Waiting]:
        """All that waits. Nothing, and then this thread is not at work any more, where nothing waits, or where it was held
        up and another one took its place.
        """
        with self._lock:
            if not self._queue or (relieved and self._at_work > 1):
                self._at_work -= 1
                return []
            taken, self._queue = self._queue, []
            self._taken_at = time.monotonic()
            return taken


def _begin(taken: Sequence[_Waiting]) -> None:
    """Everyone's first step."""
    for waiting in taken:
        if waiting.attempt is None:
            waiting.go_on()


def _carry_out(taken: Sequence[_Waiting]) -> None:
    """Everyone's attempt, and the step after it."""
    trying = [waiting for waiting in taken if waiting.attempt is not None]
    try:
        carry_out(waiting.attempt for waiting in trying if waiting.attempt is not None)
    except Exception as error:  # noqa: BLE001 -- nobody is left waiting
        for waiting in trying:
            waiting.error, waiting.attempt = error, None
            waiting.steps.close()
        return
    for waiting in trying:
        waiting.go_on()


def _settle(done: Sequence[_Waiting]) -> None:
    for waiting in done:
        waiting.settle()
