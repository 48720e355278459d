"""Every command that a face may offer, by its name: what it asks, who may ask it, and how it is decided."""

import inspect
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from aggregates.permissions import Permission
from commands import (
    accept_match,
    accept_matter,
    add_contact,
    add_party,
    add_user,
    adopt_jurisdiction_pack,
    agree_time_rounding,
    amend_contact,
    amend_matter,
    amend_time,
    approve_disbursement,
    approve_time,
    change_contact_addresses,
    change_contact_roles,
    change_user_roles,
    classify_timekeeper,
    clear_funds,
    close_matter,
    conclude_conflict_search,
    cure_exception,
    deactivate_user,
    declare_sole_practitioner,
    discard_time,
    discard_timer,
    dispute_bill,
    end_sole_practitioner,
    explain_line,
    extend_hold,
    import_statement,
    issue_token,
    mark_cheque_stale,
    merge_contacts,
    move_time,
    note_on_exception,
    note_outstanding_item,
    open_matter,
    open_trust_account,
    open_trust_ledger,
    pause_timer,
    place_hold,
    prepare_reconciliation,
    print_cheque,
    reactivate_user,
    receive_funds,
    record_bank_charge,
    record_bank_error,
    record_bank_error_correction,
    record_billing_reference,
    record_interest,
    record_returned_deposit,
    record_time,
    record_unfunded_presentment,
    refund_client,
    reject_disbursement,
    reject_match,
    release_disbursement,
    release_hold,
    remove_party,
    reopen_matter,
    reopen_reconciliation,
    request_disbursement,
    rerate_time,
    resolve_dispute,
    resume_timer,
    return_time,
    reverse_receipt,
    review_reconciliation,
    revoke_token,
    run_conflict_search,
    set_billing_rate,
    sign_reconciliation,
    split_time,
    start_timer,
    stop_timer,
    submit_time,
    sweep_interest,
    tighten_policy,
    top_up_reserve,
    transfer_between_ledgers,
    transfer_in_bulk,
    undo_disbursement,
    undo_match,
    withdraw_billing_rate,
)
from commands.dispatch import Handler
from commands.work import Command


@dataclass(frozen=True, slots=True)
class Listed:
    """A command as it is offered: `name` is its imperative in kebab case, such as `receive-funds`."""

    name: str
    command: type[Command]
    handle: Handler[Any]
    permission: Permission

    @property
    def title(self) -> str:
        """Its name as words: Receive funds."""
        return self.name.replace("-", " ").capitalize()

    @property
    def purpose(self) -> str:
        """What it is for, as its module says."""
        return inspect.getdoc(inspect.getmodule(self.handle)) or ""


def _listed(module: ModuleType, permission: Permission) -> Listed:
    words = module.__name__.rpartition(".")[2].split("_")
    command: type[Command] = getattr(module, "".join(word.capitalize() for word in words))
    return Listed("-".join(words), command, module.handle, permission)


_P = Permission
_ALL = (
    (tighten_policy, _P.MANAGE_SETTINGS),
    (adopt_jurisdiction_pack, _P.MANAGE_SETTINGS),
    (declare_sole_practitioner, _P.MANAGE_SETTINGS),
    (end_sole_practitioner, _P.MANAGE_SETTINGS),
    (add_user, _P.MANAGE_USERS),
    (change_user_roles, _P.MANAGE_USERS),
    (deactivate_user, _P.MANAGE_USERS),
    (reactivate_user, _P.MANAGE_USERS),
    (issue_token, _P.MANAGE_USERS),
    (revoke_token, _P.MANAGE_USERS),
    (add_contact, _P.EDIT_CONTACTS),
    (amend_contact, _P.EDIT_CONTACTS),
    (merge_contacts, _P.EDIT_CONTACTS),
    (change_contact_addresses, _P.EDIT_CONTACTS),
    (change_contact_roles, _P.EDIT_CONTACTS),
    (run_conflict_search, _P.RUN_CONFLICT_SEARCH),
    (conclude_conflict_search, _P.OPEN_MATTERS),
    (open_matter, _P.OPEN_MATTERS),
    (accept_matter, _P.OPEN_MATTERS),
    (amend_matter, _P.OPEN_MATTERS),
    (add_party, _P.OPEN_MATTERS),
    (remove_party, _P.OPEN_MATTERS),
    (close_matter, _P.CLOSE_MATTERS),
    (reopen_matter, _P.CLOSE_MATTERS),
    (open_trust_account, _P.OPEN_TRUST_ACCOUNT),
    (open_trust_ledger, _P.OPEN_MATTERS),
    (receive_funds, _P.POST_RECEIPT),
    (reverse_receipt, _P.POST_RECEIPT),
    (clear_funds, _P.POST_RECEIPT),
    (top_up_reserve, _P.POST_RECEIPT),
    (place_hold, _P.PLACE_HOLD),
    (release_hold, _P.PLACE_HOLD),
    (extend_hold, _P.PLACE_HOLD),
    (transfer_between_ledgers, _P.TRANSFER_BETWEEN_LEDGERS),
    (transfer_in_bulk, _P.TRANSFER_BETWEEN_LEDGERS),
    (request_disbursement, _P.REQUEST_DISBURSEMENT),
    (refund_client, _P.REQUEST_DISBURSEMENT),
    (approve_disbursement, _P.APPROVE_DISBURSEMENT),
    (reject_disbursement, _P.REQUEST_DISBURSEMENT),
    (release_disbursement, _P.RELEASE_DISBURSEMENT),
    (undo_disbursement, _P.RELEASE_DISBURSEMENT),
    (print_cheque, _P.RELEASE_DISBURSEMENT),
    (mark_cheque_stale, _P.RELEASE_DISBURSEMENT),
    (record_billing_reference, _P.RECORD_BILLING_REFERENCE),
    (dispute_bill, _P.RECORD_BILLING_REFERENCE),
    (resolve_dispute, _P.RECORD_BILLING_REFERENCE),
    (record_returned_deposit, _P.RECORD_BANK_FACT),
    (record_bank_charge, _P.RECORD_BANK_FACT),
    (record_interest, _P.RECORD_BANK_FACT),
    (sweep_interest, _P.RECORD_BANK_FACT),
    (record_bank_error, _P.RECORD_BANK_FACT),
    (record_bank_error_correction, _P.RECORD_BANK_FACT),
    (record_unfunded_presentment, _P.RECORD_BANK_FACT),
    (cure_exception, _P.CURE_EXCEPTION),
    (note_on_exception, _P.CURE_EXCEPTION),
    (start_timer, _P.RECORD_TIME),
    (pause_timer, _P.RECORD_TIME),
    (resume_timer, _P.RECORD_TIME),
    (stop_timer, _P.RECORD_TIME),
    (discard_timer, _P.RECORD_TIME),
    (record_time, _P.RECORD_TIME),
    (amend_time, _P.RECORD_TIME),
    (move_time, _P.RECORD_TIME),
    (split_time, _P.RECORD_TIME),
    (submit_time, _P.RECORD_TIME),
    (discard_time, _P.RECORD_TIME),
    (approve_time, _P.APPROVE_TIME),
    (return_time, _P.APPROVE_TIME),
    (rerate_time, _P.APPROVE_TIME),
    (set_billing_rate, _P.SET_BILLING_RATES),
    (withdraw_billing_rate, _P.SET_BILLING_RATES),
    (classify_timekeeper, _P.SET_BILLING_RATES),
    (agree_time_rounding, _P.SET_BILLING_RATES),
    (import_statement, _P.IMPORT_STATEMENT),
    (accept_match, _P.MATCH),
    (reject_match, _P.MATCH),
    (undo_match, _P.MATCH),
    (note_outstanding_item, _P.MATCH),
    (explain_line, _P.MATCH),
    (prepare_reconciliation, _P.PREPARE_RECONCILIATION),
    (review_reconciliation, _P.REVIEW_RECONCILIATION),
    (sign_reconciliation, _P.SIGN_RECONCILIATION),
    (reopen_reconciliation, _P.REOPEN_RECONCILIATION),
)
COMMANDS: dict[str, Listed] = {listed.name: listed for listed in (_listed(*one) for one in _ALL)}
