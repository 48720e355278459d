"""What happens to the firm's own accounts, its operating account and its credit cards, as facts.

They hold the firm's money, never a client's: no trust rule guards them, and nothing here moves trust money. Amounts are
minor units, signed as on the statement: money in is positive, a charge on a card is negative.
"""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from aggregates.event import Currency, Event, MoneyEvent, Words
from aggregates.line_link import Linked
from aggregates.outlay import Outlay
from aggregates.statement_chain import StatementLine

AccountKind = Literal["operating", "credit_card"]
AsideKind = Literal["card_payment", "transfer", "refund", "other_income", "personal"]
"""A card's bill that was paid, money between the firm's own accounts, money back from a vendor, income of another kind,
and what a partner spent for themselves."""
Signed = Annotated[int, Field(ge=-(10**15), le=10**15)]


class FirmAccountOpened(Event):
    """The firm keeps its own money there, or owes it there."""

    TOPIC: ClassVar[str] = "firm-account/opened"

    account_id: UUID
    kind: AccountKind
    name: Words
    number: str
    """The account's number; of a card, the last four digits and no more."""
    currency: Currency


class FirmStatementImported(Event):
    """A statement was taken in, from a raw file kept by its hash. Days and opening balance are of the stretch it adds."""

    TOPIC: ClassVar[str] = "firm-account/statement-imported"

    account_id: UUID
    statement_id: UUID
    sha256: str
    filename: str
    format: str
    from_date: date
    to_date: date
    opening_minor: int
    closing_minor: int
    opening_derived: bool
    line_count: int
    lines_known: int


class FirmLinesRecorded(Event):
    """Lines of a statement, as many as fit into one event."""

    TOPIC: ClassVar[str] = "firm-account/lines-recorded"

    account_id: UUID
    statement_id: UUID
    lines: tuple[StatementLine, ...]


class LineAccepted(MoneyEvent):
    """A person said what a charge was for, part by part. `effective_date` is the day the bank booked it on."""

    TOPIC: ClassVar[str] = "firm-account/line-accepted"

    account_id: UUID
    account_kind: AccountKind
    line_id: UUID
    amount_minor: Signed
    payee: Words
    parts: tuple[Outlay, ...]


class LineLinked(Event):
    """A person said that a line is what stands in the books already."""

    TOPIC: ClassVar[str] = "firm-account/line-linked"

    account_id: UUID
    line_id: UUID
    amount_minor: Signed
    linked: tuple[Linked, ...]


class LineSetAside(MoneyEvent):
    """A person said that a line is neither a cost nor overhead, and what it is."""

    TOPIC: ClassVar[str] = "firm-account/line-set-aside"

    account_id: UUID
    account_kind: AccountKind
    line_id: UUID
    amount_minor: Signed
    aside: AsideKind
    note: Words


class LineReopened(MoneyEvent):
    """What was said of a line was wrong; it is open again. It names what is undone."""

    TOPIC: ClassVar[str] = "firm-account/line-reopened"

    account_id: UUID
    account_kind: AccountKind
    line_id: UUID
    amount_minor: Signed
    parts: tuple[Outlay, ...]
    linked: tuple[Linked, ...]
    aside: AsideKind | None
    why: Words
