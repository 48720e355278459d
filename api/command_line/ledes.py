"""`muniment bill-ledes` and `muniment ledes-check`: bills for clients whose own systems read invoices."""

import sys
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from aggregates.errors import BadRequest
from api.command_line import names
from api.command_line.printing import grouped, print_json, say
from api.command_line.session import AsJson, Firm, opened, the_firm
from projections.reports.rendering import shown
from replay.bill_ledes.handing_out import LedesFormat, Wanted, as_ledes, called, client_as_ledes
from replay.ledes.examining import Document, examine
from replay.ledes.reading import LedesFileRefused

MOST_BYTES = 100_000_000
_WRONG = 1


def add_to(app: typer.Typer) -> None:
    """`muniment bill-ledes BILL`, `muniment ledes-check FILE`."""
    app.command("bill-ledes")(bill_ledes)
    app.command("ledes-check")(ledes_check)


def bill_ledes(
    bill: Annotated[str, typer.Argument(help="The number or id of a bill or client bill.")],
    law_firm_id: Annotated[str, typer.Option(help="The firm's taxpayer number.")],
    form: Annotated[LedesFormat, typer.Option("--format", help="1998bi is 1998BI V2, for tax; 1998b knows none.")] = "1998b",
    client_tax_id: Annotated[str | None, typer.Option(help="The client's taxpayer number; 1998BI V2 needs it.")] = None,
    client_id: Annotated[str | None, typer.Option(help="What the client calls itself.")] = None,
    client_matter_id: Annotated[str | None, typer.Option(help="What the client calls the matter.")] = None,
    client_matter_ids: Annotated[str, typer.Option(help="Of a client bill: 2026-0001=X-9,2026-0002=X-10.")] = "",
    tax_type: Annotated[str | None, typer.Option(help="What the tax is called, such as VAT.")] = None,
    flat_fee_code: Annotated[str | None, typer.Option(help="A UTBMS code for flat fees, which have none.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", dir_okay=False, help="The file; else printed.")] = None,
    firm: Firm = None,
) -> None:
    """Write an issued bill as a LEDES file."""
    wanted = Wanted(
        law_firm_id, client_id, client_matter_id, client_tax_id, tax_type, flat_fee_code,
        client_matter_ids=called(client_matter_ids),
    )  # fmt: skip
    with opened() as application:
        slug = the_firm(application, firm)
        application.project(slug)
        with application.reader(slug) as reader:
            together = names.client_bill_id(reader, bill)
            bill_id = UUID(together or names.bill_id(reader, bill))
        content = (client_as_ledes if together else as_ledes)(application.log(slug), bill_id, form, wanted)
    if output is None:
        sys.stdout.write(content.decode("ascii"))
    else:
        output.write_bytes(content)
        say(f"{output}: {len(content):,} bytes")


def ledes_check(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="LEDES 1998B or 1998BI V2.")],
    currency: Annotated[str, typer.Option(help="Of a 1998B file, which names none.")] = "USD",
    *,
    json: AsJson = False,
) -> None:
    """Check a LEDES file and show its invoices; exit code 1, and every error by its line, where it is wrong."""
    with file.open("rb") as opened_file:
        content = opened_file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise BadRequest(f"{file} is larger than {MOST_BYTES:,} bytes")
    try:
        found = examine(content, currency=currency)
    except LedesFileRefused as refused:
        _tell_errors(refused.figures, json=json)
        raise typer.Exit(_WRONG) from None
    if json:
        print_json(shown(found))
        return
    _tell(found)


def _tell_errors(figures: Any, *, json: bool) -> None:
    if json:
        print_json(figures)
        return
    for one in figures["findings"]:
        say(f"line {one['line']}{', ' + one['field'] if one['field'] else ''}: {one['reason']}")
    more = figures["found"] - len(figures["findings"])
    say(f"{figures['found']:,} error(s)" + (f", {more:,} of them not shown" if more else ""))


def _tell(found: Document) -> None:
    say(found["format"])
    for one in found["invoices"]:
        tax = f", tax {grouped(one['tax_minor'])}" if one["tax_minor"] else ""
        say(
            f"{one['number']} of {one['day']}, {one['billing_start']} to {one['billing_end']}: {len(one['lines'])} line(s), "
            f"fees {grouped(one['fees_minor'])}, expenses {grouped(one['expenses_minor'])}{tax}, "
            f"total {grouped(one['total_minor'])} {one['currency']}"
        )
    for notice in found["notices"]:
        say(f"  look at this: {notice['invoice']}, line {notice['line']}: {notice['reason']}")
