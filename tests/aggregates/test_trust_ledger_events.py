"""Every entry says which way its money goes, and an old receipt reads as a new one."""

from uuid import UUID

import pytest

from aggregates.trust_ledger_events import (
    DECREASES,
    EVENTS,
    INCREASES,
    EntryReversed,
    FundsReceived,
    LedgerEntry,
    effect_minor,
)
from aggregates.upcasting import upcast
from tests.aggregates.trust_facts import ACCOUNT, day, entry, received, returned


def test_every_entry_has_one_direction() -> None:
    entries = {kind for kind in EVENTS if issubclass(kind, LedgerEntry)}
    assert entries == {*INCREASES, *DECREASES, EntryReversed}
    assert not set(INCREASES) & set(DECREASES)


def test_a_receipt_increases_and_a_returned_deposit_decreases() -> None:
    assert effect_minor(received(1, 250, day(1))) == 250
    assert effect_minor(returned(2, of=1, amount_minor=250, on=day(2))) == -250


@pytest.mark.parametrize(("effect", "signed"), [("increase", 250), ("decrease", -250)])
def test_a_reversal_says_its_own_direction(effect: str, signed: int) -> None:
    reversal = EntryReversed.model_validate(
        {
            "trust_account_id": ACCOUNT,
            "effective_date": day(3),
            "entry_id": entry(3),
            "amount_minor": 250,
            "description": "void",
            "reverses_entry_id": UUID(int=9),
            "effect": effect,
            "bank_charge": False,
        }
    )
    assert effect_minor(reversal) == signed


def test_a_receipt_of_schema_1_reads_as_one_without_a_deposit_slip() -> None:
    now = received(1, 250, day(1))
    then = now.model_dump(mode="json")
    del then["deposit_slip"]

    assert FundsReceived.model_validate(upcast(FundsReceived.TOPIC, 1, then)) == now
    assert "deposit_slip" not in then
