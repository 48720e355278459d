"""Where each report is read: all by name below /v1/reports, the common ones also where one would look for them."""

import re
from dataclasses import dataclass

from aggregates.permissions import Permission
from projections.reports.catalogue import REPORTS

_FIELD = re.compile(r"{(\w+)}")


@dataclass(frozen=True, slots=True)
class ReportRoute:
    """A report at a path. `entity` is the parameter that names what the ETag is of, where there is one."""

    report: str
    path: str
    tag: str = "Reports"
    entity: str | None = None

    @property
    def permission(self) -> Permission:
        """What it takes to read it; of `own`, the matters of whoever asks may also be read."""
        if self.report == "audit-trail":
            return Permission.READ_AUDIT_TRAIL
        return Permission.READ_OWN_MATTERS if self.report in _OF_NO_CLIENT else Permission.READ_BOOKS

    @property
    def own(self) -> bool:
        """Whether somebody may read it of their own matters, who may not read all the books."""
        return self.report in _OWN and bool(self.fields)

    @property
    def fields(self) -> tuple[str, ...]:
        """The report's parameters in the path."""
        return tuple(_FIELD.findall(self.path))


_OWN = frozenset({"matter-card", "client-ledger", "time-entries", "timers"})
_OF_NO_CLIENT = frozenset({"utbms-codes"})
"""Nothing of anybody's books is in them: whoever enters time may read them."""
_ACCOUNT, _LEDGER = "/v1/trust-accounts/{trust_account_id}", "/v1/ledgers/{ledger_id}"
_ALIASES = (
    ReportRoute("ledgers", "/v1/ledgers", "Ledgers"),
    ReportRoute("client-ledger", _LEDGER, "Ledgers"),
    ReportRoute("open-balance", f"{_LEDGER}/balance", "Ledgers"),
    ReportRoute("matter-card", "/v1/matters/{matter_id}", "Matters", entity="matter_id"),
    ReportRoute("contact-card", "/v1/contacts/{contact_id}", "Contacts", entity="contact_id"),
    ReportRoute("conflict-search", "/v1/conflict-search", "Conflicts"),
    ReportRoute("ledgers", f"{_ACCOUNT}/ledgers", "Trust accounts"),
    ReportRoute("open-balance", f"{_ACCOUNT}/chart/{{account}}", "Trust accounts"),
    ReportRoute("trial-balance", f"{_ACCOUNT}/trial-balance", "Trust accounts"),
    ReportRoute("receipts-journal", f"{_ACCOUNT}/receipts-journal", "Trust accounts"),
    ReportRoute("disbursements-journal", f"{_ACCOUNT}/disbursements-journal", "Trust accounts"),
    ReportRoute("account-journal", f"{_ACCOUNT}/journal", "Trust accounts"),
    ReportRoute("cheque-register", f"{_ACCOUNT}/cheques", "Trust accounts"),
    ReportRoute("outstanding-items", f"{_ACCOUNT}/outstanding-items", "Reconciliation"),
    ReportRoute("reconciliation", f"{_ACCOUNT}/reconciliation", "Reconciliation"),
    ReportRoute("suggested-matches", f"{_ACCOUNT}/suggested-matches", "Reconciliation"),
    ReportRoute("time-entries", "/v1/matters/{matter_id}/time-entries", "Time"),
    ReportRoute("time-entries", "/v1/timekeepers/{timekeeper_id}/time-entries", "Time"),
    ReportRoute("timers", "/v1/timekeepers/{timekeeper_id}/timers", "Time"),
    ReportRoute("retainers", "/v1/retainers", "Ledgers"),
    ReportRoute("budgets", "/v1/budgets", "Time"),
    ReportRoute("dashboard", "/v1/dashboard", "Reports"),
    ReportRoute("key-figures", "/v1/key-figures", "Reports"),
    ReportRoute("timekeeper-figures", "/v1/timekeeper-figures", "Reports"),
    ReportRoute("trust-to-apply", "/v1/trust-applications", "Bills"),
    ReportRoute("ready-to-bill", "/v1/ready-to-bill", "Bills"),
    ReportRoute("accounts-receivable", "/v1/accounts-receivable", "Bills"),
    ReportRoute("client-credits", "/v1/client-credits", "Payments"),
    ReportRoute("work-in-progress", "/v1/work-in-progress", "Time"),
    ReportRoute("write-downs", "/v1/write-downs", "Bills"),
    ReportRoute("fee-allocation", "/v1/fee-allocation", "Reports"),
    ReportRoute("matter-profitability", "/v1/matter-profitability", "Reports"),
    ReportRoute("trust-health", "/v1/trust-health", "Reports"),
    ReportRoute("exceptions", "/v1/exceptions", "Bank facts"),
    ReportRoute("utbms-codes", "/v1/utbms-codes", "Time"),
    ReportRoute("duties", "/v1/duties", "Audit"),
    ReportRoute("audit-trail", "/v1/audit-trail", "Audit"),
)
REPORT_ROUTES: tuple[ReportRoute, ...] = (
    *_ALIASES,
    *(ReportRoute(name, f"/v1/reports/{name}") for name in REPORTS),
)


@dataclass(frozen=True, slots=True)
class CardRoute:
    """Cards of one kind: a list at `path`, one at `path/{id}`. `filters` are words of the card; those with _id never change.

    `one` is False where a report shows the single thing better; `etag` where it is edited.
    """

    kind: str
    path: str
    id_name: str
    tag: str
    filters: tuple[str, ...] = ()
    one: bool = True
    etag: bool = False

    @property
    def own(self) -> bool:
        """Whether its timekeeper may read one, who may not read all the books."""
        return self.kind in {"time_entry", "timer"}


CARD_ROUTES: tuple[CardRoute, ...] = (
    CardRoute("time_entry", "/v1/time-entries", "entry_id", "Time", ("matter_id", "client_id", "status"), etag=True),
    CardRoute("bill", "/v1/bills", "bill_id", "Bills", ("matter_id", "client_id", "status"), etag=True),
    CardRoute("client_bill", "/v1/client-bills", "client_bill_id", "Bills", ("client_id", "status"), etag=True),
    CardRoute("billing_run", "/v1/billing-runs", "run_id", "Bills"),
    CardRoute("trust_request", "/v1/trust-requests", "request_id", "Ledgers", ("ledger_id", "trust_account_id", "status")),
    CardRoute(
        "email", "/v1/emails", "email_id", "E-mail", ("bill_id", "request_id", "matter_id", "client_id", "status"), etag=True
    ),
    CardRoute("flat_fee", "/v1/flat-fees", "fee_id", "Bills", ("matter_id", "client_id", "status"), etag=True),
    CardRoute("cost", "/v1/costs", "cost_id", "Costs", ("matter_id", "client_id", "status"), etag=True),
    CardRoute("vendor_payment", "/v1/vendor-payments", "payment_id", "Costs", ("status",)),
    CardRoute("firm_account", "/v1/firm-accounts", "account_id", "Firm accounts"),
    CardRoute("line_rule", "/v1/line-rules", "rule_id", "Firm accounts", ("status",)),
    CardRoute("settlement", "/v1/settlements", "settlement_id", "Bills", ("matter_id", "client_id", "status")),
    CardRoute("client_payment", "/v1/payments", "payment_id", "Payments", ("client_id", "status"), etag=True),
    CardRoute("payment_plan", "/v1/payment-plans", "plan_id", "Bills", ("client_id", "status")),
    CardRoute("card_account", "/v1/card-accounts", "card_account_id", "Card payments"),
    CardRoute("card_notice", "/v1/card-notices", "card_notice_id", "Card payments", ("card_account_id", "status")),
    CardRoute("payment_link", "/v1/payment-links", "link_id", "Card payments", ("client_id", "bill_id", "ledger_id")),
    CardRoute("card_payment", "/v1/card-payments", "card_payment_id", "Card payments", ("client_id", "link_id", "status")),
    CardRoute("timer", "/v1/timers", "timer_id", "Time", ("status",)),
    CardRoute("time_cost", "/v1/time-costs", "cost_id", "Time", ("timekeeper_id",)),
    CardRoute("available_time", "/v1/available-time", "available_id", "Time", ("timekeeper_id",)),
    CardRoute("fee_share", "/v1/fee-shares", "share_id", "Time", ("matter_id", "timekeeper_id")),
    CardRoute("late_terms", "/v1/late-terms", "terms_id", "Bills", ("client_id", "matter_id")),
    CardRoute("fee_retainer", "/v1/fee-retainers", "retainer_id", "Bills", ("matter_id", "client_id", "status")),
    CardRoute("subscription", "/v1/subscriptions", "subscription_id", "Bills", ("matter_id", "client_id", "status")),
    CardRoute("fee_cap", "/v1/fee-caps", "matter_id", "Bills", ("client_id", "status")),
    CardRoute("billing_rate", "/v1/billing-rates", "rate_id", "Time", ("matter_id", "client_id")),
    CardRoute("user", "/v1/users", "user_id", "Users", etag=True),
    CardRoute("contact", "/v1/contacts", "contact_id", "Contacts", one=False),
    CardRoute("matter", "/v1/matters", "matter_id", "Matters", ("client_id", "status"), one=False),
    CardRoute("conflict_search", "/v1/conflict-searches", "search_id", "Conflicts"),
    CardRoute("trust_account", "/v1/trust-accounts", "trust_account_id", "Trust accounts"),
    CardRoute(
        "disbursement", "/v1/disbursements", "disbursement_id", "Disbursements", ("trust_account_id", "ledger_id", "status")
    ),
    CardRoute("billing_reference", "/v1/billing-references", "billing_reference_id", "Bills", ("matter_id", "client_id")),
    CardRoute(
        "reconciliation", "/v1/reconciliations", "reconciliation_id", "Reconciliation", ("trust_account_id", "status")
    ),
)
