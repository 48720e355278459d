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


_A_BULK_BYTES = 20_000 * 1_100
_BY_THREADS = """
import threading
from concurrent.futures import ThreadPoolExecutor
import psutil
from commands.event_log.memory import keep_memory

keep_memory()
turn, all_are_here = threading.Lock(), threading.Barrier(6)

def a_bulk(_):
    all_are_here.wait()
    with turn:
        pieces = [b"x" * 1000 + n.to_bytes(4, "big") for n in range(20_000)]
        del pieces

with ThreadPoolExecutor(6) as threads:
    before = psutil.Process().memory_info().rss
    list(threads.map(a_bulk, range(6)))
    print(psutil.Process().memory_info().rss - before)
"""


def faults(*, keep: bool) -> int:
    """Page faults of a bulk's worth of memory, taken for the second time by a process of its own."""
    return told(_TWICE.format(keep=keep))


def told(program: str) -> int:
    """The number that a process of its own prints."""
    return int(subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout)


settable = pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="this C library has nothing to set")


@settable
def test_a_second_bulk_asks_the_system_for_little() -> None:
    assert faults(keep=True) * 10 < faults(keep=False)


@settable
def test_a_bulk_in_one_thread_leaves_its_memory_to_a_bulk_in_another() -> None:
    assert told(_BY_THREADS) < 2 * _A_BULK_BYTES
