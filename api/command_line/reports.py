"""`muniment report`: every report, as a table, JSON or CSV."""

from typing import Annotated, Any

import typer

from aggregates.errors import BadRequest, NotFound
from api.command_line import names
from api.command_line.printing import print_json, print_report, say
from api.command_line.session import AsJson, Firm, opened, the_firm
from api.report_parameters import parameters_of
from api.report_reading import read_report
from projections.reports.catalogue import REPORTS
from projections.reports.reader import Reader

_OPTIONS = {
    "trust_account_id": "--account",
    "ledger_id": "--ledger",
    "matter_id": "--matter",
    "contact_id": "--contact",
    "timekeeper_id": "--user",
}


def add_to(app: typer.Typer) -> None:
    """`muniment report NAME …`."""
    app.command("report")(report)


def report(
    name: Annotated[str | None, typer.Argument(help="Which one; without it, the list of them.")] = None,
    as_of: Annotated[str | None, typer.Option(help="The day of the books, 2026-09-30.")] = None,
    known_at: Annotated[str | None, typer.Option(help="What was known at a log position or an instant.")] = None,
    account: Annotated[str | None, typer.Option(help="Trust account: name, number or id.")] = None,
    ledger: Annotated[str | None, typer.Option(help="Trust ledger: client, matter number or id.")] = None,
    matter: Annotated[str | None, typer.Option(help="Matter: number or id.")] = None,
    contact: Annotated[str | None, typer.Option(help="Contact: name or id.")] = None,
    user: Annotated[str | None, typer.Option(help="User or timekeeper: name or id.")] = None,
    where: Annotated[list[str] | None, typer.Option(help="Any other parameter, NAME=VALUE; may be repeated.")] = None,
    cursor: Annotated[str | None, typer.Option(help="The next page, as the last one named it.")] = None,
    firm: Firm = None,
    *,
    json: AsJson = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> None:
    """Print a report as the books stand, or as of a day and as known at a moment."""
    if name is None:
        _list(json=json)
        return
    if json and csv:
        raise BadRequest("print it as JSON or as CSV, not as both")
    if name not in REPORTS:
        raise NotFound(f"there is no report {name!r}; there are {', '.join(REPORTS)}")
    given = _pairs(where or [])
    given |= {
        key: [value] for key, value in {"as_of": as_of, "known_at": known_at, "cursor": cursor}.items() if value is not None
    }
    said = {"trust_account_id": account, "ledger_id": ledger, "matter_id": matter, "contact_id": contact, "user_id": user}
    with opened() as application:
        slug = the_firm(application, firm)
        application.project(slug)
        with application.reader(slug) as reader:
            given |= _ids(reader, name, said, given)
            _check_given(name, given)
            found, _ = read_report(reader, REPORTS[name], given)
    print_report(found, json=json, csv=csv)


def _ids(reader: Reader, name: str, said: dict[str, str | None], given: dict[str, list[str]]) -> dict[str, list[str]]:
    known = parameters_of(REPORTS[name])
    found = {}
    for key, value in said.items():
        needed = key in known and known[key][1] and key not in given
        if value is not None or (needed and key == "trust_account_id"):
            read: Any = getattr(names, "account_id" if key == "trust_account_id" else key)
            of_a_timekeeper = key == "user_id" and key not in known and "timekeeper_id" in known
            found["timekeeper_id" if of_a_timekeeper else key] = [read(reader, value)]
    return found


def _check_given(name: str, given: dict[str, list[str]]) -> None:
    """Raises BadRequest where something is missing, by the option that takes it."""
    needed = [key for key, (_, must) in parameters_of(REPORTS[name]).items() if must and key not in given]
    if needed:
        raise BadRequest(f"this report needs {', '.join(_OPTIONS.get(key, f'--where {key}=…') for key in needed)}")


def _pairs(where: list[str]) -> dict[str, list[str]]:
    pairs: dict[str, list[str]] = {}
    for one in where:
        key, equals, value = one.partition("=")
        if not equals:
            raise BadRequest(f"write --where NAME=VALUE, not {one!r}")
        pairs.setdefault(key.replace("-", "_"), []).append(value)
    return pairs


def _list(*, json: bool) -> None:
    rows = [{"report": name, "parameters": list(parameters_of(one))} for name, one in REPORTS.items()]
    if json:
        print_json(rows)
        return
    for row in rows:
        say(f"{row['report']}: {', '.join(row['parameters'])}")
