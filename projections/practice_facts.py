"""Cards of how the firm reckons with its people: what each timekeeper is, what an hour costs, who is credited with fees."""

from collections.abc import Mapping

from aggregates.logged_event import LoggedEvent
from projections.card_words import Say, Words
from projections.cost_facts import exact
from projections.personal import readable


def _classified(event: LoggedEvent) -> Words:
    return {f"class/{event.data['effective_from']}": event.data["classification"]}


def _said(event: LoggedEvent) -> Words:
    return {name: readable(value) for name, value in event.data.items()}


def _agreed(event: LoggedEvent) -> Words:
    words = _said(event)
    shares = {f"{role}_percent": exact(words.pop(f"{role}_millionths"), 4) for role in _ROLES}
    return {**words, **shares}


_ROLES = ("originating", "responsible", "working")
PRACTICE: Mapping[str, tuple[str, Say]] = {
    "billing-rates/timekeeper-classified": ("timekeeper", _classified),
    "time-costs/set": ("time_cost", _said),
    "available-time/agreed": ("available_time", _said),
    "fee-shares/agreed": ("fee_share", _agreed),
}
PRACTICE_IDS: Mapping[str, str] = {
    "timekeeper": "timekeeper_id",
    "time_cost": "cost_id",
    "available_time": "available_id",
    "fee_share": "share_id",
}
