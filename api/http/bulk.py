"""Many commands in one request, each with its own key and its own outcome: one that is refused never spoils the others.

They are carried out in the order in which they stand, one after the other; each appends by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from api.http.desk import Asked, Offer
from api.http.endpoints import Answer, Counter, check_token_sent
from api.http.exchange import STATEMENT_BODY_BYTES, checked_key, exchange_of, json_body, json_response
from api.http.faces import pointer_to
from api.http.problems import Problem, problem_of
from api.tokens import Session
from api.wording import sentence_of

MOST_COMMANDS = 100
Key = Annotated[str, Field(min_length=1, max_length=255, examples=["c0a8012e-1"])]


class BulkCommand(BaseModel):
    """One command of a bulk: `fields` has what its own route has in path and body."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    command: str = Field(examples=["place-hold"])
    idempotency_key: Key
    if_match: str | None = None
    fields: dict[str, Any]


class Bulk(BaseModel):
    """Commands in the order in which they are to be carried out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    commands: tuple[BulkCommand, ...] = Field(min_length=1, max_length=MOST_COMMANDS)


class MatchAcceptance(BaseModel):
    """One match of statement lines with entries of the books."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    idempotency_key: Key
    fields: dict[str, Any]


class MatchAcceptances(BaseModel):
    """Suggested matches that a person accepts together."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    matches: tuple[MatchAcceptance, ...] = Field(min_length=1, max_length=MOST_COMMANDS)


@dataclass(frozen=True, slots=True)
class BulkDesk:
    """Carries out bulks. `offers` are the commands by name."""

    counter: Counter
    offers: Mapping[str, Offer]

    def commands(self) -> Answer:
        """Any commands together."""

        def read(body: bytes, _path: Mapping[str, str]) -> list[BulkCommand]:
            return list(_read(Bulk, body).commands)

        return self._answer(read)

    def matches(self) -> Answer:
        """Matches of one account together."""

        def read(body: bytes, path: Mapping[str, str]) -> list[BulkCommand]:
            accepted = _read(MatchAcceptances, body).matches
            return [
                BulkCommand(command="accept-match", idempotency_key=one.idempotency_key, fields={**one.fields, **path})
                for one in accepted
            ]

        return self._answer(read)

    def made(self, kind: type[Any]) -> Answer:
        """One thing done to many (bills e-mailed, trust applied); `kind` is the body, which makes the commands."""

        def read(body: bytes, _path: Mapping[str, str]) -> list[BulkCommand]:
            commands: list[BulkCommand] = _read(kind, body).commands()
            return commands

        return self._answer(read)

    def _answer(self, read: Any) -> Answer:
        async def answer(request: Request) -> Response:
            check_token_sent(request)
            body = await json_body(request, STATEMENT_BODY_BYTES)
            asked = read(orjson.dumps(body), request.path_params)

            def work() -> list[dict[str, Any]]:
                session = self.counter.sessions.enter(request, cost=len(asked))
                results = [self._one(request, session, one) for one in asked]
                exchange_of(request).position = self.counter.application.log(session.slug).size()
                return results

            results = await self.counter.workers.command(work)
            return json_response({"results": results, "refused": sum(1 for one in results if "problem" in one)})

        return answer

    def _offer(self, command: str) -> Offer:
        if command not in self.offers:
            raise Problem(404, "not_found", f"there is no command {command}")
        return self.offers[command]

    def _one(self, request: Request, session: Session, asked: BulkCommand) -> dict[str, Any]:
        try:
            offer = self._offer(asked.command)
            path = {name: asked.fields[name] for name in offer.face.path if isinstance(asked.fields.get(name), str)}
            body = {name: value for name, value in asked.fields.items() if name not in path}
            key = checked_key(asked.idempotency_key)
            answered = self.counter.desk.carry_out(offer, session, Asked(body, path, key, asked.if_match))
        except Exception as error:
            problem = problem_of(error)
            if problem is None:
                raise
            document = problem.document(exchange_of(request).request_id)
            return {"idempotency_key": asked.idempotency_key, "status": problem.status, "problem": document}
        return {
            "idempotency_key": asked.idempotency_key,
            "status": answered.status,
            "replayed": "Idempotency-Replayed" in answered.headers,
            "result": answered.document,
        }


def _read(model: type[Any], body: bytes) -> Any:
    try:
        return model.model_validate_json(body, strict=True)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        errors = [(pointer_to(one["loc"]), sentence_of(one)) for one in found]
        raise Problem(422, "invalid_request", f"{len(errors)} thing(s) are wrong with the request", errors=errors) from None
