"""A template and its words as a PDF, or as pictures of its pages; neither the machine nor the network is asked anything."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
import typst

from replay.typesetting.typefaces import FACES, fonts


def pdf(template: bytes, words: Mapping[str, Any], *, at: str) -> bytes:
    """The PDF. Each of `words` is text, or goes to the template as JSON; `at` (RFC 3339) is when it says it was made."""
    printed = _compile(template, words, at, "pdf")
    assert isinstance(printed, bytes), "a PDF is one file"
    return printed


def pictures(template: bytes, words: Mapping[str, Any], *, at: str) -> list[bytes]:
    """The pages as PNG, to look at."""
    pages = _compile(template, words, at, "png")
    return pages if isinstance(pages, list) else [pages]


def _compile(template: bytes, words: Mapping[str, Any], at: str, output: Any) -> bytes | list[bytes]:
    compiler = typst.Compiler(template, font_paths=fonts(), ignore_system_fonts=True)
    printed = compiler.compile(
        format=output,
        sys_inputs={name: _text(value) for name, value in {"faces": list(FACES), **words}.items()},
        timestamp=datetime.fromisoformat(at).astimezone(UTC).replace(microsecond=0),
    )
    assert printed is not None, "nothing was printed"
    return printed


def _text(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
