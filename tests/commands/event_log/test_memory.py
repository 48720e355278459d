"""Memory that one bulk took is there for the next: the system is not asked for it again."""

import ctypes
import subprocess
import sys

import pytest

_TWICE = """
import resource
from commands.event_log.memory import keep_memory

if {keep}:
    keep_memory()

def faults_of_a_bulk():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    pieces = [b"x" * 700 + n.to_bytes(4, "big") for n in range(40_000)]
    whole = b"".join(pieces[:8_000])
    del pieces, whole
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

faults_of_a_bulk()
print(max(faults_of_a_bulk() for _ in range(3)))
"""


def faults(*, keep: bool) -> int:
    """Page faults of a bulk's worth of memory, taken for the second time by a process of its own."""
    done = subprocess.run([sys.executable, "-c", _TWICE.format(keep=keep)], capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="this C library has nothing to set")
def test_a_second_bulk_asks_the_system_for_little() -> None:
    assert faults(keep=True) * 10 < faults(keep=False)
