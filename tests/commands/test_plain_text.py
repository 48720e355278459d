"""What can be seen may be written; what cannot, may not: a name is read as it is stored."""

import pytest
from pydantic import ValidationError

from commands.add_contact import AddContact
from commands.add_user import AddUser
from commands.amend_contact import AmendContact
from commands.plain_text import check_plain
from commands.postal_address import PostalAddress
from commands.receive_funds import ReceiveFunds
from tests.commands.trust_practice import ASHBY, ROLES, Practice, day


@pytest.mark.parametrize(
    "name",
    [
        "Nora Ashby",
        "Łukasz Żółć",
        "D\u2019Arcy \u2013 O'Neil",
        "村上 春樹",
        "辻\U000e0101 健",  # a variant of the first sign, chosen by its selector
        "مى\u200cخواهم",  # Persian, with a zero-width non-joiner
        "क्\u200dष",  # Devanagari, with a zero-width joiner
        "ശ്രീജിത്ത് ന്\u200d",  # Malayalam, one at the end of a word
        "שָׁלוֹם",
        "\u0601 \u06dd",  # signs of Arabic that are seen, though Unicode calls them format
        "Nora \U0001f469\u200d\u2696\ufe0f",  # a pictograph of two parts
        "e\u0301",
    ],
)
def test_names_of_every_script_are_taken(name: str) -> None:
    assert check_plain(name) == name
    assert AddContact(name=name).name == name


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Nora\u202eybhsA", "place 5 (U+202E, right-to-left override)"),
        ("Nora\u2066Ashby", "U+2066"),
        ("Nora\u200fAshby", "U+200F"),
        ("Nora\u200bAshby", "U+200B"),
        ("\ufeffNora", "U+FEFF"),
        ("No\u00adra", "U+00AD"),
        ("Nora\u200dAshby", "U+200D"),
        ("\u200cنورا", "U+200C"),
        ("Nora\x1b[31m", "U+001B, a control character"),
        ("Nora\tAshby", "U+0009"),
        ("Nora\x85", "U+0085"),
        ("Nora\u2028Ashby", "U+2028"),
        ("\u3164", "U+3164"),
        ("\u2800", "U+2800"),
        ("Nora\U000e0041", "U+E0041"),
        ("Nora\ufffe", "U+FFFE"),
        ("Nora\nAshby", "line break"),
    ],
)
def test_what_cannot_be_seen_is_refused_and_named(text: str, says: str) -> None:
    for command in (AddContact, AddUser):
        with pytest.raises(ValidationError, match="name") as refused:
            command.model_validate({"name": text, "email": "n@x.example", "roles": ("client",)})
        assert any(says in one["msg"] for one in refused.value.errors() if one["loc"] == ("name",))
    with pytest.raises(ValidationError):
        AddContact(name="Nora", aliases=("N", text))
    with pytest.raises(ValidationError):
        PostalAddress(lines=(f"{text}!",), country="US")


def test_a_description_may_have_lines_and_nothing_hidden_in_them(practice: Practice) -> None:
    given = {
        "ledger_id": practice.ledgers["A"], "amount_minor": 100, "effective_date": day(1), "instrument": "wire",
        "payer": "A", "description": "For the deposit\r\n\tand the fee",
    }  # fmt: skip
    assert "\n" in ReceiveFunds.model_validate(given).description
    for field, text in (("description", "a\u202eb"), ("payer", "A\nB"), ("reference", "1\n2"), ("deposit_slip", "\u200b")):
        with pytest.raises(ValidationError):
            ReceiveFunds.model_validate(given | {field: text})


@pytest.mark.parametrize(
    "email", ["n@x.example", "nora.ashby+trust@ashby-reyes.example", "jörg@münchen.example", "o'n@x.co"]
)
def test_an_address_that_post_can_go_to(email: str) -> None:
    assert AddUser(name="Nora", email=email, roles=(ROLES[ASHBY],)).email == email


@pytest.mark.parametrize(
    "email",
    ["b", "b@", "@x.example", "a@b", "a b@x.example", "a@x..example", ".a@x.example", "a@-x.example", "a@x.example\u200b",
     "Nora <n@x.example>", "a@b@x.example", "a@x.example ", "a" * 65 + "@x.example", "a@" + "x" * 250 + ".example"],
)  # fmt: skip
def test_what_is_no_address(email: str) -> None:
    with pytest.raises(ValidationError):
        AddUser(name="Nora", email=email, roles=(ROLES[ASHBY],))
    with pytest.raises(ValidationError):
        AddContact(name="Nora", emails=("n@x.example", email))


@pytest.mark.parametrize("phone", ["+1 919 555 0142", "(919) 555-0142 ext. 7", "020 7946 0958", "911", "919.555.0142 x12"])
def test_a_number_that_can_be_called(phone: str) -> None:
    assert AddContact(name="Nora", phones=(phone,)).phones == (phone,)


@pytest.mark.parametrize(
    "phone", ["", "none", "12", "call me 919", "+", "1" * 24, "919\u202a5550142", "<script>919</script>"]
)
def test_what_is_no_number(phone: str) -> None:
    with pytest.raises(ValidationError):
        AddContact(name="Nora", phones=(phone,))


def test_an_amendment_is_held_to_the_same(practice: Practice) -> None:
    contact = practice.clients["A"]
    practice.does(AmendContact(contact_id=contact, field="emails", values=("a@archer.example",)))
    for field, value in (("emails", "b"), ("phones", "none"), ("name", "A\u202eB"), ("aliases", "A\nB")):
        with pytest.raises(ValidationError):
            AmendContact.model_validate({"contact_id": contact, "field": field, "values": (value,)})
