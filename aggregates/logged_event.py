"""An event as it stands in the log: its envelope, its raw data, and where it is."""

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any, NamedTuple

from aggregates.catalogue import BY_TOPIC
from aggregates.event import Event, MoneyEvent
from aggregates.upcasting import upcast


class LoggedEvent(NamedTuple):
    """One row of the log, read. Values are as JSON has them: ids and dates are text.

    `data` is already upcast to the newest schema of its topic; `schema` is what was stored. `recorded_at` is UTC,
    RFC 3339; `effective_date` is None where no money moves. `account_id`, `account_seq` and `account_prev` are the
    trust account's gapless counter and back-link, where the event touches one. `zone` is the firm's, which the reader knows;
    it is no part of what was stored.
    """

    position: int
    id: str
    topic: str
    schema: int
    stream_id: str
    version: int
    recorded_at: str
    effective_date: str | None
    actor: Mapping[str, Any]
    command_id: str
    correlation_id: str
    causation_id: str | None
    reason: str | None
    data: dict[str, Any]
    account_id: str | None
    account_seq: int | None
    account_prev: str | None
    zone: tzinfo = UTC

    @property
    def day(self) -> str:
        """The day it counts from in the books: the effective date, else the day that it was at the firm when recorded."""
        if self.effective_date is not None:
            return self.effective_date
        if self.zone is UTC:
            return self.recorded_at[:10]
        return datetime.fromisoformat(self.recorded_at).astimezone(self.zone).date().isoformat()

    def event(self) -> Event:
        """The typed fact. Raises KeyError for a topic not in the catalogue, ValueError for bad data."""
        kind = BY_TOPIC[self.topic]
        if issubclass(kind, MoneyEvent):
            return kind.model_validate({**self.data, "effective_date": self.effective_date})
        return kind.model_validate(self.data)


def from_document(position: int, document: Mapping[str, Any], zone: tzinfo = UTC) -> LoggedEvent:
    """Read one stored document (the parsed JSON of its bytes). Raises KeyError where a field is missing.

    The values stand in the order of the fields, without their names, which took twice as long for each of millions.
    """
    topic, schema = document["topic"], document["schema"]
    chain = document.get("trust_account")
    return LoggedEvent(
        position,
        document["id"],
        topic,
        schema,
        document["stream"],
        document["version"],
        document["recorded_at"],
        document.get("effective_date"),
        document["actor"],
        document["command"],
        document["correlation"],
        document["causation"],
        document["reason"],
        upcast(topic, schema, document["data"]),
        chain["id"] if chain else None,
        chain["seq"] if chain else None,
        chain["prev"] if chain else None,
        zone,
    )
