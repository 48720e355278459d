"""The bank test: many clerks at once over HTTP, with repeated requests, while others read; at every position it adds up.

Each clerk deposits, transfers between two ledgers of one client, and asks for, approves and releases payments, of random
amounts, some of them more than there is. A third of all requests are sent again with the same key, at once or later.
"""

import itertools
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx2

from aggregates.permissions import Role
from tests.api.http_firm import Books, Client

CLERKS, TURNS, CLIENTS = 8, 50, 3
_REFUSED = {"trust.t1.overdraft", "trust.t3.uncollected_funds"}
_MONEY = {"trust-ledger/funds-received": 1, "trust-ledger/funds-disbursed": -1}


@dataclass
class Bank:
    """What the clerks did: the answer to each key, so that a second answer can be held against it."""

    books: Books
    pairs: list[tuple[str, str]]
    """Two ledgers of each client."""
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)

    def send(self, client: Client, key: str, path: str, body: dict[str, Any], dice: random.Random) -> dict[str, Any] | None:
        """Post until it is decided, now and then twice; None where a trust rule said no."""
        for again in range(2 if dice.random() < 0.33 else 1):
            answer = self._decided(client, key, path, body)
            if answer.status_code == 422:
                code = answer.json()["code"]
                assert code in _REFUSED, answer.text
                self.refused[code] += 1
                return None
            assert answer.status_code in {200, 201}, (path, answer.status_code, answer.text)
            first = self.answers.setdefault(f"{client.token}\x00{key}", answer.json())
            assert answer.json() == first, "the same key, another answer"
            assert not again or answer.headers["idempotency-replayed"] == "true"
        return first

    def _decided(self, client: Client, key: str, path: str, body: dict[str, Any]) -> httpx2.Response:
        for _ in range(200):
            answer = client.post(path, body, key=key)
            if answer.status_code not in {409, 503} or not answer.json()["retryable"]:
                return answer
            time.sleep(0.01)
        raise AssertionError(answer.text)

    def clerk(self, number: int, people: dict[Role, Client]) -> None:
        dice = random.Random(f"clerk {number}")  # noqa: S311 -- a story, not a secret
        keys = (f"clerk-{number}-{n}" for n in itertools.count())
        for _ in range(TURNS):
            pair = dice.choice(self.pairs)
            amount = f"{dice.randint(1, 400)}.{dice.randint(0, 99):02d}"
            match dice.choice(["deposit", "transfer", "pay", "pay"]):
                case "deposit":
                    body = {
                        "amount": amount,
                        "effective_date": "2026-09-02",
                        "instrument": "wire",
                        "payer": "Somebody",
                        "description": "Deposit",
                    }
                    self.send(people[Role.BOOKKEEPER], next(keys), f"/v1/ledgers/{dice.choice(pair)}/receipts", body, dice)
                case "transfer":
                    self._transfer(people, next(keys), pair, amount, dice)
                case _:
                    self._pay(people, keys, dice.choice(pair), amount, dice)

    def _transfer(
        self, people: dict[Role, Client], key: str, pair: tuple[str, str], amount: str, dice: random.Random
    ) -> None:
        source, target = dice.sample(pair, 2)
        body = {
            "to_ledger_id": target,
            "amount": amount,
            "effective_date": "2026-09-03",
            "authority": "Letter of the client",
            "description": "Between matters",
        }
        self.send(people[Role.PARTNER], key, f"/v1/ledgers/{source}/transfers", body, dice)

    def _pay(self, people: dict[Role, Client], keys: Iterator[str], ledger: str, amount: str, dice: random.Random) -> None:
        body = {
            "ledger_id": ledger,
            "amount": amount,
            "effective_date": "2026-09-04",
            "payee": "Clerk of Court",
            "method": "ach",
            "recipient_account": "Clerk of Court, ending 0417",
            "purpose": "Filing fee",
        }
        asked = self.send(people[Role.BOOKKEEPER], next(keys), "/v1/disbursements", body, dice)
        if asked is None:
            return
        path = f"/v1/disbursements/{asked['disbursement_id']}"
        self.send(people[Role.PARTNER], next(keys), f"{path}/approval", {}, dice)
        release = {"effective_date": "2026-09-04"}
        self.send(people[Role.BOOKKEEPER], next(keys), f"{path}/release", release, dice)


def opened(books: Books) -> list[tuple[str, str]]:
    """Two ledgers of each client, with a little money in the first."""
    pairs = []
    for n in range(CLIENTS):
        contact_id, _, first = books.client(f"Client {n}", books.firm[Role.BOOKKEEPER])
        matter = books.firm[Role.PARTNER].done("/v1/matters", {"client_id": contact_id, "description": "Another one"})
        path = f"/v1/trust-accounts/{books.account_id}/ledgers"
        second = books.firm[Role.BOOKKEEPER].done(path, {"matter_id": matter["matter_id"]})["ledger_id"]
        assert books.receive("1000.00", ledger_id=first).status_code == 200
        pairs.append((first, second))
    return pairs


def test_many_clerks_at_once_never_make_or_lose_a_cent(books: Books) -> None:
    bank = Bank(books, opened(books))
    people = {role: books.firm[role] for role in (Role.BOOKKEEPER, Role.PARTNER)}
    done = threading.Event()

    def auditor() -> int:
        """Reads while the clerks write: whatever moment is shown adds up, and no ledger is below zero."""
        reads = 0
        while not done.is_set():
            shown = books.firm[Role.AUDITOR].read("/v1/ledgers", trust_account_id=books.account_id)
            balances = [cents(row["balance"]) for row in shown["rows"]]
            assert min(balances) >= 0
            assert sum(balances) == cents(shown["totals"]["balance"])
            reads += 1
        return reads

    with ThreadPoolExecutor(CLERKS + 2) as threads:
        auditors = [threads.submit(auditor) for _ in range(2)]
        clerks = [threads.submit(bank.clerk, number, people) for number in range(CLERKS)]
        try:
            for clerk in clerks:
                clerk.result()
        finally:
            done.set()
        assert min(one.result() for one in auditors) > 0

    assert bank.refused["trust.t1.overdraft"] + bank.refused["trust.t3.uncollected_funds"] > 0, "nothing was ever too much"
    balances = replayed(books)
    check_each_key_is_one_command(bank)
    check_read_models(bank, balances)


def replayed(books: Books) -> dict[str, int]:
    """Each ledger's balance, from the log alone; at every position they add up to the book, and none is below zero."""
    balances: dict[str, int] = defaultdict(int)
    book = 0
    for event in books.firm.application.log("ashby").read():
        if event.topic in _MONEY:
            moved = _MONEY[event.topic] * event.data["amount_minor"]
            balances[event.stream_id] += moved
            book += moved
        elif event.topic in {"trust-ledger/transferred-out", "trust-ledger/transferred-in"}:
            balances[event.stream_id] += (1 if event.topic.endswith("-in") else -1) * event.data["amount_minor"]
        if event.topic != "trust-ledger/transferred-out":  # its other half is the very next event
            assert sum(balances.values()) == book, f"at position {event.position}"
        assert min(balances.values(), default=0) >= 0, f"at position {event.position}"
    return balances


def check_each_key_is_one_command(bank: Bank) -> None:
    """As many commands that moved something as there are keys that were answered."""
    log = bank.books.firm.application.log("ashby")
    commands = {event.command_id for event in log.read() if event.position > 0}
    positions = [answer["position"] for answer in bank.answers.values()]
    assert len(positions) == len(set(positions)), "two keys, one command"
    last_of_command: dict[str, int] = {event.command_id: event.position for event in log.read()}
    assert set(positions) <= set(last_of_command.values())
    with bank.books.firm.application.database.readers.connection() as connection:
        (kept,) = connection.execute("SELECT count(*) FROM firm_ashby.idempotency WHERE key LIKE 'clerk-%'").fetchone() or (
            0,
        )
    assert kept == len(positions)
    assert len(commands) >= kept


def check_read_models(bank: Bank, balances: dict[str, int]) -> None:
    """What HTTP shows in the end is what the log says, in the ledgers, the book and the three reports on it."""
    books, client = bank.books, bank.books.firm[Role.AUDITOR]
    size = books.firm.application.log("ashby").size()
    for ledger in itertools.chain.from_iterable(bank.pairs):
        shown = client.read(f"/v1/ledgers/{ledger}", min_position=size, limit=1000)
        assert cents(shown["totals"]["closing"]) == balances[ledger]
    trial = client.read(f"/v1/trust-accounts/{books.account_id}/trial-balance", min_position=size)
    assert sum(cents(row["balance"]) for row in trial["rows"]) == sum(balances.values())
    opened_up = client.read(f"/v1/trust-accounts/{books.account_id}/chart/1100", min_position=size)
    assert cents(opened_up["totals"]["balance"]) == sum(balances.values())


def cents(amount: str) -> int:
    return int(amount.replace(".", ""))
