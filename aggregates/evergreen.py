"""Evergreen retainers: a client's trust ledger that is kept above a minimum, and replenished to a level when it falls below.

Domain reference, section 2.3. The money stays the client's, in trust, whatever its name.
"""

from datetime import date
from typing import Literal
from uuid import UUID

from aggregates.errors import BadRequest
from aggregates.trust_ledger import TrustLedger
from aggregates.trust_ledger_events import (
    EvergreenAgreed,
    LedgerPurpose,
    ReplenishmentMet,
    ReplenishmentRequested,
)
from aggregates.trust_rules import money


def agree(
    ledger: TrustLedger,
    minimum_minor: int | None,
    replenish_to_minor: int | None,
    authority: str,
    *,
    on: date,
    email: Literal["none", "draft", "automatic"] = "none",
    remind_every_days: int | None = None,
    counts_work_in_progress: bool = False,
) -> EvergreenAgreed:
    """Raises BadRequest for a ledger of no client, for half an agreement, for a level below the minimum, and for reminders
    where nobody is written to.
    """
    if ledger.purpose is not LedgerPurpose.CLIENT:
        raise BadRequest(f"{ledger.title} is no client's; a retainer is agreed with a client")
    if (minimum_minor is None) is not (replenish_to_minor is None):
        raise BadRequest("an evergreen retainer has a minimum and a level to replenish it to; leave out both to end it")
    if minimum_minor is None and ledger.evergreen is None:
        raise BadRequest("no evergreen retainer is agreed for this ledger")
    if minimum_minor is not None and replenish_to_minor is not None and replenish_to_minor < minimum_minor:
        raise BadRequest(
            f"a retainer that is replenished to {money(replenish_to_minor)} would stay below its minimum of "
            f"{money(minimum_minor)}"
        )
    if email == "none" and remind_every_days is not None:
        raise BadRequest("who is not asked by e-mail is not reminded by e-mail; say `draft` or `automatic`")
    return EvergreenAgreed(
        trust_account_id=ledger.account_id,
        effective_date=on,
        minimum_minor=minimum_minor,
        replenish_to_minor=replenish_to_minor,
        authority=authority,
        email=email if minimum_minor is not None else "none",
        remind_every_days=remind_every_days if minimum_minor is not None else None,
        counts_work_in_progress=counts_work_in_progress and minimum_minor is not None,
    )


def needs(ledger: TrustLedger) -> bool:
    """Whether something is to be asked of the client, or was brought."""
    if ledger.evergreen is None:
        return ledger.request is not None
    counts = ledger.request is not None and ledger.evergreen.counts_work_in_progress
    work_minor = ledger.request.work_minor if ledger.request is not None and counts else 0
    return (ledger.request is None) is _is_short(ledger, ledger.evergreen, work_minor)


def count_work(
    ledger: TrustLedger, work_minor: int, request_id: UUID, *, on: date
) -> ReplenishmentRequested | ReplenishmentMet | None:
    """What follows of work in progress, in minor units, that counts against the retainer; None where nothing does.

    Raises BadRequest where it was not agreed that it counts.
    """
    if ledger.evergreen is None or not ledger.evergreen.counts_work_in_progress:
        raise BadRequest("work in progress does not count against this ledger; agree it first")
    if (ledger.request is None) is not _is_short(ledger, ledger.evergreen, work_minor):
        return None
    return follow_up(ledger, request_id, on=on, work_minor=work_minor)


def follow_up(
    ledger: TrustLedger, request_id: UUID, *, on: date, work_minor: int = 0
) -> ReplenishmentRequested | ReplenishmentMet:
    """What follows for a ledger that `needs` it: the request, or that it was met."""
    balance = ledger.balance_minor
    if ledger.request is not None:
        return ReplenishmentMet(
            trust_account_id=ledger.account_id,
            effective_date=on,
            request_id=ledger.request.request_id,
            balance_minor=balance,
        )
    assert ledger.evergreen is not None, "a retainer was agreed"
    return ReplenishmentRequested(
        trust_account_id=ledger.account_id,
        effective_date=on,
        request_id=request_id,
        amount_minor=(ledger.evergreen.replenish_to_minor or 0) - balance + work_minor,
        balance_minor=balance,
        work_minor=work_minor,
    )


def _is_short(ledger: TrustLedger, agreed: EvergreenAgreed, work_minor: int) -> bool:
    return ledger.balance_minor - work_minor < (agreed.minimum_minor or 0)
