"""Work in a process of its own, whose memory is watched."""

import multiprocessing
import threading
from collections.abc import Callable
from typing import Any

import psutil

_context = multiprocessing.get_context("spawn")
_STEP_S = 0.05


def apart(work: Callable[..., Any], *arguments: Any) -> tuple[Any, int]:
    """What the work returns, and the most bytes that its process and the children of it held together.

    Pages that processes share count once for each. Raises RuntimeError where the work failed.
    """
    ours, theirs = _context.Pipe()
    process = _context.Process(target=_do, args=(theirs, work, arguments))
    process.start()
    theirs.close()
    peak = 0
    ended = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not ended.wait(_STEP_S):
            peak = max(peak, held_bytes(process.pid or 0))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        answer = ours.recv()
    finally:
        ended.set()
        watcher.join()
        process.join()
    if isinstance(answer, BaseException):
        raise answer
    return answer, peak


def held_bytes(pid: int) -> int:
    """The resident memory of a process and its children; 0 when it is gone."""
    try:
        parent = psutil.Process(pid)
        return sum(_resident(one) for one in (parent, *parent.children(recursive=True)))
    except psutil.NoSuchProcess:
        return 0


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def _do(pipe: Any, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    try:
        answer = work(*arguments)
    except Exception as error:  # noqa: BLE001 -- whatever went wrong belongs to whoever asked
        answer = RuntimeError(f"{type(error).__name__}: {error}")
    pipe.send(answer)
