"""The proof of the whole log: bytes, order, tree, chains, rules and read models."""

from projections.catalogue import PROJECTIONS
from replay.verify import verify
from tests.benchmarks.apart import apart
from tests.benchmarks.long_log import long_log
from tests.benchmarks.measuring import Figure
from tests.benchmarks.pages import caught_up
from tests.benchmarks.stand import SLUG, Stand

_MEGABYTE = 1_000_000
_AT = 1_000_000
_SECONDS = 60.0


def run(stand: Stand) -> list[Figure]:
    """One verification in a process of its own, with its helpers; the time allowed is in proportion to the events."""
    built = long_log(stand)
    caught_up(built)
    (size, seconds), peak = apart(_verify, built.url)
    return [
        Figure(f"verify {size:,} events", seconds, "s", "≤", _SECONDS * size / _AT, f"{size / seconds:,.0f} events/s"),
        Figure("verify, memory of all its processes", peak / _MEGABYTE, "MB", "≤", 500, "largest sum while it ran"),
    ]


def _verify(url: str) -> tuple[int, float]:
    report = verify(url, SLUG, PROJECTIONS)
    assert report.ok, f"the benchmark's own books do not verify: {report.first_fault}"
    return report.size, report.seconds
