"""`muniment email`: hand in what waits in the outbox once, for a machine on which nothing serves."""

import os
from typing import Annotated

import typer

from aggregates.errors import WrongState
from api.application import Application
from api.command_line.printing import print_json, say
from api.command_line.session import AsJson, Firm, opened, the_firm
from api.outbox.dispatcher import Dispatcher, Turn
from api.outbox.settings import UNSET, mail_server

group = typer.Typer(help="Hand e-mails that wait to the firm's mail server.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """`muniment email …`."""
    app.add_typer(group, name="email")


@group.callback()
def _all() -> None:
    """So that `send` stays a word of its own."""


@group.command()
def send(
    firm: Firm = None,
    *,
    every: Annotated[bool, typer.Option("--all-firms", help="Of every firm, not of one.")] = False,
    json: AsJson = False,
) -> None:
    """Hand in what is due now, and say what became of it. `muniment serve` does so by itself."""
    server = mail_server(os.environ)
    with opened() as application:
        slugs = sorted(application.firms()) if every else [the_firm(application, firm)]
        outbox = Dispatcher(application, server)
        turns = {slug: _emptied(application, outbox, slug) for slug in slugs}
        waiting = {slug: outbox.waiting(slug) for slug in slugs}
    rows = [
        {"firm": slug, "sent": turn.sent, "not_taken": turn.not_taken, "waiting": waiting[slug]}
        for slug, turn in turns.items()
    ]
    if json:
        print_json(rows)
    for row in () if json else rows:
        say(f"{row['firm']}: {row['sent']} sent, {row['not_taken']} not taken, {row['waiting']} wait")
    if server is None and any(waiting.values()):
        raise WrongState(UNSET)


def _emptied(application: Application, outbox: Dispatcher, slug: str) -> Turn:
    """Turns until nothing is due, or the server cannot be called."""
    sent = not_taken = 0
    while True:
        application.project(slug)
        turn = outbox.turn(slug)
        sent, not_taken = sent + turn.sent, not_taken + turn.not_taken
        if not turn.reached or not turn.sent + turn.not_taken:
            application.project(slug)
            return Turn(sent, not_taken, turn.reached)
