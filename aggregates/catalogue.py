"""Every kind of event there is. What is not listed here cannot be stored or read."""

from aggregates import (
    bank_statement,
    bill,
    bill_numbers,
    billing_rates,
    billing_reference,
    billing_run,
    cheque,
    client_payment,
    conflict_search,
    contact,
    disbursement,
    firm,
    matching,
    matter,
    matter_budget,
    outstanding_item,
    reconciliation,
    time_entry,
    time_rounding,
    timer,
    trust_account,
    trust_exception,
    trust_ledger_events,
    user,
)
from aggregates.event import Event

EVENTS: tuple[type[Event], ...] = (
    *firm.EVENTS,
    *user.EVENTS,
    *contact.EVENTS,
    *matter.EVENTS,
    *conflict_search.EVENTS,
    *trust_account.EVENTS,
    *trust_ledger_events.EVENTS,
    *disbursement.EVENTS,
    *billing_rates.EVENTS,
    *matter_budget.EVENTS,
    *time_rounding.EVENTS,
    *timer.EVENTS,
    *time_entry.EVENTS,
    *bill.EVENTS,
    *bill_numbers.EVENTS,
    *billing_run.EVENTS,
    *client_payment.EVENTS,
    *cheque.EVENTS,
    *billing_reference.EVENTS,
    *trust_exception.EVENTS,
    *outstanding_item.EVENTS,
    *bank_statement.EVENTS,
    *matching.EVENTS,
    *reconciliation.EVENTS,
)

BY_TOPIC = {event.TOPIC: event for event in EVENTS}
assert len(BY_TOPIC) == len(EVENTS), "two events share a topic"
