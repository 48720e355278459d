"""All read models built again from the log, against the stock projection runner on a slice."""

from projections.catalogue import PROJECTIONS
from replay.rebuild import rebuild
from tests.benchmarks import stock_runner
from tests.benchmarks.apart import apart
from tests.benchmarks.long_log import long_log
from tests.benchmarks.measuring import Figure
from tests.benchmarks.stand import SCHEMA, Stand

_MEGABYTE = 1_000_000


def run(stand: Stand) -> list[Figure]:
    """Ours fills every table there is; the runner, on a slice of the same kind of events, those that such events reach."""
    built = long_log(stand)
    transfers = 500 if stand.quick else 2_500
    with stand.database("stock_runner") as url:
        stock = stock_runner.with_read_models(url, stock_runner.lived(url, transfers))
    with stand.database("stock_runner_least") as url:
        least = stock_runner.with_balances(url, stock_runner.lived(url, transfers))
    (events, seconds), peak = apart(_rebuild, built.url)
    speed = events / seconds
    same = "the same rows, keys and indexes for each transfer"
    return [
        Figure(f"rebuild of all read models, {events:,} events", speed, "events/s", "≥", 30_000, f"{seconds:.1f} s"),
        Figure("stock projection runner, a slice", stock, "events/s", note=same),
        Figure("rebuild ÷ stock projection runner", speed / stock, "×", "≥", 30),
        Figure("stock projection runner with two narrow tables", least, "events/s", note="a row and a balance, no index"),
        Figure("rebuild, memory of all its processes", peak / _MEGABYTE, "MB", note="largest sum while it ran"),
    ]


def _rebuild(url: str) -> tuple[int, float]:
    done = rebuild(url, SCHEMA, PROJECTIONS)
    return done.position, done.seconds
