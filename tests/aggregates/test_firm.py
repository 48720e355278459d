"""The firm: its policy is its pack tightened, never relaxed; its matters are numbered by a pattern."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from aggregates import jurisdictions
from aggregates.errors import BadRequest, NotFound
from aggregates.event import Event
from aggregates.firm import (
    Firm,
    FirmEstablished,
    FirmPolicyTightened,
    SolePractitionerDeclared,
    SolePractitionerEnded,
    check_pattern,
    evolve,
    format_number,
)
from aggregates.jurisdiction_packs import VERSIONS
from aggregates.jurisdictions import pack_of
from aggregates.trust_rules import RuleRelaxed
from aggregates.user import UserDeactivated

FIRM, PARTNER = UUID(int=1), UUID(int=2)
TODAY = date(2026, 9, 15)
ESTABLISHED = FirmEstablished(
    firm_id=FIRM,
    name="Gray & Hale",
    jurisdiction="us-nc",
    pack_version=1,
    base_currency="USD",
    time_zone="America/New_York",
    fiscal_year_start_month=1,
    matter_number_pattern="{yyyy}-{seq:04}",
)


def given(*events: Event) -> Firm:
    firm: Firm | None = None
    for event in (ESTABLISHED, *events):
        firm = evolve(firm, event)
    assert firm is not None
    return firm


def test_a_new_firm_is_bound_by_its_pack() -> None:
    assert given().policy_on(TODAY).number("reconcile_every_days") == 31
    assert given().policy_on(TODAY).asks("cheque_signer_does_not_reconcile")


def test_the_version_of_the_pack_it_was_established_under_binds_it() -> None:
    assert given().policy_on(TODAY).pack is pack_of("us-nc", 1)
    unknown = evolve(None, ESTABLISHED.model_copy(update={"pack_version": 99}))

    with pytest.raises(NotFound, match="us-nc has no version 99"):
        _ = unknown.policy_on(TODAY)


def test_a_setting_may_be_one_day_stricter() -> None:
    event = given().tighten("reconcile_every_days", 30, today=TODAY)

    assert event == FirmPolicyTightened(setting="reconcile_every_days", before=31, after=30, why=None)
    assert given(event).policy_on(TODAY).number("reconcile_every_days") == 30


def test_a_setting_may_be_what_the_pack_asks_and_not_one_day_laxer() -> None:
    assert given().tighten("reconcile_every_days", 31, today=TODAY).after == 31
    with pytest.raises(RuleRelaxed) as refused:
        given().tighten("reconcile_every_days", 32, today=TODAY)

    assert refused.value.code == "trust.t16.rule_relaxed"
    assert refused.value.rule == "T16"
    assert refused.value.figures["rule_value"] == 31


def test_a_separation_of_duties_that_the_pack_asks_for_cannot_be_switched_off() -> None:
    with pytest.raises(RuleRelaxed):
        given().tighten("cheque_signer_does_not_reconcile", value=False, today=TODAY)


def test_what_was_tightened_before_is_the_before_of_the_next() -> None:
    once = given().tighten("retention_years", 7, today=TODAY)

    assert given(once).tighten("retention_years", 8, today=TODAY).before == 7


@pytest.mark.parametrize(("setting", "value"), [("no_such_setting", 1), ("retention_years", True)])
def test_an_unknown_setting_or_a_value_of_another_type_is_a_bad_request(setting: str, value: int) -> None:
    with pytest.raises(BadRequest):
        given().tighten(setting, value, today=TODAY)


def test_going_back_towards_the_pack_needs_a_reason() -> None:
    strict = given(given().tighten("reconcile_every_days", 10, today=TODAY))

    with pytest.raises(BadRequest, match="say why the firm goes back"):
        strict.tighten("reconcile_every_days", 31, today=TODAY)
    assert strict.tighten("reconcile_every_days", 31, today=TODAY, why="ten was a slip").before == 10


def test_roles_are_named_once_each() -> None:
    with pytest.raises(BadRequest, match="names something twice"):
        given().tighten("sign_off_roles", ("partner", "partner"), today=TODAY)


def test_another_pack_binds_from_its_day_on_and_not_before() -> None:
    event = given().adopt("us-wi", None, on=TODAY + timedelta(days=3), today=TODAY, why="moved to Madison")
    firm = given(event)

    assert (event.before_jurisdiction, event.before_version) == ("us-nc", 1)
    assert firm.policy_on(TODAY + timedelta(days=2)).number("fee_notice_days") == 0
    assert firm.policy_on(TODAY + timedelta(days=3)).number("fee_notice_days") == 5


def test_what_the_firm_set_itself_holds_under_another_pack_where_it_is_stricter() -> None:
    firm = given(
        given().tighten("fee_notice_days", 3, today=TODAY),
        given().tighten("cure_within_days", 1, today=TODAY),
        given().adopt("us-wi", None, on=TODAY, today=TODAY, why="moved to Madison"),
    )

    assert firm.policy_on(TODAY).number("fee_notice_days") == 5
    assert firm.policy_on(TODAY).number("cure_within_days") == 1
    with pytest.raises(RuleRelaxed):
        firm.tighten("fee_notice_days", 4, today=TODAY)


def test_no_pack_binds_what_was_done_before() -> None:
    with pytest.raises(RuleRelaxed, match="from 2026-09-15 on at the earliest"):
        given().adopt("us-wi", None, on=TODAY - timedelta(days=1), today=TODAY, why="moved to Madison")


@pytest.mark.parametrize(
    ("jurisdiction", "days", "said"),
    [
        ("gb-ew", 0, "keeps client money in GBP"),
        ("us-nc", 0, "binds this firm on 2026-09-15 already"),
        ("us-wi", 367, "more than 366 days ahead"),
    ],
)
def test_a_pack_that_cannot_bind_is_a_bad_request(jurisdiction: str, days: int, said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        given().adopt(jurisdiction, None, on=TODAY + timedelta(days=days), today=TODAY, why="moved")


def test_a_pack_to_come_is_replaced_on_its_day_and_not_overtaken() -> None:
    later = TODAY + timedelta(days=9)
    firm = given(given().adopt("us-wi", None, on=later, today=TODAY, why="moving to Madison"))

    with pytest.raises(BadRequest, match=r"us-wi version 1 is adopted from 2026-09-24 on"):
        firm.adopt("us-ca", None, on=TODAY, today=TODAY, why="moving to Fresno")
    stayed = firm.adopt("us-nc", None, on=later, today=TODAY, why="not moving after all")
    assert evolve(firm, stayed).pack_on(later) is pack_of("us-nc")


def test_a_superseded_version_is_not_adopted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    second = replace(pack_of("us-nc", 1), version=2)
    monkeypatch.setattr(jurisdictions, "VERSIONS", {**VERSIONS, ("us-nc", 2): second})
    monkeypatch.setattr(jurisdictions, "PACKS", {**jurisdictions.PACKS, "us-nc": second})
    event = given().adopt("us-nc", None, on=TODAY, today=TODAY, why="the bar changed its rule")

    assert event.pack_version == 2
    with pytest.raises(RuleRelaxed, match="superseded by version 2"):
        given(event).adopt("us-nc", 1, on=TODAY + timedelta(days=1), today=TODAY, why="we liked it better")


def test_a_sole_practitioner_is_on_record_until_it_ends() -> None:
    declared = SolePractitionerDeclared(user_id=PARTNER, why="no second lawyer in the firm")

    assert given().sole_practitioner is None
    assert given(declared).sole_practitioner == PARTNER
    assert given(declared, SolePractitionerEnded(why="an associate joined")).sole_practitioner is None


@pytest.mark.parametrize(
    ("pattern", "sequence", "number"),
    [
        ("{yyyy}-{seq:04}", 7, "2026-0007"),
        ("{yyyy}-{seq:04}", 9999, "2026-9999"),
        ("{yyyy}-{seq:04}", 10000, "2026-10000"),
        ("{yy}/{seq}", 7, "26/7"),
        ("M {seq:2}", 7, "M 07"),
    ],
)
def test_a_pattern_gives_numbers(pattern: str, sequence: int, number: str) -> None:
    assert format_number(check_pattern(pattern), 2026, sequence) == number


@pytest.mark.parametrize(
    "pattern",
    [
        "", "2026", "{yyyy}", "{seq", "seq}", "{seq:}", "{seq:abc}", "{sequence}", "{{seq}}",
        "{seq:99}", "{seq:10}", "{seq:0}", "{seq}-{seq}", "{seq}{seq:04}",
    ],
)  # fmt: skip
def test_a_pattern_that_cannot_number_is_refused(pattern: str) -> None:
    with pytest.raises(BadRequest):
        check_pattern(pattern)


def test_what_cannot_have_happened_to_a_firm_is_corrupt_data() -> None:
    with pytest.raises(AssertionError):
        given(ESTABLISHED)
    with pytest.raises(AssertionError):
        evolve(None, SolePractitionerEnded(why="before there was a firm"))
    with pytest.raises(AssertionError):
        given(UserDeactivated(why="of another stream"))
