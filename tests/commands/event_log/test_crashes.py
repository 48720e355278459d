"""What is acknowledged is there, whatever is killed; what is asked again with its key is there once."""

import multiprocessing
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psutil
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from commands.event_log.database import Database
from commands.event_log.embedded_server import EmbeddedServer
from commands.event_log.recorder import Verdict
from commands.receive_funds import ReceiveFunds
from projections.catalogue import PROJECTIONS
from projections.engine import Engine
from projections.follow import Follower
from replay.verify import verify
from tests.commands.event_log.lossy_proxy import LossyProxy
from tests.commands.event_log.processes import project
from tests.commands.event_log.writing import check_whole, decided, said
from tests.commands.trust_practice import Practice, day

_WRITERS, _KILLS = 4, 3
_SHORT_OF_THE_NEXT = 60


@pytest.fixture
def server() -> Iterator[EmbeddedServer]:
    """One to be killed, in the system's temporary folder: a socket's path is short, and the server's user may pass."""
    directory = Path(tempfile.mkdtemp(prefix="muniment-crash-"))
    made = EmbeddedServer(directory)
    yield made
    made.stop()
    shutil.rmtree(directory)


def receipt(practice: Practice) -> ReceiveFunds:
    return ReceiveFunds(
        ledger_id=practice.ledgers["A"], amount_minor=1_00, effective_date=day(1), instrument="wire", payer="Ada",
        description="Retainer",
    )  # fmt: skip


def kill(server: EmbeddedServer) -> None:
    """The postmaster and all its children at once, as when the machine loses power but keeps its disk."""
    for process in server._processes():
        with suppress(psutil.NoSuchProcess):
            process.kill()


@pytest.mark.timeout(200)
def test_a_server_killed_under_writers_has_all_that_was_acknowledged(server: EmbeddedServer) -> None:
    url = server.start()
    with Database(url, pool_size=_WRITERS) as database:
        database.migrate()
        practice = Practice(database.create_firm("demo", uuid4()))
        follower = Follower(url, database.projectors, lambda: {"demo": "firm_demo"}, PROJECTIONS)
        follower.start()
        acknowledged: dict[str, str] = {}
        enough = threading.Event()

        def keep_writing(writer: int) -> None:
            turn = 0
            while not enough.is_set():
                key = f"{writer}-{turn}"
                try:
                    acknowledged[key] = practice.does(receipt(practice), key=key)["entry_id"]
                    turn += 1
                except psycopg.Error:
                    time.sleep(0.05)

        writers = [threading.Thread(target=keep_writing, args=(number,)) for number in range(_WRITERS)]
        for thread in writers:
            thread.start()
        try:
            for _ in range(_KILLS):
                reached = len(acknowledged) + 40
                while len(acknowledged) < reached:
                    time.sleep(0.01)
                kill(server)
                server.start()
        finally:
            enough.set()
            for thread in writers:
                thread.join()
        entries = [event.data["entry_id"] for event in practice.log.read() if event.topic == "trust-ledger/funds-received"]
        assert len(entries) == len(set(entries)), "each key one event"
        assert set(acknowledged.values()) <= set(entries), "everything that was acknowledged is there"
        assert len(entries) - len(acknowledged) <= _WRITERS, "what is there without a word of ours was on its way"
        with psycopg.connect(url, autocommit=True) as owner:
            size = check_whole(practice.log, owner)
            _wait_until_projected(owner, size)
        follower.stop()
        assert verify(database, "demo", PROJECTIONS).ok, "projections exactly once"


def _wait_until_projected(connection: psycopg.Connection[Any], size: int) -> None:
    """The kills may have come before the projector had made its tables, which it then makes when the server is back."""
    engine = Engine("firm_demo", PROJECTIONS)
    made = "SELECT to_regclass('firm_demo.projection_tracking') IS NOT NULL"
    for _ in range(600):
        there = connection.execute(made).fetchone()
        if there is not None and there[0] and engine.position(connection) == size:
            return
        time.sleep(0.05)
    raise AssertionError("the projector did not come back")


@pytest.fixture
def behind_a_proxy(migrated_database_url: str) -> Iterator[tuple[Database, LossyProxy]]:
    directory = Path(tempfile.mkdtemp(prefix="muniment-proxy-"))
    server = Path(str(conninfo_to_dict(migrated_database_url)["host"]))
    if not server.is_absolute():
        pytest.skip("the run's server listens on no socket file")
    with LossyProxy(server, directory) as proxy:
        with Database(make_conninfo(migrated_database_url, host=str(directory)), pool_size=1) as database:
            yield database, proxy
        assert proxy.lost == 1
    shutil.rmtree(directory)


def test_a_reply_lost_after_commit_is_found_out_by_the_log_itself(behind_a_proxy: tuple[Database, LossyProxy]) -> None:
    database, proxy = behind_a_proxy
    log = database.create_firm("demo", uuid4())
    log.append(decided((UUID(int=1), 1, said())))
    proxy.lose_next_reply()
    assert log.append(decided((UUID(int=1), 2, said()), key="k")) == (Verdict.APPENDED, 2)
    assert log.size() == 2


def test_a_reply_lost_after_commit_and_asked_again_with_its_key_is_one_event(
    behind_a_proxy: tuple[Database, LossyProxy],
) -> None:
    database, proxy = behind_a_proxy
    practice = Practice(database.create_firm("demo", uuid4()))
    first = practice.does(receipt(practice), key="before")
    size = practice.log.size()
    asked = decided((UUID(int=1), 1, said()), key="k")
    proxy.lose_next_reply()
    with pytest.raises(psycopg.OperationalError):
        practice.log._recorder.append([asked])
    assert practice.log.append(asked) == (Verdict.REPLAYED, size + 1)
    assert practice.log.size() == size + 1
    assert practice.does(receipt(practice), key="before") == first


def test_a_projector_killed_in_the_middle_of_its_work_leaves_every_row_once(migrated_database_url: str) -> None:
    with Database(migrated_database_url, pool_size=2) as database:
        practice = Practice(database.create_firm("demo", uuid4()))
        for _ in range(400):
            practice.does(receipt(practice))
        context = multiprocessing.get_context("spawn")
        engine = Engine("firm_demo", PROJECTIONS)
        with database.projectors.connection() as connection:
            engine.prepare(connection)
            for killed_at in (60, 150, 240):
                # On a busy machine this process may wake up late: the child has its own end, well before the log's.
                child = context.Process(target=project, args=(migrated_database_url, killed_at + _SHORT_OF_THE_NEXT))
                child.start()
                while engine.position(connection) < killed_at:
                    assert child.is_alive(), "it ended by itself"
                    time.sleep(0.001)
                child.kill()
                child.join()
            assert engine.position(connection) < practice.log.size(), "it was killed before its end"
            connection.execute("UPDATE firm_demo.projector_lease SET until = '-infinity'")
            engine.catch_up(connection)
        assert verify(database, "demo", PROJECTIONS).ok
