"""What the events of costs say on their cards."""

from typing import Any

from aggregates.logged_event import LoggedEvent
from projections.card_words import Say, Words
from projections.personal import readable


def exact(number: int, decimals: int) -> str:
    """A number of thousandths or millionths as decimal text, without zeros that say nothing."""
    whole, part = divmod(number, 10**decimals)
    return f"{whole}.{part:0{decimals}d}".rstrip("0").rstrip(".")


def cost_words(cost: dict[str, Any]) -> Words:
    """What a cost says, quantity and unit cost as decimal text, the markup in percent."""
    words = {name: readable(value) for name, value in cost.items()}
    words["quantity"] = exact(words.pop("quantity_thousandths"), 3)
    words["unit_cost"] = exact(words.pop("unit_cost_millionths"), 6)
    words["markup_percent"] = exact(words.pop("markup_millionths"), 4)
    return words


def _recorded(event: LoggedEvent) -> Words:
    data = event.data
    whence = {"source": data["source"], "source_id": data["source_id"]}
    return {**cost_words(data["cost"]), **whence, "status": "recorded", "bill_id": None, "billed_minor": None}


def _vendor_paid(event: LoggedEvent) -> Words:
    said = {name: readable(value) for name, value in event.data.items() if name != "parts"}
    parts = {f"part/{n}": part for n, part in enumerate(event.data["parts"])}
    return {**said, **parts, "status": "made", "paid_on": event.day}


def _account(event: LoggedEvent) -> Words:
    return {**event.data, "statement_to": None, "statement_balance_minor": None}


def _statement(event: LoggedEvent) -> Words:
    return {"statement_to": event.data["to_date"], "statement_balance_minor": event.data["closing_minor"]}


def _receipt(event: LoggedEvent) -> Words:
    data = event.data
    return {f"receipt/{data['sha256']}": {"filename": data["filename"], "media": data["media"]}}


COSTS: dict[str, tuple[str, Say]] = {
    "matter-cost/recorded": ("cost", _recorded),
    "matter-cost/amended": ("cost", lambda event: cost_words(event.data["after"])),
    "matter-cost/discarded": ("cost", lambda event: {"status": "discarded", "why": event.data["why"]}),
    "matter-cost/receipt-attached": ("cost", _receipt),
    "matter-cost/vendor-paid": ("cost", lambda event: {"vendor_paid_by": event.data["paid_by"]}),
    "matter-cost/vendor-unpaid": ("cost", lambda _: {"vendor_paid_by": None}),
    "vendor-payment/made": ("vendor_payment", _vendor_paid),
    "vendor-payment/reversed": (
        "vendor_payment",
        lambda event: {"status": "reversed", "reversed_on": event.day, "why": event.data["why"]},
    ),
    "firm-account/opened": ("firm_account", _account),
    "firm-account/statement-imported": ("firm_account", _statement),
    "line-rule/set": ("line_rule", lambda event: {**event.data, "status": "set"}),
    "line-rule/withdrawn": ("line_rule", lambda event: {"status": "withdrawn", "why": event.data["why"]}),
    "matter-cost/put-on-bill": ("cost", lambda event: {"bill_id": event.data["bill_id"]}),
    "matter-cost/taken-off-bill": ("cost", lambda _: {"bill_id": None}),
    "matter-cost/billed": ("cost", lambda e: {"status": "billed", "billed_minor": e.data["billed_minor"]}),
    "matter-cost/unbilled": ("cost", lambda _: {"status": "recorded", "bill_id": None, "billed_minor": None}),
    "cost-markup/agreed": (
        "cost_markup",
        lambda event: {
            "matter_id": event.data["matter_id"],
            f"from/{event.data['binds_from']}": {
                "hard_percent": exact(event.data["hard_millionths"], 4),
                "soft_percent": exact(event.data["soft_millionths"], 4),
                "authority": event.data["authority"],
            },
        },
    ),
}
