"""The markup that a client agreed to on the costs of a matter; without an agreement there is none.

Source: ABA Formal Opinion 93-379: what was paid to others is charged at what it cost, unless the client agreed otherwise
in advance. Percentages are millionths (10 % is 100,000).
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from aggregates.errors import BadRequest, Refusal
from aggregates.event import Event, Words
from aggregates.matter_cost_events import Millionths, Nature
from aggregates.stream import Kind


class MarkupNotAgreed(Refusal):
    """More is charged on a cost than the client agreed to."""

    code: ClassVar[str] = "billing.markup-not-agreed"


class CostMarkupAgreed(Event):
    """The client agreed to a markup on costs that are incurred from a day on; nothing of both ends it."""

    TOPIC: ClassVar[str] = "cost-markup/agreed"

    matter_id: UUID
    client_id: UUID
    binds_from: date
    hard_millionths: Millionths
    soft_millionths: Millionths
    authority: Words


@dataclass(frozen=True, slots=True)
class CostMarkup:
    """Every agreement of a matter, in the order in which they were made."""

    agreed: tuple[CostMarkupAgreed, ...]

    def of(self, nature: Nature, on: date) -> int:
        """The markup on a cost of that day, in millionths: the latest agreement's that binds by then."""
        binding = [one for one in self.agreed if one.binds_from <= on]
        if not binding:
            return 0
        last = max(binding, key=lambda one: one.binds_from)
        last = [one for one in binding if one.binds_from == last.binds_from][-1]
        return last.hard_millionths if nature == "hard" else last.soft_millionths


def agreed_or_less(markup: CostMarkup | None, asked_millionths: int | None, nature: Nature, on: date) -> int:
    """The markup to charge: the one agreed, or a smaller one that was asked for. Raises MarkupNotAgreed."""
    most = markup.of(nature, on) if markup is not None else 0
    if asked_millionths is None:
        return most
    if asked_millionths > most:
        raise MarkupNotAgreed(
            f"the client agreed to a markup of {_percent(most)} on {nature} costs of {on}; {_percent(asked_millionths)} "
            "was asked for (ABA Formal Opinion 93-379)",
            agreed_millionths=most,
            asked_millionths=asked_millionths,
        )
    return asked_millionths


def check_not_same(markup: CostMarkup | None, event: CostMarkupAgreed) -> None:
    """Raises BadRequest where that is agreed already."""
    if markup is not None and event in markup.agreed:
        raise BadRequest("this markup is agreed already")


def _percent(millionths: int) -> str:
    whole, part = divmod(millionths, 10_000)
    return f"{whole}.{part:04d}".rstrip("0").rstrip(".") + " %"


def evolve(markup: CostMarkup | None, event: Event) -> CostMarkup:
    """The state one event later."""
    assert isinstance(event, CostMarkupAgreed), f"{event.TOPIC} is not of a markup"
    return CostMarkup((*(markup.agreed if markup is not None else ()), event))


KIND = Kind("cost-markup", evolve)
EVENTS: tuple[type[Event], ...] = (CostMarkupAgreed,)
