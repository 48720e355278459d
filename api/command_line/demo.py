"""`muniment demo`: the demonstration firm: three months of practice, and September's statement, reconciled and proved."""

import typer

from api.application import Application
from api.command_line.practice_closing import closing_lines, print_closing
from api.command_line.printing import grouped, print_json, print_report, progress, say
from api.command_line.proof import print_verified
from api.command_line.session import AsJson, opened
from api.demo.people import SLUG
from api.demo.story import PERIOD_END, Told, fresh_tokens, tell
from api.places import default_places
from api.proof import verified
from projections.reports import reconciliation
from projections.reports.rendering import as_document
from projections.reports.report import Report


def add_to(app: typer.Typer) -> None:
    """`muniment demo`."""
    app.command("demo")(demo)


def demo(*, json: AsJson = False) -> None:
    """Load the demonstration firm where it is not there yet; show September 2026 reconciled and how its practice closed."""
    with opened() as application:
        if not json:
            load_and_show(application)
            return
        told = tell(application)
        report = _september(application, told)
        with application.reader(SLUG) as reader:
            practice = dict(closing_lines(reader, told.practice_account_id))
        checked = verified(application, default_places(), SLUG)
    shown = {"reconciliation": as_document(report), "practice": practice, "verify": checked.as_dict()}
    print_json({"firm": SLUG, **shown})
    raise typer.Exit(0 if checked.ok else 1)


def load_and_show(application: Application) -> None:
    """The main job: import the statement, match it, print the three legs, how the practice closed, and verify."""
    new = SLUG not in application.database.firms()
    say("Loading the demonstration firm, by commands, on its dates" if new else "The demonstration firm is loaded")
    told = tell(application)
    report = _september(application, told)
    print_report(report)
    say()
    print_legs(report)
    say()
    with application.reader(SLUG) as reader:
        print_closing(reader, told.practice_account_id)
    say()
    with progress(f"Verifying {SLUG}") as advance:
        checked = verified(application, default_places(), SLUG, progress=advance)
    print_verified(checked)
    if new:
        say()
        say("Tokens of the demonstration, shown this once and good for thirty days:")
        for who, token in fresh_tokens(application, told).items():
            say(f"  {who:6} {token}")
    if not checked.ok:
        raise typer.Exit(1)


def print_legs(report: Report) -> None:
    """The three legs beside each other."""
    figures = {row[0]: row[2] for row in report.rows}
    bank, transit, outstanding, errors = (grouped(figures[line] or 0) for line in ("3", "4", "5", "5a"))
    legs = (
        ("A  adjusted bank", "6", f"bank {bank} + in transit {transit} − outstanding {outstanding} + bank errors {errors}"),
        ("B  book", "2", "every posting"),
        ("C  client ledgers", "1b", f"every ledger entry; ledgers above zero {grouped(figures['1'] or 0)}"),
    )
    for name, line, how in legs:
        amount = figures[line]
        say(f"{name:18} {'—' if amount is None else grouped(amount):>14}   {how}")
    say("The three legs agree." if report.facts["passes"] else "The three legs do not agree: " + "; ".join(report.notes))


def _september(application: Application, told: Told) -> Report:
    application.project(SLUG)
    with application.reader(SLUG) as reader:
        return reconciliation.report(reader, trust_account_id=str(told.account_id), as_of=PERIOD_END)
