"""Every read model there is, in the order in which the engine names them."""

from projections import (
    audit_trail,
    bank_items,
    bill_adjustments,
    bill_movements,
    cards,
    client_credits,
    earmarks,
    firm_lines,
    matches,
    names,
    payer_shares,
    postings,
    practice_days,
    receivables,
    statements,
    sub_ledger,
    work_in_progress,
)
from projections.projection import Projection, tables_of

PROJECTIONS: tuple[Projection, ...] = (
    postings.PROJECTION,
    sub_ledger.PROJECTION,
    earmarks.PROJECTION,
    bank_items.PROJECTION,
    statements.PROJECTION,
    matches.PROJECTION,
    firm_lines.PROJECTION,
    bill_movements.PROJECTION,
    work_in_progress.PROJECTION,
    receivables.PROJECTION,
    practice_days.PROJECTION,
    bill_adjustments.PROJECTION,
    payer_shares.PROJECTION,
    client_credits.PROJECTION,
    cards.PROJECTION,
    names.PROJECTION,
    audit_trail.PROJECTION,
)
TABLES = tables_of(PROJECTIONS)
