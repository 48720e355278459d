"""What a command takes on a long log, against what it takes on a short one."""

from tests.benchmarks.long_log import EARLY, long_log
from tests.benchmarks.measuring import Figure, median, percentile
from tests.benchmarks.stand import Stand


def run(stand: Stand) -> list[Figure]:
    """Single transfers, one client, every state cached; and by a process that has just begun, for comparison."""
    built = long_log(stand)
    early, late = median(built.early_ms), median(built.late_ms)
    return [
        Figure(f"a transfer at {EARLY:,} events, p50", early, "ms", note=f"p95 {percentile(built.early_ms, 95):.2f} ms"),
        Figure(f"a transfer at {built.size:,} events, p50", late, "ms", note=f"p95 {percentile(built.late_ms, 95):.2f} ms"),
        Figure("the one ÷ the other", late / early, "×", "≤", 1.2),
        Figure("the first transfers of a new process, p50", median(built.cold_ms), "ms", note="streams are folded anew"),
    ]
