"""What a benchmark gives back: figures with their targets, and the means to take them."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

Bound = Literal["≥", "≤", ""]


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. `bound` and `target` say what is to be reached; a figure without a bound only informs."""

    name: str
    value: float
    unit: str
    bound: Bound = ""
    target: float | None = None
    note: str = ""

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached; None where there is none."""
        if self.target is None:
            return None
        return self.value >= self.target if self.bound == "≥" else self.value <= self.target


@dataclass(frozen=True, slots=True)
class Absent:
    """A figure that could not be taken on this machine, and why."""

    name: str
    why: str


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that so many percent of the values do not exceed. Raises ValueError for no values."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values, no percentile")
    return ordered[min(len(ordered) - 1, max(0, round(percent / 100 * len(ordered)) - 1))]


def timed(work: Callable[[], object], times: int, *, warm_up: int = 3) -> list[float]:
    """How long each call took, in milliseconds, after some that do not count."""
    return timed_in_turns([work], times, warm_up=warm_up)[0]


def timed_in_turns(works: Sequence[Callable[[], object]], times: int, *, warm_up: int = 3) -> list[list[float]]:
    """The same of each of several, one call of each after the other: what slows the machine slows all of them."""
    for _ in range(warm_up):
        for work in works:
            work()
    took: list[list[float]] = [[] for _ in works]
    for _ in range(times):
        for work, its in zip(works, took, strict=True):
            began = time.perf_counter()
            work()
            its.append((time.perf_counter() - began) * 1000)
    return took


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values)
