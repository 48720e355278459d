"""Commands that are taken straight in the event loop: each has its answer, whatever the log does meanwhile."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest

from aggregates import trust_ledger
from aggregates.permissions import Role
from api.http.together import RELIEF_S
from api.http.workers import ROUND_THREADS
from commands.event_log.database import Database
from tests.api.http_firm import Books, Firm
from tests.api.test_http_commands import problem

MOVED = {"effective_date": "2026-09-03", "authority": "Letter of the client", "description": "Moved"}
WAIT_S = 20


@pytest.fixture
def pair(books: Books) -> tuple[str, str]:
    """Two ledgers of one client; the first holds 100.00."""
    bookkeeper, partner = books.firm[Role.BOOKKEEPER], books.firm[Role.PARTNER]
    contact_id, _, one = books.client(f"Client {uuid4()}", bookkeeper)
    matter = partner.done("/v1/matters", {"client_id": contact_id, "description": "The other matter"})
    other = bookkeeper.done(f"/v1/trust-accounts/{books.account_id}/ledgers", {"matter_id": matter["matter_id"]})
    assert books.receive("100.00", ledger_id=one).status_code == 200
    return one, other["ledger_id"]


def move(books: Books, pair: tuple[str, str], amount: str, key: str | None = None) -> httpx2.Response:
    body = MOVED | {"to_ledger_id": pair[1], "amount": amount}
    return books.firm[Role.PARTNER].post(f"/v1/ledgers/{pair[0]}/transfers", body, key=key)


def balance(books: Books, ledger_id: str) -> int:
    """In cents, as whoever knows nothing yet folds it from the log."""
    with Database(books.firm.application.database.conninfo, pool_size=1) as database:
        ledger = database.firm(books.firm.slug).find(trust_ledger.KIND, UUID(ledger_id))
    assert ledger is not None
    return ledger.balance_minor


@contextmanager
def the_log_held_up(firm: Firm) -> Iterator[psycopg.Connection]:
    """Nobody appends to a firm's log until the block ends, or the connection is rolled back."""
    with psycopg.connect(firm.application.database.conninfo) as holds_up:
        holds_up.execute(f"SELECT FROM firm_{firm.slug}.log_head FOR UPDATE")
        yield holds_up


def waiting_backends(firm: Firm) -> list[int]:
    """Who waits for the log, once somebody does."""
    with psycopg.connect(firm.application.database.conninfo, autocommit=True) as owner:
        for _ in range(400):
            found = owner.execute(
                "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%append_decisions%' "
                "AND datname = current_database()"
            ).fetchall()
            if found:
                return [row[0] for row in found]
            time.sleep(0.01)
    raise AssertionError("nobody waits")


def test_of_many_at_once_as_many_pass_as_there_is_money_for(books: Books, pair: tuple[str, str]) -> None:
    with ThreadPoolExecutor(12) as pool:
        told = list(pool.map(lambda _: move(books, pair, "30.00"), range(12)))

    assert sorted(answer.status_code for answer in told) == [200] * 3 + [422] * 9
    assert {answer.json()["code"] for answer in told if answer.status_code == 422} == {"trust.t1.overdraft"}
    assert all(int(answer.headers["muniment-position"]) > 0 for answer in told)
    assert (balance(books, pair[0]), balance(books, pair[1])) == (10_00, 90_00)


def test_a_key_that_comes_again_is_told_the_first_answer_and_another_request_with_it_is_refused(
    books: Books, pair: tuple[str, str]
) -> None:
    key = str(uuid4())
    first, again = move(books, pair, "30.00", key), move(books, pair, "30.00", key)

    assert (first.status_code, again.status_code) == (200, 200)
    assert (again.json(), again.headers["idempotency-replayed"]) == (first.json(), "true")
    assert "idempotency-replayed" not in first.headers
    problem(move(books, pair, "30.01", key), 422, "idempotency_key_reused")
    assert balance(books, pair[0]) == 70_00


def test_while_one_firms_log_is_held_up_the_server_answers_and_other_firms_go_on(firms: tuple[Firm, Firm]) -> None:
    held, other = firms
    account = {"name": "IOLTA", "bank": "First Example Bank", "opened_on": "2026-08-03"}

    def opened(firm: Firm) -> httpx2.Response:
        return firm[Role.PARTNER].post("/v1/trust-accounts", account | {"account_number": str(uuid4())})

    with ThreadPoolExecutor(8) as pool, the_log_held_up(held) as holds_up:
        waiting: list[Future[httpx2.Response]] = [pool.submit(opened, held) for _ in range(8)]
        waiting_backends(held)
        assert held.owner.http.get("/healthz").status_code == 200
        assert [opened(other).status_code for _ in range(5)] == [201] * 5
        assert not any(one.done() for one in waiting)
        holds_up.rollback()
        assert [one.result(WAIT_S).status_code for one in waiting] == [201] * 8


def test_one_whose_connection_is_cut_while_it_waits_is_carried_out_once(books: Books, pair: tuple[str, str]) -> None:
    assert move(books, pair, "1.00").status_code == 200
    bookkeeper = books.firm[Role.BOOKKEEPER]
    with ThreadPoolExecutor(14) as pool, the_log_held_up(books.firm) as holds_up:
        waiting = [pool.submit(move, books, pair, "2.00") for _ in range(4)]
        waiting_backends(books.firm)
        others = []
        for number in range(ROUND_THREADS + 2):  # one after the other, until a thread waits for each
            others.append(pool.submit(bookkeeper.post, "/v1/contacts", {"name": f"Behind it {number}"}))
            time.sleep(2 * RELIEF_S)
        with psycopg.connect(books.firm.application.database.conninfo, autocommit=True) as owner:
            for backend in waiting_backends(books.firm):
                owner.execute("SELECT pg_terminate_backend(%s, 5000)", (backend,))
        holds_up.rollback()
        assert [one.result(WAIT_S).status_code for one in waiting] == [200] * 4
        assert [one.result(WAIT_S).status_code for one in others] == [201] * len(others)
    assert balance(books, pair[0]) == 91_00
    assert move(books, pair, "1.00").status_code == 200


def test_a_log_that_is_held_up_for_too_long_is_told_as_a_fault_and_nothing_is_changed(
    books: Books, pair: tuple[str, str]
) -> None:
    before = books.firm.application.log("ashby").size()
    with the_log_held_up(books.firm):
        answer = move(books, pair, "1.00")
    assert answer.status_code == 503, answer.text
    assert books.firm.application.log("ashby").size() == before
    assert move(books, pair, "1.00").status_code == 200


def test_a_bulk_and_single_commands_take_turns(books: Books, pair: tuple[str, str]) -> None:
    one, other = pair
    many = [MOVED | {"from_ledger_id": one, "to_ledger_id": other, "amount": "0.01"} for _ in range(400)]
    with ThreadPoolExecutor(6) as pool:
        bulks = [pool.submit(books.firm[Role.PARTNER].post, "/v1/transfers", {"transfers": many}) for _ in range(3)]
        singles = [pool.submit(move, books, pair, "0.10") for _ in range(60)]
        assert [each.result(WAIT_S).status_code for each in (*bulks, *singles)] == [200] * 63
    assert balance(books, one) == 82_00


def test_many_words_at_once_go_to_the_log_to_the_last(books: Books, pair: tuple[str, str]) -> None:
    words = "\U0001f4dc" * 2_000
    body = MOVED | {"to_ledger_id": pair[1], "amount": "0.50", "authority": words, "description": words}

    def moved() -> int:
        return books.firm[Role.PARTNER].post(f"/v1/ledgers/{pair[0]}/transfers", body).status_code

    with ThreadPoolExecutor(24) as pool:
        with the_log_held_up(books.firm):
            told = [pool.submit(moved) for _ in range(24)]
            waiting_backends(books.firm)
            time.sleep(1)
        assert [one.result(WAIT_S) for one in told] == [200] * 24
    assert balance(books, pair[0]) == 88_00
