"""Where each command is posted: one line a command. A test holds this table against the catalogue.

Fields of a command that stand in the path are left out of its body.
"""

import re
from dataclasses import dataclass

_FIELD = re.compile(r"{(\w+)}")


@dataclass(frozen=True, slots=True)
class CommandRoute:
    """How a command is offered.

    `tells` names what the answer says, besides the position. `shows` is the path of what was made, with fields of the
    answer; it goes into Location, and the answer is 201. `entity` is the field that names what was written to, where that
    has an ETag; with `edits`, If-Match is required. `large`: the body may be as large as a statement.
    """

    command: str
    path: str
    tag: str
    tells: str
    shows: str | None = None
    entity: str | None = None
    edits: bool = False
    large: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """The command's fields in the path."""
        return tuple(_FIELD.findall(self.path))


FIRM = "firm"
"""Stands for the one stream of the firm where an entity's id would be."""

_ACCOUNT, _LEDGER, _RECEIPT = "/v1/trust-accounts/{trust_account_id}", "/v1/ledgers/{ledger_id}", "/receipts/{entry_id}"
_PAYMENT, _RECONCILIATION = "/v1/disbursements/{disbursement_id}", "/v1/reconciliations/{reconciliation_id}"
_USER, _CONTACT, _MATTER = "/v1/users/{user_id}", "/v1/contacts/{contact_id}", "/v1/matters/{matter_id}"
_TIMER, _TIME = "/v1/timers/{timer_id}", "/v1/time-entries/{entry_id}"
_FLAT = "/v1/flat-fees/{fee_id}"
_OWN = "/v1/firm-accounts/{account_id}"
_OWN_LINE = f"{_OWN}/lines/{{line_id}}"
_VENDOR = "/v1/vendor-payments/{payment_id}"
_COST, _COSTS = "/v1/costs/{cost_id}", "cost_id cost markup value"
_SETTLED = "/v1/settlements/{settlement_id}"
_RUN = "/v1/billing-runs/{run_id}"
_LINKED, _CARD_PAYMENT = "/v1/payment-links/{link_id}", "/v1/card-payments/{card_payment_id}"
_BILL, _MONEY = "/v1/bills/{bill_id}", "/v1/payments/{payment_id}"
_WHOLE, _TOGETHER = "/v1/client-bills/{client_bill_id}", "client_bill_id status number total open bills"
_EMAIL, _EMAILED = "/v1/emails/{email_id}", "email_id status to subject attempts"
_LINE = f"{_BILL}/lines/{{line_id}}"
_BILLED, _PAID = "bill_id status number total open", "payment_id amount unapplied allocations"
_CAPPED = "matter_id cap room"
_INTEREST = f"{_BILLED} charge_id interest late_fee principal"
_RETAINED = "/v1/fee-retainers/{retainer_id}"
_WORTH = "entry_id worked_seconds rounded_seconds rate rate_rule value"

_SEARCH = "/v1/conflict-searches/{search_id}"

COMMAND_ROUTES: tuple[CommandRoute, ...] = (
    CommandRoute("tighten-policy", "/v1/firm/policy", "Firm", "setting before after", entity=FIRM, edits=True),
    CommandRoute(
        "adopt-jurisdiction-pack",
        "/v1/firm/jurisdiction-pack",
        "Firm",
        "jurisdiction pack_version binds_from",
        entity=FIRM,
        edits=True,
    ),
    CommandRoute("declare-sole-practitioner", "/v1/firm/sole-practitioner", "Firm", "user_id", entity=FIRM, edits=True),
    CommandRoute("end-sole-practitioner", "/v1/firm/sole-practitioner/ending", "Firm", "user_id", entity=FIRM, edits=True),
    CommandRoute("add-user", "/v1/users", "Users", "user_id", shows=_USER, entity="user_id"),
    CommandRoute("change-user-roles", f"{_USER}/roles", "Users", "user_id roles", entity="user_id", edits=True),
    CommandRoute("deactivate-user", f"{_USER}/deactivation", "Users", "user_id", entity="user_id", edits=True),
    CommandRoute("reactivate-user", f"{_USER}/reactivation", "Users", "user_id", entity="user_id", edits=True),
    CommandRoute("issue-token", f"{_USER}/tokens", "Users", "token_id token expires_at", shows=_USER),
    CommandRoute("issue-own-token", "/v1/own-tokens", "Users", "user_id token_id token expires_at"),
    CommandRoute("revoke-token", f"{_USER}/tokens/{{token_id}}/revocation", "Users", "token_id"),
    CommandRoute("add-contact", "/v1/contacts", "Contacts", "contact_id", shows=_CONTACT, entity="contact_id"),
    CommandRoute("amend-contact", f"{_CONTACT}/amendments", "Contacts", "contact_id", entity="contact_id", edits=True),
    CommandRoute(
        "change-contact-addresses", f"{_CONTACT}/addresses", "Contacts", "contact_id", entity="contact_id", edits=True
    ),
    CommandRoute("change-contact-roles", f"{_CONTACT}/roles", "Contacts", "contact_id", entity="contact_id", edits=True),
    CommandRoute(
        "merge-contacts", "/v1/contacts/{survivor_id}/merges", "Contacts", "contact_id", entity="survivor_id", edits=True
    ),
    CommandRoute("run-conflict-search", "/v1/conflict-searches", "Conflicts", "search_id hits left_off", shows=_SEARCH),
    CommandRoute("conclude-conflict-search", f"{_SEARCH}/conclusion", "Conflicts", "search_id outcome"),
    CommandRoute("start-timer", "/v1/timers", "Time", "timer_id running worked_seconds", shows=_TIMER),
    CommandRoute("pause-timer", f"{_TIMER}/pause", "Time", "timer_id running worked_seconds"),
    CommandRoute("resume-timer", f"{_TIMER}/resumption", "Time", "timer_id running worked_seconds"),
    CommandRoute("stop-timer", f"{_TIMER}/stop", "Time", f"timer_id {_WORTH}"),
    CommandRoute("discard-timer", f"{_TIMER}/discarding", "Time", "timer_id"),
    CommandRoute("record-time", "/v1/time-entries", "Time", _WORTH, shows=_TIME, entity="entry_id"),
    CommandRoute("amend-time", f"{_TIME}/amendments", "Time", _WORTH, entity="entry_id", edits=True),
    CommandRoute("move-time", f"{_TIME}/move", "Time", _WORTH, entity="entry_id", edits=True),
    CommandRoute("split-time", f"{_TIME}/split", "Time", "entry_id left into_entry_id into", entity="entry_id", edits=True),
    CommandRoute("submit-time", "/v1/time-entries/submissions", "Time", "entry_ids"),
    CommandRoute("approve-time", "/v1/time-entries/approvals", "Time", "entry_ids"),
    CommandRoute("return-time", "/v1/time-entries/returns", "Time", "entry_ids"),
    CommandRoute("discard-time", "/v1/time-entries/discardings", "Time", "entry_ids"),
    CommandRoute("rerate-time", "/v1/time-entries/rerating", "Time", "changed unchanged"),
    CommandRoute("set-billing-rate", "/v1/billing-rates", "Time", "rate_id rule", shows="/v1/billing-rates/{rate_id}"),
    CommandRoute("agree-blended-rate", f"{_MATTER}/blended-rate", "Time", "rate_id", shows="/v1/billing-rates/{rate_id}"),
    CommandRoute("agree-fee-cap", f"{_MATTER}/fee-cap", "Bills", _CAPPED),
    CommandRoute("raise-fee-cap", f"{_MATTER}/fee-cap/raise", "Bills", _CAPPED),
    CommandRoute("end-fee-cap", f"{_MATTER}/fee-cap/end", "Bills", "matter_id"),
    CommandRoute("write-down-to-cap", f"{_BILL}/cap", "Bills", f"{_BILLED} written_down", entity="bill_id", edits=True),
    CommandRoute("set-matter-budget", f"{_MATTER}/budget", "Time", "matter_id"),
    CommandRoute("withdraw-billing-rate", "/v1/billing-rates/{rate_id}/withdrawal", "Time", "rate_id"),
    CommandRoute("set-time-cost", "/v1/time-costs", "Time", "cost_id", shows="/v1/time-costs/{cost_id}"),
    CommandRoute(
        "agree-available-time",
        "/v1/available-time",
        "Time",
        "available_id",
        shows="/v1/available-time/{available_id}",
    ),
    CommandRoute("agree-fee-shares", "/v1/fee-shares", "Time", "share_id", shows="/v1/fee-shares/{share_id}"),
    CommandRoute("classify-timekeeper", "/v1/timekeepers/{timekeeper_id}/classification", "Time", "timekeeper_id"),
    CommandRoute("agree-time-rounding", "/v1/time-rounding", "Time", "scope rule"),
    CommandRoute("start-billing-run", "/v1/billing-runs", "Bills", "run_id matters", shows=_RUN),
    CommandRoute("draft-run-bill", f"{_RUN}/steps", "Bills", "run_id outcomes left"),
    CommandRoute("stop-billing-run", f"{_RUN}/stopping", "Bills", "run_id"),
    CommandRoute("resume-billing-run", f"{_RUN}/resumption", "Bills", "run_id left"),
    CommandRoute("agree-contingent-fee", f"{_MATTER}/contingent-fee", "Bills", "matter_id"),
    CommandRoute("state-settlement", "/v1/settlements", "Bills", "settlement_id gross rows", shows=_SETTLED),
    CommandRoute("sign-settlement", f"{_SETTLED}/signature", "Bills", "settlement_id billing_reference_id to_the_firm"),
    CommandRoute("withdraw-settlement", f"{_SETTLED}/withdrawal", "Bills", "settlement_id"),
    CommandRoute("agree-evergreen", f"{_LEDGER}/evergreen", "Ledgers", "ledger_id asked"),
    CommandRoute("remind-of-replenishment", f"{_LEDGER}/evergreen/reminders", "Ledgers", _EMAILED),
    CommandRoute("record-cost", "/v1/costs", "Costs", _COSTS, shows=_COST, entity="cost_id"),
    CommandRoute("amend-cost", f"{_COST}/amendments", "Costs", _COSTS, entity="cost_id", edits=True),
    CommandRoute("discard-cost", f"{_COST}/discarding", "Costs", "cost_id", entity="cost_id", edits=True),
    CommandRoute("attach-receipt", f"{_COST}/receipts", "Costs", "cost_id sha256", entity="cost_id", large=True),
    CommandRoute("agree-cost-markup", f"{_MATTER}/cost-markup", "Costs", "matter_id"),
    CommandRoute("record-vendor-payment", "/v1/vendor-payments", "Costs", "payment_id cost_ids", shows=_VENDOR),
    CommandRoute("reverse-vendor-payment", f"{_VENDOR}/reversal", "Costs", "payment_id"),
    CommandRoute("open-firm-account", "/v1/firm-accounts", "Firm accounts", "account_id", shows=_OWN),
    CommandRoute(
        "import-firm-statement",
        f"{_OWN}/statements",
        "Firm accounts",
        "account_id sha256 lines lines_known closing already_imported conflicts uncovered",
        large=True,
    ),
    CommandRoute("accept-line", f"{_OWN_LINE}/acceptance", "Firm accounts", "line_id cost_ids"),
    CommandRoute("link-line", f"{_OWN_LINE}/links", "Firm accounts", "line_id"),
    CommandRoute("set-aside-line", f"{_OWN_LINE}/setting-aside", "Firm accounts", "line_id"),
    CommandRoute("reopen-line", f"{_OWN_LINE}/reopening", "Firm accounts", "line_id"),
    CommandRoute("set-line-rule", "/v1/line-rules", "Firm accounts", "rule_id", shows="/v1/line-rules/{rule_id}"),
    CommandRoute("withdraw-line-rule", "/v1/line-rules/{rule_id}/withdrawal", "Firm accounts", "rule_id"),
    CommandRoute("agree-flat-fee", "/v1/flat-fees", "Bills", "fee_id", shows=_FLAT, entity="fee_id"),
    CommandRoute("earn-flat-fee", f"{_FLAT}/earning", "Bills", "fee_id amount", entity="fee_id", edits=True),
    CommandRoute("unearn-flat-fee", f"{_FLAT}/unearning", "Bills", "fee_id", entity="fee_id", edits=True),
    CommandRoute("withdraw-flat-fee", f"{_FLAT}/withdrawal", "Bills", "fee_id", entity="fee_id", edits=True),
    CommandRoute("draft-bill", "/v1/bills", "Bills", _BILLED, shows=_BILL, entity="bill_id"),
    CommandRoute("add-bill-lines", f"{_BILL}/lines", "Bills", _BILLED, entity="bill_id", edits=True),
    CommandRoute("remove-bill-line", f"{_LINE}/removal", "Bills", _BILLED, entity="bill_id", edits=True),
    CommandRoute("adjust-bill-line", f"{_LINE}/adjustment", "Bills", _BILLED, entity="bill_id", edits=True),
    CommandRoute("tax-bill-line", f"{_LINE}/taxes", "Bills", _BILLED, entity="bill_id", edits=True),
    CommandRoute("amend-bill", f"{_BILL}/amendments", "Bills", _BILLED, entity="bill_id", edits=True),
    CommandRoute("edit-bill-narrative", f"{_LINE}/narrative", "Bills", _BILLED, entity="bill_id", edits=True),
    CommandRoute("give-courtesy-discount", f"{_BILL}/courtesy-discount", "Bills", _BILLED, entity="bill_id", edits=True),
    CommandRoute("approve-bill", f"{_BILL}/approval", "Bills", _BILLED, entity="bill_id", edits=True),
    CommandRoute("return-bill", f"{_BILL}/return", "Bills", _BILLED, entity="bill_id", edits=True),
    CommandRoute("drop-bill", f"{_BILL}/dropping", "Bills", _BILLED, entity="bill_id", edits=True),
    CommandRoute("finalize-bill", f"{_BILL}/finalization", "Bills", f"{_BILLED} due_on", entity="bill_id", edits=True),
    CommandRoute("draft-client-bill", "/v1/client-bills", "Bills", _TOGETHER, shows=_WHOLE, entity="client_bill_id"),
    CommandRoute("join-bills", "/v1/client-bills/joining", "Bills", _TOGETHER, shows=_WHOLE, entity="client_bill_id"),
    CommandRoute("release-from-client-bill", f"{_WHOLE}/releases", "Bills", _TOGETHER, entity="client_bill_id", edits=True),
    CommandRoute("drop-client-bill", f"{_WHOLE}/dropping", "Bills", _TOGETHER, entity="client_bill_id", edits=True),
    CommandRoute("approve-client-bill", f"{_WHOLE}/approval", "Bills", _TOGETHER, entity="client_bill_id", edits=True),
    CommandRoute(
        "finalize-client-bill", f"{_WHOLE}/finalization", "Bills", f"{_TOGETHER} due_on", entity="client_bill_id", edits=True
    ),
    CommandRoute("email-client-bill", f"{_WHOLE}/emails", "E-mail", _EMAILED, shows=_EMAIL, entity="email_id"),
    CommandRoute("send-client-bill", f"{_WHOLE}/sending", "Bills", _TOGETHER, entity="client_bill_id", edits=True),
    CommandRoute("void-client-bill", f"{_WHOLE}/voiding", "Bills", _TOGETHER, entity="client_bill_id", edits=True),
    CommandRoute("send-bill", f"{_BILL}/sending", "Bills", _BILLED, entity="bill_id", edits=True),
    CommandRoute("email-bill", f"{_BILL}/emails", "E-mail", _EMAILED, shows=_EMAIL, entity="email_id"),
    CommandRoute("amend-email", f"{_EMAIL}/amendments", "E-mail", _EMAILED, entity="email_id", edits=True),
    CommandRoute("queue-email", f"{_EMAIL}/queueing", "E-mail", _EMAILED, entity="email_id", edits=True),
    CommandRoute("withdraw-email", f"{_EMAIL}/withdrawal", "E-mail", _EMAILED, entity="email_id", edits=True),
    CommandRoute("void-bill", f"{_BILL}/voiding", "Bills", _BILLED, entity="bill_id", edits=True),
    CommandRoute("credit-bill", f"{_BILL}/credit-memos", "Bills", _BILLED, entity="bill_id", edits=True),
    CommandRoute("write-off-bill", f"{_BILL}/write-offs", "Bills", _BILLED, entity="bill_id", edits=True),
    CommandRoute("agree-late-charges", "/v1/late-terms", "Bills", "terms_id", shows="/v1/late-terms/{terms_id}"),
    CommandRoute("charge-interest", f"{_BILL}/interest", "Bills", _INTEREST, entity="bill_id", edits=True),
    CommandRoute(
        "reverse-interest", f"{_BILL}/interest/{{charge_id}}/reversal", "Bills", _BILLED, entity="bill_id", edits=True
    ),
    CommandRoute(
        "agree-subscription",
        f"{_MATTER}/subscription",
        "Bills",
        "subscription_id first_through first",
        shows="/v1/subscriptions/{subscription_id}",
    ),
    CommandRoute("charge-subscription", f"{_MATTER}/subscription/charges", "Bills", "subscription_id charged"),
    CommandRoute("end-subscription", f"{_MATTER}/subscription/end", "Bills", "subscription_id ends_on"),
    CommandRoute("agree-split-payers", f"{_MATTER}/payers", "Bills", "matter_id payers"),
    CommandRoute("agree-retainer", "/v1/fee-retainers", "Bills", "retainer_id goes_to source", shows=_RETAINED),
    CommandRoute("receive-retainer", f"{_RETAINED}/receipts", "Bills", "retainer_id place to_come"),
    CommandRoute("end-retainer", f"{_RETAINED}/end", "Bills", "retainer_id"),
    CommandRoute("agree-bill-numbering", "/v1/bill-numbering", "Bills", "before after"),
    CommandRoute("agree-letterhead", "/v1/firm/letterhead", "Bills", "before after", entity=FIRM, edits=True),
    CommandRoute("agree-payment-order", "/v1/firm/payment-order", "Payments", "before after", entity=FIRM, edits=True),
    CommandRoute("receive-payment", "/v1/payments", "Payments", _PAID, shows=_MONEY, entity="payment_id"),
    CommandRoute("apply-payment", f"{_MONEY}/allocations", "Payments", _PAID, entity="payment_id", edits=True),
    CommandRoute(
        "reverse-application",
        f"{_MONEY}/allocations/{{allocation_id}}/reversal",
        "Payments",
        _PAID,
        entity="payment_id",
        edits=True,
    ),
    CommandRoute("refund-credit", f"{_MONEY}/refunds", "Payments", _PAID, entity="payment_id", edits=True),
    CommandRoute(
        "move-credit-to-trust", f"{_MONEY}/trust", "Payments", f"{_PAID} entry_id", entity="payment_id", edits=True
    ),
    CommandRoute("record-returned-payment", f"{_MONEY}/returns", "Payments", _PAID, entity="payment_id", edits=True),
    CommandRoute(
        "connect-card-account",
        "/v1/card-accounts",
        "Card payments",
        "card_account_id processor_account",
        shows="/v1/card-accounts/{card_account_id}",
    ),
    CommandRoute(
        "make-payment-link", "/v1/payment-links", "Card payments", "link_id url amount currency words", shows=_LINKED
    ),
    CommandRoute("close-payment-link", f"{_LINKED}/closing", "Card payments", "link_id"),
    CommandRoute("refund-card-payment", f"{_CARD_PAYMENT}/refunds", "Card payments", "card_payment_id amount refund"),
    CommandRoute(
        "place-card-payment", f"{_CARD_PAYMENT}/place", "Card payments", "card_payment_id payment_id ledger_id entry_id"
    ),
    CommandRoute(
        "settle-card-question",
        f"{_CARD_PAYMENT}/questions/{{question_id}}/settlement",
        "Card payments",
        "card_payment_id question_id",
    ),
    CommandRoute("open-matter", "/v1/matters", "Matters", "matter_id number", shows=_MATTER, entity="matter_id"),
    CommandRoute("accept-matter", f"{_MATTER}/acceptance", "Matters", "matter_id status", entity="matter_id", edits=True),
    CommandRoute("amend-matter", f"{_MATTER}/amendments", "Matters", "matter_id", entity="matter_id", edits=True),
    CommandRoute("add-party", f"{_MATTER}/parties", "Matters", "matter_id", entity="matter_id", edits=True),
    CommandRoute("remove-party", f"{_MATTER}/parties/removal", "Matters", "matter_id", entity="matter_id", edits=True),
    CommandRoute("close-matter", f"{_MATTER}/closing", "Matters", "matter_id", entity="matter_id", edits=True),
    CommandRoute("reopen-matter", f"{_MATTER}/reopening", "Matters", "matter_id status", entity="matter_id", edits=True),
    CommandRoute(
        "open-trust-account",
        "/v1/trust-accounts",
        "Trust accounts",
        "trust_account_id firm_reserve_ledger_id interest_payable_ledger_id unidentified_ledger_id",
        shows=_ACCOUNT,
    ),
    CommandRoute("open-trust-ledger", f"{_ACCOUNT}/ledgers", "Trust accounts", "ledger_id", shows=_LEDGER),
    CommandRoute("top-up-reserve", f"{_ACCOUNT}/reserve-top-ups", "Trust accounts", "entry_id"),
    CommandRoute("sweep-interest", f"{_ACCOUNT}/interest-sweeps", "Trust accounts", "entry_id exception_id"),
    CommandRoute("receive-funds", f"{_LEDGER}/receipts", "Receipts", "entry_id available_on"),
    CommandRoute("reverse-receipt", f"{_LEDGER}{_RECEIPT}/reversal", "Receipts", "entry_id"),
    CommandRoute("clear-funds", f"{_LEDGER}{_RECEIPT}/clearing", "Receipts", "entry_id"),
    CommandRoute("extend-hold", f"{_LEDGER}{_RECEIPT}/hold-extension", "Receipts", "entry_id available_on"),
    CommandRoute("record-returned-deposit", f"{_LEDGER}{_RECEIPT}/return", "Bank facts", "entry_id exception_id"),
    CommandRoute("reverse-bank-fact", f"{_LEDGER}/bank-facts/{{entry_id}}/reversal", "Bank facts", "entry_id exception_id"),
    CommandRoute("place-hold", f"{_LEDGER}/holds", "Holds and transfers", "hold_id"),
    CommandRoute("release-hold", f"{_LEDGER}/holds/{{hold_id}}/release", "Holds and transfers", "hold_id"),
    CommandRoute(
        "transfer-between-ledgers", "/v1/ledgers/{from_ledger_id}/transfers", "Holds and transfers", "transfer_id entry_ids"
    ),
    CommandRoute("transfer-in-bulk", "/v1/transfers", "Holds and transfers", "transfers", large=True),
    CommandRoute(
        "request-disbursement", "/v1/disbursements", "Disbursements", "disbursement_id payment_hash", shows=_PAYMENT
    ),
    CommandRoute("approve-disbursement", f"{_PAYMENT}/approval", "Disbursements", "disbursement_id lapses_on"),
    CommandRoute("reject-disbursement", f"{_PAYMENT}/rejection", "Disbursements", "disbursement_id"),
    CommandRoute("release-disbursement", f"{_PAYMENT}/release", "Disbursements", "entry_id cheque_number"),
    CommandRoute("undo-disbursement", f"{_PAYMENT}/undoing", "Disbursements", "entry_id"),
    CommandRoute("refund-client", f"{_LEDGER}/refunds", "Disbursements", "disbursement_id payment_hash", shows=_PAYMENT),
    CommandRoute("print-cheque", f"{_ACCOUNT}/cheques/{{number}}/printing", "Disbursements", "cheque_id status"),
    CommandRoute("mark-cheque-stale", f"{_ACCOUNT}/cheques/{{number}}/staleness", "Disbursements", "cheque_id status"),
    CommandRoute(
        "record-billing-reference",
        "/v1/billing-references",
        "Bills",
        "billing_reference_id",
        shows="/v1/billing-references/{billing_reference_id}",
    ),
    CommandRoute(
        "apply-trust",
        "/v1/billing-references/{billing_reference_id}/trust-applications",
        "Bills",
        "disbursement_id payment_hash amount ledger_id",
        shows=_PAYMENT,
    ),
    CommandRoute(
        "dispute-bill",
        "/v1/billing-references/{billing_reference_id}/disputes",
        "Bills",
        "billing_reference_id held paid",
    ),
    CommandRoute(
        "resolve-dispute",
        "/v1/billing-references/{billing_reference_id}/disputes/resolution",
        "Bills",
        "billing_reference_id open owed_back",
    ),
    CommandRoute(
        "give-back-fees",
        "/v1/billing-references/{billing_reference_id}/fees-given-back",
        "Bills",
        "billing_reference_id owed_back",
    ),
    CommandRoute(
        "agree-payment-plan", "/v1/payment-plans", "Bills", "plan_id total instalments", shows="/v1/payment-plans/{plan_id}"
    ),
    CommandRoute("end-payment-plan", "/v1/payment-plans/{plan_id}/ending", "Bills", "plan_id status"),
    CommandRoute("record-bank-charge", f"{_ACCOUNT}/bank-charges", "Bank facts", "entry_id exception_id"),
    CommandRoute("record-interest", f"{_ACCOUNT}/interest", "Bank facts", "entry_id"),
    CommandRoute("record-bank-error", f"{_ACCOUNT}/bank-errors", "Bank facts", "exception_id"),
    CommandRoute("record-unfunded-presentment", f"{_ACCOUNT}/unfunded-presentments", "Bank facts", "exception_id"),
    CommandRoute("cure-exception", "/v1/exceptions/{exception_id}/cure", "Bank facts", "exception_id entry_id"),
    CommandRoute("note-on-exception", "/v1/exceptions/{exception_id}/notes", "Bank facts", "exception_id"),
    CommandRoute(
        "record-bank-error-correction",
        "/v1/exceptions/{exception_id}/bank-correction",
        "Bank facts",
        "exception_id corrected_on",
    ),
    CommandRoute(
        "import-statement",
        f"{_ACCOUNT}/statements",
        "Reconciliation",
        "statement_id from_date to_date lines closing already_imported uncovered statements skipped",
        large=True,
    ),
    CommandRoute("accept-match", f"{_ACCOUNT}/matches", "Reconciliation", "match_id"),
    CommandRoute("reject-match", f"{_ACCOUNT}/match-rejections", "Reconciliation", "rejected"),
    CommandRoute("undo-match", f"{_ACCOUNT}/matches/{{match_id}}/undoing", "Reconciliation", "match_id"),
    CommandRoute("explain-line", f"{_ACCOUNT}/statement-lines/{{line_id}}/explanation", "Reconciliation", "line_id"),
    CommandRoute("note-outstanding-item", f"{_LEDGER}/entries/{{entry_id}}/notes", "Reconciliation", "entry_id"),
    CommandRoute(
        "prepare-reconciliation",
        f"{_ACCOUNT}/reconciliations",
        "Reconciliation",
        "reconciliation_id problems",
        shows=_RECONCILIATION,
    ),
    CommandRoute("review-reconciliation", f"{_RECONCILIATION}/review", "Reconciliation", "reconciliation_id"),
    CommandRoute("sign-reconciliation", f"{_RECONCILIATION}/signature", "Reconciliation", "reconciliation_id signed_to"),
    CommandRoute("reopen-reconciliation", f"{_RECONCILIATION}/reopening", "Reconciliation", "reconciliation_id"),
)
