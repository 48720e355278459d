"""A firm's founding, and the tokens by which its people are known."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from aggregates.errors import AlreadyExists, BadRequest, NotFound, Refusal
from aggregates.permissions import Role
from api.application import Application, now_utc
from api.first_run import TOKEN_DAYS, found
from api.tokens import NotLoggedIn, new_token, session_of
from commands.add_user import AddUser
from commands.deactivate_user import DeactivateUser
from commands.dispatch import Request
from commands.establish_firm import EstablishFirm
from commands.event_log.database import Database
from commands.issue_token import IssueToken
from commands.revoke_token import RevokeToken
from commands.work import Asker


def firm(**more: object) -> EstablishFirm:
    fields = {
        "firm_id": UUID(int=1),
        "name": "Ashby",
        "jurisdiction": "us-nc",
        "base_currency": "USD",
        "time_zone": "America/New_York",
    }
    return EstablishFirm.model_validate(fields | more)


@pytest.fixture
def application(migrated_database_url: str) -> Iterator[Application]:
    with Database(migrated_database_url, pool_size=2) as database:
        yield Application(database)


def test_the_owner_s_token_opens_the_firm_as_a_partner(application: Application) -> None:
    founded = found(application, "ashby", firm(), owner_name="Nora", owner_email="nora@example.com")
    session = session_of(application, founded.token)
    assert session.slug == "ashby"
    assert session.asker == Asker(founded.owner_id, frozenset({Role.PARTNER}), "web app", session.token_id, in_person=True)


def test_the_log_knows_only_the_token_s_hash(application: Application) -> None:
    founded = found(application, "ashby", firm(), owner_name="Nora", owner_email="nora@example.com")
    log = application.log("ashby")
    stored = b"".join(raw[0] for position in range(1, log.size() + 1) if (raw := log.raw(position)))
    assert founded.token.rpartition("_")[2].encode() not in stored


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"jurisdiction": "us-zz"}, NotFound),
        ({"time_zone": "Mars/Olympus"}, BadRequest),
        ({"matter_number_pattern": "{yyyy}"}, BadRequest),
    ],
)
def test_a_founding_that_is_refused_leaves_no_firm_behind(
    application: Application, wrong: dict[str, str], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        found(application, "ashby", firm(**wrong), owner_name="Nora", owner_email="nora@example.com")
    assert application.database.firms() == []


def test_a_founding_that_was_cut_short_is_finished_by_the_next(application: Application) -> None:
    application.database.create_firm("ashby", UUID(int=1))
    founded = found(application, "ashby", firm(), owner_name="Nora", owner_email="nora@example.com")
    assert session_of(application, founded.token).asker.user_id == founded.owner_id


def test_a_firm_is_founded_once(application: Application) -> None:
    found(application, "ashby", firm(), owner_name="Nora", owner_email="nora@example.com")
    with pytest.raises(AlreadyExists):
        found(application, "ashby", firm(firm_id=UUID(int=2)), owner_name="Eve", owner_email="eve@example.com")


def test_no_token_opens_anything_after_its_expiry(application: Application) -> None:
    founded = found(application, "ashby", firm(), owner_name="Nora", owner_email="nora@example.com")
    later = replace(application, now=lambda: now_utc() + timedelta(days=TOKEN_DAYS, seconds=1))
    with pytest.raises(NotLoggedIn):
        session_of(later, founded.token)


@pytest.mark.parametrize("token", ["", "mun_ashby", "mun_nobody_" + "0" * 32 + "_" + "a" * 40, "Bearer x"])
def test_what_is_no_token_opens_nothing(application: Application, token: str) -> None:
    with pytest.raises(NotLoggedIn):
        session_of(application, token)


def test_a_guessed_secret_opens_nothing(application: Application) -> None:
    founded = found(application, "ashby", firm(), owner_name="Nora", owner_email="nora@example.com")
    guessed, _ = new_token("ashby", founded.owner_id)
    with pytest.raises(NotLoggedIn):
        session_of(application, guessed)


def test_a_token_restricted_to_a_role_carries_no_other(application: Application) -> None:
    founded = found(application, "ashby", firm(), owner_name="Nora", owner_email="nora@example.com")
    owner = Request(session_of(application, founded.token).asker)
    both = AddUser(name="Greta", email="g@example.com", roles=(Role.BOOKKEEPER, Role.AUDITOR))
    greta = UUID(application.carry_out("ashby", owner, both).result["user_id"])
    token, digest = new_token("ashby", greta)
    issue = IssueToken(
        user_id=greta,
        token_sha256=digest,
        holder="program",
        label="nightly export",
        role=Role.AUDITOR,
        expires_at=now_utc() + timedelta(days=1),
    )
    issued = application.carry_out("ashby", owner, issue).result
    session = session_of(application, token)
    assert session.asker == Asker(greta, frozenset({Role.AUDITOR}), "nightly export", session.token_id, in_person=False)
    revoke = RevokeToken(user_id=greta, token_id=UUID(issued["token_id"]), why="no longer used")
    application.carry_out("ashby", owner, revoke)
    with pytest.raises(NotLoggedIn):
        session_of(application, token)


def test_a_deactivated_user_s_tokens_are_dead(application: Application) -> None:
    founded = found(application, "ashby", firm(), owner_name="Nora", owner_email="nora@example.com")
    owner = Request(session_of(application, founded.token).asker)
    added = application.carry_out("ashby", owner, AddUser(name="Ed", email="e@example.com", roles=(Role.PARTNER,)))
    ed = UUID(added.result["user_id"])
    token, digest = new_token("ashby", ed)
    issue = IssueToken(
        user_id=ed, token_sha256=digest, holder="person", label="web", expires_at=now_utc() + timedelta(days=1)
    )
    application.carry_out("ashby", owner, issue)
    assert session_of(application, token).asker.user_id == ed
    application.carry_out("ashby", owner, DeactivateUser(user_id=ed, why="left the firm"))
    with pytest.raises(NotLoggedIn):
        session_of(application, token)
