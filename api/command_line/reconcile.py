"""`muniment reconcile`: prepare, review, sign, reopen and print a three-way reconciliation."""

from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from aggregates.errors import BadRequest
from api.command_line import names
from api.command_line.printing import print_json, say
from api.command_line.session import AsJson, Firm, Token, opened, request_of, the_firm
from commands.dispatch import Result
from commands.reopen_reconciliation import ReopenReconciliation
from commands.review_reconciliation import ReviewReconciliation
from projections.reports.card_states import card_states
from replay import reconcile as reconciling

group = typer.Typer(help="Prepare, review, sign, reopen and print three-way reconciliations.", no_args_is_help=True)
Which = Annotated[UUID, typer.Argument(help="Its id, as `muniment reconcile list` shows it.")]


def add_to(app: typer.Typer) -> None:
    """`muniment reconcile …`."""
    app.add_typer(group, name="reconcile")


@group.command("list")
def list_all(firm: Firm = None, *, json: AsJson = False) -> None:
    """Every reconciliation, those that were reopened too."""
    with opened() as application:
        slug = the_firm(application, firm)
        application.project(slug)
        with application.reader(slug) as reader:
            accounts = card_states(reader, "trust_account")
            found = sorted(card_states(reader, "reconciliation").items(), key=lambda pair: str(pair[1]["period_end"]))
    rows = [
        {
            "reconciliation_id": key,
            "account": accounts[card["trust_account_id"]]["name"],
            "period_end": card["period_end"],
            "status": card["status"],
        }
        for key, card in found
    ]
    if json:
        print_json(rows)
        return
    for row in rows:
        say(f"{row['reconciliation_id']}  {row['account']}  {row['period_end']}  {row['status']}")


@group.command()
def prepare(
    account: Annotated[str | None, typer.Option(help="Trust account: name, number or id.")] = None,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The statement's last day; the newest one's by default.")
    ] = None,
    explanation: Annotated[str | None, typer.Option(help="Of differences, and what was done about them.")] = None,
    firm: Firm = None,
    token: Token = None,
    *,
    json: AsJson = False,
) -> None:
    """Take the three legs at a statement's end and put them on record."""
    with opened() as application:
        slug = the_firm(application, firm)
        request = request_of(application, slug, token)
        application.project(slug)
        with application.reader(slug) as reader:
            outcome = reconciling.prepare(
                application.log(slug),
                application.edge(slug),
                request,
                reader,
                trust_account_id=UUID(names.account_id(reader, account)),
                period_end=as_of.date() if as_of else None,
                explanation=explanation,
            )
    _tell(outcome.result, json=json)


@group.command()
def review(which: Which, note: str | None = None, firm: Firm = None, token: Token = None, *, json: AsJson = False) -> None:
    """Say that a second person has looked through it."""
    with opened() as application:
        slug = the_firm(application, firm)
        command = ReviewReconciliation(reconciliation_id=which, note=note)
        outcome = application.carry_out(slug, request_of(application, slug, token), command)
    _tell(outcome.result, json=json)


@group.command()
def sign(which: Which, firm: Firm = None, token: Token = None, *, json: AsJson = False) -> None:
    """Sign it: the legs are taken again, and from then on nothing is posted into its period."""
    with opened() as application:
        slug = the_firm(application, firm)
        request = request_of(application, slug, token)
        application.project(slug)
        with application.reader(slug) as reader:
            outcome = reconciling.sign(
                application.log(slug), application.edge(slug), request, reader, reconciliation_id=which
            )
    _tell(outcome.result, json=json)


@group.command()
def reopen(
    which: Which, why: Annotated[str, typer.Option()], firm: Firm = None, token: Token = None, *, json: AsJson = False
) -> None:
    """Reopen the newest signed one; what was signed stays on record and can still be printed."""
    with opened() as application:
        slug = the_firm(application, firm)
        command = ReopenReconciliation(reconciliation_id=which, why=why)
        outcome = application.carry_out(slug, request_of(application, slug, token, reason=why), command)
    _tell(outcome.result, json=json)


@group.command("print")
def print_form(
    which: Which,
    pdf: Annotated[Path | None, typer.Option(help="Write the PDF here.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write the CSV here.")] = None,
    cover: Annotated[Path | None, typer.Option(help="Write one that was reopened here as a PDF that says so.")] = None,
    firm: Firm = None,
) -> None:
    """Write the form as PDF or CSV; a signed one in the very bytes that were signed."""
    if pdf is None and csv is None and cover is None:
        raise BadRequest("say where to: --pdf FILE, --csv FILE, --cover FILE, or several of them")
    with opened() as application:
        log = application.log(the_firm(application, firm))
        form = reconciling.reprint(log, which)
        covered = reconciling.superseded_form(log, which) if cover is not None else None
    for file, content in ((pdf, form.pdf), (csv, form.csv), (cover, covered)):
        if file is not None and content is not None:
            file.write_bytes(content)
            say(f"{file}: {len(content):,} bytes, {form.status}")
    if form.superseded:
        say(form.superseded)
        if cover is None:
            say("The signed bytes do not say so themselves: --cover FILE writes the form marked as superseded, to hand out.")


def _tell(result: Result, *, json: bool) -> None:
    if json:
        print_json(result)
        return
    for key, value in result.items():
        if isinstance(value, list):
            say(f"{key.replace('_', ' ')}: {'none' if not value else '; '.join(map(str, value))}")
        else:
            say(f"{key.replace('_', ' ')}: {value}")
