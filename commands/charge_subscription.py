"""Charge the periods of a subscription that are over: each once, as a fee that is earned and may be billed."""

from datetime import date
from uuid import UUID

from aggregates import flat_fee, subscription
from aggregates.event import Personal
from aggregates.flat_fee import FlatFeeAgreed, FlatFeeEarned
from aggregates.subscription import Period, SubscriptionAgreed
from commands.dispatch import Result
from commands.time_work import check_day
from commands.work import Command, Work


class ChargeSubscription(Command):
    """Charge every period that is over by a day and was not charged; by today, where no day is named."""

    matter_id: UUID
    through: date | None = None


def handle(command: ChargeSubscription, work: Work) -> Result:
    """Returns the fees. Raises NotFound, BadRequest where no period is due."""
    through = command.through or work.today
    check_day(work, through)
    stream = subscription.stream_of(command.matter_id)
    state = work.load(subscription.KIND, stream)
    periods, fees = state.due(through), []
    for period in periods:
        fee_id = work.new_id()
        state = work.record(subscription.KIND, stream, state.charge(period, fee_id))
        _earn(work, fee_id, state.agreed, period)
        fees.append({"fee_id": str(fee_id), "through": str(period.through), "amount_minor": period.amount_minor})
    return {"subscription_id": str(state.agreed.subscription_id), "charged": fees}


def _earn(work: Work, fee_id: UUID, agreed: SubscriptionAgreed, period: Period) -> None:
    words = f"{agreed.title}, {period.from_day} to {period.through}"[:2000]
    kin = {"matter_id": agreed.matter_id, "client_id": agreed.client_id, "amount_minor": period.amount_minor}
    work.record(
        flat_fee.KIND,
        fee_id,
        FlatFeeAgreed.model_validate(
            {
                **kin,
                "fee_id": fee_id,
                "stage": Personal(subject_id=agreed.client_id, text=words),
                "authority": agreed.authority,
            }
        ),
        FlatFeeEarned.model_validate(
            {**kin, "effective_date": period.through, "evidence": "the period of the subscription is over"}
        ),
    )
