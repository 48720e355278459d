"""Examples of bodies, made from a body's own model; a test hands each of them to the command it is of."""

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
        items = schema.get("prefixItems") or [schema["items"]]
        return [_value("", item, definitions) for item in items]
    known = [_WORDS[name]] if name in _WORDS else schema.get("enum") or schema.get("examples")
    return known[0] if known else _OF_KINDS.get(schema.get("format") or schema.get("type", ""), "Words")
