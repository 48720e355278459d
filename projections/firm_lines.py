"""Lines of the firm's own statements, and what a person said each one is; where the money a link names was seen."""

from collections.abc import Iterable

from aggregates.logged_event import LoggedEvent
from projections.personal import text_of
from projections.projection import Change, Insert, Projection, Table

LINES = Table(
    "firm_lines",
    {
        "account_id": "uuid NOT NULL",
        "statement_id": "uuid NOT NULL",
        "line_id": "uuid NOT NULL",
        "line_number": "integer NOT NULL",
        "booked_on": "date NOT NULL",
        "amount_minor": "bigint NOT NULL",
        "kind": "text NOT NULL",
        "bank_reference": "text",
        "payee": "text NOT NULL",
        "memo": "text NOT NULL",
    },
    indexes=("line_id", "account_id, booked_on"),
)
DEALINGS = Table(
    "firm_line_dealings",
    {"account_id": "uuid NOT NULL", "line_id": "uuid NOT NULL", "standing": "text NOT NULL", "note": "text"},
    indexes=("line_id, position",),
)
"""`standing` is accepted, linked, card_payment, transfer, refund, other_income, personal, or open when it was reopened."""
LINKS = Table(
    "line_links",
    {
        "kind": "text NOT NULL",
        "thing_id": "uuid NOT NULL",
        "account_id": "uuid NOT NULL",
        "line_id": "uuid NOT NULL",
        "stands": "boolean NOT NULL",
    },
    indexes=("thing_id, position",),
)
_LINE = tuple(LINES.columns)[2:]
_TOPICS = frozenset(
    f"firm-account/{name}" for name in ("lines-recorded", "line-accepted", "line-linked", "line-set-aside", "line-reopened")
) | {"line-link/made", "line-link/undone"}


def project(event: LoggedEvent) -> Iterable[Change]:
    """Lines, a word about one, or a link."""
    data = event.data
    account_id = data["account_id"]
    match event.topic:
        case "firm-account/lines-recorded":
            for line in data["lines"]:
                words = {**line, "payee": text_of(line["payee"]) or "", "memo": text_of(line["memo"]) or ""}
                yield Insert("firm_lines", (account_id, data["statement_id"], *(words[column] for column in _LINE)))
        case "line-link/made" | "line-link/undone":
            linked = data["linked"]
            row = (linked["kind"], linked["id"], account_id, data["line_id"], event.topic == "line-link/made")
            yield Insert("line_links", row)
        case "firm-account/line-accepted":
            yield Insert("firm_line_dealings", (account_id, data["line_id"], "accepted", data["payee"]))
        case "firm-account/line-linked":
            yield Insert("firm_line_dealings", (account_id, data["line_id"], "linked", None))
        case "firm-account/line-set-aside":
            yield Insert("firm_line_dealings", (account_id, data["line_id"], data["aside"], data["note"]))
        case _:
            yield Insert("firm_line_dealings", (account_id, data["line_id"], "open", data["why"]))


PROJECTION = Projection("firm_lines", 1, (LINES, DEALINGS, LINKS), project, _TOPICS)
