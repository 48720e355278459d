"""What a verification found: checks with what they counted and how long they took, and faults in plain sentences."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

_KEPT = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it must be. `position` is the event in question, where one can be named.

    `last`, where given, ends a stretch that begins at `position`: one of its events, no telling which. `table` or `rule` is
    what is at fault: a table of the firm's schema, or a trust rule such as T1.
    """

    sentence: str
    position: int | None = None
    table: str | None = None
    rule: str | None = None
    last: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "position": self.position,
            "last": self.last,
            "table": self.table,
            "rule": self.rule,
            "sentence": self.sentence,
        }


@dataclass(slots=True)
class Check:
    """One kind of check. `counted` is how many `things` it looked at; of many faults the first twenty are kept."""

    name: str
    things: str
    counted: int = 0
    seconds: float = 0.0
    fault_count: int = 0
    faults: list[Fault] = field(default_factory=list)
    note: str | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return self.fault_count == 0

    def fault(
        self,
        sentence: str,
        *,
        position: int | None = None,
        table: str | None = None,
        rule: str | None = None,
        last: int | None = None,
    ) -> None:
        """Something was found."""
        self.fault_count += 1
        if len(self.faults) < _KEPT:
            self.faults.append(Fault(sentence, position, table, rule, last))

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Count the time of a block as this check's."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds += time.perf_counter() - began

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "name": self.name,
            "ok": self.ok,
            "counted": self.counted,
            "things": self.things,
            "seconds": round(self.seconds, 3),
            "note": self.note,
            "fault_count": self.fault_count,
            "faults": [fault.as_dict() for fault in self.faults],
        }


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """The whole of it, for one firm or one of its trust accounts. `root` is hex; `size` the log's events when it began.

    For one trust account `root` is the leaf of its last event, which the next one would name.
    `projected_to` is the position at which the read models were held against a rebuild, None where they were not.
    """

    firm: str
    trust_account_id: str | None
    size: int
    root: str
    projected_to: int | None
    seconds: float
    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether every check passed."""
        return all(check.ok for check in self.checks)

    @property
    def first_fault(self) -> Fault | None:
        """The fault at the lowest position, in the order of the checks; else the first stretch, else the first table."""
        faults = [fault for check in self.checks for fault in check.faults]
        placed = [fault for fault in faults if fault.position is not None and fault.last is None]
        bounded = [fault for fault in faults if fault.last is not None]
        return min(placed, key=lambda fault: fault.position or 0) if placed else next(iter(bounded or faults), None)

    @property
    def sentence(self) -> str:
        """The outcome in one sentence."""
        if (fault := self.first_fault) is not None:
            where = f"position {fault.position}: " if fault.position is not None and fault.last is None else ""
            return where + fault.sentence
        what = f"trust account {self.trust_account_id}" if self.trust_account_id else f"{self.size} events"
        return f"{what} of {self.firm} verified: nothing was altered, and every rule held at every position"

    def as_dict(self) -> dict[str, Any]:
        """For JSON, and for the evidence that is kept of it."""
        return {
            "firm": self.firm,
            "trust_account_id": self.trust_account_id,
            "ok": self.ok,
            "sentence": self.sentence,
            "size": self.size,
            "root": self.root,
            "projected_to": self.projected_to,
            "seconds": round(self.seconds, 3),
            "first_fault": self.first_fault.as_dict() if self.first_fault else None,
            "checks": [check.as_dict() for check in self.checks],
        }
