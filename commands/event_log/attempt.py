"""What is carried out together: each decided in turn, all appended in one call, each told what became of it."""

from collections.abc import Callable, Sequence
from typing import Protocol
from uuid import UUID

from commands.event_log.loaded import Loaded
from commands.event_log.recorder import Decision, Verdict

Told = tuple[Verdict, int]


class Attempt(Protocol):
    """A command on its way into the log: decided when its turn comes, and then told what became of it."""

    def decide(self, ahead: dict[UUID, Loaded]) -> Decision | None:
        """What to append, None where there is nothing. `ahead` are the states that those before it in the call lead to, if
        they are appended; its own go there. Raises whatever the asker is to be told.
        """
        ...

    def conclude(self, verdict: Verdict, position: int) -> None:
        """The decision had this verdict. Raises whatever the asker is to be told."""
        ...


class Decided:
    """An attempt that needs no deciding; `told` is its verdict and the position of its last event."""

    def __init__(self, decision: Decision) -> None:
        self._decision = decision
        self.told: Told = (Verdict.CONFLICT, 0)

    def decide(self, _ahead: dict[UUID, Loaded]) -> Decision:
        """What was decided before."""
        return self._decision

    def conclude(self, verdict: Verdict, position: int) -> None:
        """Keep the verdict."""
        self.told = (verdict, position)


def carry_out_together(
    attempts: Sequence[Attempt], append: Callable[[Sequence[Decision]], Sequence[Told]]
) -> list[Exception | None]:
    """Decide each, append all in one call, tell each. Returns what each is to be told instead, where that is an error."""
    errors: dict[Attempt, Exception] = {}
    ahead: dict[UUID, Loaded] = {}
    decided: list[tuple[Attempt, Decision]] = []
    for attempt in attempts:
        try:
            decision = attempt.decide(ahead)
        except Exception as error:  # noqa: BLE001 -- raised again in the thread whose command it is
            errors[attempt] = error
        else:
            if decision is not None:
                decided.append((attempt, decision))
    if decided:
        _append(decided, append, errors)
    return [errors.get(attempt) for attempt in attempts]


def _append(
    decided: Sequence[tuple[Attempt, Decision]],
    append: Callable[[Sequence[Decision]], Sequence[Told]],
    errors: dict[Attempt, Exception],
) -> None:
    try:
        verdicts = append([decision for _, decision in decided])
    except Exception as error:  # noqa: BLE001 -- raised again in each of their threads
        errors |= {attempt: error for attempt, _ in decided}
        return
    for (attempt, _), (verdict, position) in zip(decided, verdicts, strict=True):
        try:
            attempt.conclude(verdict, position)
        except Exception as error:  # noqa: BLE001 -- as above
            errors[attempt] = error
