"""A report's parameters from text, as a query string or a command line has them, by the report's own signature."""

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Literal, get_args, get_origin, get_type_hints
from uuid import UUID

from aggregates.errors import BadRequest, NotFound
from api.http.amounts import face_name, minor_units
from projections.reports.reader import Reader, bounds
from projections.reports.report import Report

_CARDS = {
    "trust_account_id": "trust_account",
    "ledger_id": "trust_ledger",
    "matter_id": "matter",
    "contact_id": "contact",
    "client_id": "contact",
    "user_id": "user",
    "timekeeper_id": "user",
}
_WHOLE = re.compile(r"[0-9]{1,18}")
_SHAPES: dict[Any, re.Pattern[str]] = {int: re.compile(r"-?[0-9]{1,18}"), date: re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")}
"""Python itself reads more as a number or a day than anybody means: 1_000, 2026-W40-3."""
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
_TRUE, _FALSE = {"true", "yes", "1"}, {"false", "no", "0"}


class Amount:
    """The type of a parameter that is money: decimal text here, minor units in the report (`least` for `least_minor`)."""


def parameters_of(report: Callable[..., Report]) -> dict[str, tuple[Any, bool]]:
    """Each parameter's type, None left out of it, and whether it must be given."""
    hints = get_type_hints(report)
    return {
        face_name(name): (
            _bare(hints[name]) if face_name(name) == name else Amount,
            parameter.default is inspect.Parameter.empty,
        )
        for name, parameter in inspect.signature(report).parameters.items()
        if name != "reader" and not _is_mapping(hints[name])
    }


def arguments_of(reader: Reader, report: Callable[..., Report], given: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The keywords to call a report with.

    Raises BadRequest for what it does not know, lacks, or cannot read, NotFound for an account, ledger, matter, contact or
    user that never was: an empty report would say that it holds nothing.
    """
    known = parameters_of(report)
    if unknown := sorted(given.keys() - known.keys()):
        raise BadRequest(f"this report has no {', '.join(unknown)}; it has {', '.join(known)}", unknown=unknown)
    if missing := sorted(name for name, (_, needed) in known.items() if needed and not given.get(name)):
        raise BadRequest(f"this report needs {', '.join(missing)}", missing=missing)
    own = {face_name(name): name for name in inspect.signature(report).parameters}
    found = {own[name]: _value(reader, name, known[name][0], texts) for name, texts in given.items() if texts}
    for name, kind in _CARDS.items():
        if name in found and not reader.number(
            "SELECT count(*) FROM {s}.cards WHERE kind = %(kind)s AND id = %(id)s",
            kind=kind,
            id=found[name],
            **bounds(None, found.get("known_at")),
        ):
            raise NotFound(f"there is no {kind.replace('_', ' ')} {found[name]}", **{name: found[name]})
    return found


def position_at(reader: Reader, instant: datetime) -> int:
    """The last position of the log that was recorded by then; 0 where nothing was."""
    return reader.number("SELECT max(position) FROM {s}.audit_trail WHERE recorded_at <= %(instant)s", instant=instant)


def _value(reader: Reader, name: str, kind: Any, texts: Sequence[str]) -> Any:
    if any("\0" in text for text in texts):
        raise BadRequest(f"{name} holds a NUL character, which no name or text has", parameter=name)
    if kind is list:
        return list(texts)
    if len(texts) > 1:
        raise BadRequest(f"{name} is given {len(texts)} times")
    text = texts[0]
    if words := words_of(kind):
        return one_of(words, name, text)
    try:
        if name.endswith("_id"):
            return str(UUID(text))
        if name == "known_at":
            return int(text) if _WHOLE.fullmatch(text) else position_at(reader, _instant(text))
        if kind is bool:
            return _yes_or_no(text)
        if kind is datetime:
            return _instant(text)
        return _plain(kind, text)
    except ValueError:
        raise BadRequest(f"{name} cannot be read from {text[:80]!r}", parameter=name) from None


def _plain(kind: Any, text: str) -> Any:
    if kind is Amount:
        return minor_units(text)
    if kind in _SHAPES and _SHAPES[kind].fullmatch(text) is None:
        raise ValueError(text)
    return _day(text) if kind is date else kind(text)


def _day(text: str) -> date:
    """Days far from any book are refused: reports count on from the day, and the calendar ends."""
    day = date.fromisoformat(text)
    if not _FIRST_DAY <= day <= _LAST_DAY:
        raise BadRequest(f"books are read as of a day from {_FIRST_DAY} to {_LAST_DAY}, not {day}")
    return day


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def words_of(kind: Any) -> tuple[str, ...]:
    """The words that a parameter of this type may be, none where it is no choice among words."""
    if get_origin(kind) is Literal:
        return get_args(kind)
    return tuple(kind) if isinstance(kind, type) and issubclass(kind, StrEnum) else ()


def one_of(words: Sequence[str], name: str, text: str) -> str:
    """The word that was given. Raises BadRequest for one that is not among them, which would find nothing for ever."""
    if text not in words:
        raise BadRequest(f"{name} is one of {', '.join(words)}, not {text!r}", parameter=name)
    return text


def _yes_or_no(text: str) -> bool:
    if text.lower() in _TRUE | _FALSE:
        return text.lower() in _TRUE
    raise ValueError(text)


def _bare(hint: Any) -> Any:
    if get_origin(hint) is Literal:
        return hint
    options = [one for one in getattr(hint, "__args__", ()) if one is not type(None)]
    if getattr(hint, "__origin__", None) in {Sequence, list, tuple}:
        return list
    return options[0] if len(options) == 1 else (str if options else hint)


def _is_mapping(hint: Any) -> bool:
    return "Mapping" in str(hint)
