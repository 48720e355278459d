"""A real server over a real database, with two firms and their people, for the tests of the HTTP face."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import uvicorn
from fastapi import FastAPI

from aggregates.permissions import Role
from api.application import Application
from api.first_run import found
from api.http.limits import Quota
from api.http.server import create_app
from api.http.wire import HttpProtocol
from api.places import Places
from api.tokens import new_token
from commands.add_user import AddUser
from commands.dispatch import Request
from commands.establish_firm import EstablishFirm
from commands.event_log.database import Database
from commands.issue_own_token import IssueOwnToken
from commands.work import Asker
from projections.catalogue import PROJECTIONS
from projections.follow import Follower

PLENTY = Quota("requests", 10_000_000, 60)


@dataclass
class Client:
    """One person of a firm, talking to the server."""

    base: str
    token: str
    http: httpx2.Client = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx2.Client(base_url=self.base, headers={"Authorization": f"Bearer {self.token}"}, timeout=30)

    def post(self, path: str, body: Any = None, *, key: str | None = None, **headers: str) -> httpx2.Response:
        """Post a command with a fresh key, or with the one that is given."""
        sent = {"Idempotency-Key": key or str(uuid4())} | {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.post(path, json={} if body is None else body, headers=sent)

    def done(self, path: str, body: Any = None, **headers: str) -> dict[str, Any]:
        """Post a command that must succeed; its answer."""
        answer = self.post(path, body, **headers)
        assert answer.status_code in {200, 201}, (path, answer.status_code, answer.text)
        found: dict[str, Any] = answer.json()
        return found

    def get(self, path: str, **query: Any) -> httpx2.Response:
        return self.http.get(path, params=query)

    def read(self, path: str, **query: Any) -> dict[str, Any]:
        answer = self.get(path, **query)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        document: dict[str, Any] = answer.json()
        return document


@dataclass
class Firm:
    """A firm with people in every role."""

    slug: str
    application: Application
    base: str
    owner: Client
    owner_id: UUID
    places: Path
    people: dict[Role, Client] = field(default_factory=dict)

    def __getitem__(self, role: Role) -> Client:
        return self.people[role]

    def close(self) -> None:
        for client in (self.owner, *self.people.values()):
            client.http.close()

    def person(self, role: Role) -> Client:
        """Somebody new in a role."""
        request = Request(Asker(self.owner_id, frozenset({Role.PARTNER}), "test"))
        added = self.application.carry_out(
            self.slug, request, AddUser(name=f"A {role}", email=f"{role}@example.com", roles=(role,))
        )
        user_id = UUID(added.result["user_id"])
        token, digest = new_token(self.slug, user_id)
        expires_at = self.application.now().replace(year=self.application.now().year + 1, day=1)
        own = IssueOwnToken(token_sha256=digest, label="test", expires_at=expires_at)
        self.application.carry_out(self.slug, Request(Asker(user_id, frozenset({role}), "test")), own)
        return Client(self.base, token)


@contextmanager
def founded(application: Application, slug: str, base: str, number: int, places: Path) -> Iterator[Firm]:
    """A firm with one person in every role, besides its owner, who is a partner."""
    establish = EstablishFirm(
        firm_id=UUID(int=number),
        name=f"Firm {slug}",
        jurisdiction="us-nc",
        base_currency="USD",
        time_zone="America/New_York",
    )
    owner = found(application, slug, establish, owner_name="Nora Ashby", owner_email="nora@example.com")
    firm = Firm(slug, application, base, Client(base, owner.token), owner.owner_id, places)
    application.project(slug)
    firm.people = {role: firm.person(role) for role in Role}
    try:
        yield firm
    finally:
        firm.close()


@contextmanager
def serving(app: FastAPI, port: int) -> Iterator[str]:
    """The server in a thread of its own, until the block ends."""
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host="127.0.0.1",
            port=port,
            log_level="error",
            access_log=False,
            timeout_graceful_shutdown=1,
            http=HttpProtocol,
            loop="asyncio",
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def http_server(database_url: str, directory: Path, **limits: Any) -> Iterator[tuple[Application, str]]:
    """Application and base URL of a server with its projector; `limits` are those of `create_app`."""
    with Database(database_url) as database:
        application = Application(database)
        follower = Follower(database.conninfo, database.projectors, application.firms, PROJECTIONS, poll_s=0.2)
        follower.start()
        try:
            app = create_app(application, follower, Places(directory), **({"requests": PLENTY} | limits))
            with serving(app, free_port()) as base:
                yield application, base
        finally:
            follower.stop()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@dataclass
class Books:
    """A firm with one trust account, a client, a matter and its ledger, set up over HTTP."""

    firm: Firm
    account_id: str = ""
    contact_id: str = ""
    matter_id: str = ""
    ledger_id: str = ""

    def __post_init__(self) -> None:
        partner, bookkeeper = self.firm[Role.PARTNER], self.firm[Role.BOOKKEEPER]
        account = {"name": "IOLTA", "bank": "First Example Bank", "account_number": "IOLTA-1", "opened_on": "2026-08-03"}
        self.account_id = partner.done("/v1/trust-accounts", account)["trust_account_id"]
        self.contact_id, self.matter_id, self.ledger_id = self.client("Adeline Archer", bookkeeper)
        bookkeeper.read("/v1/ledgers", min_position=self.firm.application.log(self.firm.slug).size())

    def client(self, name: str, by: Client) -> tuple[str, str, str]:
        """A client with a matter and a ledger: their ids."""
        contact_id = by.done("/v1/contacts", {"name": name})["contact_id"]
        matter_id = self.firm[Role.PARTNER].done("/v1/matters", {"client_id": contact_id, "description": f"Of {name}"})[
            "matter_id"
        ]
        ledger = by.done(f"/v1/trust-accounts/{self.account_id}/ledgers", {"matter_id": matter_id})
        return contact_id, matter_id, ledger["ledger_id"]

    def receive(self, amount: str, *, ledger_id: str = "", key: str | None = None, **more: Any) -> httpx2.Response:
        """Money comes in by wire, collected at once."""
        body = {
            "amount": amount,
            "effective_date": "2026-09-02",
            "instrument": "wire",
            "payer": "Adeline Archer",
            "description": "Retainer",
        } | more
        return self.firm[Role.BOOKKEEPER].post(f"/v1/ledgers/{ledger_id or self.ledger_id}/receipts", body, key=key)
