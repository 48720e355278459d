"""`muniment firm`: found a firm, list firms, show one."""

from collections.abc import Mapping
from typing import Annotated

import typer

from aggregates import firm as firm_law
from aggregates.jurisdiction_pack import written
from aggregates.jurisdictions import pack_of
from api.command_line.printing import print_json, say
from api.command_line.session import AsJson, Firm, opened, the_firm
from api.first_run import found
from commands.establish_firm import EstablishFirm

_ZONES = {
    "us-ca": "America/Los_Angeles",
    "us-wa": "America/Los_Angeles",
    "us-wi": "America/Chicago",
    "gb-ew": "Europe/London",
}
"""Where most of a jurisdiction's firms sit; the others are in the east of the United States."""

group = typer.Typer(help="Found a firm, list firms, show one.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """`muniment firm …`."""
    app.add_typer(group, name="firm")


@group.command()
def create(
    slug: Annotated[str, typer.Argument(help="Short name: a-z, 0-9 and _, starting with a letter.")],
    name: Annotated[str, typer.Option(help="The firm's name.")],
    jurisdiction: Annotated[str, typer.Option(help="Its rules: us-aba, us-ca, us-ny, us-fl, us-nc, us-wa, gb-ew, …")],
    owner_name: Annotated[str, typer.Option(help="The first user, a partner.")],
    owner_email: Annotated[str, typer.Option(help="That user's e-mail address.")],
    currency: Annotated[str | None, typer.Option(help="ISO 4217; the jurisdiction's own where it is left out.")] = None,
    time_zone: Annotated[str | None, typer.Option(help="IANA name; the jurisdiction's own where it is left out.")] = None,
    fiscal_year_start_month: Annotated[int, typer.Option(min=1, max=12)] = 1,
    matter_numbers: Annotated[str, typer.Option(help="Pattern of matter numbers.")] = "{yyyy}-{seq:04}",
    *,
    json: AsJson = False,
) -> None:
    """Found a firm. Prints its owner's token once; only a hash of it is kept."""
    with opened() as application:
        command = EstablishFirm(
            firm_id=application.new_id(),
            name=name,
            jurisdiction=jurisdiction,
            base_currency=currency or pack_of(jurisdiction).currency,
            time_zone=time_zone or _ZONES.get(jurisdiction, "America/New_York"),
            fiscal_year_start_month=fiscal_year_start_month,
            matter_number_pattern=matter_numbers,
        )
        founded = found(application, slug, command, owner_name=owner_name, owner_email=owner_email)
    if json:
        print_json({"firm": slug, "firm_id": founded.firm_id, "owner_id": founded.owner_id, "token": founded.token})
        return
    say(f"{name} is founded as {slug}.")
    say(f"Owner's token, shown this once: {founded.token}")


@group.command("list")
def list_firms(*, json: AsJson = False) -> None:
    """The firms of this database, with the size of their logs."""
    with opened() as application:
        rows = [{"firm": slug, "events": application.log(slug).size()} for slug in application.database.firms()]
    if json:
        print_json(rows)
        return
    for row in rows:
        say(f"{row['firm']}: {row['events']} events")


@group.command()
def show(firm: Firm = None, *, json: AsJson = False) -> None:
    """A firm: its jurisdiction and every setting that binds it, with its source."""
    with opened() as application:
        slug = the_firm(application, firm)
        state = application.log(slug).load(firm_law.KIND, firm_law.STREAM).state
        policy = state.policy_on(application.today(slug))
    document = {
        "firm": slug,
        **state.established.model_dump(mode="json"),
        "jurisdiction": policy.pack.code,
        "pack_version": policy.pack.version,
        "adopted": [one.model_dump(mode="json") for one in state.adopted],
        "tightened": state.settings,
        "sole_practitioner": state.sole_practitioner,
    }
    if json:
        print_json({**document, "policy": policy.in_force()})
        return
    for key, value in document.items():
        say(f"{key.replace('_', ' ')}: {_in_words(key, value)}")
    say(f"What binds it today, by the rules of {policy.pack.name} or stricter:")
    for name, figure in policy.in_force().items():
        stricter = (
            "" if figure["value"] == figure["pack_value"] else f"; the rule asks {written(name, figure['pack_value'])}"
        )
        what = name.removesuffix("_minor").replace("_", " ")
        say(f"  {what}: {written(name, figure['value'])}{stricter} ({figure['source']})")


def _in_words(key: str, value: object) -> str:
    """What a firm is, one line each: the packs it adopted, its own figures, until when it is a sole practitioner."""
    if key == "adopted" and isinstance(value, list):
        value = [f"{one['jurisdiction']} version {one['pack_version']} from {one['binds_from']}" for one in value]
    if key == "tightened" and isinstance(value, Mapping):
        value = [f"{name.removesuffix('_minor').replace('_', ' ')} {written(name, own)}" for name, own in value.items()]
    if isinstance(value, list):
        return "; ".join(value) or "none"
    return "no" if value is None else str(value)
