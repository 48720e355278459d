"""What a superuser can do to the books behind our back, and where verification finds it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict

from aggregates.merkle import Frontier, leaf_hash
from projections.catalogue import PROJECTIONS
from replay.findings import Fault
from replay.rebuild import rebuild
from replay.verify import VerifyReport, verify
from tests.databases import Databases
from tests.replay.books import superuser
from tests.replay.practice import SCHEMA, Practice, practice

Owner = Connection[Any]


def tamper(database_url: str, folder: Path, harm: Callable[[Owner, Practice], object]) -> VerifyReport:
    """The report on a firm that lived, was folded and signed, and was then harmed."""
    with practice(database_url, folder) as firm:
        firm.live()
        firm.project()
        firm.sign()
        with superuser(database_url) as owner:
            harm(owner, firm)
        return firm.verify()


def found(report: VerifyReport) -> Fault:
    assert not report.ok
    assert report.first_fault is not None
    return report.first_fault


def position_of(owner: Owner, topic: str, nth: int = 0) -> int:
    rows = owner.execute(f"SELECT position FROM {SCHEMA}.events WHERE topic = %s ORDER BY 1", (topic,)).fetchall()
    return int(rows[nth][0])


def grow_tree_again(owner: Owner, firm: Practice) -> None:
    """A careful hand: leaves and head as they would be."""
    owner.execute(f"UPDATE {SCHEMA}.events SET leaf = sha256('\\x00'::bytea || state)")
    frontier = Frontier()
    for (state,) in owner.execute(f"SELECT state FROM {SCHEMA}.events ORDER BY position").fetchall():
        frontier.append(leaf_hash(state))
    owner.execute(f"UPDATE {SCHEMA}.log_head SET size = %s, frontier = %s", (frontier.size, frontier.packed()))
    owner.execute(f"DELETE FROM {SCHEMA}.checkpoints WHERE size > %s", (frontier.size,))
    assert firm.log.size() == frontier.size


def replace_in(owner: Owner, position: int, old: str, new: str) -> None:
    """Other bytes, of the same length or not."""
    owner.execute(
        f"UPDATE {SCHEMA}.events SET state = convert_to(replace(convert_from(state, 'UTF8'), %s, %s), 'UTF8') "
        "WHERE position = %s",
        (old, new, position),
    )


def cut_off(owner: Owner, after: int) -> None:
    """The log's end goes, and everything that says it was ever there."""
    owner.execute(f"DELETE FROM {SCHEMA}.events WHERE position > %s", (after,))
    owner.execute(f"DELETE FROM {SCHEMA}.idempotency WHERE position > %s", (after,))
    owner.execute(f"DELETE FROM {SCHEMA}.checkpoints WHERE size > %s", (after,))
    owner.execute(f"""
        UPDATE {SCHEMA}.trust_account_heads h SET (seq, leaf) = (
            SELECT (convert_from(e.state, 'UTF8')::jsonb #>> '{{trust_account,seq}}')::bigint, e.leaf
              FROM {SCHEMA}.events e WHERE convert_from(e.state, 'UTF8')::jsonb ? 'trust_account'
             ORDER BY position DESC LIMIT 1)
    """)


def move(owner: Owner, old: int, new: int) -> None:
    owner.execute(f"UPDATE {SCHEMA}.events SET position = %s WHERE position = %s", (new, old))


def test_an_altered_byte(database_url: str, tmp_path: Path) -> None:
    at: list[int] = []

    def harm(owner: Owner, _: Practice) -> None:
        at.append(position_of(owner, "trust-ledger/funds-received"))
        replace_in(owner, at[0], '"amount_minor":500000', '"amount_minor":500001')

    fault = found(tamper(database_url, tmp_path, harm))
    assert (fault.position, fault.table) == (at[0], "events")
    assert "not those its leaf was made of" in fault.sentence


def test_an_altered_byte_under_a_new_leaf_and_a_new_tree(database_url: str, tmp_path: Path) -> None:
    at: list[int] = []

    def harm(owner: Owner, firm: Practice) -> None:
        at.append(position_of(owner, "trust-ledger/funds-received"))
        replace_in(owner, at[0], '"amount_minor":500000', '"amount_minor":500001')
        grow_tree_again(owner, firm)

    report = tamper(database_url, tmp_path, harm)
    fault = found(report)
    assert fault.position == at[0]
    assert fault.sentence.startswith("the row of postings")
    by_name = {check.name: check for check in report.checks}
    assert by_name["log"].ok
    assert by_name["tree"].ok
    assert by_name["account chains"].faults[0].position == at[0] + 1
    assert "are not those that were signed" in by_name["signed checkpoints"].faults[0].sentence
    assert "pins another tree" in by_name["pinned roots"].faults[0].sentence


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"topic"', '"topik"'),
        ('"command"', '"kommand"'),
        ('"actor":{"user_id"', '"actor":{"user"'),
        ('"schema":', '"schema":"2","was":'),
        ('"data":{', '"data":[],"was":{'),
        ('"seq":', '"sec":'),
        ('"trust_account":{', '"trust_account":"x","was":{'),
        ('"amount_minor":500000', '"amount_minor":"500000"'),
        ('"effective_date":"2026-08-03"', '"effective_date":null'),
        ('"entry_id":"', '"entry_id":"x'),
        ("{", ""),
    ],
)
def test_bytes_that_are_no_event_any_more(database_url: str, tmp_path: Path, old: str, new: str) -> None:
    """Whatever is broken off an event, the rest is read on, and the event is named."""
    at: list[int] = []

    def harm(owner: Owner, firm: Practice) -> None:
        at.append(position_of(owner, "trust-ledger/funds-received"))
        before = firm.log.raw(at[0])
        replace_in(owner, at[0], old, new)
        assert firm.log.raw(at[0]) != before
        grow_tree_again(owner, firm)

    fault = found(tamper(database_url, tmp_path, harm))
    assert (fault.position, fault.last) == (at[0], None)


@pytest.mark.parametrize(
    ("column", "value"), [("topic", "user/added"), ("version", 77), ("stream_id", "00000000-0000-0000-0000-0000000000aa")]
)
def test_an_altered_column(database_url: str, tmp_path: Path, column: str, value: Any) -> None:
    def harm(owner: Owner, _: Practice) -> None:
        owner.execute(f"UPDATE {SCHEMA}.events SET {column} = %s WHERE position = 21", (value,))

    report = tamper(database_url, tmp_path, harm)
    assert (found(report).position, found(report).table) == (21, "events")
    assert any(f"the column {column} says" in fault.sentence for fault in report.checks[0].faults)


def test_a_deleted_event(database_url: str, tmp_path: Path) -> None:
    def harm(owner: Owner, _: Practice) -> None:
        owner.execute(f"DELETE FROM {SCHEMA}.events WHERE position = 25")

    fault = found(tamper(database_url, tmp_path, harm))
    assert (fault.position, fault.table) == (25, "events")
    assert fault.sentence == "there is no event at position 25"


def test_a_deleted_event_with_the_gap_closed_and_the_tree_grown_again(database_url: str, tmp_path: Path) -> None:
    at: list[int] = []

    def harm(owner: Owner, firm: Practice) -> None:
        at.append(position_of(owner, "trust-ledger/purpose-hold-placed"))
        owner.execute(f"DELETE FROM {SCHEMA}.events WHERE position = %s", (at[0],))
        for old in range(at[0] + 1, firm.log.size() + 1):
            move(owner, old, old - 1)
        grow_tree_again(owner, firm)

    report = tamper(database_url, tmp_path, harm)
    assert found(report).position == at[0]
    assert found(report).table == "events"


def _swap(owner: Owner, one: int, other: int) -> None:
    move(owner, one, -1)
    move(owner, other, one)
    move(owner, -1, other)


def test_swapped_events(database_url: str, tmp_path: Path) -> None:
    at: list[int] = []

    def harm(owner: Owner, _: Practice) -> None:
        at.append(position_of(owner, "trust-ledger/funds-received"))
        _swap(owner, at[0], at[0] + 1)

    report = tamper(database_url, tmp_path, harm)
    assert found(report).position == at[0]
    assert found(report).table == "events"


def test_swapped_events_that_no_chain_holds_together(database_url: str, tmp_path: Path) -> None:
    def harm(owner: Owner, firm: Practice) -> None:
        _swap(owner, position_of(owner, "contact/added"), position_of(owner, "contact/added", 1))
        grow_tree_again(owner, firm)

    report = tamper(database_url, tmp_path, harm)
    with psycopg.connect(database_url, autocommit=True) as owner:
        assert found(report).position == position_of(owner, "contact/added")


def test_an_inserted_event(database_url: str, tmp_path: Path) -> None:
    at: list[int] = []

    def harm(owner: Owner, firm: Practice) -> None:
        at.append(position_of(owner, "contact/added", 1))
        for old in range(firm.log.size(), at[0] - 1, -1):
            move(owner, old, old + 1)
        owner.execute(
            f"INSERT INTO {SCHEMA}.events SELECT %s, %s, 1, topic, convert_to(replace(convert_from(state, 'UTF8'), "
            f"stream_id::text, %s), 'UTF8'), leaf FROM {SCHEMA}.events WHERE topic = 'contact/added' LIMIT 1",
            (at[0], "00000000-0000-0000-0000-0000000000aa", "00000000-0000-0000-0000-0000000000aa"),
        )
        grow_tree_again(owner, firm)

    report = tamper(database_url, tmp_path, harm)
    assert found(report).position == at[0]


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE {}.postings SET amount_minor = amount_minor + 1 WHERE position = 14 AND n = 0", "postings"),
        ("DELETE FROM {}.sub_ledger_entries WHERE position = 14", "sub_ledger_entries"),
        ("UPDATE {}.ledger_balances SET balance_minor = balance_minor + 1", "ledger_balances"),
        ("DELETE FROM {}.ledger_balances", "ledger_balances"),
        ("INSERT INTO {0}.trust_bank_days SELECT trust_account_id, '2020-01-01', 5, 1 FROM {0}.trust_bank_days LIMIT 1",
         "trust_bank_days"),
        ("ALTER TABLE {}.postings DROP COLUMN entry_id CASCADE", "postings"),
        ("DROP TABLE {}.bill_movements", "bill_movements"),
        ("UPDATE {}.projection_tracking SET position = position + 1", "projection_tracking"),
        ("DELETE FROM {}.projection_tracking WHERE name = 'postings'", "postings"),
        ("INSERT INTO {}.projection_tracking VALUES ('nobodys', 1, 5, ARRAY[]::text[])", "projection_tracking"),
    ],
)  # fmt: skip
def test_an_altered_read_model(database_url: str, tmp_path: Path, statement: str, table: str) -> None:
    def harm(owner: Owner, _: Practice) -> None:
        first = position_of(owner, "trust-ledger/reserve-topped-up")
        owner.execute(statement.format(SCHEMA).replace("position = 14", f"position = {first}"))

    report = tamper(database_url, tmp_path, harm)
    assert found(report).table == table
    assert report.checks[0].ok
    sentences = [fault.sentence for check in report.checks for fault in check.faults]
    assert len(sentences) == len(set(sentences)), "nothing is said twice"
    if "position = 14" in statement:
        with psycopg.connect(database_url, autocommit=True) as owner:
            assert found(report).position == position_of(owner, "trust-ledger/reserve-topped-up")


def test_a_row_that_stands_twice(database_url: str, tmp_path: Path) -> None:
    def harm(owner: Owner, _: Practice) -> None:
        owner.execute(f"ALTER TABLE {SCHEMA}.ledger_balances DROP CONSTRAINT ledger_balances_pkey")
        owner.execute(f"INSERT INTO {SCHEMA}.ledger_balances SELECT * FROM {SCHEMA}.ledger_balances LIMIT 1")

    fault = found(tamper(database_url, tmp_path, harm))
    assert fault.table == "ledger_balances"
    assert fault.sentence.endswith("rows stand twice")


def test_a_truncated_tail(database_url: str, tmp_path: Path) -> None:
    def harm(owner: Owner, _: Practice) -> None:
        owner.execute(f"DELETE FROM {SCHEMA}.events WHERE position > 40")

    fault = found(tamper(database_url, tmp_path, harm))
    assert (fault.position, fault.table) == (41, "log_head")


def test_a_truncated_tail_with_head_answers_checkpoints_and_read_models_rolled_back(
    database_url: str, tmp_path: Path
) -> None:
    def harm(owner: Owner, firm: Practice) -> None:
        cut_off(owner, 40)
        grow_tree_again(owner, firm)

    with practice(database_url, tmp_path) as firm:
        firm.live()
        firm.project()
        firm.sign()
        with superuser(database_url) as owner:
            harm(owner, firm)
        fault = found(firm.verify())
        assert fault.position == 41, "the read models know more than the log"
        with superuser(database_url) as owner:
            owner.execute(f"UPDATE {SCHEMA}.projection_tracking SET position = 0")
        rebuild(database_url, SCHEMA, PROJECTIONS)
        report = firm.verify()
        assert [check.name for check in report.checks if not check.ok] == ["signed checkpoints"]
        fault = found(report)
        assert (fault.position, fault.table) == (41, "checkpoints")
        assert "its end was cut off, or an old backup was restored" in fault.sentence
        blind = verify(firm.database, "demo", PROJECTIONS, vkey=firm.signer.verifier.vkey)
        assert blind.ok, "without the file nobody can tell"
        assert any("cannot be seen" in (check.note or "") for check in blind.checks)


def test_a_restored_old_backup(databases: Databases, tmp_path: Path) -> None:
    with databases.fresh() as url:
        with practice(url, tmp_path) as firm:
            firm.live()
            firm.project()
            before = firm.sign().checkpoint.size
        with databases.fresh(conninfo_to_dict(url)["dbname"]) as backup:  # type: ignore[arg-type] # a name is text
            with practice(url, tmp_path, found=True) as firm:
                firm.open_account()
                firm.project()
                firm.sign()
                assert firm.verify().ok
                vkey, file = firm.signer.verifier.vkey, firm.file
            report = verify(backup, "demo", PROJECTIONS, checkpoint_file=file, vkey=vkey)
    assert [check.name for check in report.checks if not check.ok] == ["signed checkpoints"]
    assert (found(report).position, found(report).table) == (before + 1, "checkpoints")


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE {}.log_head SET size = size + 1", "log_head"),
        ("DELETE FROM {}.log_head", "log_head"),
        ("UPDATE {}.log_head SET frontier = substr(frontier, 33)", "log_head"),
        ("UPDATE {}.trust_account_heads SET seq = seq + 1", "trust_account_heads"),
        ("DELETE FROM {}.trust_account_heads", "trust_account_heads"),
        ("UPDATE {}.idempotency SET position = 9999 WHERE position = (SELECT max(position) FROM {0}.idempotency)",
         "idempotency"),
        ("UPDATE {}.idempotency SET actor_id = '00000000-0000-0000-0000-0000000000aa' WHERE position < 4", "idempotency"),
        ("UPDATE {}.checkpoints SET root = sha256('')", "checkpoints"),
        ("UPDATE {}.checkpoints SET note = replace(note, 'muniment', 'monument')", "checkpoints"),
        ("UPDATE {}.checkpoints SET note = regexp_replace(note, E'(— .* ....).', E'\\\\1/')", "checkpoints"),
        ("DELETE FROM {}.checkpoints", "checkpoints"),
    ],
)  # fmt: skip
def test_what_stands_beside_the_events(database_url: str, tmp_path: Path, statement: str, table: str) -> None:
    report = tamper(
        database_url, tmp_path, lambda owner, _: owner.execute(statement.replace("{}", SCHEMA).replace("{0}", SCHEMA))
    )
    assert found(report).table == table


_FIRST_ANSWER = f"(SELECT min(position) FROM {SCHEMA}.idempotency)"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ("SET key = key || 'x'", "not the one that was given"),
        ("SET request_hash = sha256('x')", "not the one that was given"),
        ("SET status = 500", "not the one that was given"),
        ("SET body = body || ' '", "not the one that was given"),
        (None, "is gone, or moved elsewhere"),
    ],
)
def test_a_kept_answer_is_sealed_by_the_event_it_was_given_for(
    database_url: str, tmp_path: Path, change: str | None, word: str
) -> None:
    at: list[int] = []

    def harm(owner: Owner, _: Practice) -> None:
        row = owner.execute(f"SELECT {_FIRST_ANSWER}").fetchone()
        assert row is not None
        at.append(row[0])
        what = f"UPDATE {SCHEMA}.idempotency {change}" if change else f"DELETE FROM {SCHEMA}.idempotency"
        owner.execute(f"{what} WHERE position = {_FIRST_ANSWER}")

    fault = found(tamper(database_url, tmp_path, harm))
    assert (fault.position, fault.table) == (at[0], "idempotency")
    assert word in fault.sentence


def test_an_answer_that_was_slipped_in(database_url: str, tmp_path: Path) -> None:
    def harm(owner: Owner, _: Practice) -> None:
        owner.execute(f"""
            INSERT INTO {SCHEMA}.idempotency
            SELECT (convert_from(e.state, 'UTF8')::jsonb #>> '{{actor,user_id}}')::uuid, 'slipped-in', sha256('x'), 201,
                   '{{}}', e.position
              FROM {SCHEMA}.events e
             WHERE e.position NOT IN (SELECT position FROM {SCHEMA}.idempotency) AND e.position > {_FIRST_ANSWER} LIMIT 1
        """)

    report = tamper(database_url, tmp_path, harm)
    assert found(report).table == "idempotency"


@pytest.mark.parametrize(
    ("statement", "topic", "word"),
    [
        (
            "UPDATE {}.documents SET content = content || 'x' WHERE filename LIKE 'statement%'",
            "reconciliation/prepared",
            "are not those",
        ),
        (
            "INSERT INTO {}.documents VALUES (sha256('x'), 'y', 'text/plain', 'of-no-event.txt')",
            None,
            "the bytes of of-no-event.txt",
        ),
        (
            "UPDATE {}.documents SET sha256 = sha256('x') WHERE filename LIKE 'artefact%'",
            "reconciliation/prepared",
            "is not kept",
        ),
        ("DELETE FROM {}.documents WHERE filename LIKE 'artefact%'", "reconciliation/prepared", "as its artefact"),
        ("TRUNCATE {}.documents", "reconciliation/prepared", "as its statement"),
    ],
    ids=["other bytes", "of no event", "another hash", "deleted", "truncated"],
)
def test_kept_files(database_url: str, tmp_path: Path, statement: str, topic: str | None, word: str) -> None:
    at: list[int] = []

    def harm(owner: Owner, _: Practice) -> None:
        at.append(position_of(owner, "reconciliation/prepared"))
        owner.execute(f"ALTER TABLE {SCHEMA}.documents DROP CONSTRAINT documents_check")
        owner.execute(statement.format(SCHEMA))

    fault = found(tamper(database_url, tmp_path, harm))
    assert (fault.position, fault.table) == (at[0] if topic else None, "documents")
    assert word in fault.sentence
