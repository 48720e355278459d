"""Cards of payment plans."""

from collections.abc import Mapping

from projections.card_words import Say
from projections.personal import readable

PLANS: Mapping[str, tuple[str, Say]] = {
    "payment-plan/agreed": (
        "payment_plan",
        lambda event: {
            **{name: readable(value) for name, value in event.data.items()},
            "status": "agreed",
            "agreed_on": event.day,
            "agreed_at": event.position,
        },
    ),
    "payment-plan/ended": (
        "payment_plan",
        lambda event: {"status": "ended", "ended_on": event.day, "why": event.data["why"]},
    ),
}
