"""What is carried out together: each decided in turn, all appended in one call, each told what became of it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from commands.event_log.at_hand import NotAtHand
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


class Call:
    """Attempts that go in one call: each decided in turn, on what those before it lead to."""

    def __init__(self, attempts: Sequence[Attempt]) -> None:
        """Decide each; an error is kept in the attempt that it belongs to, and what is not at hand is left."""
        self._decided: list[tuple[Attempt, Decision]] = []
        self.left: list[Attempt] = []
        """Those for which the database must be asked, where that may not be."""
        ahead: Known = {}
        for attempt in attempts:
            try:
                decision = attempt.decide(ahead)
            except NotAtHand:
                self.left.append(attempt)
            except Exception as error:  # noqa: BLE001 -- raised again where the command was asked for
                attempt.error = error
            else:
                if decision is not None:
                    self._decided.append((attempt, decision))

    def decisions(self) -> list[Decision]:
        """What to append."""
        return [decision for _, decision in self._decided]

    def conclude(self, verdicts: Sequence[Told]) -> None:
        """Tell each what became of it."""
        for (attempt, _), (verdict, position) in zip(self._decided, verdicts, strict=True):
            try:
                attempt.conclude(verdict, position)
            except NotAtHand:
                self.left.append(attempt)
            except Exception as error:  # noqa: BLE001 -- raised again where the command was asked for
                attempt.error = error

    def fail(self, error: Exception) -> None:
        """Tell each that nothing came of the call, or that nobody knows."""
        for attempt, _ in self._decided:
            attempt.error = error


def carry_out_together(attempts: Sequence[Attempt], append: Callable[[Sequence[Decision]], Sequence[Told]]) -> None:
    """Decide each, append all in one call, tell each; an error is kept in the attempt that it belongs to."""
    call = Call(attempts)
    if decisions := call.decisions():
        try:
            verdicts = append(decisions)
        except Exception as error:  # noqa: BLE001 -- raised again where each command was asked for
            call.fail(error)
        else:
            call.conclude(verdicts)
