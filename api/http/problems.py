"""Refusals as problem documents (RFC 9457): one table of statuses, one shape for every error there is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import orjson
import psycopg
from psycopg_pool import PoolTimeout

from aggregates.bank_statement_file import StatementFileRefused
from aggregates.cost_markup import MarkupNotAgreed
from aggregates.errors import (
    AlreadyExists,
    BadRequest,
    EventTooLarge,
    KeyReused,
    NotAllowed,
    NotFound,
    Refusal,
    StaleVersion,
    WrittenMeanwhile,
    WrongState,
)
from aggregates.fee_cap import FeesOverCap
from aggregates.trust_rules import TrustRuleBroken
from api.application import NotCaughtUp
from api.tokens import NotLoggedIn
from projections.reports.reader import StandsStill
from projections.reports.rendering import shown

MEDIA = "application/problem+json"
TYPES = "urn:muniment:problem:"
"""Before a problem's code, the URI that names its kind; it never changes."""

STATUSES: dict[type[Refusal], int] = {
    NotFound: 404,
    AlreadyExists: 409,
    NotAllowed: 403,
    BadRequest: 422,
    WrongState: 409,
    StaleVersion: 412,
    WrittenMeanwhile: 409,
    KeyReused: 422,
    EventTooLarge: 413,
    MarkupNotAgreed: 422,
    FeesOverCap: 422,
    TrustRuleBroken: 422,
    StatementFileRefused: 422,
    NotLoggedIn: 401,
}
RETRYABLE = frozenset({
    "written_meanwhile", "request_in_progress", "not_caught_up", "unavailable", "too_many_requests",
    "card.processor_unreachable",
})  # fmt: skip
_TITLES = {428: "Precondition Required", 429: "Too Many Requests"}
_OURS = frozenset({"type", "title", "status", "detail", "code", "rule", "source", "errors", "retryable", "request_id"})


@dataclass
class Problem(Exception):  # noqa: N818 -- the name the standard gives it
    """An answer that is an error. `errors` are (JSON pointer, what is wrong there); `more` are further members."""

    status: int
    code: str
    detail: str
    rule: str | None = None
    source: str | None = None
    errors: Sequence[tuple[str, str]] = ()
    more: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def document(self, request_id: str) -> dict[str, Any]:
        """The members of the problem document; money in them is decimal text."""
        document: dict[str, Any] = {
            "type": TYPES + self.code,
            "title": title_of(self.status),
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "retryable": self.code in RETRYABLE,
            "request_id": request_id,
        }
        if self.rule:
            document |= {"rule": self.rule, "source": self.source}
        if self.errors:
            document["errors"] = [{"pointer": pointer, "detail": detail} for pointer, detail in self.errors]
        document |= {name: value for name, value in shown(self.more).items() if name not in _OURS}
        return document

    def body(self, request_id: str) -> bytes:
        """The document as it is sent."""
        return orjson.dumps(self.document(request_id), default=str, option=orjson.OPT_NON_STR_KEYS)


def title_of(status: int) -> str:
    """The name of a status."""
    return _TITLES.get(status) or HTTPStatus(status).phrase


def status_of(refusal: type[Refusal]) -> int:
    """The status that a kind of refusal is answered with; a rule that has none of its own has that of its family."""
    return next((STATUSES[kind] for kind in refusal.__mro__ if kind in STATUSES), 409)


def problem_of(error: Exception) -> Problem | None:
    """The answer to an error we know; None for a fault of ours."""
    match error:
        case Problem():
            return error
        case NotLoggedIn():
            challenge = {"WWW-Authenticate": 'Bearer realm="muniment"'}
            return Problem(401, error.code, error.sentence, headers=challenge)
        case StaleVersion():
            return Problem(412, error.code, error.sentence, more=error.figures)
        case Refusal():
            again = {"Retry-After": "1"} if error.code in RETRYABLE else {}
            return Problem(
                status_of(type(error)),
                error.code,
                error.sentence,
                rule=error.rule,
                source=error.source,
                more=error.figures,
                headers=again,
            )
        case NotCaughtUp():
            return Problem(503, "not_caught_up", str(error), more={"position": error.position}, headers={"Retry-After": "1"})
        case StandsStill():
            parked = {"read_model": error.read_model, "position": error.position}
            return Problem(503, "read_model_parked", str(error), more=parked)
        case psycopg.errors.UndefinedTable():
            sentence = "the books of this firm are just being laid out; ask again"
            return Problem(503, "not_caught_up", sentence, headers={"Retry-After": "1"})
        case psycopg.errors.LockNotAvailable() | psycopg.OperationalError() | PoolTimeout():
            sentence = "the database does not answer just now; send it again, with the same key"
            return Problem(503, "unavailable", sentence, headers={"Retry-After": "2"})
        case psycopg.DataError():
            return Problem(422, "bad_request", "a parameter is not of the kind that is asked for, or beyond all bounds")
        case _:
            return None
