"""Threads for what blocks: quick commands, long ones and reads each have theirs, so that none keeps another kind waiting."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from api.http.straight import Straight
from api.http.together import Together
from commands.dispatch import Steps

ROUND_THREADS = 4
"""One is at work; the others are for what waits while it is held up."""
RECOVERY_THREADS = 4
"""They find out what became of a call whose answer was lost; all else that goes to its log waits for them."""
COMMAND_THREADS = 16
READ_THREADS = 12

Found = TypeVar("Found")


class Workers:
    """Four pools of threads; `close` waits for what is under way."""

    def __init__(self) -> None:
        self._commands = ThreadPoolExecutor(COMMAND_THREADS, "muniment-command")
        self._reads = ThreadPoolExecutor(READ_THREADS, "muniment-read")
        self._rounds = ThreadPoolExecutor(ROUND_THREADS, "muniment-round")
        self._together = Together(self._rounds, ROUND_THREADS)
        self._recovery = ThreadPoolExecutor(RECOVERY_THREADS, "muniment-recovery")
        self._straight = Straight(self._together, self._recovery)

    async def command(self, work: Callable[[], Found]) -> Found:
        """Do what may write, and takes long."""
        return await asyncio.get_running_loop().run_in_executor(self._commands, work)

    async def together(self, steps: Steps[Found]) -> Found:
        """Take the steps of a quick command, together with those that wait at the same time."""
        return await self._together.take(steps)

    async def straight(self, begin: Callable[[], Steps[Found]]) -> Found:
        """Take the steps of a quick command that asks the database for nothing but its append, where all is at hand."""
        return await self._straight.take(begin)

    async def read(self, work: Callable[[], Found]) -> Found:
        """Do what only reads, and may wait for the read models."""
        return await asyncio.get_running_loop().run_in_executor(self._reads, work)

    async def close(self) -> None:
        """Let what is under way finish."""
        await self._straight.rest()
        self._recovery.shutdown()
        self._rounds.shutdown()
        self._commands.shutdown()
        self._reads.shutdown()
