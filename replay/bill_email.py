"""An e-mail with a bill: the PDF is made of the log, and goes with the command that writes the e-mail."""

from aggregates.permissions import Permission
from commands import email_bill, email_client_bill
from commands.dispatch import Edge, Outcome, Request, answered_before, execute
from commands.email_bill import EmailBill
from commands.email_client_bill import EmailClientBill
from commands.event_log.log import EventLog
from replay.bill_document.printing import bill_document, client_bill_document

_MAY = Permission.ISSUE_BILL


def write(log: EventLog, edge: Edge, request: Request, asked: EmailBill, *, dry_run: bool = False) -> Outcome:
    """Write it. Raises any Refusal."""
    if not dry_run and (first := answered_before(log, request, asked, _MAY)) is not None:
        return first
    put = asked.model_copy(update={"pdf": bill_document(log, asked.bill_id).pdf})
    return execute(log, edge, request, put, email_bill.handle, _MAY, dry_run=dry_run)


def write_client_bill(
    log: EventLog, edge: Edge, request: Request, asked: EmailClientBill, *, dry_run: bool = False
) -> Outcome:
    """Write one with a client bill. Raises any Refusal."""
    if not dry_run and (first := answered_before(log, request, asked, _MAY)) is not None:
        return first
    put = asked.model_copy(update={"pdf": client_bill_document(log, asked.client_bill_id).pdf})
    return execute(log, edge, request, put, email_client_bill.handle, _MAY, dry_run=dry_run)
