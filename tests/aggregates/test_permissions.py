"""Who may do what: the table is complete, duties are split, and the role that allowed is always the same one."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.permissions import IN_PERSON, PERMISSIONS, POLICY_VERSION, Permission, Role, role_allowing

READS = {
    Permission.READ_BOOKS, Permission.READ_OWN_MATTERS, Permission.READ_AUDIT_TRAIL, Permission.EXPORT, Permission.VERIFY,
}  # fmt: skip


def carried_by(role: Role) -> set[Permission]:
    """What a role may do, besides what everybody may."""
    carried = {permission for permission in Permission if role_allowing(frozenset({role}), permission) is role}
    assert Permission.HOLD_OWN_TOKENS in carried
    return carried - {Permission.HOLD_OWN_TOKENS}


def test_every_permission_stands_in_the_table_and_somebody_has_it() -> None:
    assert set(PERMISSIONS) == set(Permission)
    assert all(PERMISSIONS.values())
    assert POLICY_VERSION >= 1


def test_an_admin_manages_users_proves_the_log_and_touches_no_money() -> None:
    assert carried_by(Role.ADMIN) == {Permission.MANAGE_USERS, Permission.VERIFY}


def test_an_auditor_reads_and_exports_and_does_nothing_else() -> None:
    assert carried_by(Role.AUDITOR) == READS


def test_a_timekeeper_asks_for_money_never_moves_it_and_sees_own_matters_only() -> None:
    assert carried_by(Role.TIMEKEEPER) == {
        Permission.ADD_CONTACTS,
        Permission.RUN_CONFLICT_SEARCH,
        Permission.REQUEST_DISBURSEMENT,
        Permission.READ_OWN_MATTERS,
        Permission.RECORD_TIME,
        Permission.RECORD_COST,
        Permission.APPROVE_BILL,
    }
    assert Role.TIMEKEEPER not in PERMISSIONS[Permission.READ_BOOKS] | PERMISSIONS[Permission.EXPORT]


@pytest.mark.parametrize(
    "permission",
    [
        Permission.APPROVE_DISBURSEMENT,
        Permission.SIGN_RECONCILIATION,
        Permission.REOPEN_RECONCILIATION,
        Permission.OPEN_TRUST_ACCOUNT,
        Permission.TRANSFER_BETWEEN_LEDGERS,
        Permission.MANAGE_SETTINGS,
    ],
)
def test_only_a_partner_approves_signs_and_reopens(permission: Permission) -> None:
    assert PERMISSIONS[permission] == {Role.PARTNER}


@pytest.mark.parametrize(
    "permission",
    [
        Permission.POST_RECEIPT,
        Permission.RECORD_BANK_FACT,
        Permission.IMPORT_STATEMENT,
        Permission.MATCH,
        Permission.PREPARE_RECONCILIATION,
    ],
)
def test_only_a_bookkeeper_keeps_the_books_that_a_partner_signs(permission: Permission) -> None:
    assert PERMISSIONS[permission] == {Role.BOOKKEEPER}


def test_what_two_people_do_between_them_and_who_gives_access_is_done_in_person() -> None:
    assert {permission for permission in Permission if "disbursement" in permission or "reconciliation" in permission} | {
        Permission.MANAGE_USERS
    } == IN_PERSON


@pytest.mark.parametrize("permission", Permission)
def test_without_a_role_nothing_is_allowed(permission: Permission) -> None:
    assert role_allowing(frozenset(), permission) is None


@given(st.frozensets(st.sampled_from(Role)), st.sampled_from(Permission))
def test_a_role_allows_exactly_when_a_person_holds_one_of_the_table(held: frozenset[Role], asked: Permission) -> None:
    role = role_allowing(held, asked)

    assert (role is None) == held.isdisjoint(PERMISSIONS[asked])
    assert role is None or (role in held and role in PERMISSIONS[asked])


def test_the_role_recorded_does_not_hang_on_the_order_in_which_roles_were_given() -> None:
    for order in permutations(Role):
        assert role_allowing(frozenset(order), Permission.VERIFY) is Role.PARTNER
        assert role_allowing(frozenset(order), Permission.MATCH) is Role.BOOKKEEPER


def test_of_two_roles_that_allow_the_first_in_order_is_recorded() -> None:
    assert role_allowing(frozenset({Role.ADMIN, Role.AUDITOR}), Permission.VERIFY) is Role.AUDITOR
    assert role_allowing(frozenset({Role.TIMEKEEPER, Role.BOOKKEEPER}), Permission.REQUEST_DISBURSEMENT) is Role.BOOKKEEPER
