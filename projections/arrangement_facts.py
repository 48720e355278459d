"""Cards of what was agreed about fees: blended rates, caps, interest, retainers, subscriptions."""

from collections.abc import Mapping

from aggregates.logged_event import LoggedEvent
from projections.card_words import Say, Words
from projections.personal import readable


def _said(event: LoggedEvent) -> Words:
    return {name: readable(value) for name, value in event.data.items()}


def _blended(event: LoggedEvent) -> Words:
    """As a rate of a matter, for whoever works on it."""
    anybody = {"timekeeper_id": None, "classification": None, "task_code": None}
    return {**_said(event), **anybody, "rule": "blended", "withdrawn_on": None}


def _charged(event: LoggedEvent) -> Words:
    """Interest on a bill, one of the words of its card."""
    told = {name: value for name, value in event.data.items() if name != "charge_id"}
    return {f"interest/{event.data['charge_id']}": {**told, "through": event.day}}


def _capped(event: LoggedEvent) -> Words:
    return {**_said(event), "status": "agreed", "billed_minor": event.data["billed_before_minor"], "agreed_on": event.day}


def _counted(event: LoggedEvent) -> Words:
    return {"billed_minor": event.data["billed_minor"]}


def _period(event: LoggedEvent) -> Words:
    told = {name: event.data[name] for name in ("from_day", "through", "amount_minor", "fee_id")}
    return {f"period/{event.data['number']:05}": told, "charged_through": event.data["through"]}


def _retained(event: LoggedEvent) -> Words:
    """A receipt, one of the words of its retainer's card."""
    where = event.data["entry_id"] or event.data["payment_id"]
    return {f"receipt_of/{where}": {**event.data, "received_on": event.day}}


ARRANGEMENTS: Mapping[str, tuple[str, Say]] = {
    "billing-rates/blended-rate-agreed": ("billing_rate", _blended),
    "fee-cap/agreed": ("fee_cap", _capped),
    "fee-cap/raised": (
        "fee_cap",
        lambda event: {"cap_minor": event.data["after_minor"], "raised_on": event.day, "why": event.data["why"]},
    ),
    "fee-cap/ended": ("fee_cap", lambda event: {"status": "ended", "ended_on": event.day, "why": event.data["why"]}),
    "fee-cap/fees-counted": ("fee_cap", _counted),
    "fee-cap/fees-given-back": ("fee_cap", _counted),
    "late-terms/agreed": ("late_terms", _said),
    "fee-retainer/agreed": ("fee_retainer", lambda event: {**_said(event), "status": "agreed", "agreed_on": event.day}),
    "fee-retainer/received": ("fee_retainer", _retained),
    "fee-retainer/ended": (
        "fee_retainer",
        lambda event: {"status": "ended", "ended_on": event.day, "why": event.data["why"]},
    ),
    "subscription/agreed": ("subscription", lambda event: {**_said(event), "status": "agreed", "ends_on": None}),
    "subscription/period-charged": ("subscription", _period),
    "subscription/ended": (
        "subscription",
        lambda e: {"status": "ended", **{name: e.data[name] for name in ("ends_on", "last_period", "why")}},
    ),
    "bill/interest-charged": ("bill", _charged),
    "bill/interest-reversed": ("bill", lambda event: {f"interest/{event.data['charge_id']}": None}),
}
ARRANGEMENT_IDS: Mapping[str, str] = {"fee_cap": "matter_id", "late_terms": "terms_id", "subscription": "subscription_id"}
"""A cap is found by its matter."""
