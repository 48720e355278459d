"""Conflict search: accents, case, order and legal forms do not hide a name; former names and duplicates count."""

from uuid import UUID

import pytest

from aggregates.contact import ContactAdded, ContactAmended, ContactsMerged, MergedIntoContact
from aggregates.errors import BadRequest
from aggregates.event import Personal
from aggregates.matter import PartyAdded, PartyRemoved
from projections.alike import normalised
from projections.names import Name, conflict_hits
from projections.reports import conflict_search
from tests.projections.september import September, folded, lived


def _name(number: int, name: str) -> Name:
    return Name(UUID(int=number), "name", name, normalised(name))


@pytest.mark.parametrize(
    ("asked", "on_record"),
    [
        ("José Núñez", "JOSE NUNEZ"),
        ("Smith, John", "John Smith"),
        ("Acme Inc.", "ACME, LLC"),
        ("O'Brien", "OBrien"),
        ("Jon Smith", "John Smith"),
        ("Smith", "John Smith"),
        ("The Co", "the co"),
        ("Иван Петров", "Ivan Petrov"),
        ("陈伟", "Wei Chen"),
        ("Łukasz Sørensen", "Lukasz Sorensen"),
        ("J. R. Smith", "Smith, John Robert"),
        ("J\u043ehn Smith", "John Smith"),
        ("O’Brien", "OBRIEN"),
        ("Mc Donald", "McDonald"),
        ("De La Cruz, Maria", "Maria Delacruz"),
        ("IBM", "International Business Machines"),
        ("Bank of America", "BoA"),
        ("Acme P.L.L.C.", "Acme Incorporated"),
        ("John\u200b Smith", "John Smith"),
        ("O Malley", "Katherine O'Malley"),
        ("Whitfeild", "Robert Thornton Whitfield III"),
        ("JP Morgan", "JPMorgan Chase Bank, N.A."),
        ("Petrow", "Ivan Petrov"),
        ("Delacruz", "Catherine de la Cruz"),
    ],
)
def test_a_name_is_found_however_it_is_written(asked: str, on_record: str) -> None:
    names = [_name(1, on_record), _name(2, "Quite Another")]
    assert [hit.contact_id for hit in conflict_hits(names, asked)] == [UUID(int=1)]


@pytest.mark.parametrize(
    ("asked", "on_record"),
    [("Lu", "Li Na"), ("Dana", "Dane Cook"), ("Bell", "Bellweather Supply"), ("Mark Stone", "Mark Lane")],
)
def test_a_name_of_somebody_else_is_left_alone(asked: str, on_record: str) -> None:
    assert conflict_hits([_name(1, on_record)], asked) == []


def test_the_same_name_comes_before_one_that_resembles_it() -> None:
    hits = conflict_hits([_name(1, "Jon Smyth"), _name(2, "John Smith"), _name(3, "John Smith Holdings")], "John Smith")
    assert [hit.contact_id.int for hit in hits] == [2, 3, 1]
    assert hits[0].score == 100
    assert all(0 <= hit.score <= 100 for hit in hits)


def test_a_contact_comes_up_once_by_its_best_name() -> None:
    names = [_name(1, "John Smith"), Name(UUID(int=1), "alias", "Jack Smith", "jack smith")]
    (hit,) = conflict_hits(names, "Jack Smith")
    assert (hit.matched, hit.score) == ("alias", 100)


def test_initials_stand_for_words_that_begin_so_and_for_no_others() -> None:
    names = [_name(1, "John Robert Smithson-Wetherby"), _name(2, "Karl Robert Baker"), _name(3, "John Robert Barker")]
    assert [hit.contact_id.int for hit in conflict_hits(names, "J. R. Barker")] == [3]
    assert conflict_hits([_name(1, "Robert Fitzgerald Jones")], "R. J. Marx") == []


def test_no_hit_is_left_off() -> None:
    assert len(conflict_hits([_name(n, "John Smith") for n in range(300)], "John Smith")) == 300


def test_nothing_is_asked_and_nothing_found() -> None:
    assert conflict_hits([_name(1, "John Smith")], " .,") == []
    assert conflict_hits([], "John Smith") == []


def test_former_names_aliases_and_duplicates_are_found(database_url: str) -> None:
    with lived(database_url) as (database, month):
        old = _add(month, "Maria Oldname", "Mitzi")
        renamed = ContactAmended(field="name", before=(_text(old, "Maria Oldname"),), after=(_text(old, "Maria Newname"),))
        month.books.append((old, renamed))
        before = month.books.log.size()
        twin = _add(month, "Marya Oldnaym")
        month.books.append((old, ContactsMerged(merged_id=twin)), (twin, MergedIntoContact(survivor_id=old)))
        with folded(database) as reader:
            former, alias, newest, duplicate = conflict_search.hits(
                reader, ["Maria Oldname", "Mitzi", "Maria Newname", "Marya Oldnaym"], least_score=90
            )
            (then,) = conflict_search.hits(reader, ["Marya Oldnaym"], known_at=before, least_score=100)
            client = conflict_search.report(reader, names=["client a"]).records()[0]
    for found in (former, alias, newest, duplicate):
        assert [hit.contact_id for hit in found] == [old]
    assert alias[0].matched == "alias"
    assert then == []
    assert (client["roles"], client["matters"]) == ("client", "2026-A")


def test_a_name_without_a_letter_is_refused_and_finds_not_nobody(database_url: str) -> None:
    with lived(database_url) as (database, _), folded(database) as reader:
        for nothing in ("-", " .,", "\u200b"):
            with pytest.raises(BadRequest):
                conflict_search.hits(reader, ["Client A", nothing])


def test_a_former_party_still_comes_up_with_its_matter(database_url: str) -> None:
    with lived(database_url) as (database, month):
        matter_id, witness = month.matters["A"], _add(month, "Wilhelmina Former")
        month.books.append((matter_id, PartyAdded(contact_id=witness, role="opposing_party")))
        month.books.append((matter_id, PartyRemoved(contact_id=witness, role="opposing_party")))
        with folded(database) as reader:
            (row,) = conflict_search.report(reader, names=["Wilhelmina Former"], least_score=90).records()
    assert (row["roles"], row["matters"]) == ("former opposing_party", "2026-A")


def _text(contact_id: UUID, text: str) -> Personal:
    return Personal(subject_id=contact_id, text=text)


def _add(month: September, name: str, *aliases: str) -> UUID:
    contact_id = month.books.id()
    added = ContactAdded(
        contact_id=contact_id,
        form="person",
        name=_text(contact_id, name),
        aliases=tuple(_text(contact_id, alias) for alias in aliases),
        roles=("witness",),
        addresses=(),
        emails=(),
        phones=(),
    )
    month.books.append((contact_id, added))
    return contact_id
