"""Examples of bodies, made from a body's own model (a test hands each of them to the command it is of), and of answers."""

import re
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

_WORDS: dict[str, Any] = {
    "name": "Adeline Archer",
    "email": "archer@example.com",
    "bank": "First Example Bank",
    "account_number": "IOLTA-1",
    "currency": "USD",
    "payer": "Piedmont Mutual Insurance",
    "payee": "Clerk of Superior Court, Wake County",
    "purpose": "Filing fee",
    "description": "Settlement",
    "authority": "Letter of the client of 12 September 2026",
    "evidence": "Bank advice of 25 September 2026",
    "why": "Entered on the wrong ledger",
    "how": "Put right: see the letter of 20 September 2026",
    "note": "Asked the payee to present it",
    "filename": "iolta-1-2026-09.ofx",
    "content": "T0ZYSEVBREVSOjEwMA==",
    "reasoning": "The names are alike; the people are not the same",
    "setting": "second_approval_over_minor",
    "value": 500000,
    "label": "Practice management program",
    "number": "1001",
    "foundation": "State bar foundation",
    "practice_area": "Litigation",
    "replace": "12.00",
    "values": ["Adeline M. Archer"],
    "addresses": [
        {
            "kind": "home",
            "lines": ["12 Fayetteville Street", "Apartment 4"],
            "city": "Raleigh",
            "region": "NC",
            "postal_code": "27601",
            "country": "US",
        }
    ],
    "method": "wire",
    "recipient_account": "Second Example Bank, ending 0417",
    "reduce_by": "300.00",
}
_OF_KINDS: dict[str, Any] = {
    "uuid": "019a3d6e-5f00-7000-8000-000000000001",
    "date": "2026-09-21",
    "date-time": "2026-12-31T17:00:00Z",
    "boolean": True,
    "integer": 1051,
}
_NEEDED_BY_PEOPLE = frozenset({"addresses", "recipient_account", "practice_area", "reduce_by", "replace"})
"""Left out often, but better shown."""


_TOLD: dict[str, Any] = {
    "position": 113,
    "number": "2026-0007",
    "cheque_number": 1051,
    "pack_version": 1,
    "jurisdiction": "us-nc",
    "setting": "second_approval_over_minor",
    "before": 1000000,
    "after": 500000,
    "roles": ["bookkeeper"],
    "payment_hash": "5f2c8a0e1d7b4c3fa96e0b1c2d3e4f5061728394a5b6c7d8e9f0a1b2c3d4e5f6",
    "token": "mun_ashby_019a3d6e5f0070008000000000000001_…",
    "expires_at": "2026-12-31T17:00:00Z",
    "hits": 2,
    "left_off": 0,
    "already_imported": False,
    "uncovered": [],
    "lines": 14,
    "skipped": 0,
    "problems": [],
}
_ON_A_DAY = re.compile(r"(.*_on|.*_date|signed_to|binds_from)")
_OF_MONEY = frozenset({"amount", "total", "open", "unapplied", "rate", "value", "closing"})


def answer_example(told: Iterable[str]) -> dict[str, Any]:
    """What a command's answer looks like; a name that is of many shapes is left out."""
    found: dict[str, Any] = {}
    for name in (*told, "position"):
        if name in _TOLD:
            found[name] = _TOLD[name]
        elif name.endswith("_id"):
            found[name] = _OF_KINDS["uuid"]
        elif name.endswith("_ids"):
            found[name] = [_OF_KINDS["uuid"]]
        elif _ON_A_DAY.fullmatch(name):
            found[name] = _OF_KINDS["date"]
        elif name in _OF_MONEY:
            found[name] = "2500.00"
        elif name.endswith("_seconds"):
            found[name] = 1080
    return found


def example_of(model: type[BaseModel]) -> dict[str, Any]:
    """What must be given, and a little more."""
    schema = model.model_json_schema()
    return _object(schema, schema.get("$defs", {}))


def _object(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    needed = set(schema.get("required", ()))
    return {
        name: _value(name, one, definitions)
        for name, one in schema.get("properties", {}).items()
        if name in needed or name in _NEEDED_BY_PEOPLE
    }


def _value(name: str, schema: dict[str, Any], definitions: dict[str, Any]) -> Any:
    if "$ref" in schema:
        return _value(name, definitions[schema["$ref"].rpartition("/")[2]], definitions)
    if "properties" in schema and name not in _WORDS:
        return _object(schema, definitions)
    if "anyOf" in schema and (name not in _WORDS or (name == "value" and schema["anyOf"][0].get("type") == "string")):
        return _value("" if name == "value" else name, schema["anyOf"][0], definitions)
    if schema.get("type") == "array" and name not in _WORDS:
        items = schema.get("prefixItems") or [schema["items"]] * max(schema.get("minItems", 1), 1)
        return [_value("", item, definitions) for item in items]
    known = [_WORDS[name]] if name in _WORDS else schema.get("enum") or schema.get("examples")
    return known[0] if known else _OF_KINDS.get(schema.get("format") or schema.get("type", ""), "Words")
