"""Two processes' worth of threads at one ledger: at no position is more held than there is, however their calls cross."""

import random
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from aggregates.errors import Refusal
from aggregates.permissions import Permission
from commands import place_hold, release_hold
from commands.dispatch import execute
from commands.event_log.database import Database
from commands.event_log.log import EventLog
from commands.place_hold import PlaceHold
from commands.release_hold import ReleaseHold
from tests.commands.trust_practice import LIND, Practice, practising

_FUNDS = 100_00
_THREADS, _TURNS = 4, 40


def test_however_calls_of_two_logs_cross_no_more_is_held_than_there_is(migrated_database_url: str) -> None:
    with practising(migrated_database_url) as practice, Database(migrated_database_url) as second:
        practice.receive("A", _FUNDS)
        logs = [practice.log, second.firm("demo")]
        with ThreadPoolExecutor(2 * _THREADS) as pool:
            done = [pool.submit(_keep_holding, practice, log, seed) for seed in range(_THREADS) for log in logs]
            placed = sum(each.result(120) for each in done)

        holds: dict[str, int] = {}
        most = 0
        for event in practice.log.read():
            if event.topic == "trust-ledger/purpose-hold-placed":
                holds[event.data["hold_id"]] = event.data["amount_minor"]
                placed -= 1
            elif event.topic == "trust-ledger/purpose-hold-released":
                del holds[event.data["hold_id"]]
            most = max(most, sum(holds.values()))
        assert placed == 0, "what was told to be placed is in the log, and nothing else"
        assert _FUNDS / 2 < most <= _FUNDS


def _keep_holding(practice: Practice, log: EventLog, seed: int) -> int:
    """Place holds and release them again, in turns that nobody agreed on. How many were placed."""
    dice = random.Random(f"{log is practice.log} {seed}")  # noqa: S311 -- not for secrets
    mine: list[UUID] = []
    placed = 0
    asked_by = (practice._edge(), practice._request(LIND))
    for _ in range(_TURNS):
        ledger = practice.ledgers["A"]
        try:
            if mine and dice.random() < 0.45:
                released = ReleaseHold(ledger_id=ledger, hold_id=mine.pop(), effective_date=practice.today)
                execute(log, *asked_by, released, release_hold.handle, Permission.PLACE_HOLD)
            else:
                hold = PlaceHold(
                    ledger_id=ledger, amount_minor=dice.randint(5_00, 45_00), purpose="Lien", effective_date=practice.today
                )
                told = execute(log, *asked_by, hold, place_hold.handle, Permission.PLACE_HOLD)
                mine.append(UUID(told.result["hold_id"]))
                placed += 1
        except Refusal:  # there is too little, or others were quicker too often
            continue
    return placed
