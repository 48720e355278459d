"""What a draft says for all its lines, and which of its two taxes are on a line: changed while it is a draft."""

from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from aggregates.bill_events import BillDrafted, BillLine, Taxes
from aggregates.errors import BadRequest
from aggregates.event import Event, Words


class BillLineTaxed(Event):
    """Which taxes are on a line was changed: a fee bears both to begin with, a cost what it was entered with."""

    TOPIC: ClassVar[str] = "bill/line-taxed"

    line_id: UUID
    before_1: bool
    before_2: bool
    after_1: bool
    after_2: bool


class BillTerms(BaseModel):
    """Of all the lines: the two taxes, the client's purchase order, a note."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    taxes: Taxes
    purchase_order: str | None
    note: Words | None


class BillTermsAmended(Event):
    """The taxes, the purchase order or the note of a draft were changed."""

    TOPIC: ClassVar[str] = "bill/terms-amended"

    before: BillTerms
    after: BillTerms


def terms_of(drafted: BillDrafted) -> BillTerms:
    """As a draft has them."""
    return BillTerms(taxes=drafted.taxes, purchase_order=drafted.purchase_order, note=drafted.note)


def amend(drafted: BillDrafted, after: BillTerms) -> BillTermsAmended:
    """Raises BadRequest where nothing changes."""
    if after == (before := terms_of(drafted)):
        raise BadRequest("the draft says that already")
    return BillTermsAmended(before=before, after=after)


def amended(drafted: BillDrafted, event: BillTermsAmended) -> BillDrafted:
    """The draft with other terms."""
    return drafted.model_copy(update={name: getattr(event.after, name) for name in BillTerms.model_fields})


def tax(line: BillLine, *, taxed_1: bool, taxed_2: bool) -> BillLineTaxed:
    """Raises BadRequest where nothing changes."""
    if (line.taxed_1, line.taxed_2) == (taxed_1, taxed_2):
        raise BadRequest("the line is taxed so already")
    return BillLineTaxed(
        line_id=line.line_id, before_1=line.taxed_1, before_2=line.taxed_2, after_1=taxed_1, after_2=taxed_2
    )


EVENTS: tuple[type[Event], ...] = (BillLineTaxed, BillTermsAmended)
