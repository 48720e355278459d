"""The dashboard of a firm with a long log: its month in one call, as a web app asks for it."""

import http.client
from datetime import UTC, datetime, timedelta

from projections.catalogue import PROJECTIONS
from projections.reports import dashboard
from projections.reports.reader import Reader
from replay.rebuild import rebuild
from tests.benchmarks.measuring import Figure, median, percentile, timed
from tests.benchmarks.practice_log import build
from tests.benchmarks.serving import served
from tests.benchmarks.stand import SCHEMA, Stand, opened

_TIMES = 100
_TARGET_MS = 50


def run(stand: Stand) -> list[Figure]:
    """One reader, then one HTTP client; the slowest of twenty counts. And of the past, from the movements themselves."""
    today = datetime.now(UTC).date()
    with stand.database("practice") as url, opened(url) as database:
        built = build(database, stand.events, today)
        rebuild(url, SCHEMA, PROJECTIONS)
        with database.readers.connection() as connection:
            reader = Reader(connection, SCHEMA, today)
            took = timed(lambda: dashboard.report(reader), _TIMES, warm_up=5)
            earlier = today - timedelta(days=365)
            past = timed(lambda: dashboard.report(reader, as_of=earlier, known_at=built.size), 5, warm_up=1)
            shown = dashboard.report(reader)
            work, bills = (reader.number(f"SELECT count(*) FROM {{s}}.{one}") for one in ("work_movements", "bill_balances"))
        with served("ours", url) as port:
            over_http = timed(lambda: _asked(port, built.token), _TIMES, warm_up=5)
    assert all(shown.totals[name] for name in ("recorded", "invoiced", "collected", "receivable")), (
        "a month with something in it"
    )
    note = f"{work:,} movements of work, {bills:,} bills; p50 {median(took):.1f} ms"
    return [
        Figure(f"dashboard at {built.size:,} events, p95", percentile(took, 95), "ms", "≤", _TARGET_MS, note),
        Figure(
            "the same over HTTP, p95", percentile(over_http, 95), "ms", "≤", _TARGET_MS, f"p50 {median(over_http):.1f} ms"
        ),
        Figure("the same of a year ago, known at a position, p50", median(past), "ms", note="from the movements themselves"),
    ]


def _asked(port: int, token: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/v1/dashboard", headers={"Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert answer.status == 200, body
