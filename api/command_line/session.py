"""What every command needs: the database, the firm, who gives the command, and where keys lie."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from aggregates.errors import BadRequest, NotFound
from api.application import Application
from api.tokens import NotLoggedIn, session_of
from commands.dispatch import Request
from commands.event_log.database import Database
from commands.event_log.server import default_data_directory, open_database

Firm = Annotated[str | None, typer.Option("--firm", help="The firm's short name; needed where there are several.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Token = Annotated[
    str | None, typer.Option("--token", envvar="MUNIMENT_TOKEN", help="Who gives the command: a bearer token.")
]


@contextmanager
def opened() -> Iterator[Application]:
    """The application over DATABASE_URL, or the embedded server. Raises DatabaseUnusable."""
    with (
        open_database(default_data_directory(), os.environ.get("DATABASE_URL") or None) as url,
        Database(url) as database,
    ):
        database.migrate()
        yield Application(database)


def the_firm(application: Application, named: str | None) -> str:
    """The firm that is meant. Raises NotFound, BadRequest where it must be named."""
    slugs = application.database.firms()
    if named is not None:
        if named not in slugs:
            raise NotFound(f"there is no firm called {named}")
        return named
    if len(slugs) == 1:
        return slugs[0]
    if not slugs:
        raise NotFound("there is no firm yet; `muniment firm create` makes one, `muniment demo` a demonstration")
    raise BadRequest(f"there are several firms, name one with --firm: {', '.join(slugs)}")


def request_of(application: Application, slug: str, token: str | None, reason: str | None = None) -> Request:
    """Who gives a command that changes the books. Raises NotLoggedIn."""
    if not token:
        raise NotLoggedIn("who are you? Give your token with --token or MUNIMENT_TOKEN")
    session = session_of(application, token)
    if session.slug != slug:
        raise NotLoggedIn(f"this token is of another firm, not of {slug}")
    return Request(session.asker, reason=reason)
