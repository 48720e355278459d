"""A matter: pending, open, closed; and not closed while it holds a client's money (T14)."""

from datetime import date
from typing import Literal
from uuid import UUID

import pytest

from aggregates.errors import AlreadyExists, BadRequest, NotFound, WrongState
from aggregates.event import Event, Personal
from aggregates.matter import (
    NUMBER,
    Matter,
    MatterAccepted,
    MatterAmended,
    MatterClosed,
    MatterNumberTaken,
    MatterOpened,
    MatterReopened,
    PartyAdded,
    PartyRemoved,
    TrustLedgerAttached,
    evolve,
    number_stream,
)
from aggregates.trust_rules import MatterHoldsTrustMoney

MATTER, CLIENT, LAWYER, OTHER = UUID(int=1), UUID(int=2), UUID(int=3), UUID(int=4)
TODAY = date(2026, 9, 30)
CLOSED = MatterClosed(closed_on=TODAY, why="settled and paid out")


def opened(status: Literal["pending", "open"] = "open") -> MatterOpened:
    return MatterOpened(
        matter_id=MATTER,
        number="2026-0001",
        client_id=CLIENT,
        description=Personal(subject_id=CLIENT, text="Purchase of a house"),
        practice_area="real estate",
        responsible_attorney_id=LAWYER,
        originating_attorney_id=None,
        status=status,
        opened_on=date(2026, 9, 1),
    )


def fold(*events: Event) -> Matter:
    matter: Matter | None = None
    for event in events:
        matter = evolve(matter, event)
    assert matter is not None
    return matter


def close(
    matter: Matter, trust: int = 0, held: int = 0, pending: int = 0, uncleared: int = 0, on: date = TODAY
) -> MatterClosed:
    return matter.close(
        on=on,
        why="settled and paid out",
        trust_minor=trust,
        held_minor=held,
        pending_minor=pending,
        uncleared_items=uncleared,
    )


def test_a_pending_matter_is_accepted_once() -> None:
    event = fold(opened("pending")).accept()

    assert event == MatterAccepted()
    assert fold(opened("pending"), event).status == "open"
    with pytest.raises(WrongState):
        fold(opened("pending"), event).accept()


def test_a_detail_changes_with_before_and_after() -> None:
    event = fold(opened()).amend("responsible_attorney_id", str(OTHER))

    assert event == MatterAmended(field="responsible_attorney_id", before=str(LAWYER), after=str(OTHER))
    assert fold(opened(), event).amend("responsible_attorney_id", None).before == str(OTHER)


def test_a_description_is_about_the_client_and_is_never_empty() -> None:
    event = fold(opened()).amend("description", "Sale of a house")

    assert event.after == Personal(subject_id=CLIENT, text="Sale of a house")
    for words in (None, " ", "Purchase of a house"):
        with pytest.raises(BadRequest):
            fold(opened()).amend("description", words)
    with pytest.raises(BadRequest):
        fold(opened()).amend("practice_area", "real estate")


def test_a_matter_closes_on_the_day_it_was_opened_and_not_before() -> None:
    assert close(fold(opened()), on=date(2026, 9, 1)).closed_on == date(2026, 9, 1)
    with pytest.raises(BadRequest):
        close(fold(opened()), on=date(2026, 8, 31))


def test_a_number_is_one_number_however_it_is_written() -> None:
    assert number_stream(" 2026-a  7") == number_stream("2026-A 7")
    assert number_stream("2026-A7") != number_stream("2026-A 7")
    assert number_stream("２０２６\u20110001") == number_stream("2026-0001") == number_stream("2026\u22120001")


@pytest.mark.parametrize("role", ["opposing_party", "opposing_counsel"])
def test_nobody_is_on_both_sides_of_a_matter(role: Literal["opposing_party", "opposing_counsel"]) -> None:
    with pytest.raises(BadRequest):
        fold(opened()).add_party(CLIENT, role)
    with pytest.raises(BadRequest):
        fold(opened(), PartyAdded(contact_id=OTHER, role=role)).add_party(OTHER, "client")
    assert fold(opened(), PartyAdded(contact_id=OTHER, role=role)).add_party(OTHER, "witness").role == "witness"


def test_t14_a_matter_is_not_closed_as_of_a_day_before_its_last_entry_nor_before_it_was_closed_last() -> None:
    def closed(matter: Matter, on: date, last: date) -> MatterClosed:
        return matter.close(
            on=on, why="done", trust_minor=0, held_minor=0, pending_minor=0, uncleared_items=0, last_entry_on=last
        )

    last = date(2026, 9, 20)
    assert closed(fold(opened()), last, last).closed_on == last
    with pytest.raises(MatterHoldsTrustMoney) as refused:
        closed(fold(opened()), date(2026, 9, 19), last)
    assert refused.value.figures == {"last_entry_on": last, "closed_on": date(2026, 9, 19)}
    again = fold(opened(), CLOSED, MatterReopened(why="an appeal"))
    assert close(again).closed_on == TODAY
    with pytest.raises(BadRequest):
        close(again, on=date(2026, 9, 29))


def test_a_party_plays_a_role_once_and_may_play_two() -> None:
    matter = fold(opened(), PartyAdded(contact_id=OTHER, role="witness"))

    assert matter.add_party(OTHER, "expert") == PartyAdded(contact_id=OTHER, role="expert")
    with pytest.raises(AlreadyExists):
        matter.add_party(OTHER, "witness")


def test_a_party_is_removed_from_the_role_it_plays() -> None:
    matter = fold(opened(), PartyAdded(contact_id=OTHER, role="witness"))
    event = matter.remove_party(OTHER, "witness")

    assert event == PartyRemoved(contact_id=OTHER, role="witness")
    assert evolve(matter, event).parties == frozenset()
    with pytest.raises(NotFound):
        matter.remove_party(OTHER, "expert")


@pytest.mark.parametrize("status", ["pending", "open"])
def test_a_matter_that_holds_nothing_closes(status: Literal["pending", "open"]) -> None:
    event = close(fold(opened(status)))

    assert event == CLOSED
    assert fold(opened(status), event).status == "closed"


@pytest.mark.parametrize(
    ("trust", "held", "pending", "uncleared"),
    [(1, 0, 0, 0), (-1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)],
)
def test_t14_a_matter_that_holds_a_cent_or_one_uncleared_item_does_not_close(
    trust: int, held: int, pending: int, uncleared: int
) -> None:
    with pytest.raises(MatterHoldsTrustMoney) as refused:
        close(fold(opened()), trust, held, pending, uncleared)

    assert refused.value.code == "trust.t14.matter_holds_trust_money"
    assert refused.value.rule == "T14"
    assert refused.value.figures == {
        "trust_minor": trust,
        "held_minor": held,
        "pending_minor": pending,
        "uncleared_items": uncleared,
    }


def test_a_matter_knows_every_trust_ledger_that_closing_has_to_look_at() -> None:
    first, second = UUID(int=5), UUID(int=6)

    matter = fold(opened(), TrustLedgerAttached(ledger_id=first), TrustLedgerAttached(ledger_id=second))

    assert matter.ledgers == (first, second)


def test_a_closed_matter_takes_no_change_until_it_is_reopened() -> None:
    matter = fold(opened(), CLOSED)

    with pytest.raises(WrongState):
        close(matter)
    with pytest.raises(WrongState):
        matter.amend("description", "Sale of a house")
    with pytest.raises(WrongState):
        matter.add_party(OTHER, "witness")
    assert matter.reopen("an appeal") == MatterReopened(why="an appeal")
    assert evolve(matter, MatterReopened(why="an appeal")).status == "open"


def test_only_a_closed_matter_is_reopened() -> None:
    with pytest.raises(WrongState):
        fold(opened()).reopen("an appeal")


def test_a_number_is_taken_once_for_ever() -> None:
    taken = MatterNumberTaken(number="2026-0001", matter_id=MATTER)

    assert NUMBER.evolve(None, taken) == taken
    with pytest.raises(AssertionError):
        NUMBER.evolve(taken, taken)


def test_what_cannot_have_happened_to_a_matter_is_corrupt_data() -> None:
    with pytest.raises(AssertionError):
        fold(opened(), opened())
    with pytest.raises(AssertionError):
        evolve(None, CLOSED)
