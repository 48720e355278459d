"""What a refusal rests on: states as they stood together, whatever others write meanwhile."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest

from aggregates import disbursement
from aggregates.errors import Refusal, WrongState
from aggregates.permissions import Permission
from aggregates.trust_rules import Overdraft
from commands import release_disbursement
from commands.dispatch import Result, execute
from commands.event_log.database import Database
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
