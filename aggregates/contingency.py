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


class Part(BaseModel):
    """A part that no percentage says exactly, such as one third: 1 of 3."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    parts: Annotated[int, Field(ge=1, le=1_000)]
    of: Annotated[int, Field(ge=1, le=1_000)]


class Tier(BaseModel):
    """From this stage on the fee is so much of the recovery: so many basis points, or exactly such a part."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S")]
    basis_points: Annotated[int, Field(ge=0, le=WHOLE)] | None = None
    part: Part | None = None

    def check(self) -> None:
        """Raises BadRequest unless it says one of both, and no more than the whole."""
        if (self.basis_points is None) == (self.part is None):
            raise BadRequest(f"say of {self.stage!r} either basis_points or part")
        if self.part is not None and self.part.parts > self.part.of:
            raise BadRequest(f"{self.part.parts} of {self.part.of} is more than the whole")

    def fee_minor(self, base_minor: int) -> int:
        """Of what it is a share of, half a minor unit rounded up."""
        parts, of = (self.part.parts, self.part.of) if self.part is not None else (self.basis_points or 0, WHOLE)
        return (2 * base_minor * parts + of) // (2 * of)


class ContingentFeeAgreed(Event):
    """The client agreed in writing what the fee will be."""

    TOPIC: ClassVar[str] = "contingency/agreed"
    SCHEMA: ClassVar[int] = 2

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
        return tier.fee_minor(base)


def evolve(_: Contingency | None, event: Event) -> Contingency:
    """The state one event later."""
    assert isinstance(event, ContingentFeeAgreed), f"{event.TOPIC} is not of a contingent fee"
    return Contingency(event)


KIND = Kind("contingency", evolve)


def stream_of(matter_id: UUID) -> UUID:
    """The stream of a matter's agreement."""
    return KIND.stream_id(matter_id)


EVENTS: tuple[type[Event], ...] = (ContingentFeeAgreed,)
