"""What other processes do to a database in the tests of the log; each function is the whole life of one process."""

import os
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from uuid import UUID, uuid4

from aggregates.errors import AlreadyExists
from commands.event_log.database import Database
from commands.event_log.recorder import Verdict
from projections.catalogue import PROJECTIONS
from projections.engine import Engine
from tests.commands.event_log.writing import decided, received


def start_up(database_url: str, together: Barrier, told: "Queue[str]") -> None:
    """Migrate and found the firm at the same moment as everybody else."""
    together.wait(60)
    try:
        with Database(database_url, pool_size=1) as database:
            database.migrate()
            database.create_firm("demo", uuid4())
        told.put("created")
    except AlreadyExists:
        told.put("was there")
    except Exception as error:  # noqa: BLE001 -- whatever it is, the test must hear of it
        told.put(repr(error))


def write(database_url: str, streams: list[UUID], account: UUID, times: int, together: Barrier, told: "Queue[int]") -> None:
    """Append to streams that others write too, again after each conflict; tells how many events were acknowledged."""
    acknowledged = 0
    with Database(database_url, pool_size=1) as database:
        log = database.firm("demo")
        together.wait(60)
        for turn in range(times):
            stream = streams[turn % len(streams)]
            while True:
                version = sum(1 for _ in log.stream(stream))
                verdict, _ = log.append(decided((stream, version + 1, received(account))))
                if verdict is Verdict.APPENDED:
                    acknowledged += 1
                    break
    told.put(acknowledged)


def project(database_url: str, upto: int) -> None:
    """Carry the read models forward by small pages to a position, and look for more without an end, until killed."""
    with Database(database_url, pool_size=1) as database, database.projectors.connection() as connection:
        connection.execute("UPDATE firm_demo.projector_lease SET until = '-infinity'")
        engine = Engine("firm_demo", PROJECTIONS, page=5, holder=str(os.getpid()))
        while True:
            engine.advance(connection, stop=upto)
