"""A firm that takes cards: one account at the stand-in for operating, one for trust, and a client with an issued bill."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx2

from aggregates.permissions import Role
from tests.api.http_firm import Books, Firm
from tests.api.stripe_stand_in import Account, Doc, StripeStandIn


@dataclass
class CardDesk:
    """Links are made over HTTP; the stand-in's events are handed to the webhook when the test says so."""

    books: Books
    stripe: StripeStandIn
    operating: Account
    trust: Account
    ids: dict[str, str] = field(default_factory=dict)
    delivered: set[str] = field(default_factory=set)

    @property
    def firm(self) -> Firm:
        return self.books.firm

    def connect(self) -> None:
        """Both accounts, by the partner."""
        partner = self.firm[Role.PARTNER]
        first = {"account_name": "operating", "destination": "operating"}
        second = {"account_name": "trust", "destination": "trust", "trust_account_id": self.books.account_id}
        self.ids["operating"] = partner.done("/v1/card-accounts", first)["card_account_id"]
        self.ids["trust"] = partner.done("/v1/card-accounts", second)["card_account_id"]

    def case(self, name: str = "Wanda Webb") -> "Case":
        """A new client with four approved hours at 250.00, billed."""
        case = Case(self, *self.books.client(name, self.firm[Role.BOOKKEEPER]))
        case.issue()
        return case

    def which(self, account: Account) -> str:
        return self.ids["operating" if account is self.operating else "trust"]

    def post(self, account: Account, body: bytes, signature: str, *, card_account_id: str = "") -> httpx2.Response:
        """As Stripe posts it: without a token."""
        path = f"{self.firm.base}/v1/webhooks/stripe/{self.firm.slug}/{card_account_id or self.which(account)}"
        headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
        return httpx2.post(path, content=body, headers=headers, timeout=30)

    def send(self, account: Account, event: Doc) -> dict[str, Any]:
        """One event, which must be taken."""
        answer = self.post(account, *self.stripe.signed(account, event))
        assert answer.status_code == 200, answer.text
        self.delivered.add(event["id"])
        told: dict[str, Any] = answer.json()
        return told

    def waiting(self, account: Account) -> list[Doc]:
        """Events that were not handed over yet."""
        return [event for event in account.events if event["id"] not in self.delivered]

    def deliver(self, account: Account, events: Iterable[Doc] | None = None) -> None:
        """Hand over those events, or all that wait."""
        for event in list(self.waiting(account) if events is None else events):
            self.send(account, event)

    def read(self, path: str, **query: Any) -> dict[str, Any]:
        """A read that shows all that was written."""
        at = self.firm.application.log(self.firm.slug).size()
        return self.firm[Role.BOOKKEEPER].read(path, min_position=at, **query)


_NUMBER = itertools.count()


@dataclass
class Case:
    """One client, their matter, ledger and bill."""

    desk: CardDesk
    client_id: str
    matter_id: str
    ledger_id: str
    bill_id: str = ""

    def issue(self) -> None:
        firm = self.desk.firm
        rate = {"matter_id": self.matter_id, "effective_from": "2026-01-01", "rate": "250.00"}
        firm[Role.PARTNER].done("/v1/billing-rates", rate)
        body = {"matter_id": self.matter_id, "worked_seconds": 14400, "worked_on": "2026-09-15", "narrative": "Drafted"}
        entry = firm[Role.TIMEKEEPER].done("/v1/time-entries", body)["entry_id"]
        firm[Role.TIMEKEEPER].done("/v1/time-entries/submissions", {"entry_ids": [entry]})
        firm[Role.PARTNER].done("/v1/time-entries/approvals", {"entry_ids": [entry]})
        draft = {"matter_id": self.matter_id, "entry_ids": [entry], "through": "2026-09-30"}
        self.bill_id = firm[Role.BOOKKEEPER].done("/v1/bills", draft)["bill_id"]
        self._edit(Role.PARTNER, "approval", {})
        self._edit(Role.BOOKKEEPER, "finalization", {"issued_on": "2026-09-30", "due_on": "2026-10-15"})

    def bill_link(self, **more: Any) -> dict[str, Any]:
        """A link to pay the bill."""
        asked = {"card_account_id": self.desk.ids["operating"], "bill_id": self.bill_id} | more
        return self._link(asked)

    def trust_link(self, amount: str = "1000.00", **more: Any) -> dict[str, Any]:
        """A link to pay into the ledger."""
        return self._link({"card_account_id": self.desk.ids["trust"], "ledger_id": self.ledger_id, "amount": amount} | more)

    def bill(self) -> dict[str, Any]:
        rows = self.desk.read("/v1/accounts-receivable", client_id=self.client_id)["rows"]
        return {"open": rows[0]["open"] if rows else "0.00"}

    def balance(self) -> str:
        found: str = self.desk.read(f"/v1/ledgers/{self.ledger_id}/balance")["totals"]["balance"]
        return found

    def links(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.desk.read("/v1/reports/payment-links", client_id=self.client_id)["rows"]
        return rows

    def questions(self) -> list[dict[str, Any]]:
        asked = {"client_id": self.client_id, "only_questions": "true"}
        rows: list[dict[str, Any]] = self.desk.read("/v1/reports/card-payments", **asked)["rows"]
        return rows

    def payments(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.desk.read("/v1/payments", client_id=self.client_id)["items"]
        return items

    def _link(self, asked: dict[str, Any]) -> dict[str, Any]:
        told = self.desk.firm[Role.BOOKKEEPER].done("/v1/payment-links", asked)
        return {**told, "processor_link": told["url"].rpartition("/")[2]}

    def _edit(self, role: Role, what: str, body: dict[str, Any]) -> None:
        at = self.desk.firm.application.log(self.desk.firm.slug).size()
        shown = self.desk.firm[Role.PARTNER].get(f"/v1/bills/{self.bill_id}", min_position=at)
        answer = self.desk.firm[role].post(f"/v1/bills/{self.bill_id}/{what}", body, If_Match=shown.headers["etag"])
        assert answer.status_code == 200, answer.text
