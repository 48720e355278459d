"""Timekeepers at a moment: what each is from a day on, and their standard rates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from projections.reports.card_states import card_states
from projections.reports.flows import half_up
from projections.reports.reader import Reader, bounds

_HOUR_S = 3_600
_STANDARD = """
SELECT id::text AS id, changes FROM {s}.card_changes
 WHERE kind = 'billing_rate' AND position <= %(known_at)s AND id IN (
       SELECT id FROM {s}.cards WHERE kind = 'billing_rate' AND data ->> 'matter_id' IS NULL
          AND data ->> 'client_id' IS NULL)
 ORDER BY position, n
"""


@dataclass(frozen=True, slots=True)
class StandardRates:
    """What an hour of somebody costs on a day before anybody agreed anything else: by classification, or their own."""

    classes: dict[str, dict[str, str]]
    rates: dict[str, tuple[dict[str, Any], ...]]

    def of(self, timekeeper_id: str, on: date) -> int | None:
        """Minor units for an hour; None where no such rate says."""
        day = on.isoformat()
        begun = [since for since in self.classes.get(timekeeper_id, {}) if since <= day]
        rank = self.classes[timekeeper_id][max(begun)] if begun else None
        found = self._latest(f"class/{rank}", day) if rank is not None else None
        return found if found is not None else self._latest(timekeeper_id, day)

    def value_of(self, rows: Iterable[dict[str, Any]]) -> int:
        """Of charged seconds by timekeeper and day, half up each; as recorded where there is no standard rate."""
        total = 0
        for row in rows:
            rate = self.of(row["timekeeper_id"], row["day"])
            total += row["recorded_minor"] if rate is None else half_up(row["seconds"] * rate, _HOUR_S)
        return total

    def _latest(self, key: str, day: str) -> int | None:
        found: dict[str, Any] | None = None
        for one in self.rates.get(key, ()):
            if one["effective_from"] <= day and (found is None or one["effective_from"] >= found["effective_from"]):
                found = one
        return int(found["rate_minor"]) if found is not None else None


def standard_rates(reader: Reader, known_at: int | None) -> StandardRates:
    """As they were known at a position."""
    cards: dict[str, dict[str, Any]] = {}
    for row in reader.rows(_STANDARD, **bounds(None, known_at)):
        cards.setdefault(row["id"], {}).update(row["changes"])
    rates: dict[str, tuple[dict[str, Any], ...]] = {}
    for card in cards.values():
        if card["withdrawn_on"] is None and card["task_code"] is None:
            key = f"class/{card['classification']}" if card["classification"] else card["timekeeper_id"]
            rates[key] = (*rates.get(key, ()), card)
    return StandardRates(classes(reader, known_at), rates)


def classes(reader: Reader, known_at: int | None) -> dict[str, dict[str, str]]:
    """By timekeeper: from each day, what they were."""
    return {
        key: {word.removeprefix("class/"): rank for word, rank in card.items()}
        for key, card in card_states(reader, "timekeeper", known_at=known_at).items()
    }
