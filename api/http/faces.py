"""A command as JSON has it: money as decimal text, fields of the path left out, every mistake named by its JSON pointer."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar, get_args, get_origin

import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, create_model
from pydantic.fields import FieldInfo

from aggregates.errors import NotFound
from api.http.amounts import SIGNED, SUFFIX, UNSIGNED, NotAnAmount, face_name, minor_units
from api.http.problems import Problem
from api.whole_numbers import whole_number
from api.wording import sentence_of
from commands.work import Command

Asked = TypeVar("Asked", bound=BaseModel)
_TIMES = {date, datetime, AwareDatetime}
_SECONDS = re.compile(r"\s*[+-]?[0-9._]+\s*")
"""Would be read as a time since 1970: a slip of a program would post money on a day that nobody named."""
_MOST_WHOLE, _MOST_SETTING = 2**31 - 1, 2**53
"""Numbers and counts; a setting may also be a limit in minor units."""


@dataclass(frozen=True, slots=True)
class Face(Generic[Asked]):
    """What may be sent for a command. `model` describes the body for OpenAPI; the command itself checks it, once."""

    command: type[Asked]
    path: tuple[str, ...]
    fields: Mapping[str, str]
    """The name over HTTP and the name in the command."""
    model: type[BaseModel]
    members: Mapping[str, "Face[Any]"] = field(default_factory=dict)
    """For a field that holds several commands: the face of each."""

    def read(self, body: Mapping[str, Any], path: Mapping[str, str]) -> Asked:
        """The command. Raises Problem 422 with a pointer to every mistake, NotFound for an id in the path that is none."""
        given, errors = self.sort_out(body)
        given |= {name: self._in_path(name, text) for name, text in path.items()}
        if not errors:
            try:
                return self.command.model_validate_json(orjson.dumps(given), strict=True)
            except ValidationError as error:
                errors = self._errors(error, path, given)
        raise Problem(422, "invalid_request", f"{len(errors)} thing(s) are wrong with the request", errors=errors)

    def sort_out(self, body: Mapping[str, Any], at: tuple[object, ...] = ()) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """The fields as the command names them, and what is wrong with them so far. `at` is where in the whole body."""
        given: dict[str, Any] = {}
        errors: list[tuple[str, str]] = []
        for name, value in body.items():
            field_name = self.fields.get(name)
            if field_name is None:
                errors.append((pointer_to((*at, name)), "there is no such field"))
            elif field_name in self.members and isinstance(value, list):
                read = [
                    self.members[field_name].sort_out(one, (*at, name, number)) if isinstance(one, dict) else (one, [])
                    for number, one in enumerate(value)
                ]
                given[field_name] = [one for one, _ in read]
                errors += [wrong for _, wrongs in read for wrong in wrongs]
            elif field_name.endswith(SUFFIX) and not (value is None and self._may_be_null(field_name)):
                try:
                    given[field_name] = minor_units(value)
                except NotAnAmount as error:
                    errors.append((pointer_to((*at, name)), str(error)))
            elif isinstance(value, str) and _SECONDS.fullmatch(value) and self._is_of_time(field_name):
                given[field_name] = f"not a day: {value}"  # so that it is refused together with all else that is wrong
            elif isinstance(value, int) and abs(value) > (_MOST_SETTING if field_name == "value" else _MOST_WHOLE):
                errors.append((pointer_to((*at, name)), "the number is too large"))
            else:
                given[field_name] = value
        return given, errors

    def _is_of_time(self, field_name: str) -> bool:
        annotation = self.command.model_fields[field_name].annotation
        return not _TIMES.isdisjoint({annotation, *get_args(annotation)})

    def _may_be_null(self, field_name: str) -> bool:
        return type(None) in get_args(self.command.model_fields[field_name].annotation)

    def _in_path(self, name: str, text: str) -> str | int:
        whole = self.command.model_fields[name].annotation is int
        number = whole_number(text, _MOST_WHOLE) if whole else None
        return text if number is None else number

    def _errors(self, error: ValidationError, path: Mapping[str, str], given: Mapping[str, Any]) -> list[tuple[str, str]]:
        found: dict[str, str] = {}
        for one in error.errors(include_url=False, include_input=False):
            name = str(one["loc"][0]) if one["loc"] else ""
            if name in path:
                raise NotFound(f"there is nothing with the {name.replace('_', ' ')} {path[name]}")
            where = _in_body(one["loc"], given, missing=one["type"] == "missing")
            pointer = pointer_to(face_name(step) if isinstance(step, str) else step for step in where)
            said = _said(str(where[-1]) if where else "", one)
            found[pointer] = f"{found[pointer]}; or: {said}" if said not in found.get(pointer, said) else said
        return list(found.items())


def face_of(
    command: type[Asked], path: Iterable[str] = (), *, without: Iterable[str] = (), name: str | None = None
) -> Face[Asked]:
    """The face of a command whose `path` fields stand in the URL. `without` are fields that only the server fills."""
    in_path, hidden = tuple(path), set(without)
    assert set(in_path) <= command.model_fields.keys(), (command, in_path)
    shown = {name: one for name, one in command.model_fields.items() if name not in in_path and name not in hidden}
    members = {
        name: face_of(kind, name=f"{kind.__name__}OfMany")  # its own route has another face, without what the path says
        for name, one in shown.items()
        if (kind := _kind_of_members(one)) is not None
    }
    body = {name: _described(name, one, members.get(name)) for name, one in shown.items()}
    model = create_model(
        name or command.__name__,
        __config__=ConfigDict(extra="forbid"),
        __doc__=command.__doc__,
        **{face_name(name): described for name, described in body.items()},
    )
    return Face(command, in_path, {face_name(name): name for name in body}, model, members)


def _kind_of_members(field: FieldInfo) -> type[Command] | None:
    """The kind of command that a field holds several of; None for any other field."""
    members = get_args(field.annotation)
    kind = members[0] if get_origin(field.annotation) is tuple and members else None
    return kind if isinstance(kind, type) and issubclass(kind, Command) else None


def _described(name: str, field: FieldInfo, members: Face[Any] | None) -> Any:
    if members is not None:
        return tuple.__class_getitem__((members.model, ...)), field
    if not name.endswith(SUFFIX):
        return field.annotation, field
    may_be_negative = not any(getattr(one, "gt", None) == 0 for one in _metadata(field))
    amount: Any = Annotated[str, Field(pattern=SIGNED if may_be_negative else UNSIGNED, examples=["2500.00"])]
    if type(None) in get_args(field.annotation):
        amount = amount | None
    if field.is_required():
        return amount, ...
    return amount, "0.00" if field.default == 0 else field.default


def _metadata(field: FieldInfo) -> list[Any]:
    """Bounds of the number, also of one that may be left out."""
    found = list(field.metadata)
    for option in get_args(field.annotation):
        for one in getattr(option, "__metadata__", ()):
            found.extend(one.metadata if isinstance(one, FieldInfo) else [one])
    return found


def _said(name: str, error: Mapping[str, Any]) -> str:
    if not name.endswith(SUFFIX) or error["type"] == "missing":
        return sentence_of(error)
    if (error["type"], (error.get("ctx") or {}).get("ge")) == ("greater_than_equal", 0):
        return "an amount may not be below zero"
    return "an amount must be more than zero" if error["type"] == "greater_than" else "the amount is beyond all bounds"


def _in_body(location: Iterable[str | int], given: Any, *, missing: bool) -> list[str | int]:
    """The steps that lead somewhere in what was sent: a choice of kinds that was tried is no step of the caller's."""
    steps = list(location)
    found: list[str | int] = []
    for number, step in enumerate(steps, 1):
        if isinstance(given, Mapping) and step in given:
            given = given[str(step)]
        elif isinstance(given, list) and isinstance(step, int) and step < len(given):
            given = given[step]
        elif not (missing and number == len(steps) and isinstance(given, Mapping)):
            continue
        found.append(step)
    return found


def pointer_to(location: Iterable[object]) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in location)
