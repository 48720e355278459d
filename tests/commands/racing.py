"""A second process at the same books: it gives one command a round, each when the others are ready to."""

from datetime import UTC, datetime
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from uuid import UUID, uuid4

from aggregates import trust_ledger
from aggregates.errors import Refusal
from aggregates.permissions import Role
from commands import release_disbursement, request_disbursement
from commands.catalogue import COMMANDS
from commands.dispatch import Edge, Request, execute
from commands.event_log.database import Database
from commands.release_disbursement import ReleaseDisbursement
from commands.request_disbursement import RequestDisbursement
from commands.work import Asker, Command

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
_KINDS: dict[str, type[Command]] = {"request-disbursement": RequestDisbursement, "release-disbursement": ReleaseDisbursement}


def race(
    database_url: str, name: str, asked: list[str], ledgers: list[UUID], together: Barrier, told: "Queue[list[str]]"
) -> None:
    """Give each command, as JSON, once everybody has come to it; tells "passed" or the code of the refusal for each.

    What the process knows of each ledger is from before the first round, so that every decision rests on an old state.
    """
    kind, listed = _KINDS[name], COMMANDS[name]
    assert listed.handle in {request_disbursement.handle, release_disbursement.handle}
    edge = Edge(lambda: NOON, uuid4, lambda: uuid4().hex, UTC)
    request = Request(Asker(UUID(int=3), frozenset({Role.BOOKKEEPER}), "tests"))
    answers = []
    with Database(database_url, pool_size=2) as database:
        log = database.firm("demo")
        for ledger_id in ledgers:
            log.load(trust_ledger.KIND, ledger_id)
        for command in asked:
            together.wait(60)
            try:
                execute(log, edge, request, kind.model_validate_json(command), listed.handle, listed.permission)
            except Refusal as refusal:
                answers.append(refusal.code)
            else:
                answers.append("passed")
    told.put(answers)
