"""Whether each answer that was kept by its idempotency key is the one that the log has sealed, and none is gone."""

from typing import Any
from uuid import UUID

from psycopg import Connection

from aggregates.kept_answer import seal_of
from replay.findings import Check
from replay.log_check import Read


class AnswersCheck:
    """Walks the answers beside the log: each names the last event of a command of the person who asked, which seals it.

    Events of before there were seals have none; from the first seal on, no answer stands without one.
    """

    def __init__(self, connection: Connection[Any], schema: str) -> None:
        self.check = Check("idempotency", "answers")
        self._rows = connection.cursor("answers", binary=True)
        self._rows.itersize = 2_000
        self._rows.execute(
            "SELECT position, actor_id::text, key, request_hash, status, body "
            f"FROM {schema}.idempotency ORDER BY position, actor_id"
        )
        self._sealing = False
        self._next = self._rows.fetchone()
        self._last: tuple[int, str] | None = None
        """The position that was answered last, and its command: the event after it must be another command's."""

    def take(self, page: list[Read]) -> None:
        """The next events of the log."""
        with self.check.timed():
            for position, _, document in page:
                if self._last is not None and position == self._last[0] + 1 and document["command"] == self._last[1]:
                    self._fault(self._last[0], "an answer is kept for an event amid its command, not for the last one")
                self._last = None
                seal = document.get("answer")
                self._sealing = self._sealing or seal is not None
                while self._next is not None and self._next[0] <= position:
                    self._answer(position, document, seal)
                if seal is not None and self._last is None:
                    self._fault(position, "the answer that was kept for this command is gone, or moved elsewhere")

    def finish(self, size: int) -> None:
        """What is left points past the end of the log."""
        while self._next is not None:
            self.check.counted += 1
            self._fault(self._next[0], f"an answer is kept for position {self._next[0]}, and the log ends at {size}")
            self._next = self._rows.fetchone()
        self._rows.close()

    def _answer(self, position: int, document: dict[str, Any], seal: object) -> None:
        assert self._next is not None, "asked for without an answer"
        answered, actor, key, request_hash, status, body = self._next
        self.check.counted += 1
        if answered < position:
            self._fault(answered, f"an answer is kept for position {answered}, where no event is")
        elif self._last is not None:
            self._fault(answered, f"two answers are kept for position {answered}")
        elif document["actor"]["user_id"] != actor:
            self._fault(answered, "an answer is kept for somebody else's command")
        elif seal is None and self._sealing:
            self._fault(answered, "an answer is kept that the log knows nothing of")
        elif seal is not None and seal != seal_of(UUID(actor), key, request_hash, status, body):
            self._fault(
                answered, "the answer that is kept is not the one that was given: key, request, status or body differ"
            )
        if answered == position:
            self._last = (position, document["command"])
        self._next = self._rows.fetchone()

    def _fault(self, position: int, sentence: str) -> None:
        self.check.fault(sentence, position=position, table="idempotency")
