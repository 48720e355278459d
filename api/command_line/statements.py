"""`muniment import-statement`: take in a bank statement file."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import orjson
import typer

from aggregates.errors import BadRequest
from aggregates.trust_rules import money
from api.command_line import names
from api.command_line.printing import print_json, say
from api.command_line.session import AsJson, Firm, Token, opened, request_of, the_firm
from commands.bank_statements.csv_profile import CsvProfile
from commands.bank_statements.text import MOST_BYTES
from commands.dispatch import Result
from commands.import_statement import ImportStatement


def add_to(app: typer.Typer) -> None:
    """`muniment import-statement FILE`."""
    app.command("import-statement")(import_statement)


def import_statement(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="OFX, QFX, CAMT.053, BAI2, MT940 or CSV.")],
    account: Annotated[str | None, typer.Option(help="Trust account: name, number or id.")] = None,
    profile: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A CSV file's mapping profile, as JSON.")
    ] = None,
    firm: Firm = None,
    token: Token = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be taken in.")] = False,
    json: AsJson = False,
) -> None:
    """Take in a statement file; what is not a bank statement, or does not follow the last one, is refused."""
    mapping = _profile(profile) if profile else None
    with file.open("rb") as opened_file:
        # One byte more than is taken, so that the reader says that it is too large.
        content = opened_file.read(MOST_BYTES + 1)
    with opened() as application:
        slug = the_firm(application, firm)
        request = request_of(application, slug, token)
        application.project(slug)
        with application.reader(slug) as reader:
            account_id = UUID(names.account_id(reader, account))
        command = ImportStatement(trust_account_id=account_id, filename=file.name, content=content, profile=mapping)
        outcome = application.carry_out(slug, request, command, dry_run=dry_run)
        application.project(slug)
    if json:
        print_json(outcome.result)
        return
    _tell(outcome.result, dry_run=dry_run)


def _profile(path: Path) -> CsvProfile:
    try:
        told = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"{path} is not JSON: {error}") from error
    if not isinstance(told, dict):
        raise BadRequest(f"{path} is not a profile: it must be a JSON object")
    return CsvProfile.model_validate(told)


def _tell(result: Result, *, dry_run: bool) -> None:
    """Every statement of the file in a line, with what a person should look at below it."""
    if dry_run:
        say("only tried; nothing was changed:")
    for one in result["statements"]:
        new = "is on record already" if one["already_imported"] else f"{one['lines']} new line(s)"
        known = f", {one['lines_known']} known" if one["lines_known"] else ""
        say(f"{one['from_date']} to {one['to_date']}: {new}{known}, closes at {money(one['closing_minor'])}")
        for conflict in one["conflicts"]:
            say(f"  look at this: {conflict}")
        if one["uncovered"] is not None:
            say(f"  look at this: {one['uncovered']['note']}. If the bank sent one for these days, take it in too")
    for other in result["skipped"]:
        say(f"left out: account {other['account_number']} in {other['currency']}, to {other['to_date']}")
    if result["cards_ignored"]:
        say(f"left out: {result['cards_ignored']} credit card statement(s)")
    say(f"kept by its SHA-256 {result['sha256']}" if not dry_run else f"SHA-256 {result['sha256']}")
