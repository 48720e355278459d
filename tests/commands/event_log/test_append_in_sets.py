"""Decisions that are appended in one call: each has its verdict, as if they had come one after the other."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from aggregates.firm import SolePractitionerEnded
from aggregates.merkle import Frontier, leaf_hash
from commands.event_log.log import Answer, Decision, EventLog, Verdict, decision_of
from commands.event_log.mapper import NewEvent
from tests.replay.books import Books, opened

PERSON = UUID(int=7)


@pytest.fixture
def books(migrated_database_url: str) -> Iterator[Books]:
    with opened(migrated_database_url) as (_, made):
        yield made


def fact(books: Books, stream_id: UUID, version: int) -> NewEvent:
    return books._new(stream_id, version, books.id(), books.received(100))


def answer(key: str, request: bytes = b"one") -> Answer:
    return Answer(PERSON, key, request.ljust(32, b"."), 201, b"{}")


def verdicts(log: EventLog, *decisions: Decision) -> list[Verdict]:
    return [verdict for verdict, _ in log.append_all(decisions)]


def test_the_second_of_two_on_one_stream_conflicts_and_the_third_that_knew_the_first_does_not(books: Books) -> None:
    stream = uuid4()
    first, rival, heir = (decision_of([fact(books, stream, version)]) for version in (1, 1, 2))

    assert books.log.append_all([first, rival, heir]) == [
        (Verdict.APPENDED, 1), (Verdict.CONFLICT, 0), (Verdict.APPENDED, 2),
    ]  # fmt: skip
    assert [event.version for event in books.log.stream(stream)] == [1, 2]


def test_a_guard_is_held_against_what_was_written_before_it_in_the_same_call(books: Books) -> None:
    read, written = uuid4(), uuid4()
    writes = decision_of([fact(books, read, 1)])
    too_old = decision_of([fact(books, written, 1)], guards=[(read, 0)])
    knows = decision_of([fact(books, written, 1)], guards=[(read, 1)])

    assert verdicts(books.log, writes, too_old, knows) == [Verdict.APPENDED, Verdict.CONFLICT, Verdict.APPENDED]


def test_a_key_counts_once_in_one_call_too(books: Books) -> None:
    first, again, other = (
        decision_of([fact(books, uuid4(), 1)], answer=answer("k", request)) for request in (b"one", b"one", b"two")
    )

    assert books.log.append_all([first, again, other]) == [
        (Verdict.APPENDED, 1), (Verdict.REPLAYED, 1), (Verdict.KEY_REUSED, 1),
    ]  # fmt: skip
    assert books.log.append_all([again]) == [(Verdict.REPLAYED, 1)]
    assert books.log.size() == 1


def test_a_key_whose_decision_conflicted_is_free_for_the_next(books: Books) -> None:
    stream = uuid4()
    books.log.append_all([decision_of([fact(books, stream, 1)])])
    late, good = (decision_of([fact(books, stream, version)], answer=answer("k")) for version in (1, 2))

    assert verdicts(books.log, late, good) == [Verdict.CONFLICT, Verdict.APPENDED]


def test_a_key_is_free_until_a_decision_with_it_stands_and_is_taken_for_all_after_it(books: Books) -> None:
    stream = uuid4()
    late = decision_of([fact(books, stream, 2)], answer=answer("k"))
    good = decision_of([fact(books, stream, 1)], answer=answer("k"))
    again = decision_of([fact(books, uuid4(), 1)], answer=answer("k"))
    other = decision_of([fact(books, uuid4(), 1)], answer=answer("j"))

    assert books.log.append_all([late, good, again, other, again]) == [
        (Verdict.CONFLICT, 0), (Verdict.APPENDED, 1), (Verdict.REPLAYED, 1), (Verdict.APPENDED, 2), (Verdict.REPLAYED, 1),
    ]  # fmt: skip
    assert books.log.answer(PERSON, "k") == (b"one".ljust(32, b"."), 201, b"{}", 1)
    assert books.log.answer(PERSON, "j") == (b"one".ljust(32, b"."), 201, b"{}", 2)


def test_what_a_refused_decision_would_have_written_counts_for_nobody_after_it(books: Books) -> None:
    stream, other = uuid4(), uuid4()
    refused = decision_of([fact(books, stream, 1), fact(books, stream, 2), fact(books, other, 2)])
    guarded = decision_of([fact(books, stream, 1)], guards=[(other, 1)])
    first = decision_of([fact(books, stream, 1)], guards=[(other, 0)])

    assert verdicts(books.log, refused, guarded, first) == [Verdict.CONFLICT, Verdict.CONFLICT, Verdict.APPENDED]
    assert [event.version for event in books.log.stream(stream)] == [1]


def test_what_rests_on_a_decision_before_it_falls_with_it_though_the_version_is_right(books: Books) -> None:
    stream, written, elsewhere = uuid4(), uuid4(), uuid4()
    books.log.append_all([decision_of([fact(books, stream, 1)], answer=answer("k"))])
    late = decision_of([fact(books, stream, 1), fact(books, elsewhere, 1)], answer=answer("j"))
    writes = decision_of([fact(books, stream, 2)], ahead=True)
    reads = decision_of([fact(books, written, 1)], guards=[(stream, 1)], ahead=True)
    rests_on_those = decision_of([fact(books, written, 1)], guards=[(elsewhere, 0)], ahead=True)
    looked_at_the_log = decision_of([fact(books, stream, 2)], guards=[(elsewhere, 0)])

    assert verdicts(books.log, late, writes, reads, rests_on_those, looked_at_the_log) == [
        *[Verdict.CONFLICT] * 4, Verdict.APPENDED,
    ]  # fmt: skip
    replayed = decision_of([fact(books, written, 1)], answer=answer("k"))
    heir = decision_of([fact(books, elsewhere, 1)], guards=[(written, 0)], ahead=True)
    assert verdicts(books.log, replayed, heir) == [Verdict.REPLAYED, Verdict.CONFLICT]


def test_an_account_of_which_nothing_is_recorded_may_be_rested_on_and_stays_at_nothing(books: Books) -> None:
    account, stream = uuid4(), uuid4()
    rests = decision_of(
        [books._new(stream, 1, books.id(), SolePractitionerEnded(why="none"))], account_guards=[(account, 0)]
    )
    too_late = decision_of([fact(books, uuid4(), 1)], account_guards=[(account, 1)])

    assert verdicts(books.log, rests, too_late) == [Verdict.APPENDED, Verdict.CONFLICT]
    with books.log._pool.connection() as connection:
        heads = connection.execute(f"SELECT account_id FROM {books.log.schema}.trust_account_heads").fetchall()
    assert (account,) not in heads


def test_whoever_appends_is_told_what_others_wrote_since_they_last_looked(books: Books) -> None:
    mine, theirs = uuid4(), uuid4()
    books.log.append_all([decision_of([fact(books, theirs, 1), fact(books, theirs, 2)])])
    told, others = books.log._recorder.append_seeing([decision_of([fact(books, mine, 1)])], 1)

    assert told == [(Verdict.APPENDED, 3)]
    assert [(position, event.originator_id, event.originator_version) for position, event in others] == [(2, theirs, 2)]
    assert others[0][1].state == (books.log.raw(2) or (b"", b""))[0]
    assert books.log._recorder.append_seeing([], 3) == ([], [])
    assert books.log._recorder.append_seeing([], None) == ([], [])


def test_a_version_may_not_be_left_out(books: Books) -> None:
    stream = uuid4()
    gap = decision_of([fact(books, stream, 1), fact(books, stream, 3)])

    assert verdicts(books.log, gap) == [Verdict.CONFLICT]
    assert books.log.size() == 0


@pytest.mark.parametrize("calls", [(1, 1, 1, 1, 1, 1, 1), (7,), (3, 4), (2, 1, 4)])
def test_chain_leaves_and_frontier_are_the_same_however_decisions_are_gathered(books: Books, calls: tuple[int, ...]) -> None:
    accounts = [uuid4(), uuid4()]
    made = [
        decision_of([books._new(uuid4(), 1, books.id(), books.received(100, account_id=accounts[n % 2])), other])
        for n, other in ((n, books._new(uuid4(), 1, books.id(), books.received(7))) for n in range(7))
    ]
    for call in calls:
        assert verdicts(books.log, *[made.pop(0) for _ in range(call)]) == [Verdict.APPENDED] * call

    frontier = Frontier()
    heads: dict[str, tuple[int, str]] = {}
    for event in books.log.read():
        state, leaf = books.log.raw(event.position) or (b"", b"")
        assert leaf == leaf_hash(state)
        frontier.append(leaf)
        seq, prev = heads.get(event.account_id or "", (0, "00" * 32))
        assert (event.account_seq, event.account_prev) == (seq + 1, prev)
        heads[event.account_id or ""] = (seq + 1, leaf.hex())
    size, packed = books.log.head()
    assert (size, b"".join(packed)) == (14, frontier.packed())
    assert len(heads) == 3
