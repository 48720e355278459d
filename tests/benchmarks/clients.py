"""Clients that work at the same time: some processes, each with some threads, all beginning together."""

import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from queue import Queue
from typing import Any

Act = Callable[[], object]
Open = Callable[..., AbstractContextManager[Callable[[int], Act]]]
"""Opens what a process needs; gives each of its threads, by number, the act to repeat. Must be importable by name."""


@dataclass(frozen=True, slots=True)
class Sustained:
    """What all clients did together. `latencies_ms` has one entry for each act."""

    per_second: float
    latencies_ms: list[float]


PROCESSES = 2
THREADS = 4
_context = multiprocessing.get_context("spawn")


@contextmanager
def crew(opening: Open, *arguments: Any, processes: int = PROCESSES, threads: int = THREADS) -> Iterator["Crew"]:
    """Processes that stay for several rounds, so that what is warm stays warm."""
    made = Crew(opening, arguments, processes, threads)
    try:
        yield made
    finally:
        made.dismiss()


class Crew:
    """Some processes, waiting to be told how many seconds to work."""

    def __init__(self, opening: Open, arguments: tuple[Any, ...], processes: int, threads: int) -> None:
        self._pipes = []
        self._processes = []
        for number in range(processes):
            ours, theirs = _context.Pipe()
            process = _context.Process(target=_work, args=(theirs, opening, (number, *arguments), threads), daemon=True)
            process.start()
            theirs.close()  # so that a process that dies is noticed
            self._pipes.append(ours)
            self._processes.append(process)
            ours.recv()

    def work(self, seconds: float) -> Sustained:
        """All clients repeat their act for so many seconds."""
        for pipe in self._pipes:
            pipe.send(seconds)
        told = [pipe.recv() for pipe in self._pipes]
        for answer in told:
            if isinstance(answer, BaseException):
                raise answer
        return Sustained(sum(each / took for took, each in ((t, len(latencies)) for t, latencies in told)),
                         [one for _, latencies in told for one in latencies])  # fmt: skip

    def dismiss(self) -> None:
        """Send them home."""
        for pipe in self._pipes:
            pipe.send(None)
        for process in self._processes:
            process.join(10)
            if process.is_alive():
                process.kill()


def _work(pipe: Any, opening: Open, arguments: tuple[Any, ...], threads: int) -> None:
    with opening(*arguments) as act_of:
        acts = [act_of(number) for number in range(threads)]
        pipe.send("ready")
        while (seconds := pipe.recv()) is not None:
            try:
                pipe.send(_round(acts, seconds))
            except Exception as error:  # noqa: BLE001 -- whatever went wrong belongs to whoever asked
                pipe.send(RuntimeError(f"{type(error).__name__}: {error}"))


def _round(acts: list[Act], seconds: float) -> tuple[float, list[float]]:
    results: Queue[list[float] | Exception] = Queue()
    began = time.perf_counter()
    until = began + seconds
    clients = [threading.Thread(target=_repeat, args=(act, until, results)) for act in acts]
    for client in clients:
        client.start()
    latencies: list[float] = []
    for _ in clients:
        result = results.get()
        if isinstance(result, Exception):
            raise result
        latencies += result
    return time.perf_counter() - began, latencies


def _repeat(act: Act, until: float, results: "Queue[list[float] | Exception]") -> None:
    latencies = []
    try:
        while (began := time.perf_counter()) < until:
            act()
            latencies.append((time.perf_counter() - began) * 1000)
    except Exception as error:  # noqa: BLE001 -- handed to the thread that asked
        results.put(error)
    else:
        results.put(latencies)
