"""One request and its answer: what is known of it for headers, logs and figures, and what it is asked with."""

import asyncio
import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from api.http.problems import Problem
from api.tokens import Session
from api.whole_numbers import whole_number

WHOLE_BODY = "muniment.body"
"""Where a request's scope has its body, if that came with its headers."""
SMALL_BODY_BYTES = 1_000_000
STATEMENT_BODY_BYTES = 12_000_000
BODY_S = 30.0
"""How long a body may take to arrive."""
Body = TypeVar("Body", bytes, bytearray)
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_NUL = "\x00"
_MOST_LEVELS = 50
"""Objects and lists in each other; no request of ours needs ten."""
_TOO_DEEP = f"the body is nested too deeply, more than {_MOST_LEVELS} levels"
_SHOWN = 80
"""Characters of what was sent that an error repeats."""


@dataclass(slots=True)
class Exchange:
    """What is gathered while a request is answered. `position` is of the log of the firm that was spoken to."""

    request_id: str
    headers: Mapping[bytes, bytes] = field(default_factory=dict)
    """The request's, by their names in small letters; of one that stands twice, the first."""
    started: float = field(default_factory=time.perf_counter)
    session: Session | None = None
    position: int | None = None
    counted: bool = False
    """Whether it was counted against what its token may ask."""
    rate: tuple[str, str] | None = None
    """The values of RateLimit-Policy and RateLimit."""
    route: str = ""
    status: int = 500
    refused: str | None = None
    """The code of the rule or condition that refused a command."""


def exchange_of(request: Request) -> Exchange:
    """The one that the gate has opened."""
    found: Exchange = request.scope["muniment.exchange"]
    return found


def header(request: Request, name: bytes) -> str | None:
    """One header of the request, None where it is not there."""
    given = exchange_of(request).headers.get(name)
    return None if given is None else given.decode("latin-1")


def media_type(request: Request) -> str:
    """What the body is said to be, without parameters; nothing where nothing is said."""
    return (header(request, b"content-type") or "").partition(";")[0].strip().lower()


def json_response(document: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer in JSON."""
    content = orjson.dumps(document, default=str, option=orjson.OPT_NON_STR_KEYS)
    return Response(content, status, dict(headers or {}), "application/json")


def idempotency_key(request: Request) -> str:
    """The Idempotency-Key of a request that appends. Raises Problem 400."""
    given = request.headers.getlist("idempotency-key")
    if not given:
        raise Problem(
            400,
            "idempotency_key_missing",
            "send an Idempotency-Key, so that this can be sent again without being done twice",
        )
    return checked_key(given[0] if len(given) == 1 else "")


def checked_key(key: str) -> str:
    """Raises Problem 400 for what is no key."""
    key = key[1:-1] if len(key) > 1 and key[0] == key[-1] == '"' else key  # the draft writes it as a quoted string
    if _KEY.fullmatch(key) is None:
        raise Problem(400, "idempotency_key_invalid", "an Idempotency-Key is one word of 1 to 255 visible ASCII characters")
    return key


async def read_body(request: Request, most_bytes: int) -> bytes:
    """The whole body, never more of it in memory than allowed. Raises Problem 408, 413, 415."""
    if header(request, b"content-encoding") not in {None, "identity"}:
        raise Problem(415, "unsupported_media_type", "send the body as it is, without a content coding")
    told = header(request, b"content-length")
    if told is not None and whole_number(told, most_bytes) is None:
        raise _too_large(most_bytes)
    whole: bytes | None = request.scope.get(WHOLE_BODY)
    if whole is not None:
        return _no_larger(whole, most_bytes)
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for chunk in request.stream():
                body += chunk
                _no_larger(body, most_bytes)
    except TimeoutError:
        raise Problem(408, "request_timeout", "the body did not arrive in time", headers={"Connection": "close"}) from None
    except ClientDisconnect:
        raise Problem(400, "bad_request", "the body was cut off") from None
    return bytes(body)


def _no_larger(body: Body, most_bytes: int) -> Body:
    if len(body) > most_bytes:
        raise _too_large(most_bytes)
    return body


async def json_body(request: Request, most_bytes: int = SMALL_BODY_BYTES) -> dict[str, Any]:
    """The body, which must be one JSON object; nothing is an empty one. Raises Problem 400, 413, 415, 422."""
    media = media_type(request)
    if media not in {"application/json", ""}:
        raise Problem(415, "unsupported_media_type", f"the body is application/json here, not {media}")
    body = await read_body(request, most_bytes)
    if not body:
        return {}
    if not media:
        raise Problem(415, "unsupported_media_type", "say what the body is: Content-Type: application/json")
    return parsed(body)


def parsed(body: bytes) -> dict[str, Any]:
    """Raises Problem 400 for what is not JSON or says one thing twice, 422 for no object, or for a NUL in a text."""
    try:
        document = orjson.loads(body)
        if not _has_a_colon_for_each_name(document, body):
            json.loads(body, object_pairs_hook=_each_once, parse_int=str, parse_float=str)
    except orjson.JSONDecodeError as error:
        raise Problem(400, "malformed_json", f"the body is not JSON: {error}") from None
    except RecursionError:
        raise Problem(400, "malformed_json", _TOO_DEEP) from None
    if _is_deep(document):
        raise Problem(400, "malformed_json", _TOO_DEEP)
    if not isinstance(document, dict):
        raise Problem(422, "invalid_request", "the body must be a JSON object", errors=[("", "not an object")])
    if b"\\u0000" in body:
        for pointer in _nul_pointers(document, ""):
            raise Problem(422, "invalid_request", "a text has a NUL in it", errors=[(pointer, "has a NUL")])
    return document


def _has_a_colon_for_each_name(document: Any, body: bytes) -> bool:
    """Whether the names that were read account for every colon: then none stands twice, and one reading is enough."""
    return isinstance(document, dict) and body.count(b":") == len(document)


def _is_deep(document: Any) -> bool:
    level = [document]
    for _ in range(_MOST_LEVELS):
        level = [
            one
            for within in level
            for one in (within.values() if isinstance(within, dict) else within if isinstance(within, list) else ())
        ]
        if not level:
            return False
    return True


def _each_once(pairs: list[tuple[str, Any]]) -> None:
    """Programs do not agree on which of two equal names counts, so none does (RFC 8259, section 4). Raises Problem 400."""
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        twice = next(name for number, name in enumerate(names) if name in names[:number])
        raise Problem(400, "malformed_json", f"the name {twice[:_SHOWN]!r} stands twice in one object of the body")


def query_of(request: Request) -> dict[str, list[str]]:
    """The query's parameters, each with all that was given for it. Raises Problem 422 for a NUL."""
    given: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        if _NUL in name or _NUL in value:
            raise Problem(422, "invalid_request", "a parameter has a NUL in it")
        given.setdefault(name, []).append(value)
    return given


def yes_or_no(request: Request, name: str) -> bool:
    """A switch of the query; absent is no. Raises Problem 422."""
    given = request.query_params.getlist(name) or ["false"]
    if given not in (["true"], ["false"]):
        raise Problem(422, "invalid_request", f"{name} is true or false, once", more={"parameter": name})
    return given == ["true"]


def _too_large(most_bytes: int) -> Problem:
    sentence = f"the body is larger than the {most_bytes:,} bytes that are taken here"
    return Problem(413, "body_too_large", sentence, more={"most_bytes": most_bytes}, headers={"Connection": "close"})


def _nul_pointers(value: Any, pointer: str) -> Iterator[str]:
    if isinstance(value, str):
        if _NUL in value:
            yield pointer
    elif isinstance(value, dict):
        for name, one in value.items():
            if _NUL in name:
                yield pointer
            yield from _nul_pointers(one, f"{pointer}/{name}")
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _nul_pointers(one, f"{pointer}/{index}")
