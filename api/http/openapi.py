"""The OpenAPI document, from the same list of operations that is routed."""

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.http.operations import Operation, Schema, reference
from api.http.problem_examples import problem_examples
from api.http.problems import MEDIA, RETRYABLE, title_of

_ABOUT = """\
Trust money of law firms, over an append-only log.

Money is decimal text (`"2500.00"`); JSON numbers are refused. Every request that writes needs an `Idempotency-Key`; sent
again, it is answered as the first time, with `Idempotency-Replayed: true`. What is edited has an `ETag`, to be sent back
in `If-Match`. Every answer names the position of the log (`Muniment-Position`); a read that asks for `min_position` waits
until the books show it. `as_of` and `known_at` ask for the books of a day, as they were known at a moment. Every error is a
problem document (RFC 9457) with a stable `code`; a broken trust rule names itself in `rule` and `source`. Before any
operation a request may be refused as no HTTP (400), by its method (405), its Host (400, 421) or its headers' size (431).
What answers GET answers HEAD too, by the same headers without a body.

Text is kept as it is sent: signs that cannot be seen are refused, and texts of one line have no line breaks. A name that
stands twice in one JSON object, and a header or `dry_run` that stands twice, are refused.
"""
_HEADERS: dict[str, tuple[str, Schema]] = {
    "Muniment-Position": ("The position of the log that this answer rests on.", {"type": "integer"}),
    "Idempotency-Replayed": ("true: the answer that the first request with this key was given.", {"type": "string"}),
    "Location": ("Where what was made can be read.", {"type": "string"}),
    "ETag": (
        "The version of what was read or written, for If-Match; of a bill's PDF its SHA-256, for If-None-Match.",
        {"type": "string"},
    ),
    "Muniment-Next-Cursor": ("The cursor of the next page of a CSV file.", {"type": "string"}),
    "RateLimit-Policy": ("How much a token may ask (draft-ietf-httpapi-ratelimit-headers-11).", {"type": "string"}),
    "RateLimit": ("How much of it is left.", {"type": "string"}),
    "X-Request-Id": ("Names this request in the log; your own is kept.", {"type": "string"}),
}
_EVERYWHERE = ("X-Request-Id", "RateLimit-Policy", "RateLimit")
_RETRY = {408, 409, 429, 503}


def document_of(operations: Sequence[Operation], models: Iterable[type[BaseModel]], version: str) -> dict[str, Any]:
    """The whole document."""
    _, schemas = models_json_schema([(model, "validation") for model in models], ref_template="#/components/schemas/{model}")
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _described(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Muniment",
            "version": version,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "tags": [{"name": tag} for tag in dict.fromkeys(operation.tag for operation in operations)],
        "paths": paths,
        "components": {
            "schemas": {**schemas.get("$defs", {}), "Problem": PROBLEM, "Report": REPORT, "Card": CARD},
            "responses": {f"Problem{status}": _problem(status) for status in _statuses(operations)},
            "parameters": _PARAMETERS,
            "headers": {name: {"description": said, "schema": schema} for name, (said, schema) in _HEADERS.items()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "A bearer token of a user."}},
        },
        "security": [{"token": []}],
    }


def _described(operation: Operation) -> dict[str, Any]:
    good = {
        "description": "Done." if operation.method == "POST" else "Found.",
        "headers": {name: reference(name, "headers") for name in (*operation.headers, *_EVERYWHERE)},
        "content": dict(operation.content),
    }
    statuses = {str(operation.status): good}
    if operation.method == "POST" and operation.status != 200:  # noqa: PLR2004 -- a dry run, and what changed nothing
        statuses["200"] = {**good, "description": "Only tried (dry_run), or nothing had to be changed."}
    if operation.unchanged:
        statuses["304"] = {"description": "Unchanged (If-None-Match).", "headers": good["headers"]}
    responses = statuses | {str(status): reference(f"Problem{status}", "responses") for status in sorted(operation.errors)}
    found: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.summary,
        "responses": responses,
    }
    if operation.description:
        found["description"] = operation.description
    if operation.parameters:
        found["parameters"] = list(operation.parameters)
    if operation.body is not None:
        found["requestBody"] = operation.body
    if operation.open:
        found["security"] = []
    return found


def _statuses(operations: Iterable[Operation]) -> list[int]:
    return sorted({status for operation in operations for status in operation.errors})


def _problem(status: int) -> dict[str, Any]:
    headers = {"X-Request-Id": reference("X-Request-Id", "headers")}
    if status in _RETRY:
        headers["Retry-After"] = {"description": "Seconds to wait.", "schema": {"type": "integer"}}
    return {
        "description": title_of(status),
        "headers": headers,
        "content": {MEDIA: {"schema": reference("Problem"), "examples": problem_examples(status)}},
    }


PROBLEM: Schema = {
    "type": "object",
    "description": "An error (RFC 9457). Amounts and dates behind the sentence are further members.",
    "required": ["type", "title", "status", "detail", "code", "retryable", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri", "examples": ["urn:muniment:problem:trust.t1.overdraft"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence that a bookkeeper understands."},
        "code": {"type": "string", "description": "Stable: programs switch on it.", "examples": ["trust.t1.overdraft"]},
        "rule": {"type": "string", "description": "The trust rule that says no, T1 to T16.", "examples": ["T1"]},
        "source": {"type": ["string", "null"], "description": "Where the rule comes from."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string", "format": "json-pointer"}, "detail": {"type": "string"}},
            },
        },
        "retryable": {"type": "boolean", "description": f"Send it again as it is: {', '.join(sorted(RETRYABLE))}."},
        "request_id": {"type": "string"},
    },
}
_ROWS: Schema = {"type": "array", "items": {"type": "object"}}
REPORT: Schema = {
    "type": "object",
    "description": "Rows by column name, totals over all rows, and the lists behind it. Money is decimal text.",
    "required": ["title", "known_at", "columns", "rows", "next_cursor"],
    "properties": {
        "title": {"type": "string"},
        "as_of": {"type": ["string", "null"], "format": "date"},
        "known_at": {"type": "integer", "description": "The position of the log that it shows."},
        "currency": {"type": ["string", "null"]},
        "columns": _ROWS,
        "rows": _ROWS,
        "totals": {"type": "object", "additionalProperties": {"type": "string"}},
        "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
        "facts": {"type": "object"},
        "notes": {"type": "array", "items": {"type": "string"}},
        "parts": _ROWS,
        "next_cursor": {"type": ["string", "null"]},
    },
    "examples": [
        {
            "title": "Trial balance of client ledgers",
            "as_of": "2026-09-30",
            "known_at": 113,
            "currency": "USD",
            "columns": [{"name": "ledger", "kind": "text"}, {"name": "balance", "kind": "money"}],
            "rows": [{"ledger": "Adeline Archer", "balance": "12150.00"}],
            "totals": {"balance": "12150.00"},
            "next_cursor": None,
        }
    ],
}
CARD: Schema = {
    "type": "object",
    "description": "How a thing stands. Money is decimal text.",
    "required": ["known_at"],
    "examples": [{"contact_id": "019a3d6e-5f00-7000-8000-000000000001", "name": "Adeline Archer", "known_at": 113}],
}
_PARAMETERS: dict[str, Schema] = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "description": "Your own name for this request, kept for the life of the log. A dry run needs none.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
        "example": "7c9d1a52-2f1e-4f0a-9f57-0a6d3b8d2a10",
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "required": True,
        "description": "The ETag of what you saw.",
        "schema": {"type": "string", "pattern": '^"[0-9a-f-]{36}@[0-9]{1,9}"$'},
    },
    "DryRun": {
        "name": "dry_run",
        "in": "query",
        "description": "Decide, and tell what would be recorded, but change nothing.",
        "schema": {"type": "boolean", "default": False},
    },
    "Reason": {
        "name": "Muniment-Reason",
        "in": "header",
        "description": "Why, for the audit trail.",
        "schema": {"type": "string", "maxLength": 2000, "pattern": "^[ -~]*$"},
    },
    "RequestId": {
        "name": "X-Request-Id",
        "in": "header",
        "description": "Your own name for this try, for the logs.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{8,128}$"},
    },
}
