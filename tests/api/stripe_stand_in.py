"""A stand-in for Stripe on loopback, with a memory: accounts, payment links, payments, fees, refunds, disputes and events.

It answers the calls that our adapter makes, as Stripe's API reference describes them, and is played like a cardholder: pay,
decline, pay slowly, dispute. Its events are signed with the account's secret as Stripe signs them, and are handed over, or
kept back, by the test. Nothing of it knows Muniment.
"""

import hashlib
import hmac
import itertools
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Doc = dict[str, Any]
API_VERSION = "2026-09-30.clover"


def nested(pairs: list[tuple[str, str]]) -> Doc:
    """Stripe's form encoding: a[b][0][c]=v."""
    found: Doc = {}
    for name, value in pairs:
        steps = name.replace("]", "").split("[")
        at = found
        for step in steps[:-1]:
            at = at.setdefault(step, {})
        at[steps[-1]] = value
    return found


class Refused(Exception):  # noqa: N818 -- what Stripe did
    """An error as Stripe answers it."""

    def __init__(self, status: int, kind: str, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": kind, "message": message, "code": code}}


@dataclass
class Account:
    """One account: its key, its secret, and all that happened in it. `fee_of` is 2.9 % and 30 cents, rounded half up."""

    name: str
    key: str
    secret: str
    links: dict[str, Doc] = field(default_factory=dict)
    intents: dict[str, Doc] = field(default_factory=dict)
    charges: dict[str, Doc] = field(default_factory=dict)
    moved: dict[str, Doc] = field(default_factory=dict)
    refunds: dict[str, Doc] = field(default_factory=dict)
    disputes: dict[str, Doc] = field(default_factory=dict)
    events: list[Doc] = field(default_factory=list)
    answers: dict[str, tuple[Doc, Doc]] = field(default_factory=dict)
    """By idempotency key: what was asked, and what was answered."""


class StripeStandIn:
    """All of it behind one lock. `now` is its clock, in seconds since 1970."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.now = int(time.time())
        self.down = False
        self.base = ""
        self.calls: list[tuple[str, str]] = []
        self._lock = threading.RLock()
        self._number = itertools.count(1)

    def open(self, name: str) -> Account:
        """A new account."""
        account = Account(f"acct_{name}", f"sk_test_{name}", f"whsec_{name}")
        self.accounts[account.key] = account
        return account

    # What a cardholder and their bank do.

    def pay(self, account: Account, link: str, *, name: str = "Wanda Webb", slowly: bool = False) -> Doc:
        """Pay under a link; `slowly`, the money is on its way until `arrive` or `bounce`. The payment."""
        with self._lock:
            intent = self._intent(account, link)
            if slowly:
                intent["status"] = "processing"
                self._event(account, "payment_intent.processing", intent)
                self._event(account, "checkout.session.completed", self._session(account, intent, "unpaid"))
            else:
                self._succeed(account, intent, name)
                self._event(account, "checkout.session.completed", self._session(account, intent, "paid", name))
            return intent

    def arrive(self, account: Account, intent: Doc, *, name: str = "Wanda Webb") -> None:
        """Slow money came."""
        with self._lock:
            self._succeed(account, intent, name)
            session = self._session(account, intent, "paid", name)
            self._event(account, "checkout.session.async_payment_succeeded", session)

    def bounce(self, account: Account, intent: Doc) -> None:
        """Slow money did not come."""
        with self._lock:
            self._fail(account, intent, "payment_method_microdeposit_failed", None, "The bank account could not be debited.")
            self._event(account, "checkout.session.async_payment_failed", self._session(account, intent, "unpaid"))

    def decline(self, account: Account, link: str, code: str = "insufficient_funds") -> Doc:
        """The cardholder's bank says no; they may try again with the same payment."""
        with self._lock:
            intent = self._intent(account, link)
            self._fail(account, intent, "card_declined", code, "Your card has insufficient funds.")
            return intent

    def try_again(self, account: Account, intent: Doc, *, name: str = "Wanda Webb") -> None:
        """With another card, which is taken."""
        with self._lock:
            self._succeed(account, intent, name)

    def dispute(self, account: Account, intent: Doc, *, reason: str = "product_not_received", amount: int = 0) -> Doc:
        """The cardholder disputes it: Stripe takes the amount and fifteen dollars at once."""
        with self._lock:
            charge = account.charges[intent["latest_charge"]]
            taken = amount or charge["amount"]
            dispute = {
                "id": self._id("du"), "object": "dispute", "amount": taken, "currency": charge["currency"],
                "charge": charge["id"], "payment_intent": intent["id"], "reason": reason, "status": "needs_response",
                "balance_transactions": [self._move(account, -taken, 1500, "adjustment")], "metadata": {}, "livemode": False,
            }  # fmt: skip
            account.disputes[dispute["id"]] = dispute
            charge["disputed"] = True
            self._event(account, "charge.dispute.created", dispute)
            self._event(account, "charge.dispute.funds_withdrawn", dispute)
            return dispute

    def decide(self, account: Account, dispute: Doc, *, won: bool) -> None:
        """The cardholder's bank decides."""
        with self._lock:
            dispute["status"] = "won" if won else "lost"
            if won:
                dispute["balance_transactions"].append(self._move(account, dispute["amount"], -1500, "adjustment"))
                self._event(account, "charge.dispute.funds_reinstated", dispute)
            self._event(account, "charge.dispute.closed", dispute)

    def refund(self, account: Account, intent: str, amount: int = 0) -> Doc:
        """Somebody refunds it in Stripe's dashboard, or over the API."""
        with self._lock:
            charge = account.charges[account.intents[intent]["latest_charge"]]
            left = charge["amount"] - charge["amount_refunded"]
            amount = amount or left
            if amount > left:
                raise Refused(400, "invalid_request_error", f"Refund amount ({amount}) is greater than unrefunded amount")
            refund = {
                "id": self._id("re"), "object": "refund", "amount": amount, "currency": charge["currency"],
                "charge": charge["id"], "payment_intent": intent, "status": "succeeded", "reason": None, "metadata": {},
            }  # fmt: skip
            account.refunds[refund["id"]] = refund
            charge["amount_refunded"] += amount
            charge["refunded"] = charge["amount_refunded"] == charge["amount"]
            self._event(account, "refund.created", refund)
            self._event(account, "charge.refunded", charge)
            return refund

    def fail_refund(self, account: Account, refund: Doc) -> None:
        """The card cannot take it: the money is the firm's again."""
        with self._lock:
            refund["status"] = "failed"
            charge = account.charges[refund["charge"]]
            charge["amount_refunded"] -= refund["amount"]
            charge["refunded"] = False
            self._event(account, "refund.failed", refund)

    def signed(self, account: Account, event: Doc, *, secret: str | None = None, at: int | None = None) -> tuple[bytes, str]:
        """The body and the Stripe-Signature of an event: v1, HMAC-SHA256 of `time.body`."""
        body = json.dumps(event, indent=2).encode()
        moment = self.now if at is None else at
        mac = hmac.new((secret or account.secret).encode(), b"%d." % moment + body, hashlib.sha256)
        return body, f"t={moment},v1={mac.hexdigest()},v0={'0' * 64}"

    # What the API answers.

    def answer(self, method: str, path: str, key: str, asked: Doc, idempotency_key: str | None) -> Doc:
        """One call."""
        with self._lock:
            self.calls.append((method, path))
            if self.down:
                raise Refused(503, "api_error", "Stripe is having trouble")
            account = self.accounts.get(key)
            if account is None:
                raise Refused(401, "invalid_request_error", f"Invalid API Key provided: sk_***{key[-4:]}")
            if idempotency_key is not None and idempotency_key in account.answers:
                before, answered = account.answers[idempotency_key]
                if before != asked:
                    raise Refused(
                        400, "idempotency_error", "Keys for idempotent requests can only be used with the same parameters"
                    )
                return answered
            found = self._route(account, method, path, asked)
            if idempotency_key is not None and method == "POST":
                account.answers[idempotency_key] = (asked, found)
            return found

    def _route(self, account: Account, method: str, path: str, asked: Doc) -> Doc:
        match method, path.strip("/").split("/")[1:]:
            case "GET", ["account"]:
                return {"id": account.name, "object": "account"}
            case "POST", ["payment_links"]:
                return self._new_link(account, asked)
            case "POST", ["payment_links", name] if name in account.links:
                account.links[name]["active"] = asked.get("active", "true") == "true"
                return account.links[name]
            case "GET", ["payment_intents", name] if name in account.intents:
                intent = dict(account.intents[name])
                charge = account.charges.get(intent["latest_charge"] or "")
                if charge is not None and asked.get("expand"):
                    intent["latest_charge"] = {
                        **charge,
                        "balance_transaction": account.moved.get(charge["balance_transaction"]),
                    }
                return intent
            case "POST", ["refunds"]:
                return self.refund(account, asked["payment_intent"], int(asked.get("amount", 0)))
        raise Refused(404, "invalid_request_error", f"Unrecognized request URL ({method}: {path})", "resource_missing")

    def _new_link(self, account: Account, asked: Doc) -> Doc:
        (item,) = asked["line_items"].values()
        price = item["price_data"]
        if int(price["unit_amount"]) < 50:  # Stripe's least charge in dollars
            raise Refused(400, "invalid_request_error", "Amount must be at least $0.50 usd", "amount_too_small")
        name, limit = self._id("plink"), int(asked["restrictions"]["completed_sessions"]["limit"])
        account.links[name] = {
            "id": name, "object": "payment_link", "active": True, "url": f"{self.base}/pay/{name}", "livemode": False,
            "metadata": asked.get("metadata", {}), "payment_intent_data": asked.get("payment_intent_data", {}),
            "restrictions": {"completed_sessions": {"count": 0, "limit": limit}}, "price": price,
        }  # fmt: skip
        return account.links[name]

    # How its objects come about.

    def _intent(self, account: Account, link: str) -> Doc:
        known = account.links[link]
        limit = known["restrictions"]["completed_sessions"]
        assert known["active"], "nobody can pay under a link that is closed"
        assert limit["count"] < limit["limit"], "the link was paid"
        price = known["price"]
        intent = {
            "id": self._id("pi"), "object": "payment_intent", "amount": int(price["unit_amount"]), "amount_received": 0,
            "currency": price["currency"], "status": "requires_payment_method", "latest_charge": None,
            "last_payment_error": None, "cancellation_reason": None, "livemode": False, "payment_link": link,
            "metadata": dict(known["payment_intent_data"].get("metadata", {})),
        }  # fmt: skip
        account.intents[intent["id"]] = intent
        return intent

    def _succeed(self, account: Account, intent: Doc, name: str) -> None:
        fee = (intent["amount"] * 29 + 500) // 1000 + 30
        moved = self._move(account, intent["amount"], fee, "charge")
        charge = self._charge(intent, name) | {"status": "succeeded", "paid": True, "captured": True}
        charge |= {"balance_transaction": moved["id"], "amount_captured": intent["amount"]}
        account.charges[charge["id"]] = charge
        intent |= {"status": "succeeded", "amount_received": intent["amount"], "latest_charge": charge["id"]}
        link = account.links[intent["payment_link"]]
        link["restrictions"]["completed_sessions"]["count"] += 1
        link["active"] = False
        self._event(account, "charge.succeeded", charge)
        self._event(account, "payment_intent.succeeded", intent)

    def _fail(self, account: Account, intent: Doc, code: str, decline: str | None, message: str) -> None:
        charge = self._charge(intent, "Wanda Webb")
        charge |= {"status": "failed", "paid": False, "failure_code": code, "failure_message": message}
        account.charges[charge["id"]] = charge
        error = {"type": "card_error", "code": code, "decline_code": decline, "message": message}
        intent |= {"status": "requires_payment_method", "latest_charge": charge["id"], "last_payment_error": error}
        self._event(account, "charge.failed", charge)
        self._event(account, "payment_intent.payment_failed", intent)

    def _charge(self, intent: Doc, name: str) -> Doc:
        return {
            "id": self._id("ch"), "object": "charge", "amount": intent["amount"], "amount_captured": 0, "amount_refunded": 0,
            "refunded": False, "disputed": False, "currency": intent["currency"], "payment_intent": intent["id"],
            "metadata": dict(intent["metadata"]), "billing_details": {"name": name, "email": None}, "livemode": False,
            "balance_transaction": None, "failure_code": None, "failure_message": None,
        }  # fmt: skip

    def _session(self, account: Account, intent: Doc, status: str, name: str | None = None) -> Doc:
        return {
            "id": self._id("cs_test"), "object": "checkout.session", "amount_total": intent["amount"], "mode": "payment",
            "currency": intent["currency"], "payment_intent": intent["id"], "payment_link": intent["payment_link"],
            "payment_status": status, "status": "complete", "customer_details": {"name": name, "email": None},
            "metadata": dict(account.links[intent["payment_link"]]["metadata"]), "livemode": False,
        }  # fmt: skip

    def _move(self, account: Account, amount: int, fee: int, kind: str) -> Doc:
        moved: Doc = {
            "id": self._id("txn"), "object": "balance_transaction", "amount": amount, "fee": fee, "net": amount - fee,
            "currency": "usd", "type": kind,
        }  # fmt: skip
        account.moved[moved["id"]] = moved
        return moved

    def _event(self, account: Account, kind: str, about: Doc) -> None:
        shown = json.loads(json.dumps(about))  # as it was at that moment
        account.events.append({
            "id": self._id("evt"), "object": "event", "api_version": API_VERSION, "created": self.now, "type": kind,
            "data": {"object": shown}, "livemode": False, "pending_webhooks": 1, "request": {"id": None},
        })  # fmt: skip

    def _id(self, kind: str) -> str:
        return f"{kind}_{next(self._number):024d}"


@contextmanager
def stripe_stand_in() -> Iterator[StripeStandIn]:
    """The stand-in, listening on loopback until the block ends."""
    stand_in = StripeStandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._serve("GET", urlsplit(self.path).query)

        def do_POST(self) -> None:
            self._serve("POST", self.rfile.read(int(self.headers.get("content-length", "0"))).decode())

        def _serve(self, method: str, form: str) -> None:
            asked = nested(parse_qsl(form, keep_blank_values=True))
            key = self.headers.get("authorization", "").removeprefix("Bearer ")
            try:
                status, found = 200, stand_in.answer(
                    method, urlsplit(self.path).path, key, asked, self.headers.get("idempotency-key")
                )  # fmt: skip
            except Refused as refused:
                status, found = refused.status, refused.body
            body = json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name of the base class
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stand_in.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield stand_in
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
