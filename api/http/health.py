"""For whoever runs it: is the process there, is it ready, and its figures. None of it tells anything of the books."""

import os
from dataclasses import dataclass

import psycopg
from psycopg_pool import PoolTimeout
from starlette.requests import Request
from starlette.responses import Response

from api.application import Application
from api.http.endpoints import Answer
from api.http.exchange import json_response
from api.http.figures import MEDIA, Figures
from api.http.problems import Problem
from api.http.workers import Workers
from api.outbox.dispatcher import Dispatcher
from projections.catalogue import PROJECTIONS
from projections.engine import Engine, Parked
from projections.follow import Follower

MOST_LAG = 10_000
"""Events that the read models may be behind before the process counts as not ready."""
_WAIT_S = 3.0


@dataclass(frozen=True, slots=True)
class Health:
    """The routes without a version and without a token. `follower` is None where another process projects."""

    application: Application
    workers: Workers
    follower: Follower | None
    figures: Figures
    outbox: Dispatcher | None = None

    def alive(self) -> Answer:
        """The process answers."""

        async def answer(_request: Request) -> Response:
            return json_response({"status": "ok", "pid": os.getpid()})

        return answer

    def ready(self) -> Answer:
        """The database answers, the projector runs, and the read models keep up. E-mails that wait make nothing unready."""

        async def answer(_request: Request) -> Response:
            checks, well = await self.workers.read(self._checks)
            if not well:
                raise Problem(
                    503, "not_ready", "not ready; see checks", more={"checks": checks}, headers={"Retry-After": "5"}
                )
            return json_response({"status": "ready", "checks": checks})

        return answer

    def metrics(self) -> Answer:
        """Figures for Prometheus."""

        async def answer(_request: Request) -> Response:
            sizes = await self.workers.read(self._sizes)
            return Response(self.figures.exposition(sizes), 200, {"Content-Type": MEDIA})

        return answer

    def _checks(self) -> tuple[dict[str, object], bool]:
        follower = self.follower
        projector = None if follower is None else follower.alive
        trouble = {} if follower is None else dict(follower.trouble)
        try:
            lag = {slug: max(0, size - position) for slug, (size, position) in self._sizes().items()}
            parked = self._parked()
        except (psycopg.Error, PoolTimeout):
            return {"database": "unreachable", "projector_alive": projector}, False
        checks: dict[str, object] = {
            "database": "ok",
            "projector_alive": projector,
            "standing_still": sorted(trouble),
            "lag": lag,
            "parked": [{"firm": slug, "projection": one.projection, "position": one.position} for slug, one in parked],
        }
        if self.outbox is not None:
            checks["emails"] = self.outbox.waits_for or (sorted(self.outbox.trouble) or "ok")
        well = projector is not False and not trouble and not parked and all(behind <= MOST_LAG for behind in lag.values())
        return checks, well

    def _sizes(self) -> dict[str, tuple[int, int]]:
        """Each firm's log size, and the position that its read models show."""
        sizes = {}
        with self.application.database.readers.connection(timeout=_WAIT_S) as connection:
            for slug, schema in self.application.firms().items():
                position = Engine(schema, PROJECTIONS).position(connection)
                sizes[slug] = (self.application.log(slug).size(), position)
        return sizes

    def _parked(self) -> list[tuple[str, Parked]]:
        with self.application.database.readers.connection(timeout=_WAIT_S) as connection:
            return [
                (slug, one)
                for slug, schema in self.application.firms().items()
                for one in Engine(schema, PROJECTIONS).parked(connection)
            ]
