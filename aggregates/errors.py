"""Refusals: a rule said no. Expected, and shown to whoever asked.

Refusal
├── NotFound              nothing has this id or number
├── AlreadyExists         something has this natural key already
├── NotAllowed            no role of this person carries the permission
├── BadRequest            the request itself is wrong: a date, an amount, a missing word
├── WrongState            the thing is not in a state in which this can be done
├── StaleVersion          it was changed since the asker looked
├── WrittenMeanwhile      somebody else kept writing first; try again
├── KeyReused             the idempotency key stands for another request
├── EventTooLarge         more than 65,535 bytes in one event
└── TrustRuleBroken       one of the trust rules T1–T16 (aggregates/trust_rules.py)
"""

from collections.abc import Mapping
from typing import ClassVar


class Refusal(Exception):  # noqa: N818 -- the trade says refusal
    """A request that is refused and changes nothing.

    `code` is part of the public API and never changes. `figures` are amounts and dates behind the sentence: money as
    integers of minor units in fields that end in `_minor`, the rest as text.
    """

    code: ClassVar[str] = "refused"
    rule: str | None = None
    source: str | None = None

    def __init__(self, sentence: str, /, **figures: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.figures: Mapping[str, object] = figures


class NotFound(Refusal):
    """Nothing has this id or number."""

    code = "not_found"


class AlreadyExists(Refusal):
    """Something has this natural key already."""

    code = "already_exists"


class NotAllowed(Refusal):
    """No role of this person carries the permission."""

    code = "not_allowed"


class BadRequest(Refusal):
    """The request itself is wrong."""

    code = "bad_request"


class WrongState(Refusal):
    """The thing is not in a state in which this can be done."""

    code = "wrong_state"


class StaleVersion(Refusal):
    """It was changed since the asker looked; `current` is its version now."""

    code = "stale_version"


class WrittenMeanwhile(Refusal):
    """Somebody else kept writing first. Nothing is wrong with the request: send it again."""

    code = "written_meanwhile"


class KeyReused(Refusal):
    """The idempotency key was used for another request."""

    code = "idempotency_key_reused"


class EventTooLarge(Refusal):
    """One event would be more than 65,535 bytes, the limit of the tile format."""

    code = "event_too_large"
