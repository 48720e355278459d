"""The memory of the API process at rest, with its projector, as `muniment serve` starts it."""

import os
import socket
import subprocess
import sys
import time

from tests.benchmarks.apart import held_bytes
from tests.benchmarks.measuring import Figure
from tests.benchmarks.serving import wait_until_served
from tests.benchmarks.stand import Stand, found_books, opened

_MEGABYTE = 1_000_000
_REST_S = 5


def run(stand: Stand) -> list[Figure]:
    """Started on a firm with a few ledgers, left alone for some seconds."""
    with stand.database("resting") as url:
        with opened(url) as database:
            found_books(database, 5)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = int(free.getsockname()[1])
        environment = {**os.environ, "DATABASE_URL": url, "MUNIMENT_DATA": str(stand.folder / "data")}
        command = [sys.executable, "-m", "api.command_line", "serve", "--port", str(port)]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_until_served(port)
            time.sleep(_REST_S)
            held = held_bytes(process.pid)
        finally:
            process.terminate()
            process.wait(30)
    return [Figure("API process at rest, with its projector", held / _MEGABYTE, "MB", "≤", 150)]
