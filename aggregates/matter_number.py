"""Matter numbers: the firm's pattern, the sequence they are drawn from, and each number once, for ever.

The rule this module exists for: no two matters of a firm share a number. A number names a stream, so that taking it twice
fails in the log itself; a sequence is a stream too, so that two processes never draw the same.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from aggregates.errors import AlreadyExists, BadRequest
from aggregates.event import Event
from aggregates.matter_events import MatterNumber
from aggregates.stream import Kind

_NUMBER = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ./_-]{0,38}[A-Za-z0-9])?")
_TOKEN = re.compile(r"\{([^{}]*)\}|([A-Za-z0-9 ./_-]+)")
_FIELD = re.compile(r"(?P<name>yyyy|yy|client|seq)(?::0(?P<width>[1-9]))?")


class MatterNumberTaken(Event):
    """A number is in use, for ever; on the stream that the number names."""

    TOPIC: ClassVar[str] = "matter-number/taken"

    number: MatterNumber
    matter_id: UUID


class MatterSequenceDrawn(Event):
    """The next number of a sequence was drawn; `scope` is the pattern filled in but for its sequence (`2026-#`)."""

    TOPIC: ClassVar[str] = "matter-sequence/drawn"

    scope: str
    sequence: Annotated[int, Field(ge=1)]


EVENTS: tuple[type[Event], ...] = (MatterNumberTaken, MatterSequenceDrawn)


@dataclass(frozen=True, slots=True)
class TakenNumber:
    """A matter number that is in use."""

    number: str
    matter_id: UUID


@dataclass(frozen=True, slots=True)
class MatterSequence:
    """The last number drawn within a scope."""

    scope: str
    last: int


def check_pattern(pattern: str) -> None:
    """A pattern is made of {yyyy}, {yy}, {client}, {seq} or {seq:04}, and letters, digits, blanks and `. / _ -`.

    {seq} stands in it once, every other field at most once. Raises BadRequest.
    """
    names = [name for name, _, _ in _parts(pattern) if name]
    if names.count("seq") != 1:
        raise BadRequest(f"the pattern {pattern!r} has to have {{seq}}, or {{seq:04}}, once", pattern=pattern)
    if len(set(names)) != len(names):
        raise BadRequest(f"the pattern {pattern!r} names a field twice", pattern=pattern)
    sample = _fill(pattern, 2026, "1", "X" * 12)
    if _NUMBER.fullmatch(sample) is None:
        raise BadRequest(
            f"the pattern {pattern!r} gives numbers such as {sample!r}; a number has at most 40 characters, and begins "
            "and ends with a letter or a digit",
            pattern=pattern,
        )


def format_number(pattern: str, year: int, sequence: int, client_code: str | None) -> str:
    """The number a pattern gives. Raises BadRequest for a bad pattern, or a client without the code it asks for."""
    check_pattern(pattern)
    if sequence < 1:
        raise BadRequest(f"a sequence starts at 1, not {sequence}", sequence=sequence)
    number = _fill(pattern, year, str(sequence), client_code)
    check_number(number)
    return number


def scope_of(pattern: str, year: int, client_code: str | None) -> str:
    """The sequence that a pattern draws from: the number but for its sequence, so `{yyyy}-{seq}` starts anew each year.

    Raises BadRequest, as `format_number`.
    """
    check_pattern(pattern)
    return _fill(pattern, year, "#", client_code)


def check_number(number: str) -> None:
    """Raises BadRequest where a number, given by hand, is not fit to be one."""
    if _NUMBER.fullmatch(number) is None:
        raise BadRequest(
            f"{number!r} is not a matter number: at most 40 letters, digits, blanks and . / _ -, beginning and ending "
            "with a letter or a digit",
            number=number,
        )


def number_stream_id(number: str) -> UUID:
    """The stream a number names; capitals make no difference."""
    return NUMBER_KIND.stream_id(number.casefold())


def sequence_stream_id(scope: str) -> UUID:
    """The stream a scope names."""
    return SEQUENCE_KIND.stream_id(scope.casefold())


def take(taken: TakenNumber | None, number: str, matter_id: UUID) -> MatterNumberTaken:
    """Take a number for a matter; `taken` is the state of its stream. Raises AlreadyExists, BadRequest."""
    check_number(number)
    if taken is not None:
        raise AlreadyExists(f"another matter has the number {taken.number}", number=taken.number)
    return MatterNumberTaken(number=number, matter_id=matter_id)


def draw(sequence: MatterSequence | None, scope: str) -> MatterSequenceDrawn:
    """Draw the next number of a scope; `sequence` is the state of its stream."""
    return MatterSequenceDrawn(scope=scope, sequence=sequence.last + 1 if sequence else 1)


def evolve_number(taken: TakenNumber | None, event: Event) -> TakenNumber:
    """The state one event later; there is only ever one."""
    assert taken is None, "a matter number was taken twice"
    assert isinstance(event, MatterNumberTaken), f"{event.TOPIC} is not of a matter number"
    return TakenNumber(event.number, event.matter_id)


def evolve_sequence(sequence: MatterSequence | None, event: Event) -> MatterSequence:
    """The state one event later."""
    assert isinstance(event, MatterSequenceDrawn), f"{event.TOPIC} is not of a matter sequence"
    assert event.sequence == (sequence.last + 1 if sequence else 1), "a matter sequence has a gap"
    return MatterSequence(event.scope, event.sequence)


NUMBER_KIND = Kind("matter-number", evolve_number)
SEQUENCE_KIND = Kind("matter-sequence", evolve_sequence)


def _parts(pattern: str) -> Iterator[tuple[str, int, str]]:
    """Field name or "", its width, and the literal text. Raises BadRequest."""
    at = 0
    while at < len(pattern):
        token = _TOKEN.match(pattern, at)
        if token is None:
            raise BadRequest(f"the pattern {pattern!r} cannot be read at {pattern[at:]!r}", pattern=pattern)
        at = token.end()
        if token[2] is not None:
            yield "", 0, token[2]
            continue
        field = _FIELD.fullmatch(token[1])
        if field is None or (field["width"] and field["name"] != "seq"):
            raise BadRequest(
                f"the pattern {pattern!r} has {token[0]}; there are {{yyyy}}, {{yy}}, {{client}}, {{seq}}, {{seq:04}}",
                pattern=pattern,
            )
        yield field["name"], int(field["width"] or 0), ""


def _fill(pattern: str, year: int, sequence: str, client_code: str | None) -> str:
    """`sequence` is digits, or a mark that stands in their place."""
    filled: list[str] = []
    for name, width, literal in _parts(pattern):
        match name:
            case "yyyy":
                filled.append(f"{year:04}")
            case "yy":
                filled.append(f"{year % 100:02}")
            case "client":
                if client_code is None:
                    raise BadRequest(f"the pattern {pattern!r} asks for a client code; this client has none yet")
                filled.append(client_code)
            case "seq":
                filled.append(sequence.zfill(width) if sequence.isdigit() else sequence)
            case _:
                filled.append(literal)
    return "".join(filled)
