"""What a refusal rests on: states as they stood together, whatever others write meanwhile."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from uuid import UUID

import pytest

from aggregates import disbursement, trust_ledger
from aggregates.errors import Refusal, WrongState
from aggregates.permissions import Permission
from aggregates.trust_rules import Overdraft, UncollectedFunds
from commands import place_hold, release_disbursement
from commands.dispatch import Outcome, Result, execute
from commands.event_log.database import Database
from commands.place_hold import PlaceHold
from commands.record_returned_deposit import RecordReturnedDeposit
from commands.release_disbursement import ReleaseDisbursement
from commands.work import Work
from tests.commands.trust_practice import LIND, Practice, practising


@pytest.fixture
def two(migrated_database_url: str) -> Iterator[tuple[Practice, Database]]:
    with practising(migrated_database_url) as practice, Database(migrated_database_url, pool_size=2) as other:
        yield practice, other


def _refused(two: tuple[Practice, Database], key: UUID, meanwhile: Callable[[], object]) -> tuple[type[Refusal], int]:
    """Another process releases a payment; while it looks at the books, `meanwhile` happens. Why it is refused, in how many
    tries.
    """
    practice, other = two
    tries = []

    def handle(command: ReleaseDisbursement, work: Work) -> Result:
        tries.append(work)
        if work.used_cache or len(tries) == 1:
            work.load(disbursement.KIND, command.disbursement_id)
            raise WrongState("as it stood in the cache")
        work.load(disbursement.KIND, command.disbursement_id)
        if len(tries) == 2:
            meanwhile()
        return release_disbursement.handle(command, work)

    asked = (practice.release(key), handle, Permission.RELEASE_DISBURSEMENT)
    with pytest.raises(Refusal) as refused:
        execute(other.firm("demo"), practice._edge(), practice._request(LIND), *asked)
    return type(refused.value), len(tries)


def test_a_refusal_on_states_of_different_moments_is_decided_again(two: tuple[Practice, Database]) -> None:
    practice, _ = two
    practice.receive("A", 100_00)
    key = practice.approved("A", 60_00)

    why, tries = _refused(two, key, lambda: practice.does(practice.release(key)))

    assert (why, tries) == (WrongState, 3), "it was released already; that 40.00 are left is no reason"


def test_what_others_write_elsewhere_does_not_hold_a_refusal_up(two: tuple[Practice, Database]) -> None:
    practice, _ = two
    received = practice.receive("A", 100_00)
    key = practice.approved("A", 60_00)
    returned = RecordReturnedDeposit(
        ledger_id=practice.ledgers["A"], entry_id=received, effective_date=practice.today, evidence="NSF"
    )
    practice.does(returned)

    assert _refused(two, key, lambda: practice.receive("B", 1_00)) == (Overdraft, 2)


def holding(practice: Practice, amount_minor: int) -> PlaceHold:
    return PlaceHold(
        ledger_id=practice.ledgers["A"], amount_minor=amount_minor, purpose="Lien", effective_date=practice.today
    )


def _in_one_call(practice: Practice, amounts: Sequence[int]) -> tuple[list[Future[Outcome]], int]:
    """Place each hold from a thread of its own while the log is held up, so that all are carried out together. What each
    came to, and how often they were decided in all.
    """
    tries = []

    def handle(command: PlaceHold, work: Work) -> Result:
        tries.append(work)
        return place_hold.handle(command, work)

    def place(amount_minor: int) -> Outcome:
        asked = (holding(practice, amount_minor), handle, Permission.PLACE_HOLD)
        return execute(practice.log, practice._edge(), practice._request(LIND), *asked)

    with ThreadPoolExecutor(len(amounts)) as pool:
        with practice.log.alone():
            told = [pool.submit(place, amount) for amount in amounts]
            while len(practice.log._gathering._queue) < len(amounts):
                time.sleep(0.001)
        wait(told, 30)
    return told, len(tries)


def _held(practice: Practice) -> int:
    state = practice.log.find(trust_ledger.KIND, practice.ledgers["A"])
    assert state is not None
    return sum(state.holds.values())


def test_commands_of_one_call_are_decided_on_what_those_before_them_lead_to(two: tuple[Practice, Database]) -> None:
    practice, _ = two
    practice.receive("A", 100_00)
    before = practice.log.size()

    told, tries = _in_one_call(practice, [20_00] * 5)

    assert sorted(each.result().position - before for each in told) == [1, 2, 3, 4, 5]
    assert (_held(practice), tries) == (100_00, 5)


def test_of_commands_of_one_call_no_more_pass_than_there_is_money_for(two: tuple[Practice, Database]) -> None:
    practice, _ = two
    practice.receive("A", 100_00)
    before = practice.log.size()

    told, tries = _in_one_call(practice, [30_00] * 5)

    assert [type(each.exception()) for each in told].count(UncollectedFunds) == 2
    assert (practice.log.size() - before, _held(practice)) == (3, 90_00)
    assert tries >= 7, "a refusal is looked at again on what stands in the log"


def test_a_command_that_finds_its_work_done_by_one_before_it_in_the_call_makes_sure_that_it_is(
    two: tuple[Practice, Database],
) -> None:
    practice, _ = two
    practice.receive("A", 100_00)
    looked: list[tuple[bool, int]] = []

    def look(command: PlaceHold, work: Work) -> Result:
        held = len(work.load(trust_ledger.KIND, command.ledger_id).holds)
        looked.append((work.looked_ahead, held))
        return {"held": held} if held else place_hold.handle(command, work)

    asked = (holding(practice, 1_00), look, Permission.PLACE_HOLD)
    gathering = practice.log._gathering
    with ThreadPoolExecutor(2) as pool:
        with practice.log.alone():
            first = pool.submit(practice.does, holding(practice, 20_00))
            while not gathering._queue:
                time.sleep(0.001)
            second = pool.submit(lambda: execute(practice.log, practice._edge(), practice._request(LIND), *asked))
            while len(gathering._queue) < 2:
                time.sleep(0.001)
        first.result(30)
        assert second.result(30).result == {"held": 1}
    assert looked == [(True, 1), (False, 1)]


def test_a_command_given_while_another_is_decided_in_the_same_thread_is_carried_out_at_once(
    two: tuple[Practice, Database],
) -> None:
    practice, _ = two
    received: list[UUID] = []

    def handle(command: PlaceHold, work: Work) -> Result:
        if not received:
            received.append(practice.receive("A", 100_00))
        return place_hold.handle(command, work)

    asked = (holding(practice, 1_00), handle, Permission.PLACE_HOLD)
    execute(practice.log, practice._edge(), practice._request(LIND), *asked)

    assert len(received) == 1


def test_what_was_decided_on_a_command_that_did_not_come_about_is_decided_again(two: tuple[Practice, Database]) -> None:
    practice, other = two
    practice.receive("A", 100_00)
    rival = (holding(practice, 90_00), place_hold.handle, Permission.PLACE_HOLD)
    execute(other.firm("demo"), practice._edge(), practice._request(LIND), *rival)

    told, _ = _in_one_call(practice, [45_00, 45_00])

    assert [type(each.exception()) for each in told] == [UncollectedFunds, UncollectedFunds]
    assert sum(event.topic == "trust-ledger/purpose-hold-placed" for event in practice.log.read()) == 1
