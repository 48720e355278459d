"""`muniment import-statement`: take in a bank statement file."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import orjson
import typer

from api.command_line import names
from api.command_line.printing import print_json, say
from api.command_line.session import AsJson, Firm, Token, opened, request_of, the_firm
from commands.bank_statements.csv_profile import CsvProfile
from commands.import_statement import ImportStatement
from projections.reports.rendering import decimal


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
    json: AsJson = False,
) -> None:
    """Take in a statement file; what is not a bank statement, or does not follow the last one, is refused."""
    mapping = CsvProfile.model_validate(orjson.loads(profile.read_bytes())) if profile else None
    with opened() as application:
        slug = the_firm(application, firm)
        request = request_of(application, slug, token)
        application.project(slug)
        with application.reader(slug) as reader:
            account_id = UUID(names.account_id(reader, account))
        command = ImportStatement(
            trust_account_id=account_id, filename=file.name, content=file.read_bytes(), profile=mapping
        )
        outcome = application.carry_out(slug, request, command)
        application.project(slug)
    if json:
        print_json(outcome.result)
        return
    for key, value in outcome.result.items():
        words = decimal(value) if key.endswith("_minor") and value is not None else value
        say(f"{key.removesuffix('_minor').replace('_', ' ')}: {words}")
