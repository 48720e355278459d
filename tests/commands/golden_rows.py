"""Golden rows: for every topic and schema version ever stored, one event as its bytes stand in a log. Kept for ever.

`python -m tests.commands.golden_rows` adds the rows of topics and versions that have none yet, and changes no other.
"""

import types
import typing
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import orjson
from pydantic import AwareDatetime, BaseModel

from aggregates.catalogue import BY_TOPIC
from aggregates.event import Actor, Event
from aggregates.merkle import leaf_hash
from commands.event_log.mapper import NewEvent, decode, encode

FILE = Path(__file__).with_name("golden_rows.json")
_ID = UUID("01900000-0000-7000-8000-000000000001")
_ACTOR = Actor(user_id=UUID(int=7), role="partner", program="golden", policy_version=1)
_WORDS = {
    "currency": "USD",
    "base_currency": "USD",
    "jurisdiction": "us-nc",
    "time_zone": "America/New_York",
    "account_name": "operating",
    "processor_account": "acct_1",
    "processor_payment": "pi_1",
    "processor_link": "plink_1",
    "url": "https://buy.example.com/1",
    "notice": "evt_1",
    "kind": "payment_intent.succeeded",
    "dispute": "dp_1",
    "refund": "re_1",
    "matter_number_pattern": "{yyyy}-{seq:04}",
}
_BY_TYPE: dict[Any, Any] = {
    UUID: UUID(int=5),
    int: 7,
    bool: True,
    date: date(2026, 9, 30),
    datetime: datetime(2026, 9, 30, 14, tzinfo=UTC),
    AwareDatetime: datetime(2026, 9, 30, 14, tzinfo=UTC),
    bytes: b"raw",
}


def key_of(topic: str, schema: int) -> str:
    """How a row is named: trust-ledger/funds-received@2."""
    return f"{topic}@{schema}"


def rows() -> dict[str, dict[str, Any]]:
    """Every row by its key: the stored `bytes`, their `leaf`, and the `event` that they must always be read as."""
    found: dict[str, dict[str, Any]] = orjson.loads(FILE.read_bytes()) if FILE.exists() else {}
    return found


def row_of(state: bytes) -> dict[str, Any]:
    """A row of stored bytes."""
    event = decode(1, state).event()
    return {"bytes": state.decode(), "leaf": leaf_hash(state).hex(), "event": event.model_dump(mode="json")}


def example(kind: type[Event]) -> bytes:
    """An event of a kind, as it would be stored."""
    new = NewEvent(
        id=_ID,
        stream_id=UUID(int=3),
        version=1,
        recorded_at=datetime(2026, 10, 1, 14, tzinfo=UTC),
        actor=_ACTOR,
        command_id=UUID(int=4),
        correlation_id=UUID(int=4),
        causation_id=None,
        reason="golden",
        salt="00" * 16,
        event=kind.model_validate(_fields(kind)),
    )
    return encode(new)


def _fields(kind: type[BaseModel]) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    return {name: _value(name, hints[name]) for name in kind.model_fields if name != "sealed"}


def _value(name: str, hint: Any) -> Any:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if hint in _BY_TYPE:
        return _BY_TYPE[hint]
    if hint is str:
        return "ab" * 32 if "sha256" in name or name.endswith(("_hash", "root")) else _WORDS.get(name, f"{name} in words")
    if origin is Literal:
        return inner[0]
    if origin in {typing.Union, types.UnionType}:
        return _value(name, next(one for one in inner if one is not type(None)))
    if origin is tuple:
        members = inner[:1] if inner[1:] == (...,) else inner
        return tuple(_value(name, member) for member in members)
    if origin is dict:
        return {_value(name, inner[0]): _value(name, inner[1])}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint)).value
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return _fields(hint)
    raise TypeError(f"golden rows cannot make up a {hint} for {name}; say how in tests/commands/golden_rows.py")


def add_missing() -> list[str]:
    """Add the row of each catalogued topic that has none in its newest schema; returns their keys."""
    known = rows()
    missing = {
        key_of(topic, kind.SCHEMA): kind for topic, kind in BY_TOPIC.items() if key_of(topic, kind.SCHEMA) not in known
    }
    made = known | {key: row_of(example(kind)) for key, kind in missing.items()}
    FILE.write_bytes(orjson.dumps(dict(sorted(made.items())), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    return sorted(missing)


if __name__ == "__main__":
    for added in add_missing():
        print(f"added {added}")  # noqa: T201 -- a command tells what it did
