"""Certify a reconciliation. From here on nothing is posted into its period (T12)."""

from uuid import UUID

from pydantic import Field

from aggregates import disbursement, reconciliation, trust_account
from aggregates.errors import WrittenMeanwhile
from commands.dispatch import Result
from commands.separation_of_duties import other_selves, sole_practitioner
from commands.trust_books import policy
from commands.work import Command, Document, Work

_MOVED = "the books changed since it was prepared; prepare it again"


class SignReconciliation(Command):
    """Sign it. People name the reconciliation; whoever folds the books adds what was found in them.

    `account_seq` is the trust account's counter where the books were folded again: anything of the account that was
    recorded after that refuses the signature, in the append itself. `disbursement_ids` are the payments of the period.
    """

    LONG = True

    reconciliation_id: UUID
    current: bool = Field(default=False, exclude=True)
    """Whether the books still say what was prepared."""
    account_seq: int | None = Field(default=None, exclude=True)
    disbursement_ids: tuple[UUID, ...] = Field(default=(), exclude=True)
    form_pdf_sha256: str | None = Field(default=None, exclude=True)
    form_csv_sha256: str | None = Field(default=None, exclude=True)
    """The form that the signer signs."""
    documents: tuple[Document, ...] = Field(default=(), exclude=True, repr=False)
    """Its files, kept if this is carried out and not otherwise: nobody's refused signature stays on a form."""


def handle(command: SignReconciliation, work: Work) -> Result:
    """Raises NotFound, WrongState, NotAllowed, SamePerson (T15), AlreadyExists, WrittenMeanwhile when the books moved."""
    state = work.load(reconciliation.KIND, command.reconciliation_id)
    account_id = state.prepared.trust_account_id
    rules = policy(work)
    paid_out_by: frozenset[UUID] = frozenset()
    if rules.asks("cheque_signer_does_not_reconcile"):
        paid = [work.load(disbursement.KIND, key) for key in command.disbursement_ids]
        paid_out_by = frozenset().union(*(one.paid_out_by for one in paid))
    signed = state.sign(
        work.user_id,
        work.actor.role,
        roles_that_sign=rules.roles("sign_off_roles"),
        not_preparer=rules.asks("signer_is_not_preparer"),
        paid_out_by=paid_out_by,
        sole_practitioner=sole_practitioner(work),
        also=other_selves(work, work.user_id, {state.prepared.prepared_by, *paid_out_by}),
    )
    if not command.current:
        raise WrittenMeanwhile(_MOVED)
    if command.account_seq is not None:
        if work.log.account_seq(account_id) != command.account_seq:
            raise WrittenMeanwhile(_MOVED)
        work.account_guards.append((account_id, command.account_seq))
    account = work.load(trust_account.KIND, account_id)
    work.documents.extend(command.documents)
    forms = {"form_pdf_sha256": command.form_pdf_sha256, "form_csv_sha256": command.form_csv_sha256}
    work.record(reconciliation.KIND, command.reconciliation_id, signed.model_copy(update=forms))
    work.record(trust_account.KIND, account.id, account.seal(command.reconciliation_id, state.prepared.period_end))
    return {"reconciliation_id": str(command.reconciliation_id), "signed_to": str(state.prepared.period_end)}
