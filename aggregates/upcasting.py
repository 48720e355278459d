"""Old facts in today's words: the raw data of an earlier schema is brought to the newest, step by step.

Stored bytes never change. Each step is a pure function from one version's data to the next one's.
"""

from collections.abc import Callable
from typing import Any

Data = dict[str, Any]


def _receipt_2(data: Data) -> Data:
    """Schema 1 of a receipt had no deposit slip; item-level detail came with schema 2 (ABA CTA Records, rule 2)."""
    return {**data, "deposit_slip": None}


def _receipt_3(data: Data) -> Data:
    """Schema 2 told the firm's own money by its payer alone."""
    return {**data, "makes_good": None}


def _disbursed_2(data: Data) -> Data:
    """Schema 1 kept the day that it bears only."""
    return {**data, "released_on": None}


def _reversed_2(data: Data) -> Data:
    """With schema 1 only receipts and payments were reversed."""
    return {**data, "bank_charge": False}


def _reversed_3(data: Data) -> Data:
    """With schema 2 no returned deposit was reversed."""
    return {**data, "restores": None}


def _request_2(data: Data) -> Data:
    """Schema 1 of a request did not say what for; with a billing reference it was for the firm's own costs."""
    return {"kind": "own_costs" if data["billing_reference_id"] else "payment", **data}


def _request_3(data: Data) -> Data:
    """Schema 2 named the account of a transfer only on release."""
    return {**data, "recipient_account": None}


def _release_2(data: Data) -> Data:
    """Schema 1 kept the account as plain text, of a person it did not name: the payment stands in for them."""
    account = data["recipient_account"]
    whose = {"subject_id": data["entry_id"], "text": account, "sealed": None}
    return {**data, "recipient_account": whose if account is not None else None}


def _resolved_2(data: Data) -> Data:
    """With schema 1 what was billed stood, always."""
    return {**data, "reduced_minor": 0}


def _disputed_2(data: Data) -> Data:
    """With schema 1 only what was unpaid could be disputed."""
    return {**data, "paid_minor": 0}


def _tightened_2(data: Data) -> Data:
    """Schema 1 took no reason."""
    return {**data, "why": None}


def _reference_2(data: Data) -> Data:
    """With schema 1 notice ran from the day of issue."""
    return {**data, "notice_given_on": None, "notice_evidence": None}


def _address(text: Data) -> Data:
    """Schema 1 kept an address as one text: its lines are all that can be told of it."""
    lines = text["text"].splitlines() if text["text"] is not None else [None]
    parts = dict.fromkeys(("city", "region", "postal_code", "country"))
    return {"kind": "other", "lines": [{**text, "text": line} for line in lines if line is None or line.strip()], **parts}


def _contact_2(data: Data) -> Data:
    return {**data, "addresses": [_address(text) for text in data["addresses"]]}


def _contact_amended_2(data: Data) -> Data:
    if data["field"] != "addresses":
        return data
    return {**data, **{side: [_address(text) for text in data[side]] for side in ("before", "after")}}


def _match_2(data: Data) -> Data:
    """Schema 1 kept the last day of its lines only."""
    return {**data, "counts_from": None}


def _search_2(data: Data) -> Data:
    """Schema 1 did not count the hits that it had no room for."""
    return {**data, "left_off": None}


def _evergreen_2(data: Data) -> Data:
    """With schema 1 nobody was written to."""
    return {**data, "email": "none", "remind_every_days": None}


def _card_2(data: Data) -> Data:
    """Schema 1 knew of nothing that was short."""
    return {**data, "short_minor": 0}


def _evergreen_3(data: Data) -> Data:
    """With schema 2 work in progress was never counted."""
    return {**data, "counts_work_in_progress": False}


def _replenishment_2(data: Data) -> Data:
    """As with an agreement of schema 2."""
    return {**data, "work_minor": 0}


def _statement_2(data: Data) -> Data:
    """With schema 1 the costs of a statement were told in words alone."""
    return {**data, "cost_ids": []}


def _settlement_2(data: Data) -> Data:
    """Schema 1 left to the statement what the firm's part was."""
    return {**data, "fee_minor": 0, "cost_minor": 0}


def _run_2(data: Data) -> Data:
    """With schema 1 each matter had a bill of its own."""
    return {**data, "together": ()}


def _late_2(data: Data) -> Data:
    """With schema 1 interest was simple."""
    return {**data, "compounds": "never"}


def _contingency_2(data: Data) -> Data:
    """With schema 1 every share was in basis points."""
    return {**data, "tiers": [{**tier, "part": None} for tier in data["tiers"]]}


def _email_2(data: Data) -> Data:
    """With schema 1 there were no client bills."""
    return {**data, "client_bill_id": None}


def _prepared_2(data: Data) -> Data:
    """With schema 1 nobody counted the days that no statement covers."""
    return {**data, "uncovered_days": 0}


def _token_2(data: Data) -> Data:
    """Schema 1 left it to the envelope who issued a token: it counts as somebody else's until its holder makes their own."""
    return {**data, "issued_by": None}


STEPS: dict[tuple[str, int], Callable[[Data], Data]] = {
    ("trust-ledger/funds-received", 1): _receipt_2,
    ("trust-ledger/funds-received", 2): _receipt_3,
    ("card-payment/chargeback-booked", 1): _card_2,
    ("card-payment/refund-booked", 1): _card_2,
    ("trust-ledger/funds-disbursed", 1): _disbursed_2,
    ("trust-ledger/entry-reversed", 1): _reversed_2,
    ("trust-ledger/entry-reversed", 2): _reversed_3,
    ("disbursement/requested", 1): _request_2,
    ("disbursement/requested", 2): _request_3,
    ("disbursement/released", 1): _release_2,
    ("billing-reference/recorded", 1): _reference_2,
    ("billing-reference/dispute-resolved", 1): _resolved_2,
    ("billing-reference/disputed", 1): _disputed_2,
    ("billing-run/started", 1): _run_2,
    ("late-terms/agreed", 1): _late_2,
    ("contingency/agreed", 1): _contingency_2,
    ("email/written", 1): _email_2,
    ("user/access-token-issued", 1): _token_2,
    ("reconciliation/prepared", 1): _prepared_2,
    ("firm/policy-tightened", 1): _tightened_2,
    ("matching/accepted", 1): _match_2,
    ("contact/added", 1): _contact_2,
    ("conflict-search/run", 1): _search_2,
    ("contact/amended", 1): _contact_amended_2,
    ("trust-ledger/evergreen-agreed", 1): _evergreen_2,
    ("trust-ledger/evergreen-agreed", 2): _evergreen_3,
    ("trust-ledger/replenishment-requested", 1): _replenishment_2,
    ("settlement/stated", 1): _statement_2,
    ("settlement/signed", 1): _settlement_2,
}
"""(topic, schema) → the step to schema + 1."""


def upcast(topic: str, schema: int, data: Data) -> Data:
    """The data as the newest schema of its topic has it; unchanged when it is new already."""
    while (step := STEPS.get((topic, schema))) is not None:
        data, schema = step(data), schema + 1
    return data
