"""OFX's tags as a tree with line numbers: the SGML of 1.x, the XML of 2.x, and the mixtures that banks send.

Our own, because the libraries forgive: `bankfile` closes, skips and reorders with a warning that names no line. Here only
what OFX 1.x allows is inferred: a leaf's end tag may be missing. Everything else that does not fit refuses the file.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn

from aggregates.bank_statement_file import StatementFileRefused
from commands.bank_statements.amounts import shown
from commands.bank_statements.text import MOST_TAGS, MOST_WORDS

_DEEPEST = 64
_AGGREGATES = frozenset({
    *("OFX", "SIGNONMSGSRSV1", "SONRS", "STATUS", "BANKMSGSRSV1", "STMTTRNRS", "STMTRS", "BANKACCTFROM", "BANKTRANLIST"),
    *("BANKTRANLISTP", "STMTTRN", "STMTTRNP", "LEDGERBAL", "AVAILBAL", "CREDITCARDMSGSRSV1", "CCSTMTTRNRS", "CCSTMTRS"),
    *("CCACCTFROM", "INVSTMTMSGSRSV1", "INVSTMTTRNRS", "INVSTMTRS", "CURRENCY", "ORIGCURRENCY", "PAYEE"),
})  # fmt: skip
"""Tags that hold tags, whatever the file makes of them: they have no text, and must be closed."""
_TOKEN = re.compile(
    r"<!\[CDATA\[(?P<cdata>.*?)\]\]>|</(?P<close>[A-Za-z][\w.]*)\s*>"
    r"|<(?P<open>[A-Za-z][\w.]*)(?:\s+xmlns[\w:]*\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'))*\s*(?P<empty>/?)>"
    r"|(?P<text>[^<]+)|(?P<bad><)",
    re.DOTALL | re.ASCII,
)
_ENTITY = re.compile(r"&(?:(amp|lt|gt|quot|apos|nbsp)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));")


@dataclass(slots=True)
class Node:
    """A tag: a leaf has text and no children, an aggregate has children and no text. Names are in capitals."""

    name: str
    line: int
    text: str = ""
    children: list["Node"] = field(default_factory=list)

    def all(self, name: str) -> list["Node"]:
        """Its children of this name."""
        return [child for child in self.children if child.name == name]

    def one(self, name: str) -> "Node | None":
        """Its child of this name. Raises StatementFileRefused where there are two: a boundary between lines is lost."""
        there = self.all(name)
        if len(there) > 1:
            raise StatementFileRefused(f"{self.name} has more than one {name}", there[1].line)
        return there[0] if there else None

    def need(self, name: str) -> "Node":
        """As `one`, and refused where it is missing."""
        found = self.one(name)
        if found is None:
            raise StatementFileRefused(f"{self.name} has no {name}", self.line)
        return found

    def leaf(self, name: str) -> "Node":
        """As `need`, and refused where it is empty or holds other tags."""
        found = self.need(name)
        if not found.text:
            raise StatementFileRefused(f"{name} is empty", found.line)
        return found

    def words(self, name: str) -> str:
        """The text of its child of this name, "" where it is missing or empty."""
        found = self.one(name)
        return found.text if found else ""


def parse_tags(body: str, first_line: int) -> Node:
    """The OFX element. `body` starts at its "<", on line `first_line`. Raises StatementFileRefused with the line."""
    closed = {name.upper() for name in re.findall(r"</([A-Za-z][\w.]*)\s*>", body)}
    root = Node("", first_line)
    stack, count = [root], 0
    for kind, value, line in _tokens(body, first_line):
        top = stack[-1]
        if kind == "open":
            _leave_leaf(stack, closed)
            node = Node(value, line)
            stack[-1].children.append(node)
            stack.append(node)
            count += 1
            if len(stack) > _DEEPEST or count > MOST_TAGS:
                raise StatementFileRefused(f"it has more than {MOST_TAGS:,} tags, or nests them too deep", line)
        elif kind == "close":
            _close(stack, value, line, closed)
        elif value.strip():
            if top is root or top.children or top.name in _AGGREGATES:
                raise StatementFileRefused(f"stray text {shown(value.strip())}", line + _leading_lines(value))
            top.text = f"{top.text}{value}"
            if len(top.text) > MOST_WORDS:
                raise StatementFileRefused(f"its {top.name} is longer than {MOST_WORDS:,} characters", line)
    if len(stack) > 1:
        raise StatementFileRefused(f"the file ends inside {stack[-1].name}: it is cut off", stack[-1].line)
    if len(root.children) != 1 or root.children[0].name != "OFX":
        raise StatementFileRefused("it is not one OFX document", first_line)
    _tidy(root)
    return root.children[0]


def _tokens(body: str, line: int) -> Iterator[tuple[str, str, int]]:
    for match in _TOKEN.finditer(body):
        group = match.lastgroup
        if match["open"] is not None:
            yield "open", match["open"].upper(), line
            if match["empty"]:
                yield "close", match["open"].upper(), line
        elif match["close"] is not None:
            yield "close", match["close"].upper(), line
        elif match["cdata"] is not None:
            yield "text", match["cdata"], line
        elif match["text"] is not None:
            yield "text", _unescaped(match["text"]), line
        else:
            assert group == "bad", "every character is in a token"
            _refuse_mark(body, match.start(), line)
        line += match[0].count("\n")


def _refuse_mark(body: str, at: int, line: int) -> NoReturn:
    if body.startswith("<!", at):
        raise StatementFileRefused("it has a declaration or comment; entities and DTDs are not accepted", line)
    raise StatementFileRefused(f"{shown(body[at : at + 20])} is not a tag", line)


def _leave_leaf(stack: list[Node], closed: set[str]) -> None:
    """A start tag ends a leaf whose end tag is left out: one that has text, or whose end tag is nowhere in the file."""
    top = stack[-1]
    is_leaf = not top.children and top.name not in _AGGREGATES
    if len(stack) > 1 and is_leaf and (top.text or top.name not in closed):
        stack.pop()


def _close(stack: list[Node], name: str, line: int, closed: set[str]) -> None:
    if stack[-1].name != name:
        _leave_leaf(stack, closed)
    if len(stack) == 1 or stack[-1].name != name:
        inside = f"inside {stack[-1].name} of line {stack[-1].line}" if len(stack) > 1 else "after the end"
        raise StatementFileRefused(f"</{name}> stands {inside}: a tag is missing before it", line)
    stack.pop()


def _unescaped(text: str) -> str:
    """Only OFX's and XML's own references are resolved; a bare "&" and unknown ones stay as the bank wrote them."""

    def resolve(match: re.Match[str]) -> str:
        if match[1]:
            return html.unescape(match[0])
        point = int(match[2]) if match[2] else int(match[3], 16)
        plain = 32 <= point < 0xD800 or 0xE000 <= point <= 0x10FFFF  # noqa: PLR2004 -- no controls and no half pairs
        return chr(point) if plain else match[0]

    return _ENTITY.sub(resolve, text)


def _leading_lines(value: str) -> int:
    return value[: len(value) - len(value.lstrip())].count("\n")


def _tidy(root: Node) -> None:
    pending = [root]
    while pending:
        node = pending.pop()
        node.text = " ".join(node.text.split())
        pending.extend(node.children)
