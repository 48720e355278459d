"""October at the demonstration firm: the bank's statement for September comes in, is matched, explained and reconciled."""

from datetime import date
from pathlib import Path
from uuid import UUID

from api.demo.people import SLUG, Office
from commands.accept_match import AcceptMatch
from commands.import_statement import ImportStatement
from commands.record_bank_error import RecordBankError
from projections.reports.card_states import card_states
from projections.reports.suggested_matches import Suggestion, suggestions
from replay.reconcile import prepare, sign

PERIOD_END = date(2026, 9, 30)
STATEMENT_COMES, SIGNED_ON = date(2026, 10, 1), date(2026, 10, 2)
STATEMENT = Path(__file__).parents[2] / "docs" / "demo" / "iolta-1-2026-09.ofx"


def take_in_and_match(office: Office, account_id: UUID) -> None:
    """The bookkeeper imports the file, looks at each suggestion, accepts what agrees and records the bank's error."""
    office.calendar.day = STATEMENT_COMES
    content = STATEMENT.read_bytes()
    office.does("lind", ImportStatement(trust_account_id=account_id, filename=STATEMENT.name, content=content))
    office.application.project(SLUG)
    with office.application.reader(SLUG) as reader:
        likely = [one for one in suggestions(reader, str(account_id), PERIOD_END) if one.best]
    for one in likely:
        error_id = _bank_error(office, account_id, one) if one.difference_minor else None
        office.does("lind", _match(account_id, one, error_id), f"match {one.lines[0].line_id}")


def _bank_error(office: Office, account_id: UUID, one: Suggestion) -> UUID:
    error = RecordBankError(
        trust_account_id=account_id,
        amount_minor=one.difference_minor,
        effective_date=one.lines[0].booked_on,
        evidence="Cheque image shows 3,200.00; the bank paid 3,220.00 and was told on 1 October",
    )
    return UUID(office.does("lind", error, f"bank error {one.lines[0].line_id}")["exception_id"])


def _match(account_id: UUID, one: Suggestion, bank_error_id: UUID | None = None) -> AcceptMatch:
    return AcceptMatch(
        trust_account_id=account_id,
        line_ids=tuple(UUID(line.line_id) for line in one.lines),
        entries=tuple((UUID(entry.ledger_id), UUID(entry.entry_id)) for entry in one.entries),
        bank_error_id=bank_error_id,
    )


def reconcile_and_sign(office: Office, account_id: UUID) -> UUID:
    """The bookkeeper prepares the reconciliation; the partner who approves no payments signs it the next day."""
    application = office.application
    application.project(SLUG)
    with application.reader(SLUG) as reader:
        cards = card_states(reader, "reconciliation")
        known = next(iter(cards), None)
        if known is None:
            office.calendar.day = STATEMENT_COMES
            prepared = prepare(
                application.log(SLUG),
                application.edge(SLUG),
                office.request("lind", "prepare September"),
                reader,
                trust_account_id=account_id,
                period_end=PERIOD_END,
            )
            known = str(prepared.result["reconciliation_id"])
    if known not in cards or cards[known]["status"] == "prepared":
        office.calendar.day = SIGNED_ON
        application.project(SLUG)
        with application.reader(SLUG) as reader:
            request = office.request("okafor", "sign September")
            sign(application.log(SLUG), application.edge(SLUG), request, reader, reconciliation_id=UUID(known))
    return UUID(known)
