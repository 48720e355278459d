"""What every trust command needs first: the firm's policy, the account it may post into, the ledger it posts to."""

from datetime import date
from uuid import UUID

from aggregates import firm, trust_account, trust_ledger
from aggregates.errors import NotFound
from aggregates.event import Event
from aggregates.firm import Firm
from aggregates.jurisdictions import Policy
from aggregates.trust_account import TrustAccount
from aggregates.trust_ledger import TrustLedger
from aggregates.trust_ledger_events import LedgerPurpose
from aggregates.trust_rules import NoLedger
from commands.work import Work


def the_firm(work: Work) -> Firm:
    """Raises NotFound before the firm is established."""
    state = work.find(firm.KIND, firm.STREAM)
    if state is None:
        raise NotFound("the firm is not established yet")
    return state


def policy(work: Work) -> Policy:
    """What binds the firm."""
    return the_firm(work).policy


def sole_practitioner(work: Work) -> bool:
    """Whether the asker is the one lawyer on record as practising alone."""
    return the_firm(work).sole_practitioner == work.user_id


def postable_account(work: Work, account_id: UUID, on: date) -> TrustAccount:
    """The account, guarded, if it may be posted into on that day. Raises NotFound, PeriodSigned (T12), BadRequest."""
    account = work.load(trust_account.KIND, account_id)
    account.check_postable(on, work.today)
    return account


def ledger(work: Work, ledger_id: UUID) -> TrustLedger:
    """Raises NoLedger (T10)."""
    state = work.find(trust_ledger.KIND, ledger_id)
    if state is None:
        raise NoLedger(f"there is no trust ledger {ledger_id}; an entry needs a client's ledger or a named one")
    return state


def ledger_for(work: Work, ledger_id: UUID, on: date) -> TrustLedger:
    """A ledger whose account may be posted into on that day. Raises NoLedger, PeriodSigned (T12), BadRequest."""
    state = ledger(work, ledger_id)
    postable_account(work, state.account_id, on)
    return state


def record_on(work: Work, ledger_id: UUID, *events: Event) -> None:
    """Put events on a ledger."""
    work.record(trust_ledger.KIND, ledger_id, *events)


def named_ledger_id(account_id: UUID, purpose: LedgerPurpose) -> UUID:
    """The stream of an account's firm reserve, interest or unidentified receipts."""
    return trust_ledger.KIND.stream_id(account_id, purpose, None, None)
