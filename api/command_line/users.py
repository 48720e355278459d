"""`muniment user`: people and their tokens."""

from datetime import timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

import typer

from aggregates import user as user_law
from aggregates.errors import BadRequest, NotFound
from aggregates.permissions import Role
from api.application import Application
from api.command_line.printing import print_json, say
from api.command_line.session import AsJson, Firm, Token, opened, request_of, the_firm
from api.tokens import new_token
from commands.add_user import AddUser
from commands.deactivate_user import DeactivateUser
from commands.dispatch import Outcome, Request
from commands.issue_own_token import IssueOwnToken
from commands.issue_token import IssueToken
from commands.revoke_token import RevokeToken
from commands.work import Asker

group = typer.Typer(help="Users and their tokens.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """`muniment user …`."""
    app.add_typer(group, name="user")


@group.command("list")
def list_users(firm: Firm = None, *, json: AsJson = False) -> None:
    """Everybody who has, or had, access."""
    with opened() as application:
        people = _people(application, the_firm(application, firm))
    if json:
        print_json(people)
        return
    for one in people:
        say(f"{one['user_id']}  {one['name']}  {', '.join(one['roles'])}{'' if one['active'] else '  (deactivated)'}")


@group.command()
def add(
    name: str,
    email: str,
    role: Annotated[list[Role], typer.Option(help="One or more.")],
    firm: Firm = None,
    token: Token = None,
    *,
    json: AsJson = False,
) -> None:
    """Give a person access; a token for them is a second step."""
    with opened() as application:
        slug = the_firm(application, firm)
        request = request_of(application, slug, token)
        outcome = application.carry_out(slug, request, AddUser(name=name, email=email, roles=tuple(role)))
    if json:
        print_json(outcome.result)
    else:
        say(f"{name} is user {outcome.result['user_id']}")


@group.command("token")
def issue(
    person: Annotated[UUID, typer.Argument(help="The user's id, from `muniment user list`.")],
    label: Annotated[str, typer.Option(help="What it is for.")] = "web app",
    days: Annotated[int, typer.Option(min=1, max=3650)] = 90,
    role: Annotated[Role | None, typer.Option(help="Restrict it to one of the person's roles.")] = None,
    program: Annotated[bool, typer.Option("--program", help="It is for a client program of theirs.")] = False,
    recover: Annotated[
        bool, typer.Option("--recover", help="Every token is lost: issue one at this machine; the log says so.")
    ] = False,
    firm: Firm = None,
    token: Token = None,
    *,
    json: AsJson = False,
) -> None:
    """Issue a token, shown once; only a hash of it is kept. Another person makes their own with it (`user own-token`)."""
    with opened() as application:
        slug = the_firm(application, firm)
        request = _recovering(application, slug, person) if recover else request_of(application, slug, token)
        secret, digest = new_token(slug, person)
        holder: Literal["person", "program"] = "program" if program else "person"
        command = IssueToken(
            user_id=person,
            token_sha256=digest,
            holder=holder,
            label=label,
            role=role,
            expires_at=application.now() + timedelta(days=days),
        )
        outcome = application.carry_out(slug, request, command)
    _show(outcome, secret, json=json)


@group.command("own-token")
def issue_own(
    label: Annotated[str, typer.Option(help="What it is for.")] = "web app",
    role: Annotated[Role | None, typer.Option(help="Restrict it to one of your roles.")] = None,
    program: Annotated[bool, typer.Option("--program", help="It is for a client program of yours.")] = False,
    firm: Firm = None,
    token: Token = None,
    *,
    json: AsJson = False,
) -> None:
    """Make a token of your own with the one you have: the first thing to do with one that somebody else issued to you."""
    with opened() as application:
        slug = the_firm(application, firm)
        request = request_of(application, slug, token)
        secret, digest = new_token(slug, request.asker.user_id)
        holder: Literal["person", "program"] = "program" if program else "person"
        command = IssueOwnToken(token_sha256=digest, holder=holder, label=label, role=role)
        outcome = application.carry_out(slug, request, command)
    _show(outcome, secret, json=json)


def _show(outcome: Outcome, secret: str, *, json: bool) -> None:
    if json:
        print_json({**outcome.result, "token": secret})
    else:
        say(f"Token, shown this once: {secret}")


@group.command()
def revoke(
    person: Annotated[UUID, typer.Argument(help="The user's id, from `muniment user list`.")],
    token_id: Annotated[UUID, typer.Argument(help="The token's id, from the same list.")],
    why: Annotated[str, typer.Option(help="Kept in the log.")],
    firm: Firm = None,
    token: Token = None,
    *,
    json: AsJson = False,
) -> None:
    """Revoke a token of a user."""
    with opened() as application:
        slug = the_firm(application, firm)
        request = request_of(application, slug, token, reason=why)
        outcome = application.carry_out(slug, request, RevokeToken(user_id=person, token_id=token_id, why=why))
    if json:
        print_json(outcome.result)
    else:
        say("revoked")


@group.command()
def deactivate(
    person: Annotated[UUID, typer.Argument(help="The user's id, from `muniment user list`.")],
    why: Annotated[str, typer.Option(help="Kept in the log.")],
    firm: Firm = None,
    token: Token = None,
    *,
    json: AsJson = False,
) -> None:
    """Take a person's access away."""
    with opened() as application:
        slug = the_firm(application, firm)
        request = request_of(application, slug, token, reason=why)
        outcome = application.carry_out(slug, request, DeactivateUser(user_id=person, why=why))
    if json:
        print_json(outcome.result)
    else:
        say("deactivated")


def _people(application: Application, slug: str) -> list[dict[str, Any]]:
    log = application.log(slug)
    ids = [UUID(event.stream_id) for event in log.read() if event.topic == user_law.UserAdded.TOPIC]
    states = [log.load(user_law.KIND, user_id).state for user_id in ids]
    return [
        {
            "user_id": str(state.id),
            "name": str(state.name),
            "roles": sorted(state.roles),
            "active": state.active,
            "tokens": [
                {"token_id": str(key), "label": issued.label, "expires_at": issued.expires_at.isoformat()}
                for key, issued in state.tokens.items()
            ],
        }
        for state in states
    ]


def _recovering(application: Application, slug: str, person: UUID) -> Request:
    """Whoever sits at the machine acts as that user, and the log says that it was so. Raises NotFound, BadRequest."""
    state = application.log(slug).load(user_law.KIND, person).state
    if state is None:
        raise NotFound(f"there is no user {person}")
    if not state.roles & {Role.PARTNER, Role.ADMIN}:
        raise BadRequest("only a partner's or an admin's access is recovered so; they help everybody else")
    return Request(Asker(person, state.roles, "command line, at the machine"), reason="every token was lost")
