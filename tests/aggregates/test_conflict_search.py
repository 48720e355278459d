"""A conflict search: run, then concluded once by a person who says why."""

from typing import Literal
from uuid import UUID

import pytest

from aggregates.conflict_search import ConflictSearch, ConflictSearchConcluded, ConflictSearchRun, Hit, evolve
from aggregates.errors import BadRequest, WrongState
from aggregates.event import Personal

SEARCH, CONTACT, MATTER = UUID(int=1), UUID(int=2), UUID(int=3)
TEXT = Personal(subject_id=SEARCH, text="another company of that name")
RUN = ConflictSearchRun(
    search_id=SEARCH,
    names=(Personal(subject_id=SEARCH, text="Acme Freight"),),
    hits=(Hit(contact_id=CONTACT, matched="alias", score=91, matters=(MATTER,), roles=("opposing_party",)),),
    left_off=0,
    position=17,
)


@pytest.mark.parametrize("outcome", ["clear", "waived", "declined"])
def test_a_search_is_concluded_once_with_reasons(outcome: Literal["clear", "waived", "declined"]) -> None:
    event = evolve(None, RUN).conclude(outcome, "another company of that name", MATTER)

    assert event == ConflictSearchConcluded(outcome=outcome, reasoning=TEXT, matter_id=MATTER)
    with pytest.raises(WrongState):
        evolve(evolve(None, RUN), event).conclude("clear", "on second thoughts", None)


def test_what_never_came_up_is_not_waived() -> None:
    nothing = evolve(None, RUN.model_copy(update={"hits": ()}))

    assert nothing.conclude("clear", "nothing found", None).outcome == "clear"
    with pytest.raises(BadRequest):
        nothing.conclude("waived", "the client agrees", None)


def test_what_cannot_have_happened_to_a_search_is_corrupt_data() -> None:
    search = ConflictSearch(RUN)

    with pytest.raises(AssertionError):
        evolve(search, RUN)
    with pytest.raises(AssertionError):
        evolve(None, ConflictSearchConcluded(outcome="clear", reasoning=TEXT, matter_id=None))
