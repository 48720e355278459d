"""Several processes at one log: they may start at once, and write at once."""

import multiprocessing
from uuid import UUID, uuid4

import psycopg

from commands.event_log.database import Database
from tests.commands.event_log.processes import start_up, write
from tests.commands.event_log.writing import check_whole

_STARTING, _WRITING, _TURNS = 6, 3, 15


def test_processes_that_start_at_once_make_one_database_and_one_firm(database_url: str) -> None:
    context = multiprocessing.get_context("spawn")
    together, told = context.Barrier(_STARTING), context.Queue()
    processes = [context.Process(target=start_up, args=(database_url, together, told)) for _ in range(_STARTING)]
    for process in processes:
        process.start()
    answers = sorted(told.get(timeout=120) for _ in processes)
    for process in processes:
        process.join(60)
    assert answers == ["created", *["was there"] * (_STARTING - 1)]
    with Database(database_url, pool_size=1) as database, psycopg.connect(database_url, autocommit=True) as owner:
        assert database.firms() == ["demo"]
        assert check_whole(database.firm("demo"), owner) == 0


def test_processes_that_write_at_once_lose_nothing(migrated_database_url: str) -> None:
    context = multiprocessing.get_context("spawn")
    streams, account = [UUID(int=number) for number in (1, 2)], UUID(int=3)
    with Database(migrated_database_url, pool_size=1) as database:
        log = database.create_firm("demo", uuid4())
        together, told = context.Barrier(_WRITING), context.Queue()
        processes = [
            context.Process(target=write, args=(migrated_database_url, streams, account, _TURNS, together, told))
            for _ in range(_WRITING)
        ]
        for process in processes:
            process.start()
        acknowledged = sum(told.get(timeout=120) for _ in processes)
        for process in processes:
            process.join(60)
        with psycopg.connect(migrated_database_url, autocommit=True) as owner:
            assert check_whole(log, owner) == acknowledged == _WRITING * _TURNS
        assert sum(1 for stream in streams for _ in log.stream(stream)) == acknowledged
