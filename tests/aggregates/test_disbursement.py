"""A disbursement: a named payee (T9), an approver who is somebody else (T15), and an approval of exactly this payment."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from aggregates.disbursement import (
    Disbursement,
    DisbursementApproved,
    DisbursementReleased,
    DisbursementRequested,
    evolve,
    hash_of,
    request,
)
from aggregates.errors import BadRequest, WrongState
from aggregates.event import Event, Personal
from aggregates.trust_ledger_events import Method
from aggregates.trust_rules import NoNamedPayee, NotBilled, SamePerson
from aggregates.upcasting import upcast

ACCOUNT, LEDGER, KEY, PAYEE, ENTRY = (UUID(int=number) for number in range(1, 6))
ASKER, PARTNER, SECOND = (UUID(int=number) for number in range(21, 24))
TODAY = date(2026, 9, 10)


def ask(
    payee: str = "An Expert",
    method: Method = "wire",
    amount_minor: int = 500_00,
    contact_id: UUID | None = PAYEE,
    recipient_account: str | None = "021000021 / 12345",
) -> DisbursementRequested:
    return request(
        disbursement_id=KEY,
        account_id=ACCOUNT,
        ledger_id=LEDGER,
        amount_minor=amount_minor,
        payee=Personal(subject_id=PAYEE, text=payee),
        payee_contact_id=contact_id,
        method=method,
        purpose="expert's report",
        billing_reference_id=None,
        by=ASKER,
        on=TODAY,
        recipient_account=None if method == "cheque" else recipient_account,
    )


def fold(*events: Event) -> Disbursement:
    state: Disbursement | None = None
    for event in events:
        state = evolve(state, event)
    assert state is not None
    return state


def approve(
    state: Disbursement, by: UUID, *, on: date = TODAY, alone: bool = False, contact_id: UUID | None = None
) -> DisbursementApproved:
    return state.approve(by, on=on, lapses_after_days=14, sole_practitioner=alone, is_payee=contact_id == PAYEE)


def release(
    state: Disbursement,
    *,
    on: date | None = None,
    today: date = TODAY,
    needed: int = 1,
    cheque_number: int | None = None,
    recipient_account: str | None = None,
) -> Event:
    return state.release(
        PARTNER,
        on=on or today,
        today=today,
        entry_id=ENTRY,
        approvals_needed=needed,
        cheque_number=cheque_number,
        recipient_account=recipient_account,
    )


def approved(method: Method = "wire") -> Disbursement:
    asked = ask(method=method)
    return fold(asked, approve(fold(asked), PARTNER))


@pytest.mark.parametrize(
    "payee",
    [
        "Cash", "CASH", " cash ", "C A S H", "c.a.s.h.", "c-a-s-h", "Ca sh", "ＣＡＳＨ", "Cásh", "CA$H", "c\u200bash",
        "\u0441ash", "Pay cash", "cash or bearer", "Bearer", "to the bearer", "ATM", "A.T.M.", "ATM 4711", "petty cash",
        "counter cash", "", "   ", "-", "\u200b",
    ],
)  # fmt: skip
def test_t9_cash_is_refused_in_any_spelling_and_so_is_nobody(payee: str) -> None:
    with pytest.raises(NoNamedPayee):
        ask(payee)


@pytest.mark.parametrize("payee", ["Cashier & Sons LLP", "Atmos Energy", "Bearers Ltd", "Ada Cashmore", "王伟", "3M", "X"])
def test_t9_a_name_that_only_looks_like_cash_is_a_name(payee: str) -> None:
    assert ask(payee, contact_id=None).payee.text == payee


def test_t9_a_person_called_cash_is_paid_as_a_contact_on_file() -> None:
    assert ask("Johnny Cash", contact_id=PAYEE).payee_contact_id == PAYEE
    with pytest.raises(NoNamedPayee):
        ask("Johnny Cash", contact_id=None)


def test_t9_a_transfer_needs_the_recipients_account_and_a_cheque_its_number() -> None:
    with pytest.raises(NoNamedPayee):
        ask(recipient_account=None)
    with pytest.raises(NoNamedPayee):
        ask(recipient_account="  ")
    with pytest.raises(NoNamedPayee):
        release(approved("cheque"), cheque_number=None)

    assert fold(ask(method="cheque"), release(approved("cheque"), cheque_number=1051)).cheque_number == 1051


def test_t9_a_transfer_goes_to_the_account_that_was_approved_and_to_no_other() -> None:
    assert release(approved()) == release(approved(), recipient_account="021000021 / 12345")
    with pytest.raises(WrongState):
        release(approved(), recipient_account="021000021 / 66666")
    with pytest.raises(BadRequest):
        release(approved(), cheque_number=1051)
    with pytest.raises(BadRequest):
        request(**{**asked_of_the_firm(), "method": "cheque"})


def test_t9_a_transfer_approved_without_its_account_by_an_earlier_schema_is_asked_for_anew() -> None:
    old = ask().model_dump(mode="json", exclude={"recipient_account"})
    asked = DisbursementRequested.model_validate(upcast("disbursement/requested", 2, old))
    asked = asked.model_copy(update={"payment_hash": hash_of(asked)})

    with pytest.raises(NoNamedPayee):
        release(fold(asked, approve(fold(asked), PARTNER)), recipient_account="021000021 / 12345")


def test_a_release_of_the_first_schema_keeps_its_account_as_text_about_somebody() -> None:
    data = release(approved()).model_dump(mode="json") | {"recipient_account": "021000021 / 12345"}

    upcasted = DisbursementReleased.model_validate(upcast("disbursement/released", 1, data))

    assert str(upcasted.recipient_account) == "021000021 / 12345"
    assert upcast("disbursement/released", 1, data | {"recipient_account": None})["recipient_account"] is None


def test_a_payment_does_not_leave_before_the_day_it_was_asked_for() -> None:
    with pytest.raises(BadRequest) as refused:
        release(approved(), on=TODAY - timedelta(days=1))

    assert refused.value.figures["requested_for"] == TODAY
    assert release(approved(), on=TODAY)


def test_t15_the_asker_does_not_approve_and_another_does() -> None:
    state = fold(ask())

    assert approve(state, PARTNER).approved_by == PARTNER
    with pytest.raises(SamePerson):
        approve(state, ASKER)


def test_t15_the_payee_does_not_approve() -> None:
    with pytest.raises(SamePerson):
        approve(fold(ask()), PARTNER, contact_id=PAYEE)


def test_t15_a_sole_practitioners_exception_is_on_record_only_where_it_was_used() -> None:
    state = fold(ask())

    assert approve(state, ASKER, alone=True).sole_practitioner
    assert approve(state, PARTNER, alone=True, contact_id=PAYEE).sole_practitioner
    assert not approve(state, PARTNER, alone=True).sole_practitioner


def test_an_approval_stands_through_its_last_day_and_not_after() -> None:
    state = approved()
    last = TODAY + timedelta(days=14)

    assert release(state, today=last)
    with pytest.raises(WrongState):
        release(state, today=last + timedelta(days=1))


def test_who_approved_may_approve_again_once_it_lapsed() -> None:
    state, lapsed = approved(), TODAY + timedelta(days=15)

    again = approve(state, PARTNER, on=lapsed)
    with pytest.raises(SamePerson):
        approve(state, PARTNER, on=TODAY + timedelta(days=14))

    assert release(evolve(state, again), today=lapsed)


def test_a_large_payment_takes_two_people() -> None:
    one = approved()
    with pytest.raises(WrongState):
        release(one, needed=2)
    with pytest.raises(SamePerson):
        approve(one, PARTNER)

    assert release(evolve(one, approve(one, SECOND)), needed=2)


def test_an_approval_of_another_payment_does_not_count() -> None:
    asked = ask()
    other = approve(fold(ask(amount_minor=500_01)), PARTNER)
    with pytest.raises(WrongState):
        release(fold(asked, other))


def test_the_hash_binds_payee_amount_ledger_method_purpose_and_bill() -> None:
    asked = ask()
    changes: list[dict[str, object]] = [
        {"payee": Personal(subject_id=PAYEE, text="Another Expert")},
        {"payee_contact_id": ENTRY},
        {"amount_minor": 500_01},
        {"ledger_id": ENTRY},
        {"trust_account_id": ENTRY},
        {"method": "ach"},
        {"recipient_account": Personal(subject_id=PAYEE, text="021000021 / 66666")},
        {"purpose": "another report"},
        {"billing_reference_id": ENTRY},
    ]
    hashes = {hash_of(asked.model_copy(update=change)) for change in changes}

    assert asked.payment_hash == hash_of(asked)
    assert len(hashes) == len(changes)
    assert asked.payment_hash not in hashes


def test_a_step_out_of_turn_is_refused() -> None:
    asked = ask()
    rejected = fold(asked, fold(asked).reject(PARTNER, on=TODAY, why="not agreed"))
    released = evolve(approved(), release(approved()))

    with pytest.raises(WrongState):
        release(fold(asked))
    for state in (rejected, released):
        with pytest.raises(WrongState):
            approve(state, SECOND)
        with pytest.raises(WrongState):
            release(state)
        with pytest.raises(WrongState):
            state.reject(PARTNER, on=TODAY, why="too late")
    with pytest.raises(WrongState):
        approved().undo(on=TODAY, how="void")


def test_t15_who_let_a_payment_go_is_who_approved_or_released_it() -> None:
    assert approved().paid_out_by == {PARTNER}
    by_second = approved().release(
        SECOND, on=TODAY, today=TODAY, entry_id=ENTRY, approvals_needed=1, cheque_number=None, recipient_account=None
    )

    released = evolve(approved(), by_second)
    assert released.released_by == SECOND
    assert released.paid_out_by == {PARTNER, SECOND}


def test_t7_the_firms_own_costs_name_their_document() -> None:
    with pytest.raises(NotBilled):
        request(**{**asked_of_the_firm(), "billing_reference_id": None})
    assert request(**asked_of_the_firm()).kind == "own_costs"


def asked_of_the_firm() -> dict[str, Any]:
    return {
        "disbursement_id": KEY, "account_id": ACCOUNT, "ledger_id": LEDGER, "amount_minor": 1,
        "payee": Personal(subject_id=PAYEE, text="Gray & Hale"), "payee_contact_id": None, "method": "wire",
        "purpose": "Invoice 1", "billing_reference_id": ENTRY, "by": ASKER, "on": TODAY, "kind": "own_costs",
        "recipient_account": "Operating, ending 0417",
    }  # fmt: skip


@pytest.mark.parametrize(("bill", "kind"), [(None, "payment"), (str(ENTRY), "own_costs")])
def test_a_request_of_the_first_schema_says_what_for_in_the_second(bill: str | None, kind: str) -> None:
    first = ask().model_dump(mode="json", exclude={"kind", "effective_date", "recipient_account"}) | {
        "billing_reference_id": bill
    }

    assert upcast("disbursement/requested", 1, first)["kind"] == kind


def test_a_refund_is_another_payment_than_the_same_amount_for_anything_else() -> None:
    asked = ask()
    assert hash_of(asked.model_copy(update={"kind": "refund"})) != hash_of(asked)


def test_a_released_payment_is_undone_once() -> None:
    released = evolve(approved(), release(approved()))
    undone = released.undo(on=TODAY, how="stopped at the bank")

    assert undone.entry_id == ENTRY
    with pytest.raises(WrongState):
        evolve(released, undone).undo(on=TODAY, how="again")
