"""What every fact in the log has in common, and who is behind it.

An event is a frozen pydantic model with a permanent TOPIC. The envelope around it (who, when, why, where in the log) is
the log's; the fields that the law needs to decide with stand in the event itself.
"""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Minor = Annotated[int, Field(gt=0, le=10**15)]
"""A positive amount in minor units (cents, pence); the event says which way it went."""

_OTHER_DECIMALS = "BHD BIF CLF CLP DJF GNF IQD ISK JOD JPY KMF KRW KWD LYD OMR PYG RWF TND UGX UYI UYW VND VUV XAF XOF XPF"
"""ISO 4217 currencies that have no cents, or thousandths."""


def _of_hundredths(code: str) -> str:
    if code in _OTHER_DECIMALS:
        raise ValueError(f"the books are kept in currencies of hundredths; {code} is not one")
    return code


Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$"), AfterValidator(_of_hundredths)]
"""An ISO 4217 code whose minor unit is a hundredth."""

Words = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"\S")]
"""A sentence a person wrote; never blank."""


class Event(BaseModel):
    """A fact. `TOPIC` is its permanent name in the log; `SCHEMA` the version of its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    TOPIC: ClassVar[str]
    SCHEMA: ClassVar[int] = 1


class MoneyEvent(Event):
    """A fact by which money moves, or is earmarked, on a day of the books.

    `effective_date` stands in the envelope of the stored bytes, beside `recorded_at`.
    """

    effective_date: date


class AccountEvent(Event):
    """A fact that touches a trust bank account, and so carries its gapless counter and back-link.

    The log itself writes the counter, under its lock; see `commands/event_log`.
    """

    trust_account_id: UUID


class Actor(BaseModel):
    """Who did it: the person, the role that allowed it, the client program it came through, and with which access token.

    `token_id` is None for what came without one, as at the firm's own machine; the stored bytes then do not name it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    user_id: UUID
    role: str
    program: str
    policy_version: int
    token_id: UUID | None = None


MOST_PERSONAL = 4000
"""Characters of one text about a person."""


class Personal(BaseModel):
    """Text about a person, kept in a place of its own so that it can be encrypted per subject.

    `subject_id` names whose data it is (a contact, a user). `sealed` takes the place of `text` once a key guards it;
    the envelope of `sealed` is evidence.md §2 ("$enc", key number, commitment, nonce, ciphertext).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject_id: UUID
    text: str | None = Field(default=None, max_length=MOST_PERSONAL)
    sealed: dict[str, str] | None = None

    def __str__(self) -> str:
        return self.text if self.text is not None else "(unreadable)"
