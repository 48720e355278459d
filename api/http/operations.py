"""An operation of the API, as it is routed and as OpenAPI describes it: one list for both, so that neither can lack one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from api.http.amounts import SIGNED
from api.http.command_routes import CommandRoute
from api.http.desk import Offer
from api.http.endpoints import Answer
from api.http.examples import answer_example, example_of
from api.http.parameter_words import meaning_of
from api.report_parameters import Amount, words_of
from commands.catalogue import COMMANDS
from projections.reports.report import Report

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
ID: Schema = {"type": "string", "format": "uuid"}
READ_ERRORS = (400, 401, 403, 404, 422, 429, 500, 503)
COMMAND_ERRORS = (400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 500, 503)
EDIT_ERRORS = (*COMMAND_ERRORS, 412, 428)


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path. `content` of the good answer by media type; `errors` are the statuses of its problems."""

    method: str
    path: str
    name: str
    tag: str
    summary: str
    answer: Answer
    content: Mapping[str, Schema]
    description: str = ""
    status: int = 200
    parameters: tuple[Schema, ...] = ()
    body: Mapping[str, Any] | None = None
    errors: tuple[int, ...] = READ_ERRORS
    headers: tuple[str, ...] = ("Muniment-Position",)
    open: bool = False
    """Needs no token."""
    unchanged: bool = False
    """Answers 304 to If-None-Match with the ETag of what is there."""


def reference(name: str, kind: str = "schemas") -> Schema:
    """A part of the document that several operations share."""
    return {"$ref": f"#/components/{kind}/{name}"}


def json_of(schema: Schema, example: Any = None) -> dict[str, Schema]:
    """An answer in JSON, with an example unless its schema has one."""
    return {"application/json": {"schema": schema} | ({"examples": {"usual": {"value": example}}} if example else {})}


def text_of(media: str, example: str) -> dict[str, Schema]:
    """An answer in words."""
    return {media: {"schema": TEXT, "examples": {"usual": {"value": example}}}}


def of_path(name: str, schema: Schema | None = None) -> Schema:
    """A parameter of the path."""
    found = schema or (ID if name.endswith("_id") else TEXT)
    said = meaning_of(name, in_path=True)
    return {"name": name, "in": "path", "required": True, "schema": found, "description": said}


def of_query(name: str, kind: Any = str, *, needed: bool = False, description: str = "") -> Schema:
    """A parameter of the query; of a few words, where `kind` is those."""
    schema = _QUERY.get(name) or (ID if name.endswith("_id") else _kind(kind))
    said = description or meaning_of(name, in_path=False)
    return {"name": name, "in": "query", "required": needed, "schema": schema, "description": said}


def command_operation(offer: Offer, answer: Answer) -> Operation:
    """How a command is described."""
    route, listed = offer.route, COMMANDS[offer.route.command]
    shared = ["IdempotencyKey", "DryRun", "Reason", "RequestId"] + (["IfMatch"] if route.edits else [])
    return Operation(
        "POST",
        route.path,
        route.command,
        route.tag,
        listed.title,
        answer,
        json_of(_answer_schema(route), answer_example(route.tells.split())),
        description=f"{listed.purpose}\n\nNeeds the permission `{listed.permission}`.",
        status=201 if route.shows else 200,
        parameters=(*map(_of_command, route.fields), *(reference(name, "parameters") for name in shared), *_raw(route)),
        body=_body(offer),
        errors=EDIT_ERRORS if route.edits else COMMAND_ERRORS,
        headers=_command_headers(route),
    )


def report_parameters(parameters: Mapping[str, tuple[Any, bool]], path: tuple[str, ...]) -> tuple[Schema, ...]:
    """Those of a report, in path and query."""
    in_query = (of_query(name, kind, needed=needed) for name, (kind, needed) in parameters.items() if name not in path)
    return (*(of_path(name) for name in path), *in_query)


def summary_of(function: Callable[..., Report]) -> str:
    """The first sentence of a report's docstring."""
    return (function.__doc__ or "").strip().partition("\n")[0].partition(" Raises ")[0]


def _of_command(name: str) -> Schema:
    return of_path(name, {"type": "integer", "minimum": 1, "maximum": 2**31 - 1} if name == "number" else None)


def _answer_schema(route: CommandRoute) -> Schema:
    told = {name: _told(name) for name in route.tells.split()}
    position = {"type": "integer", "description": "Where in the log it stands."}
    return {"type": "object", "properties": {**told, "position": position}}


def _told(name: str) -> Schema:
    if name.endswith("_id"):
        return {"type": ["string", "null"], "format": "uuid"}
    return {"type": "array", "items": ID} if name.endswith("_ids") else {}


def _command_headers(route: CommandRoute) -> tuple[str, ...]:
    found = ["Muniment-Position", "Idempotency-Replayed"]
    found += ["Location"] if route.shows else []
    return tuple(found + (["ETag"] if route.entity else []))


def _raw(route: CommandRoute) -> tuple[Schema, ...]:
    return (of_query("filename", description="Of a statement sent as it is, not in JSON."),) if route.large else ()


def _body(offer: Offer) -> dict[str, Any]:
    name = offer.face.model.__name__
    example = example_of(offer.face.model)
    content: dict[str, Any] = {"application/json": {"schema": reference(name), "examples": {"usual": {"value": example}}}}
    if offer.route.large:
        content["application/octet-stream"] = {"schema": {"type": "string", "format": "binary"}}
    return {"required": any(one.is_required() for one in offer.face.model.model_fields.values()), "content": content}


def _kind(kind: Any) -> Schema:
    words = kind if isinstance(kind, tuple) else words_of(kind)
    return {"type": "string", "enum": list(words)} if words else _KINDS[kind]


_KINDS: dict[Any, Schema] = {
    str: TEXT,
    int: {"type": "integer"},
    Amount: {"type": "string", "pattern": SIGNED, "examples": ["2500.00"]},
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
    list: {"type": "array", "items": TEXT},
}
_QUERY: dict[str, Schema] = {
    "known_at": TEXT,
    "min_position": {"type": "integer", "minimum": 0},
    "limit": {"type": "integer", "minimum": 1, "maximum": 1000},
    "after": {"type": "integer", "minimum": 0},
    "format": {"type": "string", "enum": ["json", "csv"]},
    "stream": ID,
}
