"""Evergreen retainers: below the minimum the client is asked for what is missing, once, until it is there."""

import pytest

from aggregates.errors import BadRequest
from aggregates.trust_ledger_events import EvergreenAgreed, ReplenishmentMet, ReplenishmentRequested
from commands.agree_evergreen import AgreeEvergreen
from commands.undo_disbursement import UndoDisbursement
from tests.commands.trust_practice import Practice


@pytest.fixture
def agreed(practice: Practice) -> Practice:
    """At least 500.00, brought back to 2,000.00; there is that much."""
    practice.receive("A", 2_000_00)
    terms = AgreeEvergreen(
        ledger_id=practice.ledgers["A"], minimum_minor=500_00, replenish_to_minor=2_000_00, authority="Engagement letter"
    )
    assert practice.does(terms)["asked_minor"] is None
    return practice


def follow_ups(practice: Practice, since: int) -> list[tuple[str, int]]:
    found = [logged.event() for logged in practice.log.read(since)]
    return [
        ("asked", one.amount_minor) if isinstance(one, ReplenishmentRequested) else ("met", one.balance_minor)
        for one in found
        if isinstance(one, ReplenishmentRequested | ReplenishmentMet)
    ]


def test_the_payment_that_takes_it_below_asks_for_what_is_missing(agreed: Practice) -> None:
    since = agreed.log.size()
    agreed.pay("A", 1_500_00)
    assert follow_ups(agreed, since) == []
    agreed.pay("A", 100_00)
    assert follow_ups(agreed, since) == [("asked", 1_600_00)]
    agreed.pay("A", 50_00)
    agreed.receive("A", 100_00)
    assert follow_ups(agreed, since) == [("asked", 1_600_00)]

    agreed.receive("A", 50_00)

    assert follow_ups(agreed, since) == [("asked", 1_600_00), ("met", 500_00)]


def test_a_payment_that_comes_back_ends_the_request(agreed: Practice) -> None:
    since = agreed.log.size()
    disbursement_id, _ = agreed.pay("A", 1_600_00)
    agreed.does(UndoDisbursement(disbursement_id=disbursement_id, why="came back"))
    assert follow_ups(agreed, since) == [("asked", 1_600_00), ("met", 2_000_00)]


def test_what_is_agreed_below_the_minimum_asks_at_once_and_ends_with_the_agreement(practice: Practice) -> None:
    practice.receive("B", 100_00)
    terms = AgreeEvergreen(
        ledger_id=practice.ledgers["B"], minimum_minor=500_00, replenish_to_minor=500_00, authority="Letter"
    )
    assert practice.does(terms)["asked_minor"] == 400_00
    ended = practice.recorded(AgreeEvergreen(ledger_id=practice.ledgers["B"], authority="Letter"))
    assert [type(one) for one in ended] == [EvergreenAgreed, ReplenishmentMet]
    since = practice.log.size()
    practice.pay("B", 100_00)
    assert follow_ups(practice, since) == []


def test_half_an_agreement_is_none(practice: Practice) -> None:
    ledger = practice.ledgers["A"]
    for wrong in (
        AgreeEvergreen(ledger_id=ledger, minimum_minor=1, authority="x"),
        AgreeEvergreen(ledger_id=ledger, minimum_minor=2, replenish_to_minor=1, authority="x"),
        AgreeEvergreen(ledger_id=ledger, authority="x"),
        AgreeEvergreen(ledger_id=practice.reserve, minimum_minor=1, replenish_to_minor=1, authority="x"),
    ):
        practice.refused(BadRequest, wrong)
