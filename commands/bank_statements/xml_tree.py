"""A small strict XML tree with line numbers, over the standard library's expat.

A DOCTYPE is refused as soon as it starts, before any entity is declared: so there are no entities to expand (billion
laughs) and nothing outside to fetch (XXE). Neither lxml nor defusedxml is needed: the one reads the DTD first, the other
knows no line numbers.
"""

import re
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from aggregates.bank_statement_file import StatementFileRefused
from commands.bank_statements.amounts import shown
from commands.bank_statements.text import MOST_TAGS, MOST_WORDS, as_text, known_encoding, marked_encoding

_DEEPEST = 64
_DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


@dataclass(slots=True)
class Element:
    """One element: its name without the namespace, the line it starts on, its text without outer white space."""

    name: str
    namespace: str
    line: int
    attributes: dict[str, str]
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def all(self, name: str) -> list["Element"]:
        """Its children of this name."""
        return [child for child in self.children if child.name == name]

    def one(self, *names: str) -> "Element | None":
        """The element down this path, None where a step is missing. Raises StatementFileRefused where a step is double."""
        found: Element | None = self
        for name in names:
            if found is None:
                return None
            there = found.all(name)
            if len(there) > 1:
                raise StatementFileRefused(f"{found.name} has more than one {name}", there[1].line)
            found = there[0] if there else None
        return found

    def need(self, *names: str) -> "Element":
        """As `one`, and refused where it is missing."""
        found = self.one(*names)
        if found is None:
            raise StatementFileRefused(f"{self.name} has no {'/'.join(names)}", self.line)
        return found

    def words(self, *names: str) -> str:
        """The text down this path, "" where it is missing."""
        found = self.one(*names)
        return found.text if found else ""


def parse_xml(raw: bytes) -> Element:
    """The root of the document. Raises StatementFileRefused, with the line, on anything not well-formed, and on a DTD."""
    builder = _Builder()
    try:
        builder.parser.Parse(as_text(raw, _declared_encoding(raw)), True)
    except expat.ExpatError as error:
        raise StatementFileRefused(f"it is not well-formed XML ({expat.ErrorString(error.code)})", error.lineno) from error
    assert builder.root is not None, "expat passed a document without a root"
    return builder.root


def _declared_encoding(raw: bytes) -> str:
    declared = _DECLARED.match(raw)
    if declared is None or marked_encoding(raw):
        return "utf-8"
    known = known_encoding(declared[1].decode("ascii"))
    if known is None:
        raise StatementFileRefused(f"it declares the encoding {shown(declared[1].decode('ascii'))}, which is not known", 1)
    return known


class _Builder:
    def __init__(self) -> None:
        # The text is decoded already: naming UTF-8 here overrides what the XML declaration says.
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.root: Element | None = None
        self._open: list[Element] = []
        self._count = 0

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        element = Element(local, namespace, self.parser.CurrentLineNumber, attributes)
        self._count += 1
        if len(self._open) >= _DEEPEST or self._count > MOST_TAGS:
            raise StatementFileRefused(f"it has more than {MOST_TAGS:,} elements, or nests them too deep", element.line)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def _end(self, _name: str) -> None:
        element = self._open.pop()
        element.text = element.text.strip()
        if element.text and element.children:
            raise StatementFileRefused(f"{element.name} has stray text {shown(element.text)}", element.line)

    def _data(self, data: str) -> None:
        element = self._open[-1]
        if element.children:
            if not data.isspace():
                raise StatementFileRefused(f"{element.name} has stray text {shown(data.strip())}", element.line)
            return
        element.text += data
        if len(element.text) > MOST_WORDS:
            raise StatementFileRefused(f"its {element.name} is longer than {MOST_WORDS:,} characters", element.line)

    def _doctype(self, *_: Any) -> None:
        raise StatementFileRefused("it has a DOCTYPE; entities and DTDs are not accepted", self.parser.CurrentLineNumber)
