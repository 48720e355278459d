"""The three-way reconciliation of an account, laid out as the North Carolina State Bar form, with every list behind it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from aggregates.errors import NotFound
from projections.reports.bank_leg import OpenLine, OutstandingItem, matched_pairs
from projections.reports.card_states import card_ids, card_states
from projections.reports.firm_policy import sole_practitioner
from projections.reports.labels import Label, account_currency, ledger_labels
from projections.reports.outstanding_items import ITEM_SHAPE, item_rows
from projections.reports.reader import Reader
from projections.reports.report import Report, columns, plain, table
from projections.reports.three_legs import ThreeLegs, three_legs

_FORM = columns("line figure amount_minor:money count:count")
_LEDGERS = columns("ledger_id ledger purpose client matter balance_minor:money")
_LINES = columns("booked_on:date amount_minor:money payee memo explained note why exception_id line_id")
_ERRORS = columns("opened_on:date amount_minor:money evidence exception_id")
_STATEMENTS = columns("from_date:date to_date:date opening_minor:money closing_minor:money filename sha256 statement_id")
_UNCOVERED = columns("from_date:date to_date:date days:count")
_PAIRS = columns(
    "booked_on:date line_minor:money bank_cheque payee memo effective_date:date entry_minor:money cheque_number:count "
    "counterparty description match_id line_id entry_id ledger_id"
)
_SIGNINGS = columns(
    "reconciliation_id status prepared_on:date prepared_by reviewed_by signed_on:date signed_by reopened_on:date why "
    "position:count tree_root artefact_sha256"
)


def report(
    reader: Reader,
    *,
    trust_account_id: str,
    as_of: date | None = None,
    known_at: int | None = None,
    notes: Mapping[str, str] | None = None,
) -> Report:
    """At the end of a statement, the last one's where no day is given. `notes` explain old items, by entry id.

    `counts["problems"]` is 0 when it passes; each problem is a note, and so are days that no statement covers.

    Raises NotFound for an account without statements.
    """
    with reader.snapshot():
        legs = three_legs(reader, trust_account_id, as_of, known_at=known_at, notes=notes)
        accounts = card_states(reader, "trust_account", [trust_account_id], known_at=legs.known_at)
        if trust_account_id not in accounts:
            raise NotFound("there is no such trust account", trust_account_id=trust_account_id)
        items = (*legs.deposits_in_transit, *legs.outstanding_disbursements)
        ids = {line.ledger_id for line in legs.ledgers} | {item.ledger_id for item in items}
        labels = ledger_labels(reader, ids, legs.known_at)
        parts = _parts(reader, legs, labels)
        alone = sole_practitioner(reader, legs.known_at)
        currency = account_currency(reader, trust_account_id)
    statement = legs.statement
    return Report(
        f"Three-way reconciliation: {accounts[trust_account_id]['name']}",
        _FORM,
        _form(legs),
        legs.period_end,
        legs.known_at,
        totals={} if legs.figures is None else _totals(legs),
        counts={"problems": len(legs.problems), "unexplained_lines": len(legs.unexplained_lines)},
        facts={
            "trust_account_id": trust_account_id,
            "passes": legs.passes,
            "statement_id": statement.statement_id if statement else None,
            "statement_sha256": statement.sha256 if statement else None,
            "sole_practitioner": alone,
        },
        notes=(*legs.problems, *(gap.sentence for gap in legs.uncovered)),
        currency=currency,
        parts=parts,
    )


def _totals(legs: ThreeLegs) -> dict[str, int]:
    assert legs.figures is not None, "asked without figures"
    figures = legs.figures
    return {
        "adjusted_bank": figures.adjusted_bank_minor,
        "book": figures.book_minor,
        "ledgers": figures.ledgers_minor,
        "positive_ledgers": figures.positive_ledgers_minor,
        "bank_less_book": figures.adjusted_bank_minor - figures.book_minor,
        "book_less_ledgers": figures.book_minor - figures.ledgers_minor,
    }


def _form(legs: ThreeLegs) -> tuple[tuple[Any, ...], ...]:
    """The seven lines of the form, and bank errors, which it attaches."""
    balances = [ledger.balance_minor for ledger in legs.ledgers]
    positive, negative = [b for b in balances if b > 0], [b for b in balances if b < 0]
    figures = legs.figures
    return (
        ("1", "Total of positive client ledgers", sum(positive), len(positive)),
        ("1a", "Ledgers below zero", sum(negative), len(negative)),
        ("1b", "Total of all ledgers (C)", sum(balances), len(balances)),
        ("2", "Book balance (B)", legs.book_minor, None),
        ("3", "Statement closing balance", figures.statement_minor if figures else None, None),
        ("4", "Add deposits in transit", _sum(legs.deposits_in_transit), len(legs.deposits_in_transit)),
        ("5", "Less outstanding disbursements", -_sum(legs.outstanding_disbursements), len(legs.outstanding_disbursements)),
        ("5a", "Bank errors to be corrected", sum(e.amount_minor for e in legs.bank_errors), len(legs.bank_errors)),
        ("6", "Adjusted bank balance (A)", figures.adjusted_bank_minor if figures else None, None),
        ("7", "Agrees" if legs.passes else "Does not agree", None, len(legs.problems)),
    )


def _sum(items: tuple[OutstandingItem, ...]) -> int:
    return sum(item.amount_minor for item in items)


def _parts(reader: Reader, legs: ThreeLegs, labels: dict[str, Label]) -> tuple[Report, ...]:
    clocks = (legs.period_end, legs.known_at)
    ledgers = tuple(
        (line.ledger_id, label.title, label.purpose, label.client, label.matter, line.balance_minor)
        for line in legs.ledgers
        for label in [labels[line.ledger_id]]
    )
    statements = tuple(tuple(getattr(one, column.name) for column in _STATEMENTS) for one in legs.statements)
    pairs = matched_pairs(reader, legs.statements, legs.known_at)
    errors = tuple((e.opened_on, e.amount_minor, e.evidence, e.exception_id) for e in legs.bank_errors)
    return (
        Report(
            "Ledgers with balances", _LEDGERS, tuple(sorted(ledgers, key=lambda row: (row[2] != "client", row[1]))), *clocks
        ),
        Report(
            "Deposits in transit", ITEM_SHAPE, item_rows(legs.deposits_in_transit, labels, legs.note_after_days), *clocks
        ),
        Report(
            "Outstanding disbursements",
            ITEM_SHAPE,
            item_rows(legs.outstanding_disbursements, labels, legs.note_after_days),
            *clocks,
        ),
        Report("Bank errors", _ERRORS, errors, *clocks),
        Report("Unexplained statement lines", _LINES, _line_rows(legs.unexplained_lines), *clocks),
        Report("Explained statement lines", _LINES, _line_rows(legs.explained_lines), *clocks),
        Report("Statements of this period", _STATEMENTS, statements, *clocks),
        Report(
            "Days that no statement covers",
            _UNCOVERED,
            tuple((gap.from_date, gap.to_date, gap.days) for gap in legs.uncovered),
            *clocks,
        ),
        Report("Matched pairs", _PAIRS, table(_PAIRS, pairs), *clocks),
        Report("Sign-offs of this period", _SIGNINGS, _signings(reader, legs), *clocks),
    )


def _line_rows(lines: tuple[OpenLine, ...]) -> tuple[tuple[Any, ...], ...]:
    return tuple(tuple(getattr(line, column.name) for column in _LINES) for line in lines)


def _signings(reader: Reader, legs: ThreeLegs) -> tuple[tuple[Any, ...], ...]:
    """What was prepared, signed and reopened for this day before, and by whom; superseded ones stay."""
    ids = card_ids(reader, "reconciliation", "trust_account_id", [legs.trust_account_id])
    cards = card_states(reader, "reconciliation", ids, known_at=legs.known_at)
    users = card_states(reader, "user", known_at=legs.known_at)

    def shown(name: str, value: Any) -> Any:
        return users.get(str(value), {}).get("name") if name.endswith("_by") else plain(value)

    return tuple(
        (card_id, *(shown(column.name, card.get(column.name)) for column in _SIGNINGS[1:]))
        for card_id, card in sorted(cards.items(), key=lambda pair: int(pair[1]["position"]))
        if card["period_end"] == legs.period_end.isoformat()
    )
