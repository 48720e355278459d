"""Appends of one process, gathered: what comes at the same time goes in one call, each decision with its own verdict.

A call costs the database about as much for one decision as for several. So whoever appends first waits, for a moment, for as
many as came the last time; where there was nobody else, nobody is waited for.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from commands.event_log.recorder import Decision, Verdict

PATIENCE_S = 0.002
"""How long those who came the last time are waited for, at most: some times what deciding a command takes."""

Told = tuple[Verdict, int]


def _shut() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock


@dataclass(slots=True, eq=False)
class _Waiting:
    decision: Decision
    verdict: Told | None = None
    error: BaseException | None = None
    turn: threading.Lock = field(default_factory=_shut)
    """Opened when there is a verdict, or when it is for this one to lead."""


class Gathering:
    """Hands decisions in, one call at a time. `append` carries out one; what it raises is raised to each of the call."""

    def __init__(self, append: Callable[[Sequence[Decision]], Sequence[Told]]) -> None:
        self._append = append
        self._lock = threading.Lock()
        self._queue: list[_Waiting] = []
        self._expected = 1
        self._enough = threading.Condition(self._lock)
        self._want_alone: deque[threading.Lock] = deque()
        self._led = False
        self._alone: int | None = None

    def append(self, decision: Decision) -> Told:
        """Append one decision, together with those that come at the same time. Raises whatever the call raised."""
        if self._alone == threading.get_ident():
            return self._append([decision])[0]
        mine = _Waiting(decision)
        with self._lock:
            self._queue.append(mine)
            if len(self._queue) >= self._expected:
                self._enough.notify()
            waits, self._led = self._led, True
        if waits:
            self._wait_for_turn(mine)
        if mine.verdict is None and mine.error is None:
            self._lead()
        if mine.error is not None:
            raise mine.error
        assert mine.verdict is not None, "a call leaves nobody without a verdict"
        return mine.verdict

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else of this process appends until the block ends."""
        turn = _shut()
        with self._lock:
            waits, self._led = self._led, True
            if waits:
                self._want_alone.append(turn)
        if waits:
            turn.acquire()
        self._alone = threading.get_ident()
        try:
            yield
        finally:
            self._alone = None
            with self._lock:
                self._hand_over()

    def _wait_for_turn(self, mine: _Waiting) -> None:
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
            self._carry_out(batch)
            with self._lock:
                self._expected = len(batch) + len(self._queue)
                for waiting in batch:
                    waiting.turn.release()
                self._hand_over()

    def _carry_out(self, batch: list[_Waiting]) -> None:
        try:
            verdicts = self._append([waiting.decision for waiting in batch])
            for waiting, verdict in zip(batch, verdicts, strict=True):
                waiting.verdict = verdict
        except BaseException as error:  # noqa: BLE001 -- raised again to each of the call, this thread among them
            for waiting in batch:
                waiting.error = error

    def _hand_over(self) -> None:
        if self._want_alone:
            self._want_alone.popleft().release()
        elif self._queue:
            self._queue[0].turn.release()
        else:
            self._led = False
