"""A rule for lines of the firm's statements: which words tell the payee, and what such a charge usually is for.

A rule suggests; a person accepts. Nothing is posted by a rule.
"""

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from aggregates.errors import WrongState
from aggregates.event import Event, Words
from aggregates.stream import Kind

Contains = Annotated[str, Field(min_length=3, max_length=80)]
"""Words that the line's payee or text has in it, whatever their case."""


class LineRuleSet(Event):
    """Lines that say so are of this payee, and suggest a cost (its expense code, its matter) or overhead (its account)."""

    TOPIC: ClassVar[str] = "line-rule/set"

    rule_id: UUID
    account_id: UUID | None
    contains: Contains
    payee: Words
    matter_id: UUID | None
    expense_code: str | None
    overhead: str | None


class LineRuleWithdrawn(Event):
    """It suggests no more."""

    TOPIC: ClassVar[str] = "line-rule/withdrawn"

    why: Words


@dataclass(frozen=True, slots=True)
class LineRule:
    """State after its events."""

    rule: LineRuleSet
    withdrawn: bool = False

    def withdraw(self, why: str) -> LineRuleWithdrawn:
        """Raises WrongState where it was."""
        if self.withdrawn:
            raise WrongState("this rule was withdrawn already")
        return LineRuleWithdrawn(why=why)


def evolve(rule: LineRule | None, event: Event) -> LineRule:
    """The state one event later."""
    if isinstance(event, LineRuleSet):
        assert rule is None, "set twice"
        return LineRule(event)
    assert rule is not None, "withdrawn before it was set"
    return replace(rule, withdrawn=True)


KIND = Kind("line-rule", evolve)
EVENTS: tuple[type[Event], ...] = (LineRuleSet, LineRuleWithdrawn)
