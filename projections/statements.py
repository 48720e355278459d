"""Bank statements as they were imported, their lines, and what a person said an unmatched line is."""

from collections.abc import Iterable

from aggregates.logged_event import LoggedEvent
from projections.personal import text_of
from projections.projection import Change, Insert, Projection, Table

STATEMENTS = Table(
    "bank_statements",
    {
        "trust_account_id": "uuid NOT NULL",
        "statement_id": "uuid NOT NULL",
        "sha256": "text NOT NULL",
        "filename": "text NOT NULL",
        "format": "text NOT NULL",
        "from_date": "date NOT NULL",
        "to_date": "date NOT NULL",
        "opening_minor": "bigint NOT NULL",
        "closing_minor": "bigint NOT NULL",
        "opening_derived": "boolean NOT NULL",
        "line_count": "integer NOT NULL",
    },
    indexes=("trust_account_id, to_date", "statement_id"),
)
LINES = Table(
    "statement_lines",
    {
        "trust_account_id": "uuid NOT NULL",
        "statement_id": "uuid NOT NULL",
        "line_id": "uuid NOT NULL",
        "line_number": "integer NOT NULL",
        "booked_on": "date NOT NULL",
        "amount_minor": "bigint NOT NULL",
        "kind": "text NOT NULL",
        "cheque_number": "text",
        "bank_reference": "text",
        "payee": "text NOT NULL",
        "memo": "text NOT NULL",
        "key": "text NOT NULL",
    },
    indexes=("line_id", "trust_account_id, booked_on", "statement_id"),
)
EXPLANATIONS = Table(
    "line_explanations",
    {
        "trust_account_id": "uuid NOT NULL",
        "line_id": "uuid NOT NULL",
        "how": "text NOT NULL",
        "exception_id": "uuid",
        "note": "text NOT NULL",
        "entry_id": "uuid",
    },
    indexes=("line_id",),
)

_STATEMENT = tuple(STATEMENTS.columns)
_LINE = tuple(LINES.columns)[2:]


def project(event: LoggedEvent) -> Iterable[Change]:
    """A statement, its lines, or a word about one."""
    data = event.data
    account_id = data["trust_account_id"]
    match event.topic:
        case "bank-statement/imported":
            yield Insert("bank_statements", tuple(data[column] for column in _STATEMENT))
        case "bank-statement/lines-recorded":
            for line in data["lines"]:
                words = {**line, "payee": text_of(line["payee"]) or "", "memo": text_of(line["memo"]) or ""}
                yield Insert("statement_lines", (account_id, data["statement_id"], *(words[column] for column in _LINE)))
        case _:
            row = (account_id, data["line_id"], data["how"], data["exception_id"], data["note"], data.get("entry_id"))
            yield Insert("line_explanations", row)


PROJECTION = Projection(
    "statements",
    2,
    (STATEMENTS, LINES, EXPLANATIONS),
    project,
    frozenset({"bank-statement/imported", "bank-statement/lines-recorded", "bank-statement/line-explained"}),
)
