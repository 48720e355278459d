"""A server in a process of its own: `python -m tests.benchmarks.serving ours|bare URL PORT`."""

import logging
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import psycopg
import uvicorn
from fastapi import FastAPI, Request
from psycopg_pool import AsyncConnectionPool

from api.application import Application
from api.http.limits import Quota
from api.http.server import create_app, run_server
from commands.event_log.database import Database

UNLIMITED = Quota("requests", 10**9, 60)
_START_S = 60
_KEPT_S = 120
"""Longer than the others' turn, while a client's connection rests."""


@contextmanager
def served(which: str, url: str) -> Iterator[int]:
    """A server that answers, by its port, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    process = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.serving", which, url, str(port)])
    try:
        wait_until_served(port)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def wait_until_served(port: int) -> None:
    """Raises TimeoutError where nothing answers in a minute."""
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise TimeoutError("the server does not answer")


def bare_app(url: str) -> FastAPI:
    """One route that makes one row durable, as fast as FastAPI lets it: async, with a pool."""
    pool = AsyncConnectionPool(url, min_size=8, max_size=8, open=False, kwargs={"autocommit": True})

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await pool.open(wait=True)
        yield
        await pool.close()

    app = FastAPI(lifespan=lifespan)

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/rows", status_code=201)
    async def insert(request: Request) -> dict[str, int]:
        body = await request.body()
        async with pool.connection() as connection:
            cursor = await connection.execute("INSERT INTO rows (state) VALUES (%b) RETURNING id", (body,), prepare=True)
            row = await cursor.fetchone()
        assert row is not None, "what was inserted has an id"
        return {"id": row[0]}

    return app


def _serve(which: str, url: str, port: int) -> None:
    logging.disable(logging.INFO)
    if which == "bare":
        with psycopg.connect(url) as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS rows (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, state bytea NOT NULL)"
            )
        uvicorn.run(
            bare_app(url), host="127.0.0.1", port=port, access_log=False, log_level="warning", timeout_keep_alive=_KEPT_S
        )
        return
    with Database(url) as database:
        run_server(create_app(Application(database), requests=UNLIMITED), "127.0.0.1", port)


if __name__ == "__main__":
    _serve(sys.argv[1], sys.argv[2], int(sys.argv[3]))
