"""Who may do what: a table in code. Each event records the role that allowed it and this table's version.

Separation of duties between people (approver and requester, signer and preparer) is not here: it depends on history, and
is decided by the aggregates.
"""

from enum import StrEnum

POLICY_VERSION = 6


class Role(StrEnum):
    """What a person is in the firm. Order is the order in which a role is named as the one that allowed."""

    PARTNER = "partner"
    BOOKKEEPER = "bookkeeper"
    TIMEKEEPER = "timekeeper"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Permission(StrEnum):
    """What may be asked for."""

    MANAGE_USERS = "manage_users"
    HOLD_OWN_TOKENS = "hold_own_tokens"
    """Make access tokens for oneself, in place of the one that somebody else issued."""
    MANAGE_SETTINGS = "manage_settings"
    ADD_CONTACTS = "add_contacts"
    EDIT_CONTACTS = "edit_contacts"
    """Who is one client decides whose money pays whose bill (T4): who only asks for payments does not say it."""
    OPEN_MATTERS = "open_matters"
    CLOSE_MATTERS = "close_matters"
    RUN_CONFLICT_SEARCH = "run_conflict_search"
    OPEN_TRUST_ACCOUNT = "open_trust_account"
    OPEN_FIRM_ACCOUNT = "open_firm_account"
    POST_RECEIPT = "post_receipt"
    PLACE_HOLD = "place_hold"
    TRANSFER_BETWEEN_LEDGERS = "transfer_between_ledgers"
    REQUEST_DISBURSEMENT = "request_disbursement"
    APPROVE_DISBURSEMENT = "approve_disbursement"
    RELEASE_DISBURSEMENT = "release_disbursement"
    RECORD_BANK_FACT = "record_bank_fact"
    RECORD_BILLING_REFERENCE = "record_billing_reference"
    RECORD_TIME = "record_time"
    """One's own; that of others is for partners and bookkeepers."""
    RECORD_COST = "record_cost"
    PAY_VENDOR = "pay_vendor"
    """Record what was paid from the firm's own money, and say what a line of its statement was for."""
    APPROVE_TIME = "approve_time"
    SET_BILLING_RATES = "set_billing_rates"
    DRAFT_BILL = "draft_bill"
    APPROVE_BILL = "approve_bill"
    """The responsible attorney's; where a matter has none, a partner's."""
    ISSUE_BILL = "issue_bill"
    REDUCE_BILL = "reduce_bill"
    POST_PAYMENT = "post_payment"
    HEAR_CARD_PROCESSOR = "hear_card_processor"
    """What its notices say is recorded in the name of the partner who connected the account."""
    IMPORT_STATEMENT = "import_statement"
    MATCH = "match"
    PREPARE_RECONCILIATION = "prepare_reconciliation"
    REVIEW_RECONCILIATION = "review_reconciliation"
    SIGN_RECONCILIATION = "sign_reconciliation"
    REOPEN_RECONCILIATION = "reopen_reconciliation"
    CURE_EXCEPTION = "cure_exception"
    READ_BOOKS = "read_books"
    READ_OWN_MATTERS = "read_own_matters"
    """Matters in which one is the responsible or originating attorney, or that one works on; nothing else of the books."""
    READ_AUDIT_TRAIL = "read_audit_trail"
    EXPORT = "export"
    VERIFY = "verify"


_P, _B, _T, _A, _I = Role.PARTNER, Role.BOOKKEEPER, Role.TIMEKEEPER, Role.AUDITOR, Role.ADMIN

PERMISSIONS: dict[Permission, frozenset[Role]] = {
    Permission.MANAGE_USERS: frozenset({_P, _I}),
    Permission.HOLD_OWN_TOKENS: frozenset(Role),
    Permission.MANAGE_SETTINGS: frozenset({_P}),
    Permission.ADD_CONTACTS: frozenset({_P, _B, _T}),
    Permission.EDIT_CONTACTS: frozenset({_P, _B}),
    Permission.OPEN_MATTERS: frozenset({_P, _B}),
    Permission.CLOSE_MATTERS: frozenset({_P, _B}),
    Permission.RUN_CONFLICT_SEARCH: frozenset({_P, _B, _T}),
    Permission.OPEN_FIRM_ACCOUNT: frozenset({_P, _B}),
    Permission.OPEN_TRUST_ACCOUNT: frozenset({_P}),
    Permission.POST_RECEIPT: frozenset({_B}),
    Permission.PLACE_HOLD: frozenset({_P, _B}),
    Permission.TRANSFER_BETWEEN_LEDGERS: frozenset({_P}),
    Permission.REQUEST_DISBURSEMENT: frozenset({_P, _B, _T}),
    Permission.APPROVE_DISBURSEMENT: frozenset({_P}),
    Permission.RELEASE_DISBURSEMENT: frozenset({_P, _B}),
    Permission.RECORD_BANK_FACT: frozenset({_B}),
    Permission.RECORD_BILLING_REFERENCE: frozenset({_P, _B}),
    Permission.RECORD_TIME: frozenset({_P, _B, _T}),
    Permission.RECORD_COST: frozenset({_P, _B, _T}),
    Permission.PAY_VENDOR: frozenset({_B}),
    Permission.APPROVE_TIME: frozenset({_P}),
    Permission.SET_BILLING_RATES: frozenset({_P, _B}),
    Permission.DRAFT_BILL: frozenset({_P, _B}),
    Permission.APPROVE_BILL: frozenset({_P, _T}),
    Permission.ISSUE_BILL: frozenset({_P, _B}),
    Permission.REDUCE_BILL: frozenset({_P}),
    Permission.POST_PAYMENT: frozenset({_B}),
    Permission.HEAR_CARD_PROCESSOR: frozenset({_P}),
    Permission.IMPORT_STATEMENT: frozenset({_B}),
    Permission.MATCH: frozenset({_B}),
    Permission.PREPARE_RECONCILIATION: frozenset({_B}),
    Permission.REVIEW_RECONCILIATION: frozenset({_P, _B}),
    Permission.SIGN_RECONCILIATION: frozenset({_P}),
    Permission.REOPEN_RECONCILIATION: frozenset({_P}),
    Permission.CURE_EXCEPTION: frozenset({_P, _B}),
    Permission.READ_BOOKS: frozenset({_P, _B, _A}),
    Permission.READ_OWN_MATTERS: frozenset({_P, _B, _T, _A}),
    Permission.READ_AUDIT_TRAIL: frozenset({_P, _B, _A}),
    Permission.EXPORT: frozenset({_P, _B, _A}),
    Permission.VERIFY: frozenset({_P, _B, _A, _I}),
}

IN_PERSON: frozenset[Permission] = frozenset({
    Permission.MANAGE_USERS, Permission.REQUEST_DISBURSEMENT, Permission.APPROVE_DISBURSEMENT,
    Permission.RELEASE_DISBURSEMENT, Permission.PREPARE_RECONCILIATION, Permission.REVIEW_RECONCILIATION,
    Permission.SIGN_RECONCILIATION, Permission.REOPEN_RECONCILIATION,
})  # fmt: skip
"""What two people must do between them (T15), and what would let one of them be both: done with an access token that the
person made for themself, never with one that somebody else issued and may have kept.
"""


def non_lawyer_signs_cheques(roles: frozenset[Role]) -> bool | None:
    """Whether a person who is no lawyer may sign cheques, by the roles held; None for a lawyer, of whom no form asks it.

    Partners are the lawyers of this table; who may release a payment signs its cheque. N.C. State Bar reconciliation report.
    """
    if Role.PARTNER in roles:
        return None
    return role_allowing(roles, Permission.RELEASE_DISBURSEMENT) is not None


def role_allowing(roles: frozenset[Role], permission: Permission) -> Role | None:
    """The role that allows it, the first in the order of `Role`; None when no role does."""
    allowed = PERMISSIONS[permission]
    return next((role for role in Role if role in roles and role in allowed), None)
