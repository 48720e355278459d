"""Checkpoints on a real log: signed as it grows, refused where it does not grow out of what was signed."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import psycopg
import pytest

from aggregates.merkle import Frontier, root_of
from commands.event_log.database import Database
from replay.checkpoints import Inconsistent, SignedCheckpoint, origin_of, read_checkpoints, read_file, sign_head
from replay.pinned_roots import root_at
from replay.signed_note import NoteRefused, Signer, Verifier
from replay.tlog_proof import check_proof, prove_event
from tests.replay.books import SCHEMA, Books, opened, superuser

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)


class Office:
    """Where the key and the file of checkpoints are."""

    def __init__(self, folder: Path) -> None:
        self.key, self.file = folder / "key", folder / "checkpoints"

    def signer(self) -> Signer:
        return Signer.at(self.key, "muniment/demo")

    def sign(self, database: Database) -> SignedCheckpoint | None:
        return sign_head(database, "demo", self.signer(), self.file, NOW)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def _both(office: Office, database: Database) -> tuple[list[int], list[int]]:
    with database.readers.connection() as connection:
        in_table = [one.checkpoint.size for one in read_checkpoints(connection, SCHEMA)]
    return in_table, [one.checkpoint.size for one in read_file(office.file)]


def test_each_head_is_signed_once_into_table_and_file(database_url: str, office: Office) -> None:
    with opened(database_url) as (database, books):
        assert office.sign(database) is None, "an empty log has nothing to sign"
        books.open_account()
        first = office.sign(database)
        assert first is not None
        assert first.note.startswith("muniment/demo\n1\n")
        assert office.sign(database) == first
        books.open_ledger()
        second = office.sign(database)
        assert second is not None
        size, stack = books.log.head()
        assert (second.checkpoint.size, second.checkpoint.root) == (2, Frontier.unpack(size, b"".join(stack)).root())
        assert _both(office, database) == ([1, 2], [1, 2])


def test_a_crash_between_file_and_table_is_made_good_by_the_next_signing(database_url: str, office: Office) -> None:
    with opened(database_url) as (database, books):
        books.live_a_month()
        office.sign(database)
        with superuser(database_url) as owner:
            owner.execute(f"DELETE FROM {SCHEMA}.checkpoints")
        with office.file.open("ab") as file:
            file.write(b'{"size": 99, "note": "cut o')
        assert _both(office, database) == ([], [44])
        office.sign(database)
        assert _both(office, database) == ([44], [44])
        books.open_ledger()
        office.sign(database)
        assert _both(office, database) == ([44, 45], [44, 45])


def test_a_long_file_is_read_from_its_end(database_url: str, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("replay.checkpoints._TAIL", 1_000)
    with opened(database_url) as (database, books):
        books.open_account()
        for _ in range(6):
            books.open_ledger()
            office.sign(database)
        with office.file.open("ab") as file:
            file.write(b"{")
        books.open_ledger()
        office.sign(database)
        assert office.file.stat().st_size > 2_000
        assert _both(office, database) == ([2, 3, 4, 5, 6, 7, 8], [2, 3, 4, 5, 6, 7, 8])


def test_a_lost_file_is_made_good_from_the_table_without_trusting_it(database_url: str, office: Office) -> None:
    with opened(database_url) as (database, books):
        books.live_a_month()
        office.sign(database)
        office.file.unlink()
        office.sign(database)
        assert _both(office, database) == ([44], [44])
        office.file.unlink()
        with superuser(database_url) as owner:
            owner.execute(f"UPDATE {SCHEMA}.events SET state = state || ' ' WHERE position = 30")
        with pytest.raises(Inconsistent, match="not those that were signed"):
            office.sign(database)


def _cut_off(owner: psycopg.Connection[Any], books: Books, after: int) -> None:
    """The log's end goes, and its head goes back with it, as in an old backup."""
    frontier = Frontier()
    for position in range(1, after + 1):
        row = books.log.raw(position)
        assert row is not None
        frontier.append(row[1])
    owner.execute(f"DELETE FROM {SCHEMA}.events WHERE position > %s", (after,))
    owner.execute(f"UPDATE {SCHEMA}.log_head SET size = %s, frontier = %s", (after, frontier.packed()))
    owner.execute(f"DELETE FROM {SCHEMA}.checkpoints WHERE size > %s", (after,))


def test_a_shorter_log_is_never_signed(database_url: str, office: Office) -> None:
    with opened(database_url) as (database, books):
        books.live_a_month()
        office.sign(database)
        with superuser(database_url) as owner:
            _cut_off(owner, books, 24)
        with pytest.raises(Inconsistent, match="an old backup was restored, or its end was cut off") as refused:
            office.sign(database)
        assert refused.value.position == 25


def test_nor_one_that_grew_again_from_an_old_backup(database_url: str, office: Office) -> None:
    with opened(database_url) as (database, books):
        ledger_id = books.live_a_month()[0]
        office.sign(database)
        with superuser(database_url) as owner:
            _cut_off(owner, books, 24)
            known = owner.execute(f"SELECT stream_id, max(version) FROM {SCHEMA}.events GROUP BY 1").fetchall()
        books.versions = dict(known)
        for _ in range(40):
            books.receive(ledger_id, 1)
        with pytest.raises(Inconsistent, match="the tree in the log's head is not that of its events after 44") as refused:
            office.sign(database)
        assert refused.value.position == 45
        assert _both(office, database) == ([], [44])


def test_nor_a_head_that_is_not_its_events(database_url: str, office: Office) -> None:
    with opened(database_url) as (database, books):
        books.live_a_month()
        with superuser(database_url) as owner:
            owner.execute(f"UPDATE {SCHEMA}.events SET state = state || ' ' WHERE position = 30")
        with pytest.raises(Inconsistent, match="events after 0"):
            office.sign(database)
        with superuser(database_url) as owner:
            owner.execute(f"DELETE FROM {SCHEMA}.events WHERE position = 30")
        with pytest.raises(Inconsistent, match="no event at position 30"):
            office.sign(database)
        with superuser(database_url) as owner:
            owner.execute(f"UPDATE {SCHEMA}.log_head SET frontier = ''")
        with pytest.raises(Inconsistent, match="head is spoilt"):
            office.sign(database)


def test_a_file_that_was_written_over_is_refused(database_url: str, office: Office) -> None:
    with opened(database_url) as (database, books):
        books.live_a_month()
        office.sign(database)
        [entry] = [orjson.loads(line) for line in office.file.read_bytes().splitlines()]
        for change in (
            {"size": 43, "note": entry["note"].replace("\n44\n", "\n43\n")},
            {"size": 43},
            {"note": "no note"},
            {"note": entry["note"].replace("muniment/demo", "muniment/other")},
        ):
            office.file.write_bytes(orjson.dumps({**entry, **change}) + b"\n")
            with pytest.raises(NoteRefused):
                office.sign(database)


def test_an_event_is_proven_from_its_bytes_and_one_file(database_url: str, office: Office) -> None:
    with opened(database_url) as (database, books):
        books.live_a_month()
        signed = office.sign(database)
        assert signed is not None
        verifiers = [Verifier.parse(office.signer().verifier.vkey)]
        for position in (1, 37, 44):
            raw = books.log.raw(position)
            assert raw is not None
            with database.readers.connection() as connection:
                proof = prove_event(connection, SCHEMA, position, signed)
            assert proof.startswith(f"c2sp.org/tlog-proof@v1\nindex {position - 1}\n")
            assert check_proof(proof, raw[0], verifiers) == (position, signed.checkpoint)
            for text, state in (
                (proof, raw[0] + b" "),
                (proof.replace(f"index {position - 1}", "index 5"), raw[0]),
                (proof.replace("\n44\n", "\n45\n"), raw[0]),
                (proof.partition("\n")[2], raw[0]),
                ("c2sp.org/tlog-proof@v1", raw[0]),
            ):
                with pytest.raises(NoteRefused):
                    check_proof(text, state, verifiers)
        with database.readers.connection() as connection, pytest.raises(ValueError, match="leaf 44"):
            prove_event(connection, SCHEMA, 45, signed)
        with superuser(database_url) as owner:
            owner.execute(f"UPDATE {SCHEMA}.events SET leaf = sha256(state) WHERE position = 10")
        with database.readers.connection() as connection, pytest.raises(Inconsistent, match="no longer leads"):
            prove_event(connection, SCHEMA, 37, signed)


def test_the_root_at_any_position(database_url: str, office: Office) -> None:
    with opened(database_url) as (database, books):
        books.live_a_month()
        signed = office.sign(database)
        assert signed is not None
        with database.readers.connection() as connection:
            assert root_at(connection, SCHEMA, 44) == signed.checkpoint.root.hex()
            at_20 = root_at(connection, SCHEMA, 20)
            with pytest.raises(ValueError, match="has 44 events, not 45"):
                root_at(connection, SCHEMA, 45)
        raw = [books.log.raw(position) for position in range(1, 21)]
        assert at_20 == root_of(row[1] for row in raw if row).hex()


def test_an_origin_names_one_firm() -> None:
    assert origin_of(UUID(int=1)) == "muniment/00000000-0000-0000-0000-000000000001"
