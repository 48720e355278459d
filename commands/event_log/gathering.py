"""Commands of one process, gathered: what comes at one time is decided by one thread, and goes in one call.

A call costs the database about as much for one decision as for several, and deciding several in a row costs less than
threads that take turns at it. So whoever comes first waits, for a moment, for as many as came the last time; where there was
nobody else, nobody is waited for.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

PATIENCE_S = 0.002
"""How long those who came the last time are waited for, at most: some times what deciding a command takes."""

Asked = TypeVar("Asked")


def _shut() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock


@dataclass(slots=True, eq=False)
class _Waiting(Generic[Asked]):
    asked: Sequence[Asked]
    done: bool = False
    error: BaseException | None = None
    turn: threading.Lock = field(default_factory=_shut)
    """Opened when it is done, or when it is for this one to lead."""


class Gathering(Generic[Asked]):
    """Hands in what is asked, one call at a time; what the call raises is raised to each who waits for it."""

    def __init__(self, carry_out: Callable[[Sequence[Asked]], None]) -> None:
        self._carry_out = carry_out
        self._lock = threading.Lock()
        self._queue: list[_Waiting[Asked]] = []
        self._expected = 1
        self._enough = threading.Condition(self._lock)
        self._want_alone: deque[threading.Lock] = deque()
        self._want_to_lead: deque[Callable[[], bool]] = deque()
        self._led = False
        self._at_it: int | None = None
        """The thread that carries out now, or may do so alone; what it asks for meanwhile is done at once."""

    def hand_in(self, asked: Sequence[Asked]) -> None:
        """Have these carried out, together with those that come at the same time. Raises whatever the call raised."""
        if self._at_it == threading.get_ident():
            self._carry_out(asked)
            return
        mine = _Waiting(asked)
        with self._lock:
            self._queue.append(mine)
            if len(self._queue) >= self._expected:
                self._enough.notify()
            waits, self._led = self._led, True
        if waits:
            self._wait_for_turn(mine)
        if not mine.done:
            self._lead()
        if mine.error is not None:
            raise mine.error

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else of this process is carried out until the block ends."""
        turn = _shut()
        with self._lock:
            waits, self._led = self._led, True
            if waits:
                self._want_alone.append(turn)
        if waits:
            turn.acquire()
        try:
            with self.at_it():
                yield
        finally:
            self.hand_over()

    def lead(self, when_free: Callable[[], bool]) -> bool:
        """Be the one who carries out, at once or as soon as nobody else is: then `when_free` is called, by whoever was the
        last, and tells whether it still wants to. Whoever leads hands over in the end.
        """
        with self._lock:
            leads, self._led = not self._led, True
            if not leads:
                self._want_to_lead.append(when_free)
        return leads

    @contextmanager
    def at_it(self) -> Iterator[None]:
        """What this thread, which leads, asks for in the block is done at once."""
        self._at_it = threading.get_ident()
        try:
            yield
        finally:
            self._at_it = None

    def hand_over(self) -> None:
        """Let the next one lead, if anybody waits."""
        with self._lock:
            self._hand_over()

    def _wait_for_turn(self, mine: _Waiting[Asked]) -> None:
        try:
            mine.turn.acquire()
        except BaseException:
            with self._lock:  # a signal came: nobody may be left waiting for one who is gone
                if mine in self._queue:
                    self._queue.remove(mine)
                    if not mine.turn.locked():
                        self._hand_over()
            raise

    def _lead(self) -> None:
        until = time.monotonic() + PATIENCE_S
        try:
            with self._lock:
                while len(self._queue) < self._expected and (left := until - time.monotonic()) > 0:
                    self._enough.wait(left)
        finally:
            with self._lock:
                batch, self._queue = self._queue, []
            self._see_to(batch)
            with self._lock:
                self._expected = len(batch) + len(self._queue)
                for waiting in batch:
                    waiting.turn.release()
                self._hand_over()

    def _see_to(self, batch: list[_Waiting[Asked]]) -> None:
        try:
            with self.at_it():
                self._carry_out([one for waiting in batch for one in waiting.asked])
        except BaseException as error:  # noqa: BLE001 -- raised again to each of the call, this thread among them
            for waiting in batch:
                waiting.error = error
        finally:
            for waiting in batch:
                waiting.done = True

    def _hand_over(self) -> None:
        if self._want_alone:
            self._want_alone.popleft().release()
            return
        while self._want_to_lead:
            if self._want_to_lead.popleft()():
                return
        if self._queue:
            self._queue[0].turn.release()
        else:
            self._led = False
