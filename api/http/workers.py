"""Threads for what blocks: commands have theirs, so that no number of waiting readers keeps a command waiting.

The log merges appends that wait at the same time into one round trip, so commands want more threads than processors.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from api.http.together import Together
from commands.dispatch import Steps

COMMAND_THREADS = 16
READ_THREADS = 12

Found = TypeVar("Found")


class Workers:
    """Two pools of threads; `close` waits for what is under way."""

    def __init__(self) -> None:
        self._commands = ThreadPoolExecutor(COMMAND_THREADS, "muniment-command")
        self._reads = ThreadPoolExecutor(READ_THREADS, "muniment-read")
        self._together = Together(self._commands, COMMAND_THREADS // 2)

    async def command(self, work: Callable[[], Found]) -> Found:
        """Do what may write."""
        return await asyncio.get_running_loop().run_in_executor(self._commands, work)

    async def together(self, steps: Steps[Found]) -> Found:
        """Take the steps of a quick command, together with those that wait at the same time."""
        return await self._together.take(steps)

    async def read(self, work: Callable[[], Found]) -> Found:
        """Do what only reads, and may wait for the read models."""
        return await asyncio.get_running_loop().run_in_executor(self._reads, work)

    def close(self) -> None:
        """Let what is under way finish."""
        self._commands.shutdown()
        self._reads.shutdown()
