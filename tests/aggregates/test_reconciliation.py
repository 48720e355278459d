"""A reconciliation passes on A = B = C and nothing less, and is signed by somebody whom the pack allows (T15)."""

from datetime import date
from uuid import UUID

import pytest

from aggregates.errors import NotAllowed, WrongState
from aggregates.event import Event
from aggregates.reconciliation import Figures, Reconciliation, ReconciliationPrepared, ReconciliationSigned, evolve
from aggregates.trust_rules import SamePerson

CLERK, PARTNER, SECOND = (UUID(int=number) for number in range(1, 4))
SEPTEMBER = Figures(
    statement_minor=17_977_09,
    deposits_in_transit_minor=1500_00,
    outstanding_disbursements_minor=2316_67,
    bank_errors_minor=20_00,
    adjusted_bank_minor=17_180_42,
    book_minor=17_180_42,
    ledgers_minor=17_180_42,
    positive_ledgers_minor=17_180_42,
    negative_ledgers=0,
    unexplained_lines=0,
    stale_items_without_note=0,
)


def fold(*events: Event, figures: Figures = SEPTEMBER, uncovered: int = 0, why: str | None = None) -> Reconciliation:
    prepared = ReconciliationPrepared(
        trust_account_id=UUID(int=11),
        reconciliation_id=UUID(int=12),
        period_end=date(2026, 9, 30),
        statement_id=UUID(int=13),
        statement_sha256="00" * 32,
        figures=figures,
        position=400,
        tree_root="11" * 32,
        artefact_sha256="22" * 32,
        prepared_by=CLERK,
        explanation=why,
        uncovered_days=uncovered,
    )
    state = evolve(None, prepared)
    for event in events:
        state = evolve(state, event)
    return state


def sign(
    state: Reconciliation,
    by: UUID,
    role: str = "partner",
    *,
    not_preparer: bool = True,
    paid_out_by: frozenset[UUID] = frozenset(),
    alone: bool = False,
) -> ReconciliationSigned:
    return state.sign(
        by,
        role,
        roles_that_sign=("partner",),
        not_preparer=not_preparer,
        paid_out_by=paid_out_by,
        sole_practitioner=alone,
    )


def test_days_that_no_statement_covers_are_explained_or_it_is_not_signed() -> None:
    with pytest.raises(WrongState, match="no statement covers 31 days"):
        sign(fold(uncovered=31), PARTNER)

    assert sign(fold(uncovered=31, why="The account was dormant; the bank sends no statement then"), PARTNER)


def test_the_worked_example_passes_and_is_signed() -> None:
    assert SEPTEMBER.problems() == []
    assert fold(sign(fold(), PARTNER)).status == "signed"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"adjusted_bank_minor": 17_180_41}, "adjusted bank 17,180.41 differs from book 17,180.42 by -0.01"),
        ({"book_minor": 17_180_43}, "adjusted bank"),
        ({"ledgers_minor": 17_180_41, "positive_ledgers_minor": 17_180_41}, "book 17,180.42 differs from client ledgers"),
        ({"positive_ledgers_minor": 17_330_42, "negative_ledgers": 1}, "1 ledger(s) below zero"),
        ({"positive_ledgers_minor": 17_180_43}, "positive ledgers total 17,180.43"),
        ({"negative_ledgers": 1}, "1 ledger(s) below zero"),
        ({"unexplained_lines": 1}, "neither matched nor explained"),
        ({"stale_items_without_note": 1}, "outstanding too long"),
    ],
    ids=["A", "B", "C (F4)", "masked negative (F1)", "positive sum", "a negative", "unexplained line", "no note"],
)
def test_what_does_not_pass_is_not_signed(change: dict[str, int], word: str) -> None:
    state = fold(figures=SEPTEMBER.model_copy(update=change))
    with pytest.raises(WrongState, match="it cannot be signed") as refused:
        sign(state, PARTNER)
    assert word in refused.value.sentence


def test_f2_a_charge_that_was_not_recorded_shows_as_bank_against_book() -> None:
    missing = SEPTEMBER.model_copy(
        update={"book_minor": 17_195_42, "ledgers_minor": 17_195_42, "positive_ledgers_minor": 17_195_42}
    )
    assert missing.problems() == ["adjusted bank 17,180.42 differs from book 17,195.42 by -15.00"]


def test_t15_who_prepared_does_not_sign_where_the_pack_says_so() -> None:
    assert sign(fold(), CLERK, not_preparer=False).signed_by == CLERK
    with pytest.raises(SamePerson):
        sign(fold(), CLERK)


def test_t15_who_approved_payments_does_not_sign_where_the_pack_says_so() -> None:
    assert sign(fold(), SECOND, paid_out_by=frozenset({PARTNER})).signed_by == SECOND
    with pytest.raises(SamePerson):
        sign(fold(), PARTNER, paid_out_by=frozenset({PARTNER}))


def test_t15_only_a_role_of_the_pack_signs() -> None:
    with pytest.raises(NotAllowed):
        sign(fold(), SECOND, "bookkeeper")


def test_t15_a_sole_practitioners_exception_is_on_record_only_where_it_was_used() -> None:
    assert sign(fold(), CLERK, alone=True).sole_practitioner
    assert sign(fold(), PARTNER, paid_out_by=frozenset({PARTNER}), alone=True).sole_practitioner
    assert not sign(fold(), PARTNER, alone=True).sole_practitioner
    assert not sign(fold(), CLERK, not_preparer=False, alone=True).sole_practitioner


def test_a_review_is_another_persons() -> None:
    reviewed = fold(fold().review(SECOND, "looked at every item"))

    assert reviewed.status == "reviewed"
    assert sign(reviewed, PARTNER)
    with pytest.raises(SamePerson):
        fold().review(CLERK, None)
    with pytest.raises(WrongState):
        reviewed.review(SECOND, None)


def test_it_is_reopened_by_a_second_partner_and_never_signed_again() -> None:
    signed = fold(sign(fold(), PARTNER))

    reopened = evolve(signed, signed.reopen(SECOND, "cheque 1053 was mis-keyed", sole_practitioner=False))
    with pytest.raises(SamePerson):
        signed.reopen(PARTNER, "changed my mind", sole_practitioner=False)

    assert reopened.status == "reopened"
    assert reopened.signed_by == PARTNER
    for state in (signed, reopened):
        with pytest.raises(WrongState):
            sign(state, SECOND)
    with pytest.raises(WrongState):
        fold().reopen(SECOND, "it is not signed", sole_practitioner=False)
