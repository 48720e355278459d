"""A contact: its details change with before and after; a duplicate lives on in its survivor."""

from uuid import UUID

import pytest

from aggregates.address import Address
from aggregates.contact import (
    Contact,
    ContactAdded,
    ContactAmended,
    ContactRolesChanged,
    ContactsMerged,
    MergedIntoContact,
    evolve,
)
from aggregates.errors import BadRequest, WrongState
from aggregates.event import Event, Personal
from aggregates.upcasting import upcast

WHO, SURVIVOR = UUID(int=1), UUID(int=2)


def text(of: str) -> Personal:
    return Personal(subject_id=WHO, text=of)


ADDED = ContactAdded(
    contact_id=WHO,
    form="person",
    name=text("Ruth Okafor"),
    aliases=(text("Ruth Bell"),),
    roles=("client",),
    addresses=(),
    emails=(text("ruth@example.com"),),
    phones=(),
)
MERGED = MergedIntoContact(survivor_id=SURVIVOR)


def given(*events: Event) -> Contact:
    contact: Contact | None = None
    for event in (ADDED, *events):
        contact = evolve(contact, event)
    assert contact is not None
    return contact


def test_a_detail_changes_with_before_and_after_and_leaves_the_others_alone() -> None:
    event = given().amend("name", (text("Ruth Bell"),))

    assert event == ContactAmended(field="name", before=(text("Ruth Okafor"),), after=(text("Ruth Bell"),))
    assert given(event).name == "Ruth Bell"
    assert given(event).details["emails"] == (text("ruth@example.com"),)


def test_addresses_change_with_before_and_after_and_may_all_go() -> None:
    home = Address(
        kind="home", lines=(text("12 Main St"),), city=text("Raleigh"), region=None, postal_code=None, country=None
    )
    event = given().change_addresses((home,))

    assert event == ContactAmended(field="addresses", before=(), after=(home,))
    assert given(event).addresses == (home,)
    assert given(event, given(event).change_addresses(())).addresses == ()
    with pytest.raises(BadRequest):
        given(event).change_addresses((home,))
    with pytest.raises(WrongState):
        given(MERGED).change_addresses((home,))


def test_addresses_that_were_one_text_are_lines_of_unknown_place() -> None:
    old = {"subject_id": str(WHO), "text": "12 Main St\n\nRaleigh NC", "sealed": None}
    sealed = {"subject_id": str(WHO), "text": None, "sealed": {"$enc": "1"}}
    amended = {"field": "addresses", "before": [], "after": [old, sealed]}

    first, second = ContactAmended.model_validate(upcast("contact/amended", 1, amended)).after
    assert isinstance(first, Address)
    assert isinstance(second, Address)
    assert (first.kind, [str(line) for line in first.lines], first.city) == ("other", ["12 Main St", "Raleigh NC"], None)
    assert second.lines == (Personal.model_validate(sealed),)
    names = {"field": "aliases", "before": [old], "after": []}
    assert upcast("contact/amended", 1, names) == names


def test_a_list_may_be_emptied() -> None:
    event = given().amend("aliases", ())

    assert given(event).details["aliases"] == ()


@pytest.mark.parametrize("names", [(), (text("Ruth"), text("Bell")), (text(""),)])
def test_a_contact_has_one_name(names: tuple[Personal, ...]) -> None:
    with pytest.raises(BadRequest):
        given().amend("name", names)


def test_roles_change_with_before_and_after_each_named_once() -> None:
    event = given().change_roles(("witness", "client", "witness"))

    assert event == ContactRolesChanged(before=("client",), after=("client", "witness"))
    assert given(event).roles == ("client", "witness")


def test_a_merged_contact_is_edited_no_more_and_names_its_survivor() -> None:
    merged = given(MERGED)

    with pytest.raises(WrongState) as refused:
        merged.amend("phones", (text("+1 919 555 0100"),))
    assert refused.value.figures["survivor_id"] == SURVIVOR
    with pytest.raises(WrongState):
        merged.change_roles(("payee",))


def test_a_survivor_goes_on_as_it_was() -> None:
    assert given(ContactsMerged(merged_id=UUID(int=3))) == given()


def test_what_cannot_have_happened_to_a_contact_is_corrupt_data() -> None:
    with pytest.raises(AssertionError):
        given(ADDED)
    with pytest.raises(AssertionError):
        evolve(None, MERGED)
