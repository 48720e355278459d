"""Connect an account at the card processor, to take cards into operating or into one trust account."""

from uuid import UUID

from aggregates import card_account, trust_account
from aggregates.card_account import AccountName, CardAccountConnected, Destination, Reference
from aggregates.errors import AlreadyExists, BadRequest
from commands.dispatch import Result
from commands.work import Command, Work


class ConnectCardAccount(Command):
    """Connect it for good: an account at the processor keeps its destination. `processor_account` is what its key opens."""

    account_name: AccountName
    destination: Destination
    trust_account_id: UUID | None = None
    processor_account: Reference


def handle(command: ConnectCardAccount, work: Work) -> Result:
    """Returns the card account. Raises NotFound, AlreadyExists, BadRequest for a trust account missing or too many."""
    if (command.destination == "trust") is (command.trust_account_id is None):
        raise BadRequest(
            "name the trust account for an account that pays into trust, and none for one that pays to operating"
        )
    if command.trust_account_id is not None:
        work.load(trust_account.KIND, command.trust_account_id)
    card_account_id = card_account.KIND.stream_id("stripe", command.processor_account)
    known = work.find(card_account.KIND, card_account_id)
    if known is not None:
        raise AlreadyExists(
            f"this account at the processor is connected as {known.connected.account_name} and pays to "
            f"{known.connected.destination}; another destination needs an account of its own, so that the two never mix",
            card_account_id=card_account_id,
        )
    event = CardAccountConnected(
        card_account_id=card_account_id,
        account_name=command.account_name,
        processor="stripe",
        processor_account=command.processor_account,
        destination=command.destination,
        trust_account_id=command.trust_account_id,
        connected_by=work.user_id,
    )
    work.record(card_account.KIND, card_account_id, event)
    return {"card_account_id": str(card_account_id), "processor_account": command.processor_account}
