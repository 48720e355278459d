"""The artefact of a reconciliation: one canonical JSON document with everything that was compared, kept by its hash.

What it holds is listed in the domain reference, section 1.10. `statement` is the last one of the period, with the balance
that the period opened with; `statements` are all of it. Amounts are signed whole minor units, days ISO 8601. `BOOKS`
are the parts that the books alone decide: when they read the same again, nothing of the period moved.
"""

from collections.abc import Iterable
from typing import Any, TypeAlias

import orjson

from aggregates.errors import NotFound, WrongState
from aggregates.statement_chain import Uncovered
from projections.reports import exceptions
from projections.reports.bank_leg import OpenLine, OutstandingItem, Statement, matched_pairs
from projections.reports.card_states import card_state, card_states
from projections.reports.firm_policy import sole_practitioner
from projections.reports.labels import Label, ledger_labels
from projections.reports.reader import Reader
from projections.reports.three_legs import ThreeLegs

FORMAT = "muniment/reconciliation/1"
Document: TypeAlias = dict[str, Any]


def books_of(reader: Reader, legs: ThreeLegs) -> Document:
    """Everything that the books say of the period. Raises NotFound for the account, WrongState without a statement."""
    statement, figures = legs.statement, legs.figures
    if statement is None or figures is None:
        raise WrongState(f"no bank statement ends on {legs.period_end}; there is nothing to reconcile")
    account = card_state(reader, "trust_account", legs.trust_account_id, known_at=legs.known_at)
    firm = next(iter(card_states(reader, "firm", known_at=legs.known_at).values()), {})
    items = (*legs.deposits_in_transit, *legs.outstanding_disbursements)
    ids = {line.ledger_id for line in legs.ledgers} | {item.ledger_id for item in items}
    labels = ledger_labels(reader, ids, legs.known_at)
    open_ones = exceptions.report(
        reader, as_of=legs.period_end, known_at=legs.known_at, trust_account_id=legs.trust_account_id, status="open"
    )
    document = {
        "firm": {"name": firm.get("name", ""), "jurisdiction": firm.get("jurisdiction")},
        "account": {
            "id": legs.trust_account_id,
            "number": masked(account["account_number"]),
            **{name: account[name] for name in ("name", "bank", "ownership", "currency")},
        },
        "period": {"from": legs.statements[0].from_date, "end": legs.period_end},
        "statement": {**_statement(statement), "opening_minor": legs.statements[0].opening_minor},
        "statements": [_statement(one) for one in legs.statements],
        **({"uncovered": _uncovered(legs.uncovered)} if legs.uncovered else {}),
        "figures": figures.model_dump(),
        "problems": legs.problems,
        "deposits_in_transit": _items(legs.deposits_in_transit, labels, legs.notes),
        "outstanding_disbursements": _items(legs.outstanding_disbursements, labels, legs.notes),
        "note_after_days": legs.note_after_days,
        "bank_errors": [
            {
                "exception_id": one.exception_id,
                "opened_on": one.opened_on,
                "amount_minor": one.amount_minor,
                "evidence": one.evidence,
            }
            for one in legs.bank_errors
        ],
        "ledgers": sorted(
            (
                {
                    "ledger_id": line.ledger_id,
                    "title": labels[line.ledger_id].title,
                    "purpose": labels[line.ledger_id].purpose,
                    "balance_minor": line.balance_minor,
                }
                for line in legs.ledgers
            ),
            key=lambda line: (line["purpose"] != "client", line["title"], line["ledger_id"]),
        ),
        "unexplained_lines": _lines(legs.unexplained_lines),
        "explained_lines": _lines(legs.explained_lines),
        "matched_pairs": matched_pairs(reader, legs.statements, legs.known_at),
        "exceptions_open": [
            {name: row[name] for name in _EXCEPTION} for row in open_ones.records()
        ],
        "sole_practitioner": sole_practitioner(reader, legs.known_at),
    }  # fmt: skip
    read: Document = orjson.loads(canonical(document))
    return read


def canonical(document: Document) -> bytes:
    """The bytes that are hashed: keys in order, no spaces."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def masked(number: str) -> str:
    """An account number of which four characters at most are shown, and never more than half."""
    shown = min(4, len(number) // 2)
    return "••••" + (number[-shown:] if shown else "")


def same_books(artefact: Document, books: Document) -> bool:
    """Whether the books say now what they said then."""
    return all(artefact.get(name) == value for name, value in books.items())


def read_artefact(content: bytes | None) -> Document:
    """Raises NotFound where the document is not kept, or is none of ours."""
    if content is None:
        raise NotFound("the artefact of this reconciliation is not kept here")
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError:
        document = None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise NotFound("what is kept under the hash of this reconciliation is no artefact")
    return document


_EXCEPTION = ("exception_id", "cause", "opened_on", "due_on", "amount_minor", "ledger", "evidence", "note")
_ITEM = (
    "entry_id", "ledger_id", "effective_date", "amount_minor", "age_days", "cheque_number", "counterparty", "description",
)  # fmt: skip
_LINE = ("line_id", "booked_on", "amount_minor", "payee", "memo", "explained", "note", "exception_id", "why")


def _statement(one: Statement) -> Document:
    return {
        "id": one.statement_id,
        "sha256": one.sha256,
        "filename": one.filename,
        "from": one.from_date,
        "to": one.to_date,
        "opening_minor": one.opening_minor,
        "closing_minor": one.closing_minor,
    }


def _uncovered(gaps: Iterable[Uncovered]) -> list[Document]:
    """Days between statements; left out where there are none, as it was before they were looked for."""
    return [{"from": gap.from_date, "to": gap.to_date, "days": gap.days, "sentence": gap.sentence} for gap in gaps]


def _items(items: Iterable[OutstandingItem], labels: dict[str, Label], notes: dict[str, str]) -> list[Document]:
    return [
        {
            **{name: getattr(item, name) for name in _ITEM},
            "ledger": labels[item.ledger_id].title,
            "note": notes.get(item.entry_id),
        }
        for item in items
    ]


def _lines(lines: Iterable[OpenLine]) -> list[Document]:
    return [{name: getattr(line, name) for name in _LINE} for line in lines]
