"""Prepare a reconciliation: the figures that the read side folded at a position are put on record, with their artefact."""

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates import reconciliation, trust_account
from aggregates.errors import AlreadyExists
from aggregates.reconciliation import Figures
from commands.dispatch import Result
from commands.work import Command, Document, Work


class PrepareReconciliation(Command):
    """People give account, day and explanation; whoever folds the books adds the figures and keeps the artefact.

    What was folded is no part of the request: the same request again, with its key, is answered as before.
    """

    LONG = True

    trust_account_id: UUID
    period_end: date
    explanation: str | None = None
    statement_id: UUID = Field(exclude=True)
    statement_sha256: str = Field(exclude=True)
    figures: Figures = Field(exclude=True)
    position: int = Field(exclude=True)
    tree_root: str = Field(exclude=True)
    artefact_sha256: str = Field(exclude=True)
    uncovered_days: int = Field(default=0, exclude=True)
    documents: tuple[Document, ...] = Field(default=(), exclude=True, repr=False)
    """The artefact and its template, kept if this is carried out and not otherwise."""


def handle(command: PrepareReconciliation, work: Work) -> Result:
    """Returns its id. Raises NotFound, AlreadyExists when the period is signed."""
    account = work.load(trust_account.KIND, command.trust_account_id)
    if account.sealed_to is not None and command.period_end <= account.sealed_to:
        raise AlreadyExists(f"{account.name} is signed to {account.sealed_to} already", signed_to=account.sealed_to)
    reconciliation_id = work.new_id()
    event = reconciliation.ReconciliationPrepared(
        reconciliation_id=reconciliation_id,
        prepared_by=work.user_id,
        **{name: value for name, value in command if name != "documents"},
    )
    work.documents.extend(command.documents)
    work.record(reconciliation.KIND, reconciliation_id, event)
    problems = command.figures.problems()
    if (unexplained := event.unexplained_days) is not None:
        problems.append(unexplained)
    return {"reconciliation_id": str(reconciliation_id), "problems": problems}
