"""What every trust command needs first: the firm's policy, the account it may post into, the ledger it posts to."""

from datetime import date
from uuid import UUID

from aggregates import bank_statement, cheque, evergreen, firm, matching, matter, trust_account, trust_ledger
from aggregates.errors import NotFound
from aggregates.event import Event
from aggregates.firm import Firm
from aggregates.jurisdictions import Policy
from aggregates.named_payee import is_the_firm, is_the_firms_own
from aggregates.trust_account import TrustAccount
from aggregates.trust_ledger import TrustLedger
from aggregates.trust_ledger_events import LedgerPurpose
from aggregates.trust_rules import MatterHoldsTrustMoney, NoLedger, NotBilled, TrustRuleBroken
from commands import replenishment_email
from commands.work import Work


def the_firm(work: Work) -> Firm:
    """Raises NotFound before the firm is established."""
    state = work.find(firm.KIND, firm.STREAM)
    if state is None:
        raise NotFound("the firm is not established yet")
    return state


def policy(work: Work, on: date | None = None) -> Policy:
    """What binds the firm today, or on the day that money moves."""
    return the_firm(work).policy_on(on or work.today)


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


def record_on(work: Work, ledger_id: UUID, *events: Event) -> TrustLedger:
    """Put events on a ledger; where its retainer falls below what was agreed, the request to the client follows."""
    after = work.record(trust_ledger.KIND, ledger_id, *events)
    if (after.evergreen is None and after.request is None) or not evergreen.needs(after):
        return after
    return record_follow_up(work, after, evergreen.follow_up(after, work.new_id(), on=work.today))


def record_follow_up(work: Work, before: TrustLedger, event: Event) -> TrustLedger:
    """Put on record that the client is asked to replenish a retainer, or did, and write what is written then."""
    asked = before.request
    follows = work.record(trust_ledger.KIND, before.id, event)
    if asked is not None:
        replenishment_email.settle(work, asked.request_id)
    else:
        replenishment_email.announce(work, follows, the_firm(work).established.name)
    return follows


def check_takes_money(work: Work, state: TrustLedger) -> None:
    """Raises MatterHoldsTrustMoney (T14): a closed matter holds no trust money, and so takes none."""
    if state.matter_id is None:
        return
    of = work.load(matter.KIND, state.matter_id)
    if of.status == "closed":
        raise MatterHoldsTrustMoney(
            f"matter {of.opened.number} is closed and takes no trust money; reopen it first", matter_status=of.status
        )


def check_not_the_firm(work: Work, payee: str, why: str) -> None:
    """Raises NotBilled (T7) where a payee is the firm itself."""
    name = the_firm(work).established.name
    if is_the_firm(payee, name):
        raise NotBilled(f"{payee.strip()} is the firm itself; {why}", payee=payee.strip(), firm=name)


FIRM_IS_PAID = "what a bill entitles the firm to goes to the firm itself"
"""Why nobody else is paid against a bill (T7)."""


def check_the_firms_own(work: Work, payee: str, rule: type[TrustRuleBroken], why: str) -> None:
    """Raises the rule, T5 or T7, where money that is the firm's would go to anybody else."""
    name = the_firm(work).established.name
    if not is_the_firms_own(payee, name):
        raise rule(f"{why}: name {name} as the payee, not {payee.strip()}", payee=payee.strip(), firm=name)


def stands_in_a_match(work: Work, account_id: UUID, entry_or_line_id: UUID) -> bool:
    """Whether a person said that the bank has shown this entry, or what this line is."""
    matched = work.find(matching.KIND, matching.KIND.stream_id(account_id))
    return matched is not None and (entry_or_line_id in matched.entries or entry_or_line_id in matched.lines)


def shown_by_the_bank(work: Work, account_id: UUID, entry_id: UUID) -> bool:
    """Whether a statement line is matched with this entry, or explained by it."""
    statements = work.find(bank_statement.KIND, bank_statement.KIND.stream_id(account_id))
    explains = statements is not None and entry_id in statements.explaining
    return explains or stands_in_a_match(work, account_id, entry_id)


def cheque_of(work: Work, account_id: UUID, number: int) -> cheque.Cheque:
    """Raises NotFound."""
    state = work.find(cheque.KIND, cheque.KIND.stream_id(account_id, number))
    if state is None:
        raise NotFound(f"cheque {number} was not issued on this account", number=number)
    return state


def named_ledger_id(account_id: UUID, purpose: LedgerPurpose) -> UUID:
    """The stream of an account's firm reserve, interest or unidentified receipts."""
    return trust_ledger.KIND.stream_id(account_id, purpose, None, None)
