"""How a process that writes keeps its memory: what one bulk command took is there for the next."""

import ctypes
import gc
from functools import lru_cache

_COLLECT_AFTER = (200_000, 20, 100)
"""Cached states are many objects in no cycles, and a bulk command makes some 100,000 that live until it is appended: to look
through them at every 50,000 took a sixth of it."""

_TRIM_ABOVE, _MMAP_ABOVE, _HEAPS_AT_MOST = -1, -3, -8
"""The names that glibc gives these in malloc.h: M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX."""
_KEPT_BYTES = 128 * 2**20
_OF_THE_HEAP_BYTES = 16 * 2**20


@lru_cache
def keep_memory() -> None:
    """Set this process's collector and allocator, once.

    glibc gives the end of its heap back after each bulk, and the next one then takes a page fault for every 4 kB: a tenth of
    its time. And it gives each thread a heap of its own, which keeps what a bulk in that thread took from the bulks in all
    others: 40 MB for each thread that ever carried one out. Other C libraries have no such knob; nothing is set there.
    """
    gc.set_threshold(*_COLLECT_AFTER)
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_TRIM_ABOVE, _KEPT_BYTES)
        mallopt(_MMAP_ABOVE, _OF_THE_HEAP_BYTES)
        mallopt(_HEAPS_AT_MOST, 1)
