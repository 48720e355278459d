"""A three-way reconciliation of one trust account at a statement's end: prepared, reviewed, signed, reopened.

The rule this module exists for: A (adjusted bank) = B (book) = C (client ledgers), every ledger ≥ 0, no unexplained line,
nothing outstanding too long without a note (ABA Model Rules for Client Trust Account Records, rule 1(i); N.C. Rule 1.15-3;
SRA Accounts Rules 2019, rule 8.3). A signed one pins the log's position and tree head, and is superseded, never erased.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from aggregates.errors import NotAllowed, WrongState
from aggregates.event import AccountEvent, Event, Words
from aggregates.stream import Kind
from aggregates.trust_rules import SamePerson, money


class Figures(BaseModel):
    """The totals of a reconciliation, in minor units, from three independent folds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    statement_minor: int
    deposits_in_transit_minor: int
    outstanding_disbursements_minor: int
    bank_errors_minor: int
    adjusted_bank_minor: int
    book_minor: int
    ledgers_minor: int
    positive_ledgers_minor: int
    negative_ledgers: int
    unexplained_lines: int
    stale_items_without_note: int

    def problems(self) -> list[str]:
        """Why it does not pass; empty when it does."""
        found = []
        a, b, c = self.adjusted_bank_minor, self.book_minor, self.ledgers_minor
        if a != b:
            found.append(f"adjusted bank {money(a)} differs from book {money(b)} by {money(a - b)}")
        if b != c:
            found.append(f"book {money(b)} differs from client ledgers {money(c)} by {money(b - c)}")
        if self.positive_ledgers_minor != c or self.negative_ledgers:
            found.append(
                f"positive ledgers total {money(self.positive_ledgers_minor)}, all ledgers {money(c)}: "
                f"{self.negative_ledgers} ledger(s) below zero"
            )
        if self.unexplained_lines:
            found.append(f"{self.unexplained_lines} statement line(s) are neither matched nor explained")
        if self.stale_items_without_note:
            found.append(f"{self.stale_items_without_note} item(s) are outstanding too long without a note")
        return found


class ReconciliationPrepared(AccountEvent):
    """The legs were taken at a position of the log; the whole artefact is kept by its hash."""

    TOPIC: ClassVar[str] = "reconciliation/prepared"
    SCHEMA: ClassVar[int] = 2

    reconciliation_id: UUID
    period_end: date
    statement_id: UUID
    statement_sha256: str
    figures: Figures
    position: int
    tree_root: str
    artefact_sha256: str
    prepared_by: UUID
    explanation: str | None
    uncovered_days: int = 0
    """Days of the period that no statement covers, in stretches so long that one may be missing."""

    @property
    def unexplained_days(self) -> str | None:
        """What is to be done about those days before it is signed; None where it is said why, or all is covered."""
        if not self.uncovered_days or self.explanation is not None:
            return None
        return (
            f"no statement covers {self.uncovered_days} days of the period: take in the one that is missing, or prepare it "
            "with an explanation why there is none"
        )


class ReconciliationReviewed(AccountEvent):
    """A second person looked through it."""

    TOPIC: ClassVar[str] = "reconciliation/reviewed"

    reviewed_by: UUID
    note: str | None


class ReconciliationSigned(AccountEvent):
    """It was certified. From here on nothing is posted into its period."""

    TOPIC: ClassVar[str] = "reconciliation/signed"

    signed_by: UUID
    role: str
    sole_practitioner: bool
    form_pdf_sha256: str | None = None
    form_csv_sha256: str | None = None
    """The form as it was signed, kept by its hashes."""


class ReconciliationReopened(AccountEvent):
    """The sign-off no longer stands; what was signed stays on record."""

    TOPIC: ClassVar[str] = "reconciliation/reopened"

    reopened_by: UUID
    why: Words


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """State after its events. `status`: prepared, reviewed, signed, reopened."""

    prepared: ReconciliationPrepared
    status: str = "prepared"
    signed_by: UUID | None = None

    def review(self, by: UUID, note: str | None, *, also: frozenset[UUID] = frozenset()) -> ReconciliationReviewed:
        """Raises WrongState, SamePerson. `also` are other users who are the same person: their contacts were merged."""
        self._check("prepared")
        if self.prepared.prepared_by in {by, *also}:
            raise SamePerson("who prepared a reconciliation does not review it", person=by)
        return ReconciliationReviewed(trust_account_id=self.prepared.trust_account_id, reviewed_by=by, note=note)

    def sign(
        self,
        by: UUID,
        role: str,
        *,
        roles_that_sign: tuple[str, ...],
        not_preparer: bool,
        paid_out_by: frozenset[UUID],
        sole_practitioner: bool,
        also: frozenset[UUID] = frozenset(),
    ) -> ReconciliationSigned:
        """Raises WrongState when it does not pass, NotAllowed, SamePerson (T15) where the pack keeps people apart.

        `paid_out_by` are the people who approved or released payments of the period, when the pack bars them from signing.
        The sole practitioner's exception is on record where it was used, and only there. `also` as for `review`.
        """
        self._check("prepared", "reviewed")
        problems = self.prepared.figures.problems()
        if problems:
            raise WrongState("it cannot be signed: " + "; ".join(problems), problems=len(problems))
        if (unexplained := self.prepared.unexplained_days) is not None:
            raise WrongState(f"it cannot be signed: {unexplained}", uncovered_days=self.prepared.uncovered_days)
        if role not in roles_that_sign:
            raise NotAllowed(f"a {role} does not sign here; {', '.join(roles_that_sign)} may", role=role)
        excepted = self.needs_exception(by, not_preparer=not_preparer, paid_out_by=paid_out_by, also=also)
        if excepted and not sole_practitioner:
            if not_preparer and self.prepared.prepared_by in {by, *also}:
                raise SamePerson("who prepared a reconciliation does not sign it", person=by)
            raise SamePerson("who approved or released payments of the period does not sign its reconciliation", person=by)
        return ReconciliationSigned(
            trust_account_id=self.prepared.trust_account_id,
            signed_by=by,
            role=role,
            sole_practitioner=excepted,
        )

    def needs_exception(
        self, by: UUID, *, not_preparer: bool, paid_out_by: frozenset[UUID], also: frozenset[UUID] = frozenset()
    ) -> bool:
        """Whether this person may sign only as a sole practitioner (T15); parameters as for `sign`."""
        selves = {by, *also}
        return (not_preparer and self.prepared.prepared_by in selves) or not selves.isdisjoint(paid_out_by)

    def reopen(
        self, by: UUID, why: str, *, sole_practitioner: bool, also: frozenset[UUID] = frozenset()
    ) -> ReconciliationReopened:
        """A second partner's doing, not the signer's. Raises WrongState, SamePerson. `also` as for `review`."""
        self._check("signed")
        if self.signed_by in {by, *also} and not sole_practitioner:
            raise SamePerson("who signed a reconciliation does not reopen it; a second partner does", person=by)
        return ReconciliationReopened(trust_account_id=self.prepared.trust_account_id, reopened_by=by, why=why)

    def _check(self, *statuses: str) -> None:
        if self.status not in statuses:
            raise WrongState(f"this reconciliation is {self.status}, not {' or '.join(statuses)}", status=self.status)


def evolve(reconciliation: Reconciliation | None, event: Event) -> Reconciliation:
    """The state one event later."""
    if isinstance(event, ReconciliationPrepared):
        assert reconciliation is None, "prepared twice"
        return Reconciliation(event)
    assert reconciliation is not None, "a step before it was prepared"
    match event:
        case ReconciliationReviewed():
            return replace(reconciliation, status="reviewed")
        case ReconciliationSigned():
            return replace(reconciliation, status="signed", signed_by=event.signed_by)
        case ReconciliationReopened():
            return replace(reconciliation, status="reopened")
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a reconciliation")


KIND = Kind("reconciliation", evolve)
EVENTS: tuple[type[Event], ...] = (
    ReconciliationPrepared, ReconciliationReviewed, ReconciliationSigned, ReconciliationReopened,
)  # fmt: skip
