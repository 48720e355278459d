"""A billing run: 1,000 drafts from 20,000 approved entries, on top of what else the books hold."""

import time
from datetime import date
from uuid import UUID

from aggregates.billing_run import MOST_MATTERS
from aggregates.permissions import Permission, Role
from commands import establish_firm
from commands.add_contact import AddContact
from commands.add_user import AddUser
from commands.approve_time import ApproveTime
from commands.dispatch import Request, execute
from commands.event_log.database import Database
from commands.event_log.log import EventLog
from commands.open_matter import OpenMatter
from commands.record_time import RecordTime
from commands.set_billing_rate import SetBillingRate
from commands.submit_time import SubmitTime
from projections.catalogue import PROJECTIONS
from projections.engine import Engine
from projections.reports.reader import Reader
from replay.billing_runs import NewBillingRun, start, step
from tests.benchmarks.measuring import Figure
from tests.benchmarks.stand import ASKER, EDGE, OPENED, SCHEMA, SLUG, Stand, a_firm, ask, opened

_ENTRIES = 20
_STEP = 200
_THROUGH = date(2026, 3, 31)


def run(stand: Stand) -> list[Figure]:
    """Every matter has twenty entries; steps of 200 matters, as a web app would carry a run on."""
    matters = 50 if stand.quick else min(1_000, MOST_MATTERS)
    with stand.database("billing") as url, opened(url) as database:
        log = database.create_firm(SLUG, EDGE.new_id())
        execute(log, EDGE, Request(ASKER), a_firm(), establish_firm.handle, Permission.MANAGE_SETTINGS)
        _work(log, matters)
        _catch_up(database)
        with database.readers.connection() as connection:
            reader = Reader(connection, SCHEMA, _THROUGH)
            began = time.perf_counter()
            outcome = start(log, EDGE, Request(ASKER), reader, NewBillingRun(through=_THROUGH))
            run_id, drafted = UUID(outcome.result["run_id"]), 0
            while drafted < matters:
                told = step(log, EDGE, Request(ASKER), reader, run_id=run_id, at_most=_STEP).result
                drafted += sum("bill_id" in one for one in told["outcomes"])
                assert drafted or told["left"], "every matter is drafted"
            took = time.perf_counter() - began
    return [Figure(f"{matters:,} drafts from {matters * _ENTRIES:,} entries", took, "s", "≤", 60)]


def _work(log: EventLog, matters: int) -> None:
    added = AddUser(name="Pim Pryce", email="pim@example.com", roles=(Role.TIMEKEEPER,))
    timekeeper = UUID(ask(log, added).result["user_id"])
    ask(log, SetBillingRate(timekeeper_id=timekeeper, effective_from=OPENED, rate_minor=250_00))
    client_id = UUID(ask(log, AddContact(name="The client")).result["contact_id"])
    for number in range(matters):
        opening = OpenMatter(client_id=client_id, description="Advice", number=f"B-{number:06}", opened_on=OPENED)
        matter_id = UUID(ask(log, opening).result["matter_id"])
        entries = tuple(
            UUID(
                ask(
                    log,
                    RecordTime(
                        matter_id=matter_id,
                        timekeeper_id=timekeeper,
                        worked_on=date(2026, 3, 2 + day),
                        worked_seconds=1_800 + 60 * day,
                        narrative="Considered the papers and advised on the next steps",
                    ),
                ).result["entry_id"]
            )
            for day in range(_ENTRIES)
        )
        ask(log, SubmitTime(entry_ids=entries))
        ask(log, ApproveTime(entry_ids=entries))


def _catch_up(database: Database) -> None:
    with database.projectors.connection() as connection:
        engine = Engine(SCHEMA, PROJECTIONS)
        engine.prepare(connection)
        engine.catch_up(connection)
        engine.release(connection)
