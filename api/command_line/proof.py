"""`muniment verify`, `muniment rebuild`, `muniment event`: prove it, build it again, look at the bytes."""

from contextlib import suppress
from typing import Annotated

import orjson
import psycopg
import typer

from aggregates.errors import NotFound
from api.application import NotCaughtUp
from api.command_line import names
from api.command_line.printing import complain, print_json, progress, say
from api.command_line.session import AsJson, Firm, opened, the_firm
from api.places import default_places
from api.proof import proof_of_event, signer_of, verified
from projections.catalogue import PROJECTIONS
from projections.engine import LogBroken
from replay.findings import VerifyReport
from replay.rebuild import rebuild as rebuild_read_models
from replay.signed_note import NoteRefused


def add_to(app: typer.Typer) -> None:
    """`muniment verify`, `muniment rebuild`, `muniment event`."""
    app.command("verify")(verify)
    app.command("rebuild")(rebuild)
    app.command("event")(event)


def verify(
    account: Annotated[str | None, typer.Option(help="Only this trust account: name, number or id.")] = None,
    firm: Firm = None,
    *,
    json: AsJson = False,
) -> None:
    """Replay the log: is it whole, do the read models follow from it, did every rule hold? Exit 0, or 1 with the fault."""
    with opened() as application:
        slug = the_firm(application, firm)
        with suppress(LogBroken, NotCaughtUp, psycopg.Error):  # the verification itself says what is wrong, and where
            application.project(slug)
        account_id = None
        if account is not None:
            with application.reader(slug) as reader:
                account_id = names.account_id(reader, account)
        try:
            signer_of(application, default_places(), slug)
        except (NoteRefused, OSError) as unusable:
            complain(f"not verified: the key of the signed checkpoints cannot be used: {unusable}")
            raise typer.Exit(1) from None
        with progress(f"Verifying {slug}") as advance:
            report = verified(application, default_places(), slug, account_id, advance)
    if json:
        print_json(report.as_dict())
    else:
        print_verified(report)
    raise typer.Exit(0 if report.ok else 1)


def rebuild(
    name: Annotated[list[str] | None, typer.Argument(help="Read models; all of them where none is named.")] = None,
    firm: Firm = None,
    *,
    json: AsJson = False,
) -> None:
    """Build read models anew beside the live ones, and switch; commands and readers go on meanwhile."""
    with opened() as application:
        slug = the_firm(application, firm)
        known = {projection.name for projection in PROJECTIONS}
        if unknown := sorted(set(name or ()) - known):
            raise NotFound(f"there is no read model {', '.join(unknown)}; there are {', '.join(sorted(known))}")
        with progress(f"Rebuilding {slug}") as advance:
            done = rebuild_read_models(
                application.database.conninfo,
                application.log(slug).schema,
                PROJECTIONS,
                names=name or None,
                progress=advance,
            )
    if json:
        print_json(
            {
                "firm": slug,
                "read_models": done.projections,
                "position": done.position,
                "seconds": round(done.seconds, 3),
                "parked": [
                    {"read_model": one.projection, "position": one.position, "error": one.error} for one in done.parked
                ],
            }
        )
    else:
        say(f"{len(done.projections)} read models of {slug} rebuilt to position {done.position} in {done.seconds:.1f} s")
        for one in done.parked:
            say(f"  {one.projection} is parked before position {one.position}: {one.error}")
    raise typer.Exit(1 if done.parked else 0)


def event(
    position: Annotated[int, typer.Argument(min=1)],
    proof: Annotated[bool, typer.Option("--proof", help="Print a C2SP tlog-proof of it instead.")] = False,
    firm: Firm = None,
    *,
    json: AsJson = False,
) -> None:
    """The exact bytes of an event, and its leaf in the tree; or the proof that it stands in the signed log."""
    with opened() as application:
        slug = the_firm(application, firm)
        found = application.log(slug).raw(position)
        if found is None:
            raise NotFound(f"the log of {slug} has no event at position {position}")
        proved = proof_of_event(application, default_places(), slug, position) if proof else None
    state, leaf = found
    if proved is not None and json:
        print_json({"position": position, "leaf": leaf.hex(), "proof": proved})
    elif proved is not None:
        say(proved.rstrip("\n"))
    elif json:
        print_json({"position": position, "leaf": leaf.hex(), "bytes": state.decode(), "event": orjson.loads(state)})
    else:
        say(f"position {position}, {len(state)} bytes, leaf {leaf.hex()}")
        say(state.decode())


def print_verified(report: VerifyReport) -> None:
    """A line for each check, and the outcome in a sentence."""
    for check in report.checks:
        mark = "ok   " if check.ok else "FAULT"
        note = f" ({check.note})" if check.note else ""
        say(f"  {mark} {check.name}: {check.counted:,} {check.things}, {check.seconds:.2f} s{note}")
        for fault in check.faults:
            where = f"position {fault.position}: " if fault.position is not None else ""
            say(f"        {where}{fault.sentence}")
    say(f"{'VERIFIED' if report.ok else 'NOT VERIFIED'}: {report.sentence}")
    say(f"Tree of {report.size:,} events, root {report.root}")
