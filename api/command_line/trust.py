"""`muniment apply-trust`: trust money for the bills that it may be applied to, proposed first, then asked for."""

from datetime import datetime
from typing import Annotated

import typer

from aggregates.errors import BadRequest
from aggregates.trust_ledger_events import Method
from api.command_line.printing import grouped, print_json, say
from api.command_line.session import AsJson, Firm, Token, opened, request_of, the_firm
from projections.reports.rendering import shown
from replay.trust_applications import Wanted, ask, proposed

_REFUSED = 1


def add_to(app: typer.Typer) -> None:
    """`muniment apply-trust [NUMBER…]`."""
    app.command("apply-trust")(apply_trust)


def apply_trust(
    bills: Annotated[list[str] | None, typer.Argument(help="Numbers of bills; else every bill it may go to.")] = None,
    day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day it goes; else today.")] = None,
    method: Annotated[Method, typer.Option(help="How it goes to the operating account.")] = "ach",
    recipient_account: Annotated[str | None, typer.Option(help="The firm's operating account, for a transfer.")] = None,
    firm: Firm = None,
    token: Token = None,
    *,
    ask_for_it: Annotated[bool, typer.Option("--ask", help="Ask for the payments; without it they are only shown.")] = False,
    json: AsJson = False,
) -> None:
    """Show which issued, unpaid, undisputed bills past their notice trust can pay, and how much; with --ask, ask for it.

    Each payment is then approved and released like any other. Exit code 1 where one was refused.
    """
    with opened() as application:
        slug = the_firm(application, firm)
        request = request_of(application, slug, token) if ask_for_it else None
        application.project(slug)
        with application.reader(slug) as reader:
            wanted = Wanted(day.date() if day else reader.today, method, recipient_account, tuple(bills or ()))
            rows = proposed(reader, wanted)
        if missing := sorted(set(wanted.numbers) - {row["number"] for row in rows}):
            raise BadRequest(f"no trust money can be applied to {', '.join(missing)} on {wanted.effective_date}")
        if request is not None:
            rows = ask(application.log(slug), application.edge(slug), request, rows, wanted)
    if json:
        print_json(shown(rows))
    for row in () if json else rows:
        became = row.get("detail") or (f"asked for: {row['disbursement_id']}" if ask_for_it else "can be applied")
        say(f"{row['number']}  {row['ledger']}  {grouped(row['amount_minor'])}  {became}")
    if any("refused" in row for row in rows):
        raise typer.Exit(_REFUSED)
