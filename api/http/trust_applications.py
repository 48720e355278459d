"""Applying trust money to many bills, each with its own outcome; what is asked for is approved and released as ever."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from aggregates.event import Words
from aggregates.trust_ledger_events import Method
from api.http.bulk import BulkCommand

MOST_BILLS = 100


class TrustApplication(BaseModel):
    """One bill: so much of one ledger, or all that its matter's ledger can pay of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    billing_reference_id: UUID
    ledger_id: UUID | None = None
    amount: Annotated[str, Field(examples=["2500.00"])] | None = None


class TrustApplications(BaseModel):
    """Bills that trust money is asked for, each under the key of the request with the ids of bill and ledger.

    The rows of `GET /v1/trust-applications` may be sent as they are, by their ids and amounts.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    idempotency_key: Annotated[str, Field(min_length=1, max_length=180, examples=["trust-2026-10"])]
    effective_date: date
    method: Method
    recipient_account: Words | None = None
    """The firm's operating account, for a transfer."""
    applications: tuple[TrustApplication, ...] = Field(min_length=1, max_length=MOST_BILLS)

    def commands(self) -> list[BulkCommand]:
        """One command for each bill and ledger, in their order; what is named twice is asked for once."""
        alike = self.model_dump(mode="json", include={"effective_date", "method", "recipient_account"}, exclude_none=True)
        each = {(one.billing_reference_id, one.ledger_id): one for one in self.applications}
        return [
            BulkCommand(
                command="apply-trust",
                idempotency_key=":".join([self.idempotency_key, *(str(part) for part in ids if part is not None)]),
                fields={**one.model_dump(mode="json", exclude_none=True), **alike},
            )
            for ids, one in each.items()
        ]
