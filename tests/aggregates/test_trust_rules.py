"""Every rule from T1 to T16 has a refusal of its own, with a code that never changes and a source."""

import pytest

from aggregates.errors import Refusal
from aggregates.jurisdictions import PACKS
from aggregates.rule_sources import SOURCES, source_in
from aggregates.trust_rules import RULES, TrustRuleBroken, money


def test_the_codes_are_public_and_never_change() -> None:
    assert [rule.code for rule in RULES] == [
        "trust.t1.overdraft",
        "trust.t2.other_clients_money",
        "trust.t3.uncollected_funds",
        "trust.t4.wrong_client",
        "trust.t5.firm_money",
        "trust.t6.earned_fees_left",
        "trust.t7.not_billed",
        "trust.t8.firm_cost_on_client",
        "trust.t9.no_named_payee",
        "trust.t10.no_ledger",
        "trust.t11.posted_entry",
        "trust.t12.period_signed",
        "trust.t13.cheque_number_used",
        "trust.t14.matter_holds_trust_money",
        "trust.t15.same_person",
        "trust.t16.rule_relaxed",
    ]


def test_every_rule_is_listed() -> None:
    assert set(TrustRuleBroken.__subclasses__()) == set(RULES)


@pytest.mark.parametrize(("number", "rule"), list(enumerate(RULES, start=1)))
def test_a_rule_knows_its_number_its_title_and_its_source(number: int, rule: type[TrustRuleBroken]) -> None:
    assert rule.rule == f"T{number}"
    assert rule.code.startswith(f"trust.t{number}.")
    assert rule.source
    assert (rule.__doc__ or "").startswith(f"T{number}: ")


def test_a_refusal_carries_its_sentence_and_figures() -> None:
    refusal: Refusal = RULES[0]("1.00 would overdraw it", short_minor=100)
    assert (refusal.sentence, dict(refusal.figures)) == ("1.00 would overdraw it", {"short_minor": 100})


@pytest.mark.parametrize(
    ("amount_minor", "written"),
    [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (100, "1.00"), (123_456_789, "1,234,567.89"), (-123_450, "-1,234.50")],
)
def test_money_is_written_as_a_bookkeeper_writes_it(amount_minor: int, written: str) -> None:
    assert money(amount_minor) == written


@pytest.mark.parametrize("code", sorted(PACKS))
def test_a_jurisdiction_is_quoted_its_own_rules_and_never_anothers(code: str) -> None:
    named = {
        "us-aba": "ABA", "us-ca": "California", "us-ny": "22 NYCRR", "us-fl": "Florida", "us-nc": "N.C.",
        "us-wa": "Washington", "us-wi": "Wisconsin", "gb-ew": "SRA",
    }  # fmt: skip
    for rule in RULES:
        told = source_in(PACKS[code], rule.rule or "", rule.source)
        assert told is not None
        assert named[code] in told or told.startswith(f"no rule of {PACKS[code].name} was found"), (rule.rule, told)
    assert set(SOURCES[code]) <= {rule.rule for rule in RULES}
    assert set(SOURCES) == set(PACKS)
