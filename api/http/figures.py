"""Figures of the process for Prometheus: requests by route, how long they took, and how far the read models have come."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_BUCKETS_S = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
MEDIA = "text/plain; version=0.0.4; charset=utf-8"


class Figures:
    """One registry for one application, so that two of them in a process do not mix."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._lines: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._requests = Counter(
            "muniment_http_requests", "Requests answered.", ("method", "route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "muniment_http_request_seconds",
            "Time to an answer.",
            ("method", "route"),
            registry=self._registry,
            buckets=_BUCKETS_S,
        )
        self._refused = Counter(
            "muniment_commands_refused",
            "Commands that a rule or a condition refused.",
            ("firm", "code"),
            registry=self._registry,
        )
        self._size = Gauge("muniment_log_size", "Events in the log.", ("firm",), registry=self._registry)
        self._lag = Gauge(
            "muniment_projection_lag", "Events that the read models do not show yet.", ("firm",), registry=self._registry
        )

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request; `route` is its template, never the path, which may name clients."""
        key = (method if method in _METHODS else "other", route, status)
        if key not in self._lines:
            self._lines[key] = (self._requests.labels(*key), self._seconds.labels(*key[:2]))
        requests, times = self._lines[key]
        requests.inc()
        times.observe(seconds)

    def refuse(self, firm: str, code: str) -> None:
        """One command was refused, such as one that would have overdrawn a client's ledger."""
        self._refused.labels(firm, code).inc()

    def exposition(self, sizes: Mapping[str, tuple[int, int]]) -> bytes:
        """The text format, with each firm's log size and the position its read models show."""
        for firm, (size, position) in sizes.items():
            self._size.labels(firm).set(size)
            self._lag.labels(firm).set(max(0, size - position))
        return generate_latest(self._registry)
