"""`python -m tests.benchmarks [--quick] [NAME…]`: run the benchmarks, print the table, keep it under docs/ when complete."""

import argparse
import importlib
import sys
import time

from rich.console import Console

from tests.benchmarks.measuring import Absent, Figure
from tests.benchmarks.stand import stand
from tests.benchmarks.table import as_markdown, as_table, keep

NAMES = (
    "transfers", "http_transfers", "bulk", "visible", "growth", "rebuilding", "pages", "balancing", "verifying", "billing",
    "dashboards",
    "resting",
)  # fmt: skip


def main(arguments: list[str]) -> int:
    """0 whatever was reached: a figure missed is told, not a failure of the run; 1 where a benchmark could not run."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Speed to reach, by ratios in one run.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which ones: {', '.join(NAMES)}; all without a name")
    parser.add_argument("--quick", action="store_true", help="small sizes and short rounds; nothing is kept")
    parser.add_argument("--events", type=int, help="length of the long log; 1,000,000, or 20,000 when quick")
    asked = parser.parse_args(arguments)
    unknown = set(asked.names) - set(NAMES)
    if unknown:
        parser.error(f"there is no benchmark called {', '.join(sorted(unknown))}")
    console = Console()
    console.width = max(console.width, 150)
    figures: list[Figure | Absent] = []
    failed, started = 0, time.monotonic()
    with stand(quick=asked.quick, events=asked.events) as place:
        for name in asked.names or NAMES:
            place.settle()
            began = time.monotonic()
            with console.status(f"{name} …"):
                try:
                    figures += importlib.import_module(f"tests.benchmarks.{name}").run(place)
                except Exception as error:  # noqa: BLE001 -- one that cannot run does not keep the others from running
                    failed += 1
                    figures.append(Absent(name, f"could not run: {type(error).__name__}: {error}"))
            console.print(f"{name}: {time.monotonic() - began:.0f} s")
    console.print(as_table(figures))
    if not asked.quick and not asked.names:
        console.print(f"Kept in {keep(as_markdown(figures, time.monotonic() - started))}.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
