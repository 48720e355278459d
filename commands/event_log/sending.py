"""A call that is on its way into the log, for whoever must not wait for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import Connection

from commands.event_log.at_hand import at_hand_only
from commands.event_log.attempt import Attempt, Call, Told
from commands.event_log.recorder import Decision, FirmRecorder, Seen, seen_in


@dataclass(frozen=True, slots=True)
class Way:
    """How a call goes, and what is to be done when it has gone."""

    recorder: FirmRecorder
    connection: Connection[Any]
    told: Callable[[Seen], Sequence[Told]]
    recover: Callable[[Sequence[Decision], psycopg.OperationalError], Seen]
    hand_over: Callable[[], None]


class Sending:
    """What was decided is sent: `flush` whenever `socket` can be written to, until all of it is `gone`; `hear` the answer
    whenever it can be read, until that is there.

    Until then nobody else of this process appends to this log. Where the answer was lost, `recover` finds out what became of
    it, which may take some time.
    """

    def __init__(self, call: Call, way: Way, seen: int | None) -> None:
        self.done = False
        self.lost: psycopg.OperationalError | None = None
        """Why nobody knows what became of it."""
        self._call = call
        self._way = way
        self._decisions = call.decisions()
        self.gone = not self._decisions
        """Whether all of it is sent."""
        if not self._decisions:
            self._end()
            return
        try:
            self._sent = way.recorder.send(way.connection, self._decisions, seen)
        except psycopg.OperationalError as error:
            self._lose(error)
        else:
            self.flush()

    @property
    def socket(self) -> int:
        """The number of the connection's socket."""
        return self._way.connection.pgconn.socket

    @property
    def left(self) -> list[Attempt]:
        """Those of the call for which the database must be asked; nothing became of them."""
        return self._call.left

    @property
    def over(self) -> bool:
        """Whether there is nothing more to send or to hear."""
        return self.done or self.lost is not None

    def flush(self) -> None:
        """Send what did not find room yet."""
        try:
            self.gone = self._sent.flush()
        except psycopg.OperationalError as error:
            self._lose(error)

    def hear(self) -> None:
        """Take what has arrived of the answer; `done` when it is there, `lost` when it will never be."""
        try:
            answer = self._sent.answer()
        except psycopg.errors.LockNotAvailable as error:
            self._fail(error)
        except psycopg.OperationalError as error:
            self._lose(error)
        except Exception as error:  # noqa: BLE001 -- raised again where each command was asked for
            self._fail(error)
        else:
            if answer is not None:
                self._conclude(seen_in(answer, len(self._decisions)))

    def recover(self) -> None:
        """Find out what became of it; if nothing did, send it again. Waits for the database."""
        assert self.lost is not None, "asked for only where the answer was lost"
        try:
            answer = self._way.recover(self._decisions, self.lost)
        except Exception as error:  # noqa: BLE001 -- as above
            self._fail(error)
        else:
            self._conclude(answer)

    def _conclude(self, answer: Seen) -> None:
        try:
            with at_hand_only():
                self._call.conclude(self._way.told(answer))
        finally:
            self._end()

    def _fail(self, error: Exception) -> None:
        self._call.fail(error)
        self._end()

    def _lose(self, error: psycopg.OperationalError) -> None:
        self.lost = error
        self._way.recorder.give_back(self._way.connection)  # before anybody looks for what became of it, on another one

    def _end(self) -> None:
        self.done = True
        if self.lost is None:
            self._way.recorder.give_back(self._way.connection)
        self._way.hand_over()
