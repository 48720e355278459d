"""The firm: its policy is its pack tightened, never relaxed; its matters are numbered by a pattern."""

from uuid import UUID

import pytest

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
from aggregates.jurisdictions import pack_of
from aggregates.trust_rules import RuleRelaxed
from aggregates.user import UserDeactivated

FIRM, PARTNER = UUID(int=1), UUID(int=2)
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
    assert given().policy.number("reconcile_every_days") == 31
    assert given().policy.asks("cheque_signer_does_not_reconcile")


def test_the_version_of_the_pack_it_was_established_under_binds_it() -> None:
    assert given().policy.pack is pack_of("us-nc", 1)
    unknown = evolve(None, ESTABLISHED.model_copy(update={"pack_version": 99}))

    with pytest.raises(NotFound, match="us-nc has no version 99"):
        _ = unknown.policy


def test_a_setting_may_be_one_day_stricter() -> None:
    event = given().tighten("reconcile_every_days", 30)

    assert event == FirmPolicyTightened(setting="reconcile_every_days", before=31, after=30)
    assert given(event).policy.number("reconcile_every_days") == 30


def test_a_setting_may_be_what_the_pack_asks_and_not_one_day_laxer() -> None:
    assert given().tighten("reconcile_every_days", 31).after == 31
    with pytest.raises(RuleRelaxed) as refused:
        given().tighten("reconcile_every_days", 32)

    assert refused.value.code == "trust.t16.rule_relaxed"
    assert refused.value.rule == "T16"
    assert refused.value.figures["rule_value"] == 31


def test_a_separation_of_duties_that_the_pack_asks_for_cannot_be_switched_off() -> None:
    with pytest.raises(RuleRelaxed):
        given().tighten("cheque_signer_does_not_reconcile", value=False)


def test_what_was_tightened_before_is_the_before_of_the_next() -> None:
    once = given().tighten("retention_years", 7)

    assert given(once).tighten("retention_years", 8).before == 7


@pytest.mark.parametrize(("setting", "value"), [("no_such_setting", 1), ("retention_years", True)])
def test_an_unknown_setting_or_a_value_of_another_type_is_a_bad_request(setting: str, value: int) -> None:
    with pytest.raises(BadRequest):
        given().tighten(setting, value)


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
