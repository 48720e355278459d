"""What is carried out together: each decided in turn, all appended in one call, each told what became of it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from commands.event_log.loaded import Known
from commands.event_log.recorder import Decision, Verdict

Told = tuple[Verdict, int]
"""A verdict, and the position of the last event."""


class Attempt(ABC):
    """A command on its way into the log: decided when its turn comes, and then told what became of it."""

    error: Exception | None = None
    """What the asker is to be told instead. psycopg.Error where the outcome stays unknown."""

    @abstractmethod
    def decide(self, ahead: Known) -> Decision | None:
        """What to append, None where there is nothing. `ahead` are the states that those before it in the call lead to, if
        they are appended; its own go there. Raises whatever the asker is to be told.
        """

    @abstractmethod
    def conclude(self, verdict: Verdict, position: int) -> None:
        """The decision had this verdict. Raises whatever the asker is to be told."""


class Decided(Attempt):
    """An attempt that needs no deciding; `told` is what became of it."""

    def __init__(self, decision: Decision) -> None:
        self._decision = decision
        self.told: Told = (Verdict.CONFLICT, 0)

    def decide(self, ahead: Known) -> Decision:  # noqa: ARG002 -- rests on nothing
        """What was decided before."""
        return self._decision

    def conclude(self, verdict: Verdict, position: int) -> None:
        """Keep the verdict."""
        self.told = (verdict, position)


def carry_out_together(attempts: Sequence[Attempt], append: Callable[[Sequence[Decision]], Sequence[Told]]) -> None:
    """Decide each, append all in one call, tell each; an error is kept in the attempt that it belongs to."""
    ahead: Known = {}
    decided: list[tuple[Attempt, Decision]] = []
    for attempt in attempts:
        try:
            decision = attempt.decide(ahead)
        except Exception as error:  # noqa: BLE001 -- raised again where the command was asked for
            attempt.error = error
        else:
            if decision is not None:
                decided.append((attempt, decision))
    if decided:
        _append(decided, append)


def _append(decided: Sequence[tuple[Attempt, Decision]], append: Callable[[Sequence[Decision]], Sequence[Told]]) -> None:
    try:
        verdicts = append([decision for _, decision in decided])
    except Exception as error:  # noqa: BLE001 -- raised again where each command was asked for
        for attempt, _ in decided:
            attempt.error = error
        return
    for (attempt, _), (verdict, position) in zip(decided, verdicts, strict=True):
        try:
            attempt.conclude(verdict, position)
        except Exception as error:  # noqa: BLE001 -- as above
            attempt.error = error
