"""Carry out many transfers between ledgers at once: an allocation, a migration, a day's worth from another program."""

from typing import Annotated, Any

from pydantic import Field

from aggregates.errors import Refusal
from commands import transfer_between_ledgers
from commands.dispatch import Result
from commands.transfer_between_ledgers import TransferBetweenLedgers
from commands.work import Command, Work


class TransferInBulk(Command):
    """Transfers, in order; each is decided on what those before it left."""

    LONG = True

    transfers: Annotated[tuple[TransferBetweenLedgers, ...], Field(min_length=1, max_length=5_000)]


def handle(command: TransferInBulk, work: Work) -> Result:
    """Returns for each transfer its ids, or the refusal's code and sentence; those accepted are recorded together.

    Raises the first Refusal when all are refused.
    """
    verdicts: list[dict[str, Any]] = []
    refused: Refusal | None = None
    for transfer in command.transfers:
        try:
            verdicts.append(transfer_between_ledgers.handle(transfer, work))
        except Refusal as refusal:
            refused = refused or refusal
            verdicts.append({"refused": refusal.code, "detail": str(refusal)})
    if refused is not None and not work.recorded:
        raise refused
    return {"transfers": verdicts}
