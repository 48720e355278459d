"""Three years of a practice in one long log: a few cycles by real commands, then the same events over and over.

A cycle is lived through once by commands: time, costs, a bill, its payment. Its stored events are then appended again under
other ids, for other matters and timekeepers and on other days, by the log's own function; nothing of the read models is
copied, a rebuild folds every event.
"""

import random
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from aggregates import bill, bill_numbers
from aggregates.permissions import Role
from api.application import Application
from api.first_run import found
from commands.add_contact import AddContact
from commands.add_user import AddUser
from commands.adjust_bill_line import AdjustBillLine
from commands.approve_bill import ApproveBill
from commands.approve_time import ApproveTime
from commands.classify_timekeeper import ClassifyTimekeeper
from commands.draft_bill import DraftBill
from commands.event_log.database import Database
from commands.event_log.log import EventLog
from commands.event_log.recorder import Decision, ToStore
from commands.finalize_bill import FinalizeBill
from commands.open_matter import OpenMatter
from commands.receive_payment import Allocation, ReceivePayment
from commands.record_cost import RecordCost
from commands.record_time import RecordTime
from commands.set_billing_rate import SetBillingRate
from commands.submit_time import SubmitTime
from commands.write_off_bill import WriteOffBill
from tests.benchmarks.stand import PERSON, SCHEMA, SLUG, a_firm, ask, open_books

_TIMEKEEPERS, _MATTERS, _ENTRIES = 20, 1_000, 20
_YEARS_DAYS = 3 * 365
_BILL_AFTER, _PAY_AFTER, _OPEN_DAYS = 30, 60, 45
"""Days from the first entry of a cycle to its bill and its payment; and for how many more half of the bills stay open."""
_STREAMS = {str(bill_numbers.STREAM)}
"""The firm's own stream that every bill writes to."""
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_DAY = re.compile(r"\b20[0-9]{2}-[0-9]{2}-[0-9]{2}(?=[T\"])")
_BATCH = 16


@dataclass(frozen=True, slots=True)
class _Cycle:
    """Events as they are stored: (stream, version, topic), and the bytes of all, with the matter and people they name."""

    heads: tuple[tuple[str, int, str], ...]
    states: str
    matter: tuple[str, str]
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PracticeLog:
    """The firm, `today` being its last day; `token` is its owner's."""

    size: int
    today: date
    token: str


def build(database: Database, events: int, today: date) -> PracticeLog:
    """A log of at least so many events."""
    owner = found(Application(database), SLUG, a_firm(), owner_name="Owner", owner_email="owner@bench.example")
    log = database.firm(SLUG)
    open_books(log, 10)
    first = today - timedelta(days=_PAY_AFTER)
    people = [_timekeeper(log, number) for number in range(_TIMEKEEPERS)]
    matters = [_matter(log, number) for number in range(max(2, min(_MATTERS, events // 500)))]
    cycles = {
        kind: _lived(database, log, matters[0], people[:2], first, kind) for kind in ("wip", "open", "paid", "written_off")
    }
    dice, size = random.Random("practice"), log.size()  # noqa: S311 -- not for secrets
    a_cycle = len(cycles["paid"].heads)
    turns = max(_YEARS_DAYS, (events - size) * 103 // (100 * a_cycle))
    versions = {str(bill_numbers.STREAM): log.load(bill_numbers.KIND, bill_numbers.STREAM).version}
    batch: list[Decision] = []
    for turn in range(turns):
        back = _YEARS_DAYS - _YEARS_DAYS * turn // turns
        kind = _kind(dice, back)
        earlier = timedelta(days=back - _PAY_AFTER + (_ENTRIES if kind == "wip" else 0))
        batch.append(_again(cycles[kind], dice, matters, people, earlier, versions))
        if len(batch) >= _BATCH or turn == turns - 1:
            log.append_all(batch)
            batch = []
    return PracticeLog(log.size(), today, owner.token)


def _kind(dice: random.Random, back: int) -> str:
    """What was begun so many days ago has been billed by now, or paid, or neither."""
    if back < _BILL_AFTER:
        return "wip"
    if back < _PAY_AFTER:
        return "open"
    weights = (50, 50, 0) if back < _PAY_AFTER + _OPEN_DAYS else (95, 2, 3)
    return dice.choices(("paid", "open", "written_off"), weights)[0]


def _timekeeper(log: EventLog, number: int) -> str:
    added = AddUser(name=f"Timekeeper {number}", email=f"t{number}@bench.example", roles=(Role.TIMEKEEPER,))
    user_id = UUID(ask(log, added).result["user_id"])
    since = date(2020, 1, 1)
    ask(log, SetBillingRate(timekeeper_id=user_id, effective_from=since, rate_minor=200_00 + 10_00 * number))
    ask(log, ClassifyTimekeeper(timekeeper_id=user_id, classification="associate", effective_from=since))
    return str(user_id)


def _matter(log: EventLog, number: int) -> tuple[str, str]:
    client_id = ask(log, AddContact(name=f"Client {number}")).result["contact_id"]
    opening = OpenMatter(
        client_id=UUID(client_id), description="Advice", number=f"P-{number:06}", opened_on=date(2020, 1, 2)
    )
    return ask(log, opening).result["matter_id"], client_id


def _lived(database: Database, log: EventLog, matter: tuple[str, str], people: list[str], first: date, kind: str) -> _Cycle:
    """One cycle by commands: twenty entries and a cost, approved; billed, with one line written down; paid or given up."""
    before, matter_id = log.size(), UUID(matter[0])
    entries = tuple(
        UUID(ask(log, _work(matter_id, UUID(people[number % 2]), first + timedelta(days=number))).result["entry_id"])
        for number in range(_ENTRIES)
    )
    ask(log, SubmitTime(entry_ids=entries))
    ask(log, ApproveTime(entry_ids=entries))
    if kind != "wip":
        _billed(log, matter_id, UUID(matter[1]), entries, first, kind)
    with database.readers.connection() as connection:
        rows = connection.execute(
            f"SELECT stream_id::text, version, topic, convert_from(state, 'UTF8') FROM {SCHEMA}.events "
            f"WHERE position > {before} ORDER BY position".encode()
        ).fetchall()
    heads = tuple((row[0], row[1], row[2]) for row in rows)
    return _Cycle(heads, "\n".join(row[3] for row in rows), matter, tuple(people))


def _work(matter_id: UUID, timekeeper_id: UUID, on: date) -> RecordTime:
    return RecordTime(
        matter_id=matter_id, timekeeper_id=timekeeper_id, worked_on=on, worked_seconds=1_800 + 60 * on.day,
        narrative="Considered the papers and advised on the next steps",
    )  # fmt: skip


def _billed(log: EventLog, matter_id: UUID, client_id: UUID, entries: tuple[UUID, ...], first: date, kind: str) -> None:
    issued_on, paid_on = first + timedelta(days=_BILL_AFTER), first + timedelta(days=_PAY_AFTER)
    cost = RecordCost(
        matter_id=matter_id,
        nature="hard",
        paid_from="operating",
        payee="The court",
        incurred_on=first,
        expense_code="E112",
        description="Filing fee",
        unit_cost="400",
    )
    cost_id = UUID(ask(log, cost).result["cost_id"])
    drafted = ask(log, DraftBill(matter_id=matter_id, entry_ids=(*entries, cost_id), through=issued_on)).result
    bill_id = UUID(drafted["bill_id"])
    line_id = next(iter(log.load(bill.KIND, bill_id).state.lines))
    less: dict[str, Any] = {"adjustment": "write_down", "charged_minor": 1_00, "why": "Took too long"}
    ask(log, AdjustBillLine(bill_id=bill_id, line_id=line_id, **less))
    ask(log, ApproveBill(bill_id=bill_id))
    total = ask(log, FinalizeBill(bill_id=bill_id, issued_on=issued_on)).result["total_minor"]
    if kind == "paid":
        received = ReceivePayment(
            client_id=client_id, amount_minor=total, effective_date=paid_on, method="ach", payer="The client",
            allocations=(Allocation(bill_id=bill_id, amount_minor=total),),
        )  # fmt: skip
        ask(log, received)
    elif kind == "written_off":
        ask(log, WriteOffBill(bill_id=bill_id, effective_date=paid_on, amount_minor=total, why="Cannot be collected"))


def _again(
    cycle: _Cycle,
    dice: random.Random,
    matters: list[tuple[str, str]],
    people: list[str],
    earlier: timedelta,
    versions: dict[str, int],
) -> Decision:
    """The cycle once more, as one decision: other ids, a matter and timekeepers by chance, so many days earlier."""
    ids = {str(PERSON): str(PERSON), **dict(zip(cycle.matter, dice.choice(matters), strict=True))}
    ids |= dict(zip(cycle.people, dice.sample(people, len(cycle.people)), strict=True))
    days: dict[str, str] = {}

    def other_id(known: re.Match[str]) -> str:
        key = known.group()
        if key not in ids:
            ids[key] = key if key in _STREAMS else str(UUID(int=dice.getrandbits(128)))
        return ids[key]

    def other_day(known: re.Match[str]) -> str:
        day = known.group()
        if day not in days:
            days[day] = (date.fromisoformat(day) - earlier).isoformat()
        return days[day]

    states = _DAY.sub(other_day, _UUID.sub(other_id, cycle.states)).split("\n")
    events = []
    for (stream, version, topic), state in zip(cycle.heads, states, strict=True):
        at, told = version, state
        if stream in _STREAMS:
            versions[stream] = at = versions[stream] + 1
            told = state.replace(f'"version":{version}', f'"version":{at}', 1)
        events.append(ToStore(UUID(ids[stream]), at, topic, told.encode()))
    return Decision(events)
