"""Open a client's ledger on a trust account, for one matter."""

from uuid import UUID

from aggregates import matter, trust_account, trust_ledger
from aggregates.errors import AlreadyExists
from aggregates.trust_ledger_events import LedgerPurpose, TrustLedgerOpened
from aggregates.trust_rules import OtherClientsMoney
from commands.dispatch import Result
from commands.same_client import same_client
from commands.work import Command, Work


class OpenTrustLedger(Command):
    """Open a ledger for a matter; its client is the matter's."""

    trust_account_id: UUID
    matter_id: UUID


def handle(command: OpenTrustLedger, work: Work) -> Result:
    """Returns the ledger's id. Raises NotFound, WrongState, AlreadyExists, OtherClientsMoney (T2)."""
    account = work.load(trust_account.KIND, command.trust_account_id)
    state = work.load(matter.KIND, command.matter_id)
    state.check_not_closed()
    client_id = state.opened.client_id
    if account.client_id is not None and not same_client(work, account.client_id, client_id):
        raise OtherClientsMoney(f"{account.name} is one client's own account; this matter is another's")
    ledger_id = trust_ledger.KIND.stream_id(account.id, LedgerPurpose.CLIENT, client_id, command.matter_id)
    if work.find(trust_ledger.KIND, ledger_id) is not None:
        raise AlreadyExists("this matter has a ledger on that account already", ledger_id=ledger_id)
    event = TrustLedgerOpened(
        trust_account_id=account.id,
        purpose=LedgerPurpose.CLIENT,
        client_id=client_id,
        matter_id=command.matter_id,
        currency=account.currency,
    )
    work.record(trust_ledger.KIND, ledger_id, event)
    work.record(matter.KIND, command.matter_id, matter.TrustLedgerAttached(ledger_id=ledger_id))
    return {"ledger_id": str(ledger_id)}
