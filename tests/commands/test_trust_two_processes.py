"""Two payments that each fit alone, from two processes with caches of their own, never both pass."""

import multiprocessing
from uuid import UUID

from aggregates import trust_ledger
from commands.work import Command
from tests.commands.racing import race
from tests.commands.trust_practice import Practice, practising

_ROUNDS = 12
_OUT_OF_SPAWN = multiprocessing.get_context("spawn")


def test_of_two_requests_that_each_fit_alone_one_passes(migrated_database_url: str) -> None:
    with practising(migrated_database_url) as practice:
        letters = _ledgers(practice)
        asked: list[Command] = [practice.ask(letter, 60_00) for letter in letters]

        answers = _raced(migrated_database_url, "request-disbursement", asked, asked, practice, letters)
        states = [_state(practice, letter) for letter in letters]

    assert answers == [["passed", "trust.t3.uncollected_funds"]] * _ROUNDS
    assert [(sum(state.pending.values()), state.balance_minor) for state in states] == [(60_00, 100_00)] * _ROUNDS


def test_of_two_releases_of_one_payment_one_passes(migrated_database_url: str) -> None:
    with practising(migrated_database_url) as practice:
        letters = _ledgers(practice)
        released: list[Command] = [practice.release(practice.approved(letter, 60_00)) for letter in letters]

        answers = _raced(migrated_database_url, "release-disbursement", released, released, practice, letters)
        states = [_state(practice, letter) for letter in letters]

    assert answers == [["passed", "wrong_state"]] * _ROUNDS
    assert [(sum(state.pending.values()), state.balance_minor) for state in states] == [(0, 40_00)] * _ROUNDS


def test_of_two_cheques_with_one_number_one_passes(migrated_database_url: str) -> None:
    with practising(migrated_database_url) as practice:
        letters = _ledgers(practice)
        keys = {side: [practice.approved(letter, 50_00, method="cheque") for letter in letters] for side in "ab"}
        sides: dict[str, list[Command]] = {
            side: [practice.release(key, 1051 + at) for at, key in enumerate(keys[side])] for side in "ab"
        }

        answers = _raced(migrated_database_url, "release-disbursement", sides["a"], sides["b"], practice, letters)

    assert answers == [["passed", "trust.t13.cheque_number_used"]] * _ROUNDS


def test_of_two_pieces_of_a_large_payment_one_passes_with_one_approval(migrated_database_url: str) -> None:
    with practising(migrated_database_url) as practice:
        letters = _ledgers(practice, 20_000_00)
        sides: list[list[Command]] = [
            [practice.release(practice.approved(letter, 6_000_00)) for letter in letters] for _ in range(2)
        ]

        answers = _raced(migrated_database_url, "release-disbursement", sides[0], sides[1], practice, letters)
        states = [_state(practice, letter) for letter in letters]

    assert answers == [["passed", "wrong_state"]] * _ROUNDS
    assert [state.balance_minor for state in states] == [14_000_00] * _ROUNDS


def _ledgers(practice: Practice, amount_minor: int = 100_00) -> list[str]:
    letters = [f"A{number}" for number in range(_ROUNDS)]
    for letter in letters:
        practice.open_ledger(letter, practice.clients["A"])
        practice.receive(letter, amount_minor)
    return letters


def _state(practice: Practice, letter: str) -> trust_ledger.TrustLedger:
    state: trust_ledger.TrustLedger = practice.log.load(trust_ledger.KIND, practice.ledgers[letter]).state
    return state


def _raced(
    url: str, name: str, first: list[Command], second: list[Command], practice: Practice, letters: list[str]
) -> list[list[str]]:
    """What became of each round's two commands, sorted."""
    together, told = _OUT_OF_SPAWN.Barrier(2), _OUT_OF_SPAWN.Queue()
    ledgers: list[UUID] = [practice.ledgers[letter] for letter in letters]
    runners = [
        _OUT_OF_SPAWN.Process(
            target=race, args=(url, name, [one.model_dump_json() for one in side], ledgers, together, told)
        )
        for side in (first, second)
    ]
    for runner in runners:
        runner.start()
    answers = [told.get(timeout=120) for _ in runners]
    for runner in runners:
        runner.join(60)
        assert runner.exitcode == 0
    return [sorted(pair) for pair in zip(*answers, strict=True)]
