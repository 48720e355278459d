"""Settlement statements: every cent of a recovery has its row, and the firm draws its part against the signed paper."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.contingency import Contingency, ContingentFeeAgreed, Part, Tier
from aggregates.errors import AlreadyExists, BadRequest, NotFound, WrongState
from aggregates.event import Personal
from aggregates.settlement import Row, rows_of
from aggregates.trust_rules import NotBilled, Overdraft, UncollectedFunds, WrongClient
from commands.agree_contingent_fee import AgreeContingentFee
from commands.sign_settlement import SignSettlement
from commands.state_settlement import Share, StateSettlement
from commands.withdraw_settlement import WithdrawSettlement
from tests.commands.trust_practice import ASHBY, FIRM_NAME, Practice

TIERS = (Tier(stage="before suit", basis_points=3_333), Tier(stage="after suit", basis_points=4_000))


@pytest.fixture
def agreed(practice: Practice) -> Practice:
    terms = AgreeContingentFee(
        matter_id=practice.matters["A"], tiers=TIERS, fee_on="gross", authority="Engagement letter of 3 August 2026"
    )
    practice.does(terms, ASHBY)
    return practice


def statement(practice: Practice, gross_minor: int = 100_000_00, **more: Any) -> StateSettlement:
    words = {
        "matter_id": practice.matters["A"], "ledger_id": practice.ledgers["A"], "gross_minor": gross_minor,
        "stage": "before suit", "effective_date": practice.today,
        "shares": (
            Share(kind="lien", to="County Hospital", amount_minor=12_345_67),
            Share(kind="cost", to="Filing fee and expert", amount_minor=4_567_89),
        ),
    }  # fmt: skip
    return StateSettlement.model_validate(words | more)


def test_the_rows_sum_to_the_gross_and_the_firm_draws_its_part(agreed: Practice) -> None:
    agreed.receive("A", 100_000_00)
    told = agreed.does(statement(agreed))
    rows = [(row["kind"], row["amount_minor"]) for row in told["rows"]]
    assert rows == [("fee", 33_330_00), ("cost", 4_567_89), ("lien", 12_345_67), ("client", 49_756_44)]
    settlement_id = UUID(told["settlement_id"])
    agreed.refused(NotBilled, agreed.ask("A", 37_897_89, payee=FIRM_NAME, kind="own_costs"))
    sign = SignSettlement(
        settlement_id=settlement_id, number="S-1", signed_on=agreed.today, authority="Signed by the client"
    )
    signed = agreed.does(sign)
    assert signed["to_the_firm_minor"] == 37_897_89
    drawn = UUID(signed["billing_reference_id"])
    agreed.pay("A", 37_897_89, payee=FIRM_NAME, billing_reference_id=drawn)
    agreed.refused(WrongState, sign)
    agreed.refused(WrongState, WithdrawSettlement(settlement_id=settlement_id, why="late"))
    agreed.refused(NotBilled, agreed.ask("A", 1, payee=FIRM_NAME, billing_reference_id=drawn))


def test_what_is_not_there_is_not_distributed(agreed: Practice) -> None:
    agreed.receive("A", 50_000_00, "cheque")
    agreed.refused(UncollectedFunds, statement(agreed, 50_000_00))
    agreed.refused(Overdraft, statement(agreed, 50_000_01))
    agreed.refused(WrongClient, statement(agreed, ledger_id=agreed.ledgers["B"]))
    agreed.receive("B", 10_000_00)
    agreed.refused(NotFound, statement(agreed, 10_000_00, matter_id=agreed.matters["B"], ledger_id=agreed.ledgers["B"]))


def test_more_than_came_cannot_go(agreed: Practice) -> None:
    agreed.receive("A", 100_000_00)
    agreed.refused(BadRequest, statement(agreed, shares=(Share(kind="lien", to="Hospital", amount_minor=66_670_01),)))
    agreed.refused(BadRequest, statement(agreed, stage="on appeal"))
    one, two = (UUID(agreed.does(statement(agreed))["settlement_id"]) for _ in range(2))
    agreed.does(WithdrawSettlement(settlement_id=one, why="the lien was lowered"))
    sign = {"number": "S-1", "signed_on": agreed.today, "authority": "signed"}
    agreed.refused(WrongState, SignSettlement.model_validate({"settlement_id": one, **sign}))
    agreed.does(SignSettlement.model_validate({"settlement_id": two, **sign}))
    third = UUID(agreed.does(statement(agreed))["settlement_id"])
    agreed.refused(AlreadyExists, SignSettlement.model_validate({"settlement_id": third, **sign}))


def test_one_third_is_one_third() -> None:
    third = Tier(stage="won", part=Part(parts=1, of=3))
    terms = ContingentFeeAgreed(matter_id=UUID(int=1), tiers=(third,), fee_on="gross", authority="letter")
    assert Contingency(terms).fee_minor(40_000_00, 0, "won") == 13_333_33
    assert Contingency(terms).fee_minor(50_000_00, 0, "won") == 16_666_67
    for wrong in (
        Tier(stage="won"),
        third.model_copy(update={"basis_points": 1}),
        Tier(stage="won", part=Part(parts=4, of=3)),
    ):
        with pytest.raises(BadRequest):
            wrong.check()


SOMEBODY = Personal(subject_id=UUID(int=1), text="Somebody")


@given(
    gross=st.integers(min_value=1, max_value=10**12),
    costs=st.lists(st.integers(min_value=0, max_value=10**9), max_size=5),
    points=st.integers(min_value=0, max_value=10_000),
    on=st.sampled_from(("gross", "net")),
)
def test_to_the_cent_whatever_the_figures(gross: int, costs: list[int], points: int, on: Any) -> None:
    terms = ContingentFeeAgreed(
        matter_id=UUID(int=1), tiers=(Tier(stage="won", basis_points=points),), fee_on=on, authority="letter"
    )
    fee = Contingency(terms).fee_minor(gross, sum(costs), "won")
    assert 0 <= fee <= gross
    others = [Row(kind="cost", to=SOMEBODY, amount_minor=one) for one in costs]
    row = Row(kind="fee", to=SOMEBODY, amount_minor=fee)
    if fee + sum(costs) > gross:
        with pytest.raises(BadRequest):
            rows_of(gross, row, others, SOMEBODY)
    else:
        assert sum(one.amount_minor for one in rows_of(gross, row, others, SOMEBODY)) == gross
