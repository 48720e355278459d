"""What a card costs is the firm's, on operating, never a client's and never trust's (T8).

Where the processor keeps its fee, or a chargeback, from what it pays out to trust, the firm owes trust as much at once: an
exception says so, until a person cures it.
"""

from datetime import date
from uuid import UUID

from aggregates import card_payment
from aggregates.card_account import CardAccount
from aggregates.card_payment_events import CardFeeTaken
from aggregates.trust_exception import ExceptionCause
from aggregates.trust_rules import money
from commands.bank_facts import open_exception
from commands.work import Work


def keep_fee(
    work: Work, account: CardAccount, key: UUID, processor_payment: str, dispute: str | None, fee_minor: int, *, on: date
) -> None:
    """Book a fee of a payment, or of a dispute of it, as far as it is not booked yet. `fee_minor` is all of it."""
    state = work.find(card_payment.KIND, key)
    more = fee_minor - (state.fees.get(dispute or "", 0) if state is not None else 0)
    if more == 0:
        return
    of = f"dispute {dispute}" if dispute is not None else f"card payment {processor_payment}"
    why = f"The card processor kept its fee of {money(more)} for {of}; pay it into trust from operating (T8)"
    event = CardFeeTaken(
        effective_date=on,
        card_account_id=account.connected.card_account_id,
        processor_payment=processor_payment,
        entry_id=work.new_id(),
        dispute=dispute,
        amount_minor=abs(more),
        given_back=more < 0,
        exception_id=owe_trust(work, account, ExceptionCause.CARD_FEE_KEPT, more, why, on=on) if more > 0 else None,
    )
    work.record(card_payment.KIND, key, event)


def owe_trust(
    work: Work, account: CardAccount, cause: ExceptionCause, amount_minor: int, why: str, *, on: date
) -> UUID | None:
    """Open the exception by which the firm owes its trust account an amount; None for an account that pays to operating."""
    trust_account_id = account.connected.trust_account_id
    if trust_account_id is None:
        return None
    return open_exception(work, cause, account_id=trust_account_id, on=on, amount_minor=-amount_minor, evidence=why)
