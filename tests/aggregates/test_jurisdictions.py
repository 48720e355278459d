"""Jurisdiction packs: every figure says where it comes from; a firm may be stricter than its pack, never laxer."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.errors import BadRequest, NotFound
from aggregates.jurisdiction_pack import least
from aggregates.jurisdiction_packs import VERSIONS
from aggregates.jurisdictions import DIRECTIONS, PACKS, Policy, Setting, Stricter, Value, check_stricter, pack_of
from aggregates.permissions import Role
from aggregates.trust_rules import RuleRelaxed

EVERY_VALUE = [(code, name) for code in sorted(PACKS) for name in sorted(PACKS[code].values)]


def names(direction: Stricter) -> list[tuple[str, str]]:
    return [(code, name) for code, name in EVERY_VALUE if DIRECTIONS[name] is direction]


def rule(code: str, name: str) -> Value:
    return PACKS[code].values[name]


def number(code: str, name: str) -> int:
    value = rule(code, name).value
    assert type(value) is int
    return value


def refused(code: str, name: str, value: Setting) -> RuleRelaxed:
    with pytest.raises(RuleRelaxed) as refusal:
        check_stricter(PACKS[code], name, value)
    return refusal.value


def test_the_jurisdictions_are_those_we_can_cite() -> None:
    assert set(PACKS) == {"us-aba", "us-ca", "us-ny", "us-fl", "us-nc", "us-wa", "us-wi", "gb-ew"}


def test_which_way_is_stricter_is_written_down_twice() -> None:
    holds = {f"{instrument}_hold_days" for instrument in ("cheque", "ach", "card", "wire", "cash")}
    duties = {"signer_is_not_preparer", "cheque_signer_does_not_reconcile"}
    bars = {"annual_listing", "cash_withdrawals_barred", "cash_receipts_barred", "bill_before_own_costs"}
    places = {"advance_fees_in_trust", "flat_fees_in_trust", "true_retainer_in_trust"}

    assert {name for name, way in DIRECTIONS.items() if way is Stricter.LARGER} == {
        "retention_years",
        "fee_notice_days",
    } | holds
    assert {name for name, way in DIRECTIONS.items() if way is Stricter.FIXED} == {"retention_anchor"}
    assert {name for name, way in DIRECTIONS.items() if way is Stricter.TRUE} == duties | bars | places
    assert {name for name, way in DIRECTIONS.items() if way is Stricter.SUBSET} == {"sign_off_roles"}
    assert {name for name, way in DIRECTIONS.items() if way is Stricter.SMALLER} == {
        "reconcile_every_days",
        "three_way_every_days",
        "statement_every_days",
        "receipt_notice_days",
        "undisbursed_days",
        "firm_reserve_cap_minor",
        "second_approval_over_minor",
        "approval_lapses_after_days",
        "stale_cheque_days",
        "outstanding_note_after_days",
        "cure_within_days",
    }


@pytest.mark.parametrize("code", sorted(PACKS))
def test_a_pack_stands_under_its_own_code_and_answers_every_question(code: str) -> None:
    pack = pack_of(code)

    assert pack.code == code
    assert pack.version >= 1
    assert pack.currency == ("GBP" if code == "gb-ew" else "USD")
    assert set(pack.values) == set(DIRECTIONS)


@pytest.mark.parametrize(("code", "name"), EVERY_VALUE)
def test_every_value_carries_its_citation_its_dates_and_how_far_it_was_checked(code: str, name: str) -> None:
    value = rule(code, name)

    assert value.citation.strip()
    assert value.verified == ("found" if value.verified_on else "needs checking")
    assert ("needs checking" in value.provenance) == (value.verified_on is None or value.effective_from is None)
    for day in (value.effective_from, value.verified_on):
        assert day is None or day.isoformat() in value.provenance
    assert value.citation in value.provenance


@pytest.mark.parametrize(("code", "name"), EVERY_VALUE)
def test_what_is_only_practice_never_passes_for_found(code: str, name: str) -> None:
    value = rule(code, name)

    assert not (value.citation.startswith("firm practice") and value.verified == "found")


@pytest.mark.parametrize(("code", "name"), [at for at in EVERY_VALUE if at[0] != "us-aba"])
def test_a_jurisdiction_never_cites_the_model_rules_for_its_own(code: str, name: str) -> None:
    assert "ABA" not in rule(code, name).citation


def test_a_pack_cannot_be_changed_by_who_reads_it() -> None:
    for mapping in (DIRECTIONS, PACKS, VERSIONS, pack_of("us-nc").values):
        with pytest.raises(TypeError):
            mapping["retention_years"] = 1  # type: ignore[index]


def test_a_version_of_a_pack_is_found_by_its_number_and_the_newest_without() -> None:
    assert pack_of("us-nc", 1).version == 1
    assert pack_of("us-nc") is PACKS["us-nc"]
    with pytest.raises(NotFound, match="us-nc has no version 99"):
        pack_of("us-nc", 99)


@pytest.mark.parametrize("code", sorted(PACKS))
def test_practice_is_conservative_where_no_rule_gives_a_figure(code: str) -> None:
    assert number(code, "second_approval_over_minor") == 10_000_00
    holds = [number(code, f"{instrument}_hold_days") for instrument in ("cheque", "ach", "card", "cash", "wire")]
    assert holds == [7, 5, 3, 1, 0]


@pytest.mark.parametrize(("code", "name"), EVERY_VALUE)
def test_every_value_is_of_the_kind_its_direction_compares(code: str, name: str) -> None:
    kinds = {Stricter.SMALLER: int, Stricter.LARGER: int, Stricter.TRUE: bool, Stricter.SUBSET: tuple, Stricter.FIXED: tuple}

    assert type(rule(code, name).value) is kinds[DIRECTIONS[name]]


@pytest.mark.parametrize("code", sorted(PACKS))
def test_only_roles_that_exist_may_sign(code: str) -> None:
    roles = rule(code, "sign_off_roles").value

    assert isinstance(roles, tuple)
    assert roles
    assert set(roles) <= {str(role) for role in Role}


@pytest.mark.parametrize(
    ("code", "name", "value"),
    [
        ("us-aba", "retention_years", 5),
        ("us-ca", "reconcile_every_days", 31),
        ("us-ca", "three_way_every_days", 31),
        ("us-ny", "retention_years", 7),
        ("us-fl", "three_way_every_days", 31),
        ("us-nc", "reconcile_every_days", 31),
        ("us-nc", "three_way_every_days", 92),
        ("us-nc", "cheque_signer_does_not_reconcile", True),
        ("us-wa", "retention_years", 7),
        ("us-wa", "retention_anchor", ("event recorded",)),
        ("us-wa", "annual_listing", True),
        ("us-ca", "receipt_notice_days", 14),
        ("us-ca", "undisbursed_days", 45),
        ("us-ny", "retention_anchor", ("event recorded",)),
        ("us-wi", "fee_notice_days", 5),
        ("gb-ew", "statement_every_days", 35),
        ("gb-ew", "bill_before_own_costs", True),
        ("gb-ew", "reconcile_every_days", 35),
        ("gb-ew", "three_way_every_days", 35),
        ("gb-ew", "retention_years", 6),
    ],
)
def test_figures_that_a_source_gives(code: str, name: str, value: Setting) -> None:
    assert rule(code, name).value == value
    assert rule(code, name).verified == "found"


@pytest.mark.parametrize("name", sorted(DIRECTIONS))
def test_the_day_of_the_model_rules_for_records_dates_nothing_else(name: str) -> None:
    value = rule("us-aba", name)

    assert (value.effective_from is not None) == value.citation.startswith(
        "ABA Model Rules for Client Trust Account Records"
    )


@pytest.mark.parametrize(
    ("code", "name"),
    [("us-wa", "cash_withdrawals_barred"), ("us-ny", "cash_withdrawals_barred"), ("us-nc", "retention_years")],
)
def test_what_no_named_source_bears_out_needs_checking(code: str, name: str) -> None:
    assert "figure needs checking" in rule(code, name).provenance


def test_wisconsins_notice_of_fees_is_cited_by_the_rule_on_fees() -> None:
    assert rule("us-wi", "fee_notice_days").citation.startswith("Wisconsin SCR 20:1.5(h) and 20:1.15")


def test_there_is_no_pack_for_a_jurisdiction_nobody_cited() -> None:
    with pytest.raises(NotFound, match="us-zz"):
        pack_of("us-zz")


@pytest.mark.parametrize(("code", "name"), EVERY_VALUE)
def test_what_the_pack_asks_is_always_strict_enough(code: str, name: str) -> None:
    check_stricter(PACKS[code], name, rule(code, name).value)


@given(st.sampled_from(names(Stricter.SMALLER)), st.data())
def test_less_is_accepted_where_less_is_stricter(at: tuple[str, str], data: st.DataObject) -> None:
    check_stricter(PACKS[at[0]], at[1], data.draw(st.integers(least(at[1]), number(*at))))


@given(st.sampled_from(names(Stricter.SMALLER)), st.integers(1, 10_000))
def test_more_is_refused_where_less_is_stricter(at: tuple[str, str], more: int) -> None:
    refused(*at, number(*at) + more)


@pytest.mark.parametrize(("code", "name"), names(Stricter.SMALLER))
def test_a_period_is_at_least_a_day_and_an_amount_at_least_nothing(code: str, name: str) -> None:
    lowest = 0 if name.endswith("_minor") else 1
    check_stricter(PACKS[code], name, lowest)
    with pytest.raises(BadRequest, match=f"{name} is at least {lowest}"):
        check_stricter(PACKS[code], name, lowest - 1)


@pytest.mark.parametrize(("code", "name"), names(Stricter.LARGER))
def test_no_wait_is_longer_than_a_hundred_years(code: str, name: str) -> None:
    check_stricter(PACKS[code], name, 36_500)
    with pytest.raises(BadRequest, match="at most 36500"):
        check_stricter(PACKS[code], name, 36_501)


@given(st.sampled_from(names(Stricter.LARGER)), st.integers(0, 36_000))
def test_more_is_accepted_where_more_is_stricter(at: tuple[str, str], more: int) -> None:
    check_stricter(PACKS[at[0]], at[1], number(*at) + more)


@given(st.sampled_from([at for at in names(Stricter.LARGER) if number(*at)]), st.data())
def test_less_is_refused_where_more_is_stricter(at: tuple[str, str], data: st.DataObject) -> None:
    refused(*at, data.draw(st.integers(0, number(*at) - 1)))


@pytest.mark.parametrize(("code", "name"), EVERY_VALUE)
def test_one_step_past_the_pack_is_laxer(code: str, name: str) -> None:
    match DIRECTIONS[name]:
        case Stricter.SMALLER:
            refused(code, name, number(code, name) + 1)
        case Stricter.LARGER if number(code, name):
            refused(code, name, number(code, name) - 1)
        case Stricter.LARGER:
            check_stricter(PACKS[code], name, 1)
        case Stricter.FIXED:
            refused(code, name, ("whenever",))
        case Stricter.SUBSET:
            value = rule(code, name).value
            assert isinstance(value, tuple)
            refused(code, name, (*value, "timekeeper"))
        case Stricter.TRUE if rule(code, name).value:
            refused(code, name, value=False)
        case Stricter.TRUE:
            check_stricter(PACKS[code], name, value=False)


@pytest.mark.parametrize(("code", "name"), names(Stricter.TRUE))
def test_a_separation_of_duties_may_always_be_added(code: str, name: str) -> None:
    check_stricter(PACKS[code], name, value=True)


@pytest.mark.parametrize(("code", "name"), names(Stricter.SUBSET))
def test_somebody_must_be_left_who_may_sign(code: str, name: str) -> None:
    refused(code, name, ())


@pytest.mark.parametrize(
    ("code", "name", "laxer"),
    [("us-wi", "fee_notice_days", 4), ("gb-ew", "three_way_every_days", 36), ("us-aba", "retention_years", 4)],
)
def test_a_refusal_names_the_setting_the_packs_value_and_its_citation(code: str, name: str, laxer: int) -> None:
    refusal = refused(code, name, laxer)

    assert refusal.code == "trust.t16.rule_relaxed"
    for part in (f"{name} = {laxer}", PACKS[code].name, f"({rule(code, name).value}, ", rule(code, name).citation):
        assert part in refusal.sentence
    assert refusal.figures == {"setting": name, "rule_value": rule(code, name).value}


@pytest.mark.parametrize(
    ("name", "laxer", "says"),
    [
        (
            "firm_reserve_cap_minor",
            1_000_01,
            "firm_reserve_cap_minor = 1,000.01 would be laxer than North Carolina allows (500.00",
        ),
        ("sign_off_roles", (), " = nobody would be laxer than North Carolina allows (partner,"),
        ("signer_is_not_preparer", False, " = no would be laxer than North Carolina allows (yes, "),
    ],
)
def test_a_refusal_writes_figures_as_people_do(name: str, laxer: Setting, says: str) -> None:
    assert says in refused("us-nc", name, laxer).sentence


@pytest.mark.parametrize(
    ("name", "says"), [("signer_is_not_preparer", "such as true"), ("sign_off_roles", "such as ['partner']")]
)
def test_a_setting_of_the_wrong_kind_is_told_what_to_send(name: str, says: str) -> None:
    with pytest.raises(BadRequest, match=re.escape(says)):
        check_stricter(pack_of("us-nc"), name, 1)


def test_an_unknown_setting_is_refused_by_name() -> None:
    with pytest.raises(BadRequest, match="colour_of_the_covers is not a setting"):
        check_stricter(pack_of("us-aba"), "colour_of_the_covers", value=True)


@pytest.mark.parametrize(
    "name",
    [
        "negative_balance_allowed", "allow_overdraft", "Overdraft", "override_trust_safeguards", "disable_t1", "t1",
        "trust.t1.overdraft", "skip_hold", "permit_uncleared", "ignore_rules", "safeguards_off",
    ],
)  # fmt: skip
def test_t16_no_switch_turns_a_trust_rule_off_whatever_it_is_called(name: str) -> None:
    with pytest.raises(RuleRelaxed) as refusal:
        check_stricter(pack_of("us-aba"), name, value=True)

    assert refusal.value.code == "trust.t16.rule_relaxed"
    assert refusal.value.rule == "T16"
    assert refusal.value.figures == {"setting": name}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("reconcile_every_days", True),
        ("reconcile_every_days", ("partner",)),
        ("signer_is_not_preparer", 1),
        ("sign_off_roles", 0),
        ("sign_off_roles", True),
    ],
)
def test_a_setting_of_the_wrong_kind_is_not_compared_but_refused(name: str, value: Setting) -> None:
    with pytest.raises(BadRequest, match=re.escape(f"{name} takes a value such as")):
        check_stricter(pack_of("us-aba"), name, value)


def test_a_firms_own_setting_binds_it_and_elsewhere_its_pack_does() -> None:
    policy = Policy(pack_of("us-wi"), {"fee_notice_days": 10, "cheque_signer_does_not_reconcile": True})

    assert policy.number("fee_notice_days") == 10
    assert policy.asks("cheque_signer_does_not_reconcile")
    assert policy.number("retention_years") == 7
    assert policy.roles("sign_off_roles") == ("partner",)
