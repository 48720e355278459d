"""A user: roles, and tokens that narrow them, until the access is taken away."""

from datetime import UTC, datetime, timedelta
from typing import Any
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

WHO, TOKEN, OWN, MANAGER, OTHER = (UUID(int=number) for number in range(1, 6))
NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
ADDED = UserAdded(
    user_id=WHO,
    name=Personal(subject_id=WHO, text="Ada Gray"),
    email=Personal(subject_id=WHO, text="ada@example.com"),
    roles=(Role.PARTNER, Role.BOOKKEEPER),
    contact_id=None,
)
LEFT = UserDeactivated(why="left the firm")


IN_90_DAYS = NOW + timedelta(days=90)


def token(role: Role | None = None, expires_at: datetime = IN_90_DAYS, **others: Any) -> AccessTokenIssued:
    said = {"token_id": TOKEN, "token_sha256": "ab" * 32, "holder": "person", "label": "laptop", "issued_by": MANAGER}
    return AccessTokenIssued(user_id=WHO, role=role, expires_at=expires_at, **{**said, **others})


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


def own(role: Role | None = None, expires_at: datetime = IN_90_DAYS, **others: Any) -> AccessTokenIssued:
    return token(role, expires_at, **{"token_id": OWN, "issued_by": WHO, **others})


def test_a_token_of_one_s_own_takes_the_place_of_all_that_somebody_else_may_hold() -> None:
    unused, program = token(token_id=OTHER), token(token_id=UUID(int=9), holder="program")
    user = given(token(), unused, program)

    made = user.issue_own_token(own(), TOKEN, NOW)

    why = "the person made a token of their own"
    assert made == (
        AccessTokenRevoked(token_id=TOKEN, why=why),
        AccessTokenRevoked(token_id=OTHER, why=why),
        own(),
    )
    assert given(token(), unused, program, *made).tokens == {UUID(int=9): program, OWN: own()}


def test_whoever_takes_up_a_token_in_somebody_s_name_locks_them_out() -> None:
    mine, again = own(), token(token_id=OTHER)

    made = given(mine, again).issue_own_token(own(token_id=UUID(int=9)), OTHER, NOW)

    assert list(given(mine, again, *made).tokens) == [UUID(int=9)]


def test_with_a_token_of_one_s_own_one_makes_further_ones_and_loses_none() -> None:
    mine, further = own(), own(token_id=OTHER, holder="program")

    assert given(mine).issue_own_token(further, OWN, NOW) == (further,)
    assert given().issue_own_token(mine, None, NOW) == (mine,)


@pytest.mark.parametrize(
    ("held", "asked"),
    [
        (token(Role.BOOKKEEPER), own()),
        (token(Role.BOOKKEEPER), own(Role.PARTNER)),
        (token(), own(Role.ADMIN)),
        (token(), own(expires_at=IN_90_DAYS + timedelta(microseconds=1))),
        (token(), own(expires_at=NOW)),
        (token(holder="program"), own()),
        (own(token_id=TOKEN, holder="program"), own()),
        (token(), own(holder="program")),
    ],
)
def test_a_token_reaches_no_further_than_the_one_it_is_made_with(held: AccessTokenIssued, asked: AccessTokenIssued) -> None:
    with pytest.raises(BadRequest):
        given(held).issue_own_token(asked, TOKEN, NOW)


def test_a_token_that_was_revoked_meanwhile_makes_none() -> None:
    revoked = AccessTokenRevoked(token_id=TOKEN, why="laptop lost")

    with pytest.raises(WrongState):
        given(token(), revoked).issue_own_token(own(), TOKEN, NOW)


def test_what_cannot_have_happened_to_a_user_is_corrupt_data() -> None:
    with pytest.raises(AssertionError):
        given(ADDED)
    with pytest.raises(AssertionError):
        evolve(None, LEFT)
