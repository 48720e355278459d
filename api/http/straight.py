"""Quick commands, straight in the event loop's thread: decided on what is at hand, and sent without waiting for the answer.

A thread of its own for the commands costs more than deciding them: the two take turns at the interpreter's lock. What is not
at hand is taken by threads (`together`), so the event loop never waits for the database (docs/decisions/0011).
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TypeVar

from api.http.together import Together
from commands.dispatch import CommandAttempt, Steps
from commands.event_log.at_hand import NotAtHand, at_hand_only
from commands.event_log.attempt import Attempt
from commands.event_log.log import EventLog
from commands.event_log.sending import Sending

Found = TypeVar("Found")


class Straight:
    """Of one event loop; `executor` finds out what became of calls whose answer was lost, and does nothing else: its threads
    must not wait for those calls.
    """

    def __init__(self, together: Together, executor: Executor) -> None:
        self._together = together
        self._executor = executor
        self._lanes: dict[EventLog, _Lane] = {}

    async def take(self, begin: Callable[[], Steps[Found]]) -> Found:
        """What the steps come to. Raises what they raise. They may be begun twice, before anything is carried out."""
        steps = begin()
        try:
            with at_hand_only():
                attempt = next(steps)
        except StopIteration as end:
            at_once: Found = end.value
            return at_once
        except NotAtHand:
            return await self._together.take(begin())
        while not attempt.alone and await self._lane(attempt.log).carried_out(attempt):
            if attempt.error is not None:  # to tell it may ask the database
                return await self._together.take(steps)
            try:
                attempt = next(steps)
            except StopIteration as end:
                found: Found = end.value
                return found
        return await self._together.take(steps, attempt)

    async def rest(self) -> None:
        """Wait until nothing is on its way any more."""
        for lane in list(self._lanes.values()):
            await lane.idle.wait()

    def _lane(self, log: EventLog) -> "_Lane":
        lane = self._lanes.get(log)
        if lane is None:
            lane = self._lanes[log] = _Lane(log, self._executor, asyncio.get_running_loop())
        return lane


@dataclass(slots=True, eq=False)
class _Going:
    """An attempt that waits, or goes; True to the future is carried out, False is left as it was."""

    attempt: CommandAttempt
    carried_out: asyncio.Future[bool]

    def tell(self, carried_out: bool) -> None:
        if not self.carried_out.done():
            self.carried_out.set_result(carried_out)


class _Lane:
    """The way to one log: one call goes at a time, and who comes meanwhile goes with the next."""

    def __init__(self, log: EventLog, executor: Executor, loop: asyncio.AbstractEventLoop) -> None:
        self._log = log
        self._executor = executor
        self._loop = loop
        self._waiting: list[_Going] = []
        self._going: list[_Going] = []
        self.idle = asyncio.Event()
        """Set where no call is on its way, or about to be made."""
        self.idle.set()

    async def carried_out(self, attempt: CommandAttempt) -> bool:
        """Whether it was; where the log has to be asked, it is left."""
        going = _Going(attempt, self._loop.create_future())
        self._waiting.append(going)
        if self.idle.is_set():
            self.idle.clear()
            self._loop.call_soon(self._begin)  # after all that came with it
        return await going.carried_out

    def _begin(self) -> None:
        if self._log.lead(self._lead):
            self._send()

    def _lead(self) -> bool:
        """In another thread: the way is free."""
        try:
            self._loop.call_soon_threadsafe(self._send)
        except RuntimeError:  # the server has stopped
            return False
        return True

    def _send(self) -> None:
        self._going, self._waiting = self._waiting, []
        sending = None
        try:
            sending = self._log.send([going.attempt for going in self._going])
        finally:
            if sending is None:
                self._end([going.attempt for going in self._going])
        if sending is None:
            return
        if sending.over:
            self._heard(sending)
            return
        socket = sending.socket
        self._loop.add_reader(socket, self._hear, sending, socket)
        if not sending.gone:
            self._loop.add_writer(socket, self._flush, sending, socket)

    def _flush(self, sending: Sending, socket: int) -> None:
        sending.flush()
        if sending.gone or sending.over:
            self._loop.remove_writer(socket)
        if sending.over:
            self._loop.remove_reader(socket)
            self._heard(sending)

    def _hear(self, sending: Sending, socket: int) -> None:
        try:
            sending.hear()
        finally:
            if sending.over:
                self._loop.remove_reader(socket)
                self._loop.remove_writer(socket)
                self._heard(sending)

    def _heard(self, sending: Sending) -> None:
        if sending.done:
            self._end(sending.left)
        else:
            recovered = self._loop.run_in_executor(self._executor, sending.recover)
            recovered.add_done_callback(lambda _: self._end(sending.left))

    def _end(self, left: Sequence[Attempt]) -> None:
        gone, self._going = self._going, []
        for going in gone:
            going.tell(carried_out=going.attempt not in left)
        if self._waiting:
            self._loop.call_soon(self._begin)  # after the answers, so that whoever asked has them meanwhile
        else:
            self.idle.set()
