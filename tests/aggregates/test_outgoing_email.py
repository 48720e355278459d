"""E-mails: tried with growing waits, given up in the fifth day, and what is known late still counts."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from aggregates.errors import NotFound, WrongState
from aggregates.event import Event, Personal
from aggregates.outgoing_email import (
    CUT_OFF_AFTER,
    WAITS_S,
    AttemptOutcome,
    EmailWithdrawn,
    EmailWritten,
    OutgoingEmail,
    evolve,
)

CLIENT = UUID(int=9)
NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
ID = "<1@ashby.example>"


def text(words: str) -> Personal:
    return Personal(subject_id=CLIENT, text=words)


def given(*events: Event) -> OutgoingEmail:
    state: OutgoingEmail | None = None
    written = EmailWritten(
        email_id=UUID(int=1), about="bill", contact_id=CLIENT, user_id=None, matter_id=None, bill_id=UUID(int=2),
        client_bill_id=None, ledger_id=None, request_id=None, on=date(2026, 10, 1), to=text("a@b.example"),
        subject=text("Invoice"), body=text("Dear A"), attachment=None,
    )  # fmt: skip
    for event in (written, *events):
        state = evolve(state, event)
    assert state is not None
    return state


def then(state: OutgoingEmail, event: Event | None) -> OutgoingEmail:
    assert event is not None
    return evolve(state, event)


def queued() -> OutgoingEmail:
    return then(given(), given().queue(NOON))


def tried(state: OutgoingEmail, outcome: AttemptOutcome, at: datetime) -> OutgoingEmail:
    begun = then(state, state.begin(at, ID))
    return then(begun, begun.end(begun.attempts, outcome, at))


def test_a_draft_is_changed_and_queued_once() -> None:
    draft = given()
    assert draft.amend("subject", "Invoice") is None
    changed = then(draft, draft.amend("subject", "Your invoice"))
    assert (changed.subject, changed.status) == (text("Your invoice"), "draft")
    with pytest.raises(WrongState):
        queued().amend("subject", "x")
    with pytest.raises(WrongState):
        queued().queue(NOON)
    with pytest.raises(WrongState):
        draft.begin(NOON, ID)


def test_each_wait_is_longer_and_after_the_last_it_is_given_up() -> None:
    state, at, waits = queued(), NOON, []
    while state.status == "queued":
        assert state.next_at is not None
        with pytest.raises(WrongState):
            state.begin(state.next_at - timedelta(microseconds=1), ID)
        at = state.next_at
        state = tried(state, "deferred", at)
        waits.append(int((state.next_at - at).total_seconds()) if state.next_at is not None else None)
    assert waits == [*WAITS_S, None]
    assert list(WAITS_S) == sorted(WAITS_S)
    assert (state.status, state.attempts) == ("given_up", len(WAITS_S) + 1)
    assert timedelta(days=4) <= at - NOON <= timedelta(days=5)

    again = then(state, state.queue(at))
    assert (again.status, again.tries, again.message_id) == ("queued", 0, ID)
    after = tried(again, "unknown", at)
    assert (after.next_at, after.attempts) == (at + timedelta(seconds=WAITS_S[0]), len(WAITS_S) + 2)


def test_what_is_refused_for_good_is_not_tried_again_but_by_a_person() -> None:
    state = tried(queued(), "refused", NOON)
    assert (state.status, state.next_at) == ("refused", None)
    assert then(state, state.queue(NOON)).status == "queued"
    assert tried(queued(), "accepted", NOON).status == "sent"


def test_a_person_may_have_the_next_try_at_once() -> None:
    state = tried(queued(), "unreachable", NOON)
    soon = NOON + timedelta(seconds=1)
    assert then(state, state.queue(soon)).begin(soon, ID).attempt == 2
    with pytest.raises(WrongState):
        state.queue(NOON + timedelta(seconds=WAITS_S[0]))


def test_one_message_id_for_all_attempts() -> None:
    state = tried(queued(), "deferred", NOON)
    assert state.begin(NOON + timedelta(minutes=5), "<other@ashby.example>").message_id == ID


def test_an_attempt_without_an_outcome_is_cut_off_after_a_quarter_of_an_hour() -> None:
    state = queued()
    begun = then(state, state.begin(NOON, ID))
    late = NOON + CUT_OFF_AFTER
    assert not begun.was_cut_off(late - timedelta(microseconds=1))
    with pytest.raises(WrongState):
        begun.withdraw("stop", at=late - timedelta(microseconds=1))
    assert begun.was_cut_off(late)
    assert then(begun, begun.withdraw("stop", at=late)).status == "withdrawn"
    closed = then(begun, begun.end(1, "unknown", late))
    assert (closed.status, closed.next_at) == ("queued", late + timedelta(seconds=WAITS_S[0]))


def test_what_is_known_late_still_counts() -> None:
    state = queued()
    begun = then(state, state.begin(NOON, ID))
    late = NOON + CUT_OFF_AFTER
    closed = then(begun, begun.end(1, "unknown", late))
    withdrawn = then(closed, EmailWithdrawn(why="stop"))
    for before in (closed, withdrawn):
        assert then(before, before.end(1, "accepted", late)).status == "sent"
    said = closed.end(1, "refused", late)
    assert (said.status, said.next_at) == (closed.status, closed.next_at)
    with pytest.raises(WrongState):
        closed.end(1, "unknown", late)
    sent = then(closed, closed.end(1, "accepted", late))
    with pytest.raises(WrongState):
        sent.end(1, "deferred", late)
    with pytest.raises(NotFound):
        sent.end(2, "deferred", late)
    with pytest.raises(WrongState):
        sent.withdraw("too late", at=late)
