"""`muniment serve` and `muniment project`: the API with its projector, and the projector alone."""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Annotated

import typer

from aggregates.errors import BadRequest
from api.anchoring import Anchoring
from api.application import Application
from api.command_line.demo import load_and_show
from api.command_line.printing import progress, say
from api.command_line.session import opened
from api.http.server import create_app, run_server
from api.outbox.dispatcher import Dispatcher
from api.outbox.settings import mail_server
from api.places import default_places
from projections.catalogue import PROJECTIONS
from projections.follow import Follower

HOST, DEFAULT_PORT = "127.0.0.1", 8080


def add_to(app: typer.Typer) -> None:
    """`muniment serve`, `muniment project`."""
    app.command("serve")(serve)
    app.command("project")(project)


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = HOST,
    port: Annotated[int, typer.Option(envvar="MUNIMENT_PORT", help="Port to listen on.", min=1, max=65535)] = DEFAULT_PORT,
    demo: Annotated[
        bool, typer.Option("--demo", help="Load the demonstration firm first, and show its reconciliation.")
    ] = False,
) -> None:
    """Serve the HTTP API until Ctrl-C."""
    server = mail_server(os.environ)  # what is set wrongly is told before anything starts
    check_free(host, port)
    with opened() as application:
        _renew(application)
        if demo:
            load_and_show(application)
        with (
            _following(application) as follower,
            Anchoring(application, default_places()),
            Dispatcher(application, server) as outbox,
        ):
            say()
            say(f"API   http://{host}:{port}/v1")
            say(f"Docs  http://{host}:{port}/docs")
            say(f"Mail  {outbox.destination}")
            say("Ctrl-C stops it, and the database with it.")
            with suppress(KeyboardInterrupt):  # the server has finished what was under way
                run_server(create_app(application, follower, default_places(), outbox=outbox), host, port)
    say("Stopped.")


def check_free(host: str, port: int) -> None:
    """Raises BadRequest where nothing can listen there: it is told before a database is started for nothing."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except OSError as taken:
        raise BadRequest(
            f"nothing can listen on {host}:{port} ({taken.strerror or taken}); name another port (--port, MUNIMENT_PORT)"
        ) from taken


def project() -> None:
    """Carry the read models of all firms forward, until Ctrl-C."""
    with opened() as application:
        _renew(application)
        with _following(application):
            say("Following the logs; Ctrl-C stops.")
            try:
                while True:
                    time.sleep(1)
            except KeyboardInterrupt:
                say("Stopped.")


def _renew(application: Application) -> None:
    """Have all read models of the version that this program expects, before anything is read from them."""
    for slug in application.firms():
        with progress(f"Rebuilding outdated read models of {slug}") as advance:
            application.renew(slug, advance)


@contextmanager
def _following(application: Application) -> Iterator[Follower]:
    """A projector in a thread."""
    database = application.database
    follower = Follower(database.conninfo, database.projectors, application.firms, PROJECTIONS)
    follower.start()
    try:
        yield follower
    finally:
        follower.stop()
