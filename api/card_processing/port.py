"""What the program wants of a card processor: a few verbs. Amounts are minor units, ids are the processor's own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from aggregates.errors import BadRequest, WrongState
from commands.card_news import News


class ProcessorRefused(BadRequest):
    """The card processor says no to what was asked."""

    code = "card.processor_refused"


class ProcessorUnreachable(Exception):  # noqa: N818 -- said as a person would
    """The card processor cannot be reached, or is at fault; nothing was changed here. Send it again."""


class NoKey(WrongState):
    """The environment has no key for this card account, or the key of another one."""

    code = "card.no_key"


class NotGenuine(BadRequest):
    """A notice that the processor did not sign, or signed too long ago."""

    code = "card.notice_not_genuine"


@dataclass(frozen=True, slots=True)
class LinkAsked:
    """A link to be made. `words` is what the payer reads; `marks` come back in every notice about it."""

    link_id: UUID
    amount_minor: int
    currency: str
    words: str
    marks: dict[str, str]


@dataclass(frozen=True, slots=True)
class LinkMade:
    """A link as the processor made it."""

    processor_link: str
    url: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the processor told, signature checked. `asks_fee_of` is a payment whose fee it did not say."""

    notice: str
    kind: str
    happened_at: datetime
    body: bytes
    news: tuple[News, ...]
    asks_fee_of: str | None = None
    unread: str | None = None
    """Why it says nothing, where it should."""


class CardProcessor(Protocol):
    """One account at a processor, opened by its key.

    Every verb but `read` raises ProcessorUnreachable, ProcessorRefused, NoKey for a key that opens nothing.
    """

    def account(self) -> str:
        """The account that the key opens."""
        ...

    def make_link(self, asked: LinkAsked) -> LinkMade:
        """Make a link that is paid once. Asked again with the same `link_id`, it is the same link."""
        ...

    def close_link(self, processor_link: str) -> None:
        """Nobody can pay under it any more; closed before, it stays so."""
        ...

    def refund(self, payment: str, amount_minor: int, key: str) -> str:
        """Send money back to the card; the refund's id. With the same `key` it is the same refund."""
        ...

    def fee_of(self, payment: str) -> int | None:
        """What the processor kept of a payment; None while it does not say."""
        ...

    def read(self, body: bytes, signature: str, now: datetime) -> Notice:
        """A notice as it was sent. Raises NotGenuine."""
        ...
