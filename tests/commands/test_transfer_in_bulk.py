"""Many transfers in one command: each with its own verdict, on what those before it left, all at once in the log."""

from copy import copy
from uuid import UUID

import pytest

from aggregates import trust_ledger
from aggregates.permissions import Permission
from aggregates.trust_rules import Overdraft
from commands.dispatch import Outcome, execute
from commands.transfer_between_ledgers import TransferBetweenLedgers
from commands.transfer_in_bulk import TransferInBulk, handle
from tests.commands.trust_practice import ASHBY, Practice


def in_bulk(practice: Practice, *amounts: int, key: str | None = None) -> Outcome:
    """From A to its appeal, one after the other."""
    transfers = tuple(
        TransferBetweenLedgers(
            from_ledger_id=practice.ledgers["A"], to_ledger_id=practice.ledgers["A2"], amount_minor=amount,
            effective_date=practice.today, authority="letter of 1 September", description="to the appeal",
        )
        for amount in amounts
    )  # fmt: skip
    request = practice._request(ASHBY, key)
    command = TransferInBulk(transfers=transfers)
    return execute(practice.log, practice._edge(), request, command, handle, Permission.TRANSFER_BETWEEN_LEDGERS)


def balance(practice: Practice, ledger_id: UUID) -> int:
    state = practice.log.load(trust_ledger.KIND, ledger_id).state
    assert isinstance(state, trust_ledger.TrustLedger)
    return state.balance_minor


def test_each_transfer_is_decided_on_what_those_before_it_left(practice: Practice) -> None:
    practice.receive("A", 100_00)
    practice.open_ledger("A2", practice.clients["A"])
    before = practice.log.size()

    verdicts = in_bulk(practice, 60_00, 40_01, 40_00, 1).result["transfers"]

    assert [verdict.get("refused") for verdict in verdicts] == [None, Overdraft.code, None, Overdraft.code]
    assert balance(practice, practice.ledgers["A"]) == 0
    assert balance(practice, practice.ledgers["A2"]) == 100_00
    assert practice.log.size() == before + 4
    assert len({event.command_id for event in practice.log.read(before)}) == 1


def test_where_all_are_refused_nothing_is_recorded(practice: Practice) -> None:
    practice.receive("A", 100_00)
    practice.open_ledger("A2", practice.clients["A"])
    before = practice.log.size()

    with pytest.raises(Overdraft):
        in_bulk(practice, 100_01, 200_00)

    assert practice.log.size() == before


def test_the_same_key_again_is_answered_and_not_carried_out(practice: Practice) -> None:
    practice.receive("A", 100_00)
    practice.open_ledger("A2", practice.clients["A"])

    first = in_bulk(practice, 10_00, 10_00, key="bulk-1")
    again = in_bulk(practice, 10_00, 10_00, key="bulk-1")

    assert again.replayed
    assert again.result == first.result
    assert balance(practice, practice.ledgers["A2"]) == 20_00


def test_what_another_process_took_meanwhile_is_not_taken_twice(practice: Practice) -> None:
    practice.receive("A", 100_00)
    practice.open_ledger("A2", practice.clients["A"])
    other = copy(practice)
    other.log = type(practice.log)(practice.log.slug, practice.log.schema, practice.log._pool)
    in_bulk(other, 60_00)

    verdicts = in_bulk(practice, 60_00, 40_00).result["transfers"]

    assert [verdict.get("refused") for verdict in verdicts] == [Overdraft.code, None]
    assert balance(practice, practice.ledgers["A"]) == 0
