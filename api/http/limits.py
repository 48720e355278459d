"""How much one client may ask: a token bucket for each bearer token, and a limit on log-ins that fail.

The fields of the answers are those of draft-ietf-httpapi-ratelimit-headers-11.
"""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from api.http.problems import Problem

_MOST_CLIENTS = 10_000
"""How many buckets are kept; the one that was used least recently goes first, and is full when it comes back."""


@dataclass(frozen=True, slots=True)
class Quota:
    """So many requests in a window of seconds, in any rhythm."""

    name: str
    requests: int
    window_s: int


REQUESTS = Quota("requests", 12_000, 60)
"""Of one bearer token."""
FAILED_LOG_INS = Quota("failed-log-ins", 10, 60)
"""Of one client address."""


class Buckets:
    """One bucket for each client of a quota; safe for threads."""

    def __init__(self, quota: Quota, clock: Callable[[], float] = time.monotonic) -> None:
        self.quota = quota
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str, cost: int = 1) -> tuple[bool, float]:
        """Take from a client's bucket; whether there was enough, and how much is left. What is short is not taken."""
        with self._lock:
            left = self._left(client)
            enough = left >= cost
            self._kept[client] = (left - cost if enough else left, self._clock())
            self._kept.move_to_end(client)
            if len(self._kept) > _MOST_CLIENTS:
                self._kept.popitem(last=False)
            return enough, self._kept[client][0] if client in self._kept else 0.0

    def left(self, client: str) -> float:
        """How much a client may still ask."""
        with self._lock:
            return self._left(client)

    def retry_after_s(self, left: float, cost: int = 1) -> int:
        """When there will be enough, in whole seconds, at least one."""
        return max(1, math.ceil((cost - left) * self.quota.window_s / self.quota.requests))

    def fields(self, left: float) -> tuple[str, str]:
        """The values of RateLimit-Policy and RateLimit; `t` is when the bucket will be full again."""
        quota = self.quota
        full = math.ceil((quota.requests - left) * quota.window_s / quota.requests)
        return f'"{quota.name}";q={quota.requests};w={quota.window_s}', f'"{quota.name}";r={max(0, int(left))};t={full}'

    def _left(self, client: str) -> float:
        known = self._kept.get(client)
        if known is None:
            return float(self.quota.requests)
        left, at = known
        return min(float(self.quota.requests), left + (self._clock() - at) * self.quota.requests / self.quota.window_s)


def too_many(buckets: Buckets, left: float, sentence: str, cost: int = 1) -> Problem:
    """The answer to one request too many."""
    return Problem(429, "too_many_requests", sentence, headers={"Retry-After": str(buckets.retry_after_s(left, cost))})
