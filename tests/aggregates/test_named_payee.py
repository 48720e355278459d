"""Who a payee is: whether somebody, and whether the firm itself."""

import pytest

from aggregates.named_payee import (
    check_named,
    is_the_firm,
    is_the_firms_own,
    may_be_named,
    may_be_one_payee,
    same_bank_account,
)
from aggregates.trust_rules import NoNamedPayee


@pytest.mark.parametrize(
    ("payee", "firm"),
    [
        ("Ashby & Reyes, PLLC", "Ashby & Reyes, PLLC"),
        ("ASHBY AND REYES OPERATING A/C 0417", "Ashby & Reyes, PLLC (demonstration)"),
        ("Reyes, Ashby", "Ashby & Reyes"),
        ("Ashby Reyes Holdings", "Ashby & Reyes"),
        ("Ashby-Reyes", "Ashby & Reyes"),
        ("Gray Law Office", "The Law Offices of Gray, P.A."),
        ("Gray", "Gray Law"),
        ("The Law Firm", "The Law Firm"),
        ("Own office account", "Gray Law"),
    ],
)
def test_the_firm_is_known_by_its_telling_words(payee: str, firm: str) -> None:
    assert is_the_firm(payee, firm)


@pytest.mark.parametrize(
    ("payee", "firm"),
    [
        ("John Gray", "Gray Law"),
        ("Ashby Roofing", "Ashby & Reyes"),
        ("Bank", "Gray Law"),
        ("Clerk of Superior Court", "Ashby & Reyes"),
        ("", "Gray Law"),
        ("Gray & Hale LLP", "Gray Law"),
    ],
)
def test_who_shares_only_a_word_with_it_is_somebody_else(payee: str, firm: str) -> None:
    assert not is_the_firm(payee, firm)


@pytest.mark.parametrize(
    ("payee", "firm"),
    [
        ("Ashby & Reyes, PLLC", "Ashby & Reyes, PLLC"),
        ("REYES and Ashby, operating A/C 0417", "Ashby & Reyes, PLLC (demonstration)"),
        ("AshbyReyes P.L.L.C.", "Ashby & Reyes, PLLC"),
        ("Gray Law, PC, general account", "Gray Law, P.C."),
        ("360 Law", "360 Law"),
        ("The Firm", "The Firm"),
        ("王律师", "王律师"),
    ],
)
def test_what_is_the_firms_goes_to_the_firm_by_its_whole_name(payee: str, firm: str) -> None:
    assert is_the_firms_own(payee, firm)


@pytest.mark.parametrize(
    ("payee", "firm"),
    [
        ("Ashby & Reyes LLP", "Ashby & Reyes, PLLC"),
        ("Ashby & Reyes Plumbing", "Ashby & Reyes, PLLC"),
        ("Ashby", "Ashby & Reyes, PLLC"),
        ("Gray", "Gray Law"),
        ("Operating account", "Ashby & Reyes, PLLC"),
        ("PLLC", "Ashby & Reyes, PLLC"),
        ("", "Ashby & Reyes, PLLC"),
        ("李律师", "王律师"),
    ],
)
def test_what_is_the_firms_goes_to_nobody_who_is_only_called_like_it(payee: str, firm: str) -> None:
    assert not is_the_firms_own(payee, firm)


@pytest.mark.parametrize(
    "payee",
    [
        "Nora Maria Ashby", "ASHBY, Nóra", "Dr. Nora Ashby", "N. Ashby", "N.M. Ashby", "Ashby NM",
        "Nora Ashby Consulting LLC", "Nora and Peter Maria Ashby", "Ashby", "NoraMaria Ashby", "Nora M. Ashby",
    ],
)  # fmt: skip
def test_a_payee_who_may_be_a_person_is_known_however_the_name_is_written(payee: str) -> None:
    assert may_be_named(payee, "Nora Maria Ashby")


@pytest.mark.parametrize(
    "payee", ["Norman Ashby", "Nora", "P. Ashby", "Ashby & Reyes PLLC", "Nora Reyes", "Ashby Roofing", "-", "Maria Stuart"]
)
def test_a_payee_of_another_name_is_somebody_else(payee: str) -> None:
    assert not may_be_named(payee, "Nora Maria Ashby")


@pytest.mark.parametrize(
    ("one", "other"), [("Imogen Falk", "Falk, I."), ("Falk Consulting", "Imogen Falk Consulting"), ("王伟", "王伟")]
)
def test_one_payee_may_be_written_in_two_ways(one: str, other: str) -> None:
    assert may_be_one_payee(one, other)
    assert may_be_one_payee(other, one)


def test_others_are_two_payees() -> None:
    assert not may_be_one_payee("Imogen Falk", "Ilse Falk")
    assert not may_be_one_payee("Clerk of Superior Court", "Imogen Falk")


def test_an_account_is_one_however_it_is_written() -> None:
    assert same_bank_account("DE89 3704 0044", "de89-37040044")
    assert not same_bank_account("DE89 3704 0044", "DE89 3704 0045")
    assert not same_bank_account(None, None)
    assert not same_bank_account("", " ")


@pytest.mark.parametrize(
    "payee", ["Self", "Pay to the order of", "To whom it may concern", "N/A", "4711", "Various", "T.B.A."]
)
def test_t9_words_that_mean_whoever_holds_it_name_nobody(payee: str) -> None:
    with pytest.raises(NoNamedPayee):
        check_named(payee, is_contact=False)


@pytest.mark.parametrize("payee", ["May Till", "It\u014d Ren", "No. 5 Holdings", "Hand & Sons", "Concern Worldwide"])
def test_t9_somebody_with_such_a_word_in_the_name_is_named(payee: str) -> None:
    check_named(payee, is_contact=payee == "May Till")
