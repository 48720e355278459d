"""A user: roles, and tokens that narrow them, until the access is taken away."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from aggregates.errors import BadRequest, NotFound, WrongState
from aggregates.event import Event, Personal
from aggregates.permissions import Role
from aggregates.user import (
    AccessTokenIssued,
    AccessTokenRevoked,
    User,
    UserAdded,
    UserDeactivated,
    UserRolesChanged,
    evolve,
)

WHO, TOKEN = UUID(int=1), UUID(int=2)
NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
ADDED = UserAdded(
    user_id=WHO,
    name=Personal(subject_id=WHO, text="Ada Gray"),
    email=Personal(subject_id=WHO, text="ada@example.com"),
    roles=(Role.PARTNER, Role.BOOKKEEPER),
    contact_id=None,
)
LEFT = UserDeactivated(why="left the firm")


def token(role: Role | None = None, expires_at: datetime = NOW + timedelta(days=90)) -> AccessTokenIssued:
    return AccessTokenIssued(
        user_id=WHO,
        token_id=TOKEN,
        token_sha256="ab" * 32,
        holder="person",
        label="laptop",
        role=role,
        expires_at=expires_at,
    )


def given(*events: Event) -> User:
    user: User | None = None
    for event in (ADDED, *events):
        user = evolve(user, event)
    assert user is not None
    return user


def test_roles_change_with_before_and_after_each_named_once() -> None:
    event = given().change_roles((Role.PARTNER, Role.AUDITOR, Role.PARTNER))

    assert event == UserRolesChanged(before=(Role.BOOKKEEPER, Role.PARTNER), after=(Role.AUDITOR, Role.PARTNER))
    assert given(event).roles == {Role.PARTNER, Role.AUDITOR}


def test_a_user_holds_a_role_at_least() -> None:
    with pytest.raises(BadRequest):
        given().change_roles(())


def test_a_token_is_open_from_its_issue_until_it_is_revoked() -> None:
    issued = given().issue_token(token(), NOW)
    revoked = given(issued).revoke_token(TOKEN, "laptop lost")

    assert revoked == AccessTokenRevoked(token_id=TOKEN, why="laptop lost")
    assert given(issued).tokens == {TOKEN: issued}
    assert given(issued, revoked).tokens == {}


def test_a_token_expires_later_than_now_not_at_this_moment() -> None:
    just_ahead = token(expires_at=NOW + timedelta(microseconds=1))

    assert given().issue_token(just_ahead, NOW) == just_ahead
    with pytest.raises(BadRequest):
        given().issue_token(token(expires_at=NOW), NOW)
    longest = token(expires_at=NOW + timedelta(days=3650))
    assert given().issue_token(longest, NOW) == longest
    with pytest.raises(BadRequest):
        given().issue_token(token(expires_at=longest.expires_at + timedelta(microseconds=1)), NOW)


def test_a_token_narrows_to_a_role_that_is_held() -> None:
    narrowed = token(Role.BOOKKEEPER)

    assert given().issue_token(narrowed, NOW) == narrowed
    with pytest.raises(BadRequest):
        given().issue_token(token(Role.ADMIN), NOW)


def test_a_token_is_revoked_once() -> None:
    issued = token()
    revoked = AccessTokenRevoked(token_id=TOKEN, why="laptop lost")

    with pytest.raises(NotFound):
        given().revoke_token(TOKEN, "never issued")
    with pytest.raises(NotFound):
        given(issued, revoked).revoke_token(TOKEN, "again")


def test_a_deactivated_user_gets_neither_role_nor_token() -> None:
    user = given(LEFT)

    assert not user.active
    with pytest.raises(WrongState):
        user.change_roles((Role.AUDITOR,))
    with pytest.raises(WrongState):
        user.issue_token(token(), NOW)


def test_what_cannot_have_happened_to_a_user_is_corrupt_data() -> None:
    with pytest.raises(AssertionError):
        given(ADDED)
    with pytest.raises(AssertionError):
        evolve(None, LEFT)
