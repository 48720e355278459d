"""How every read is asked: the two clocks, the position to wait for, filters, and cursors that pin what was known.

A cursor is opaque. It holds where the next page begins and the position that the first page was read at, so that pages
never shift; asked with other filters, it is refused.
"""

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from aggregates.errors import BadRequest, NotFound
from api.report_parameters import parameters_of
from api.whole_numbers import whole_number
from projections.reports.reader import LAST_POSITION
from projections.reports.report import Report

_OURS = frozenset({"min_position", "format"})


@dataclass(frozen=True, slots=True)
class Page:
    """One page of something: `pinned` is the position it is read at, None where it is the first."""

    given: Mapping[str, list[str]]
    min_position: int
    format: str
    pinned: int | None
    fingerprint: str

    def next_cursor(self, inner: str | None, position: int) -> str | None:
        """The cursor of the following page."""
        if inner is None:
            return None
        return base64.urlsafe_b64encode(orjson.dumps([inner, position, self.fingerprint])).decode().rstrip("=")


def page_of(query: Mapping[str, list[str]], path: Mapping[str, str], accept: str = "") -> Page:
    """What is asked. Raises BadRequest, NotFound for an id in the path that is none."""
    given = {name: list(texts) for name, texts in query.items() if name not in _OURS}
    for name, text in path.items():
        if name in given:
            raise BadRequest(f"{name} stands in the path already", parameter=name)
        given[name] = [text]
    _check_ids(given, path)
    wanted = {name: texts for name, texts in given.items() if name not in {"cursor", "known_at", "limit"}}
    fingerprint = hashlib.sha256(orjson.dumps(wanted, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
    pinned = None
    if "cursor" in given:
        inner, pinned = _opened(given["cursor"], fingerprint)
        given["cursor"] = [inner]
        if given.get("known_at", [str(pinned)]) != [str(pinned)]:
            raise BadRequest("the cursor pins known_at already; leave it out", parameter="known_at")
        given["known_at"] = [str(pinned)]
    asked = max(_whole(query, "min_position"), _whole(given, "known_at") if _is_whole(given, "known_at") else 0)
    return Page(given, asked, _format(query, accept), pinned, fingerprint)


def parameters_with(report: Callable[..., Report]) -> dict[str, tuple[Any, bool]]:
    """The parameters of a report's query, with those that every read has."""
    return {**parameters_of(report), "min_position": (int, False), "format": (str, False)}


def _check_ids(given: Mapping[str, list[str]], path: Mapping[str, str]) -> None:
    for name, texts in given.items():
        if not name.endswith("_id"):
            continue
        try:
            for text in texts:
                UUID(text)
        except ValueError:
            if name in path:
                raise NotFound(f"there is nothing with the {name.replace('_', ' ')} {path[name]}") from None
            raise BadRequest(f"{name} is not an id", parameter=name) from None


def _is_whole(given: Mapping[str, list[str]], name: str) -> bool:
    return name in given and given[name][0].isdecimal()


def _whole(given: Mapping[str, list[str]], name: str) -> int:
    texts = given.get(name, ["0"])
    found = whole_number(texts[0], LAST_POSITION) if len(texts) == 1 else None
    if found is None:
        raise BadRequest(f"{name} is a position of the log", parameter=name)
    return found


def _format(query: Mapping[str, list[str]], accept: str) -> str:
    wanted = query.get("format", ["csv" if accept.partition(";")[0].strip() == "text/csv" else "json"])
    if wanted not in (["json"], ["csv"]):
        raise BadRequest("format is json or csv", parameter="format")
    return wanted[0]


def _opened(cursors: list[str], fingerprint: str) -> tuple[str, int]:
    try:
        (text,) = cursors
        inner, pinned, of = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(inner, str) or not isinstance(pinned, int) or not 0 <= pinned <= LAST_POSITION:
            raise ValueError(text)  # noqa: TRY301 -- one answer to all that is no cursor
    except (ValueError, binascii.Error, TypeError):
        raise BadRequest("this is not a cursor that was given here", parameter="cursor") from None
    if of != fingerprint:
        raise BadRequest("the cursor is of another list: ask with the filters of its first page", parameter="cursor")
    return inner, pinned
