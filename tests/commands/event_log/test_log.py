"""The log: dense, guarded, answered once, hashed, chained, and closed to everybody but its one function."""

import threading
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection

from aggregates.errors import BadRequest, EventTooLarge
from commands.event_log.database import Database
from commands.event_log.log import EventLog
from commands.event_log.mapper import MAX_EVENT_BYTES
from commands.event_log.recorder import Verdict
from tests.commands.event_log.writing import check_whole, decided, received, said

ALICE, BOB, CAROL = (UUID(int=number) for number in (11, 12, 13))
IOLTA, OTHER = UUID(int=21), UUID(int=22)


@pytest.fixture
def database(migrated_database_url: str) -> Iterator[Database]:
    with Database(migrated_database_url, pool_size=4) as opened:
        yield opened


@pytest.fixture
def log(database: Database) -> EventLog:
    return database.create_firm("demo", uuid4())


@pytest.fixture
def owner(migrated_database_url: str) -> Iterator[Connection[Any]]:
    with psycopg.connect(migrated_database_url, autocommit=True) as connection:
        yield connection


def test_an_empty_log_has_the_root_of_nothing(log: EventLog, owner: Connection[Any]) -> None:
    assert check_whole(log, owner) == 0


def test_facts_of_one_decision_stand_side_by_side(log: EventLog, owner: Connection[Any]) -> None:
    assert log.append(decided((ALICE, 1, said()), (BOB, 1, said()), (ALICE, 2, said()))) == (Verdict.APPENDED, 3)
    assert check_whole(log, owner) == 3


def test_a_conflict_writes_nothing_and_leaves_no_gap(log: EventLog, owner: Connection[Any]) -> None:
    log.append(decided((ALICE, 1, said())))
    assert log.append(decided((BOB, 1, said()), (ALICE, 1, said())))[0] is Verdict.CONFLICT
    assert log.append(decided((ALICE, 3, said())))[0] is Verdict.CONFLICT
    assert log.append(decided((BOB, 1, said()))) == (Verdict.APPENDED, 2)
    assert check_whole(log, owner) == 2


@pytest.mark.parametrize(("guard", "verdict"), [(1, Verdict.APPENDED), (0, Verdict.CONFLICT), (2, Verdict.CONFLICT)])
def test_what_was_only_read_must_still_stand(log: EventLog, guard: int, verdict: Verdict) -> None:
    log.append(decided((ALICE, 1, said())))
    assert log.append(decided((BOB, 1, said()), guards=[(ALICE, guard)]))[0] is verdict


def test_a_guard_of_nothing_keeps_a_stream_from_having_begun(log: EventLog) -> None:
    assert log.append(decided((BOB, 1, said()), guards=[(CAROL, 0)]))[0] is Verdict.APPENDED
    log.append(decided((CAROL, 1, said())))
    assert log.append(decided((BOB, 2, said()), guards=[(CAROL, 0)]))[0] is Verdict.CONFLICT


def test_a_key_is_answered_once(log: EventLog, owner: Connection[Any]) -> None:
    assert log.append(decided((ALICE, 1, said()), key="k")) == (Verdict.APPENDED, 1)
    assert log.append(decided((ALICE, 2, said()), key="k")) == (Verdict.REPLAYED, 1)
    assert log.append(decided((ALICE, 2, said()), key="k", request=b"other")) == (Verdict.KEY_REUSED, 1)
    assert log.answer(UUID(int=7), "k") == (b"request", 201, b"{}", 1)
    assert check_whole(log, owner) == 1


def test_a_key_whose_decision_conflicted_is_still_free(log: EventLog) -> None:
    log.append(decided((ALICE, 1, said())))
    assert log.append(decided((ALICE, 1, said()), key="k"))[0] is Verdict.CONFLICT
    assert log.answer(UUID(int=7), "k") is None
    assert log.append(decided((ALICE, 2, said()), key="k"))[0] is Verdict.APPENDED


def test_one_call_gives_each_decision_its_own_verdict(log: EventLog, owner: Connection[Any]) -> None:
    decisions = [
        decided((ALICE, 1, said()), key="a"),
        decided((ALICE, 1, said())),
        decided((ALICE, 2, said()), guards=[(BOB, 0)]),
        decided((BOB, 1, said()), key="a"),
        decided((BOB, 1, said()), key="a", request=b"other"),
        decided((BOB, 1, said()), (CAROL, 1, received(IOLTA))),
        decided((CAROL, 2, said()), guards=[(BOB, 0)]),
    ]
    verdicts = [verdict for verdict, _ in log.append_all(decisions)]
    assert verdicts == ["appended", "conflict", "appended", "replayed", "key_reused", "appended", "conflict"]
    assert check_whole(log, owner) == 4


def test_threads_with_one_key_leave_one_event(log: EventLog, owner: Connection[Any]) -> None:
    together = threading.Barrier(6)
    verdicts: list[Verdict] = []

    def ask() -> None:
        together.wait()
        verdicts.append(log.append(decided((uuid4(), 1, said()), key="one"))[0])

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(verdicts) == ["appended", *["replayed"] * 5]
    assert check_whole(log, owner) == 1


def test_an_account_counts_its_own_facts_and_names_the_one_before(log: EventLog, owner: Connection[Any]) -> None:
    log.append(decided((ALICE, 1, received(IOLTA)), (BOB, 1, received(OTHER)), (CAROL, 1, said())))
    log.append(decided((ALICE, 2, received(IOLTA)), (BOB, 2, received(IOLTA))))
    assert (log.account_seq(IOLTA), log.account_seq(OTHER), log.account_seq(CAROL)) == (3, 1, 0)
    assert check_whole(log, owner) == 5


_STEPS = st.lists(
    st.tuples(st.sampled_from([ALICE, BOB, CAROL]), st.integers(0, 3), st.sampled_from([None, IOLTA, OTHER])), max_size=6
)


@given(batches=st.lists(_STEPS, max_size=8))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_appended_the_log_stays_whole(migrated_database_url: str, batches: list[Any]) -> None:
    slug = f"firm{uuid4().hex[:12]}"
    with (
        Database(migrated_database_url, pool_size=1) as database,
        psycopg.connect(migrated_database_url, autocommit=True) as owner,
    ):
        log = database.create_firm(slug, uuid4())
        versions = dict.fromkeys([ALICE, BOB, CAROL], 0)
        expected = 0
        for batch in batches:
            facts, reached = [], dict(versions)
            for stream, skip, account in batch:
                reached[stream] += 1
                wrong = skip == 3  # a version that somebody else has taken, or that has not come yet
                facts.append((stream, reached[stream] + wrong, received(account) if account else said()))
                reached[stream] += wrong
            verdict = log.append(decided(*facts))[0] if facts else Verdict.CONFLICT
            sound = bool(facts) and not any(skip == 3 for _, skip, _ in batch)
            assert (verdict is Verdict.APPENDED) == sound
            if sound:
                versions, expected = reached, expected + len(facts)
        assert check_whole(log, owner) == expected


def test_an_event_that_is_too_large_is_refused_and_nothing_changes(log: EventLog, owner: Connection[Any]) -> None:
    with pytest.raises(EventTooLarge, match=r"at most 65,\d{3} fit: split it"):
        decided((ALICE, 1, said("é" * 2000).model_copy(update={"why": "x" * MAX_EVENT_BYTES})))
    assert check_whole(log, owner) == 0


def test_the_largest_event_that_is_let_through_fits_with_its_account(log: EventLog, owner: Connection[Any]) -> None:
    fits = 0
    for words in range(MAX_EVENT_BYTES - 1400, MAX_EVENT_BYTES, 100):
        try:
            decision = decided((uuid4(), 1, received(IOLTA).model_copy(update={"description": "x" * words})))
        except EventTooLarge:
            break
        assert log.append(decision)[0] is Verdict.APPENDED
        fits += 1
    assert fits > 0
    assert check_whole(log, owner) == fits


@pytest.mark.parametrize("table", ["events", "idempotency", "checkpoints", "documents"])
@pytest.mark.parametrize("change", ["UPDATE {t} SET {c} = {c}", "DELETE FROM {t}", "TRUNCATE {t} CASCADE"])
def test_not_even_the_owner_changes_a_fact_by_oversight(
    log: EventLog, owner: Connection[Any], table: str, change: str
) -> None:
    log.append(decided((ALICE, 1, said()), key="k"))
    log.keep_document(b"raw", media="text/plain", filename="raw.txt")
    owner.execute(f"INSERT INTO {log.schema}.checkpoints VALUES (1, %s, 'note', now())", (b"\x00" * 32,))
    column = {"events": "topic", "idempotency": "key", "checkpoints": "note", "documents": "media"}[table]
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
        owner.execute(change.format(t=f"{log.schema}.{table}", c=column))


@pytest.mark.parametrize("role", ["muniment_appender", "muniment_projector", "muniment_reader"])
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO {s}.events VALUES (2, gen_random_uuid(), 1, 't', 's', '\\x00')",
        "UPDATE {s}.events SET topic = 'x'",
        "DELETE FROM {s}.events",
        "TRUNCATE {s}.events",
        "UPDATE {s}.log_head SET size = 0",
        "UPDATE {s}.trust_account_heads SET seq = 0",
        "DELETE FROM {s}.idempotency",
        "DROP TABLE {s}.events",
    ],
)
def test_no_role_of_ours_may_write_past_the_function(
    log: EventLog, owner: Connection[Any], role: str, statement: str
) -> None:
    log.append(decided((ALICE, 1, said())))
    owner.execute(f"SET ROLE {role}")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.execute(statement.format(s=log.schema))
    owner.execute("RESET ROLE")
    assert check_whole(log, owner) == 1


@pytest.mark.parametrize("role", ["muniment_projector", "muniment_reader"])
def test_only_the_appender_appends(log: EventLog, owner: Connection[Any], role: str) -> None:
    row = owner.execute(
        "SELECT has_function_privilege(%s, p.oid, 'EXECUTE') FROM pg_proc p "
        "WHERE proname = 'append_decisions' AND pronamespace = %s::regnamespace",
        (role, log.schema),
    ).fetchone()
    assert row == (False,)


def test_a_document_is_kept_once_by_its_hash(log: EventLog, owner: Connection[Any]) -> None:
    log.keep_document(b"statement", media="text/plain", filename="a.ofx")
    log.keep_document(b"statement", media="text/plain", filename="b.ofx")
    row = owner.execute(f"SELECT count(*), min(filename) FROM {log.schema}.documents").fetchone()
    assert row == (1, "a.ofx")


def test_a_stream_reads_back_as_it_stood_at_a_position(log: EventLog) -> None:
    log.append(decided((ALICE, 1, said("one")), (BOB, 1, said("two")), (ALICE, 2, said("three"))))
    assert [event.data["why"] for event in log.stream(ALICE)] == ["one", "three"]
    assert [event.data["why"] for event in log.stream(ALICE, up_to=2)] == ["one"]
    assert [event.position for event in log.read(1)] == [2, 3]
    assert [event.position for event in log.read(0, page=1, stop=2)] == [1, 2]


def test_text_with_a_nul_is_refused_and_what_only_looks_like_one_is_not(log: EventLog) -> None:
    with pytest.raises(BadRequest, match="NUL"):
        decided((ALICE, 1, said("a\x00b")))
    with pytest.raises(BadRequest, match="NUL"):
        decided((ALICE, 1, said("a\\\x00b")))
    log.append(decided((ALICE, 1, said(r"a\u0000b"))))
    assert [event.data["why"] for event in log.stream(ALICE)] == [r"a\u0000b"]
