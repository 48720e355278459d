"""A contingent fee: a share of what is recovered, by the stage a matter has reached, on the gross or on the net.

ABA Model Rule 1.5(c): agreed in writing, with the percentages and whether expenses are deducted before or after.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from aggregates.errors import BadRequest
from aggregates.event import Event, Words
from aggregates.stream import Kind

WHOLE = 10_000
"""Basis points."""


class Tier(BaseModel):
    """From this stage on the fee is so many basis points of the recovery."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S")]
    basis_points: Annotated[int, Field(ge=0, le=WHOLE)]


class ContingentFeeAgreed(Event):
    """The client agreed in writing what the fee will be."""

    TOPIC: ClassVar[str] = "contingency/agreed"

    matter_id: UUID
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1, max_length=20)]
    fee_on: Literal["gross", "net"]
    authority: Words


@dataclass(frozen=True, slots=True)
class Contingency:
    """What was agreed last."""

    agreed: ContingentFeeAgreed

    def fee_minor(self, gross_minor: int, costs_minor: int, stage: str) -> int:
        """The fee at a stage, half a minor unit rounded up. Raises BadRequest for a stage nobody agreed."""
        tier = next((one for one in self.agreed.tiers if one.stage == stage), None)
        if tier is None:
            stages = ", ".join(one.stage for one in self.agreed.tiers)
            raise BadRequest(f"no fee was agreed for {stage!r}; there are {stages}", stage=stage)
        base = gross_minor if self.agreed.fee_on == "gross" else max(gross_minor - costs_minor, 0)
        return (2 * base * tier.basis_points + WHOLE) // (2 * WHOLE)


def evolve(_: Contingency | None, event: Event) -> Contingency:
    """The state one event later."""
    assert isinstance(event, ContingentFeeAgreed), f"{event.TOPIC} is not of a contingent fee"
    return Contingency(event)


KIND = Kind("contingency", evolve)


def stream_of(matter_id: UUID) -> UUID:
    """The stream of a matter's agreement."""
    return KIND.stream_id(matter_id)


EVENTS: tuple[type[Event], ...] = (ContingentFeeAgreed,)
