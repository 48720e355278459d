"""What is wrong with a field, in the words of somebody who fills it in."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_AN_ID = "an id is asked for, such as 019a3d6e-5f00-7000-8000-000000000001"
_A_DAY = "a day of the calendar is asked for, such as 2026-09-21"
_A_MOMENT = "a moment with its zone is asked for, such as 2026-12-31T17:00:00Z"
_SENTENCES: Mapping[str, str] = MappingProxyType({
    "missing": "this is needed",
    "extra_forbidden": "there is no such field",
    "string_type": "text is asked for",
    "string_too_long": "at most {max_length} characters are taken",
    "string_too_short": "at least {min_length} characters are needed",
    "int_type": "a whole number is asked for",
    "int_parsing": "a whole number is asked for",
    "int_from_float": "a whole number is asked for",
    "bool_type": "true or false is asked for",
    "tuple_type": "a list is asked for",
    "list_type": "a list is asked for",
    "dict_type": "an object is asked for",
    "model_type": "an object is asked for",
    "model_attributes_type": "an object is asked for",
    "literal_error": "{expected} is asked for",
    "enum": "{expected} is asked for",
    "too_short": "at least {min_length} are needed, not {actual_length}",
    "too_long": "at most {max_length} are taken, not {actual_length}",
    "greater_than": "more than {gt} is asked for",
    "greater_than_equal": "at least {ge} is asked for",
    "less_than": "less than {lt} is asked for",
    "less_than_equal": "at most {le} is asked for",
    "timezone_aware": _A_MOMENT,
})  # fmt: skip
_A_DECIMAL = re.compile(r"\^\[0-9\]\{1,([0-9]+)\}\(\\\.\[0-9\]\{1,([0-9]+)\}\)\?\$")
"""The pattern of decimal text, from which its digits and decimals are told."""
_FAMILIES: Mapping[str, str] = MappingProxyType({"uuid_": _AN_ID, "datetime_": _A_MOMENT, "date_": _A_DAY})


def sentence_of(error: Mapping[str, Any]) -> str:
    """A sentence for one of pydantic's errors, given with its context."""
    kind, context = error["type"], error.get("ctx") or {}
    for beginning, sentence in _FAMILIES.items():
        if kind.startswith(beginning):
            return sentence
    if (kind, context.get("min_length")) == ("string_too_short", 1) or context.get("pattern") == r"\S":
        return "this may not be blank"
    if kind == "string_pattern_mismatch" and (decimal := _A_DECIMAL.fullmatch(str(context.get("pattern")))):
        digits, decimals = decimal.groups()
        return f'a number of at most {digits} digits is asked for, with at most {decimals} decimals, as text such as "12.5"'
    if kind == "string_pattern_mismatch":
        return f"this is not written as is asked for: {context.get('pattern')}"
    if kind in _SENTENCES:
        return _SENTENCES[kind].format_map(context)
    return str(error["msg"]).removeprefix("Value error, ")
