"""Every report by its name, as the faces offer them."""

from collections.abc import Callable

from projections.reports import (
    account_journal,
    audit_trail,
    cheque_register,
    client_ledger,
    conflict_search,
    contact_card,
    disbursements_journal,
    duties,
    earned_not_transferred,
    exceptions,
    ledger_list,
    matter_card,
    open_balance,
    outstanding_items,
    ready_to_bill,
    receipts_journal,
    receivables,
    reconciliation,
    suggested_matches,
    time_entries,
    trial_balance,
    undisbursed,
    work_in_progress,
)
from projections.reports.report import Report

REPORTS: dict[str, Callable[..., Report]] = {
    "client-ledger": client_ledger.report,
    "ledgers": ledger_list.report,
    "receipts-journal": receipts_journal.report,
    "disbursements-journal": disbursements_journal.report,
    "cheque-register": cheque_register.report,
    "account-journal": account_journal.report,
    "trial-balance": trial_balance.report,
    "outstanding-items": outstanding_items.report,
    "suggested-matches": suggested_matches.report,
    "reconciliation": reconciliation.report,
    "exceptions": exceptions.report,
    "matter-card": matter_card.report,
    "contact-card": contact_card.report,
    "conflict-search": conflict_search.report,
    "earned-not-transferred": earned_not_transferred.report,
    "undisbursed": undisbursed.report,
    "time-entries": time_entries.report,
    "work-in-progress": work_in_progress.report,
    "accounts-receivable": receivables.report,
    "ready-to-bill": ready_to_bill.report,
    "duties": duties.report,
    "audit-trail": audit_trail.report,
    "open-balance": open_balance.report,
}
"""Each takes a `Reader` and keywords; `as_of` and `known_at` are among them everywhere."""
