"""Who a payee is: whether somebody, and whether the firm itself."""

import pytest

from aggregates.named_payee import is_the_firm


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
