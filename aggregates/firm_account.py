"""One of the firm's own accounts: its statements, chained, and what a person said each line is.

A statement that does not follow the one before is refused; of one that overlaps, only what is new is taken in. A line is
dealt with once: accepted part by part, linked to what stands in the books, or set aside (domain reference, section 2.6).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias
from uuid import UUID

from aggregates import statement_chain
from aggregates.bank_statement_file import ParsedStatement
from aggregates.errors import BadRequest, NotFound, WrongState
from aggregates.event import Event
from aggregates.firm_account_events import (
    AsideKind,
    FirmAccountOpened,
    FirmLinesRecorded,
    FirmStatementImported,
    LineAccepted,
    LineLinked,
    LineReopened,
    LineSetAside,
)
from aggregates.line_link import Linked
from aggregates.outlay import Outlay, check_sum
from aggregates.statement_chain import Stretch, TakenIn, in_order, kept_of
from aggregates.statement_overlap import KeptLine
from aggregates.stream import Kind
from aggregates.trust_rules import money

Dealing: TypeAlias = LineAccepted | LineLinked | LineSetAside


@dataclass(frozen=True, slots=True)
class FirmAccount:
    """State after its events."""

    opened: FirmAccountOpened
    imported: tuple[FirmStatementImported, ...] = ()
    lines: Mapping[UUID, KeptLine] = field(default_factory=dict)
    dealt: Mapping[UUID, Dealing] = field(default_factory=dict)

    def open_line(self, line_id: UUID) -> KeptLine:
        """A line that nobody dealt with yet. Raises NotFound, WrongState."""
        if line_id not in self.lines:
            raise NotFound("this account has no such statement line", line_id=line_id)
        if line_id in self.dealt:
            raise WrongState("this statement line was dealt with already; reopen it first", line_id=line_id)
        return self.lines[line_id]

    def accept(self, line_id: UUID, payee: str, parts: tuple[Outlay, ...]) -> LineAccepted:
        """Raises NotFound, WrongState, BadRequest for money that came in, or parts that do not come to the charge."""
        line = self.open_line(line_id)
        if line.amount_minor >= 0:
            raise BadRequest(f"{money(line.amount_minor)} came in on this line; what is accepted as a cost went out")
        check_sum(parts, -line.amount_minor, "the line")
        return LineAccepted(
            effective_date=line.booked_on, account_id=self.opened.account_id, account_kind=self.opened.kind,
            line_id=line_id, amount_minor=line.amount_minor, payee=payee, parts=parts,
        )  # fmt: skip

    def link(self, line_id: UUID, linked: tuple[Linked, ...]) -> LineLinked:
        """Raises NotFound, WrongState, BadRequest unless they come to the line, to the cent."""
        line = self.open_line(line_id)
        told = sum(one.amount_minor for one in linked)
        if told != line.amount_minor:
            raise BadRequest(
                f"what is named comes to {money(told)}, and the line to {money(line.amount_minor)}",
                linked_minor=told,
                amount_minor=line.amount_minor,
            )
        return LineLinked(
            account_id=self.opened.account_id, line_id=line_id, amount_minor=line.amount_minor, linked=linked
        )  # fmt: skip

    def set_aside(self, line_id: UUID, aside: AsideKind, note: str) -> LineSetAside:
        """Raises NotFound, WrongState, BadRequest where the money went the other way."""
        line = self.open_line(line_id)
        came_in = line.amount_minor > 0
        fits = {"refund": came_in, "other_income": came_in, "personal": True, "transfer": True}
        if not fits.get(aside, came_in is (self.opened.kind == "credit_card")):
            raise BadRequest(f"{money(line.amount_minor)} on this account is no {aside.replace('_', ' ')}")
        return LineSetAside(
            effective_date=line.booked_on, account_id=self.opened.account_id, account_kind=self.opened.kind,
            line_id=line_id, amount_minor=line.amount_minor, aside=aside, note=note,
        )  # fmt: skip

    def reopen(self, line_id: UUID, why: str) -> LineReopened:
        """Raises NotFound, WrongState where nobody dealt with it."""
        if line_id not in self.lines:
            raise NotFound("this account has no such statement line", line_id=line_id)
        if line_id not in self.dealt:
            raise WrongState("this statement line is open", line_id=line_id)
        dealing, line = self.dealt[line_id], self.lines[line_id]
        return LineReopened(
            effective_date=line.booked_on,
            account_id=self.opened.account_id,
            account_kind=self.opened.kind,
            line_id=line_id,
            amount_minor=line.amount_minor,
            parts=dealing.parts if isinstance(dealing, LineAccepted) else (),
            linked=dealing.linked if isinstance(dealing, LineLinked) else (),
            aside=dealing.aside if isinstance(dealing, LineSetAside) else None,
            why=why,
        )

    def take_in(
        self,
        parsed: ParsedStatement,
        *,
        new_id: Callable[[], UUID],
        sha256: str,
        filename: str,
        file_format: str,
        earlier: list[FirmStatementImported],
    ) -> TakenIn:
        """Take in what is new of a statement. Raises StatementFileRefused off the chain, or where it contradicts it.

        `earlier`: the statements taken from this very file before it was sent now. The first one opens where it says.
        """
        account_id = self.opened.account_id

        def write(new: Stretch) -> tuple[Event, ...]:
            imported = FirmStatementImported(
                account_id=account_id,
                statement_id=new.statement_id,
                sha256=sha256,
                filename=filename,
                format=file_format,
                from_date=new.from_date,
                to_date=new.to_date,
                opening_minor=new.opening_minor,
                closing_minor=new.closing_minor,
                opening_derived=new.opening_derived,
                line_count=new.line_count,
                lines_known=new.lines_known,
            )
            recorded = [
                FirmLinesRecorded(account_id=account_id, statement_id=new.statement_id, lines=chunk) for chunk in new.chunks
            ]
            return (imported, *recorded)

        return statement_chain.take_in(
            self.imported,
            list(self.lines.values()),
            parsed,
            account_id=account_id,
            begins_at_minor=parsed.opening_minor,
            earlier=earlier,
            new_id=new_id,
            write=write,
        )


def evolve(account: FirmAccount | None, event: Event) -> FirmAccount:
    """The state one event later."""
    if isinstance(event, FirmAccountOpened):
        assert account is None, "opened twice"
        return FirmAccount(event)
    assert account is not None, "used before it was opened"
    match event:
        case FirmStatementImported():
            return replace(account, imported=in_order(account.imported, event))
        case FirmLinesRecorded():
            kept = kept_of(account.imported, event.statement_id, event.lines)
            return replace(account, lines={**account.lines, **{line.line_id: line for line in kept}})
        case LineAccepted() | LineLinked() | LineSetAside():
            return replace(account, dealt={**account.dealt, event.line_id: event})
        case LineReopened():
            return replace(account, dealt={key: one for key, one in account.dealt.items() if key != event.line_id})
        case _:
            raise AssertionError(f"{event.TOPIC} is not of an account of the firm's")


KIND = Kind("firm-account", evolve)
EVENTS: tuple[type[Event], ...] = (
    FirmAccountOpened, FirmStatementImported, FirmLinesRecorded, LineAccepted, LineLinked, LineSetAside, LineReopened,
)  # fmt: skip
