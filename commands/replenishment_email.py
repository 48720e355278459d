"""What is written when an evergreen retainer falls below what was agreed: a notice to the firm, a request to the client, and
reminders until the money is there (domain reference, section 2.3).
"""

from datetime import date, timedelta
from uuid import UUID

from aggregates import matter, user
from aggregates.event import Personal
from aggregates.outgoing_email import OutgoingEmail
from aggregates.trust_ledger import TrustLedger
from aggregates.trust_rules import money
from commands.email_work import Letter, Row, client_of, queue, row_of, withdraw_waiting, write
from commands.work import Work


def announce(work: Work, ledger: TrustLedger, firm: str) -> None:
    """Tell the attorney, and ask the client, as it was agreed."""
    assert ledger.request is not None, "there is something to announce"
    if ledger.evergreen is None or ledger.evergreen.email == "none":
        return
    written = write_due(work, ledger, firm)
    _notice(work, ledger, written)


def settle(work: Work, request_id: UUID) -> None:
    """The money is there, or nobody asks for it any more: nothing that waits is sent."""
    for row in (_asked(request_id), _noticed(request_id)):
        withdraw_waiting(work, row, "the retainer is replenished, or was ended")


def write_due(
    work: Work, ledger: TrustLedger, firm: str, *, at_once: bool = False, last_words: str = ""
) -> OutgoingEmail | None:
    """The request to the client, or its next reminder, if one is due; None where none is, or no address is known.

    A reminder is due so many days after the last e-mail about it, never while that one waits; `at_once` does not wait.
    """
    agreed, request = ledger.evergreen, ledger.request
    if agreed is None or request is None or agreed.email == "none" or ledger.client_id is None:
        return None
    row = _asked(request.request_id)
    earlier = row_of(work, row)
    if earlier and (earlier[-1].waits or not (at_once or _is_due(earlier[-1], agreed.remind_every_days, work.today))):
        return None
    client_id, client = client_of(work, ledger.client_id)
    known = [one for one in client.details["emails"] if one.text]
    if not known:
        return None
    letter = _letter(work, ledger, client.name, firm, again=bool(earlier), last_words=last_words)
    email_id = write(work, row, letter, known[0], contact_id=client_id)
    return queue(work, email_id) if agreed.email == "automatic" else row_of(work, row)[-1]


def _is_due(last: OutgoingEmail, every_days: int | None, today: date) -> bool:
    return every_days is not None and last.written.on + timedelta(days=every_days) <= today


def _letter(work: Work, ledger: TrustLedger, client: str, firm: str, *, again: bool, last_words: str) -> Letter:
    agreed, request = ledger.evergreen, ledger.request
    assert agreed is not None, "a retainer was agreed"
    assert request is not None, "something is asked for"
    level, balance, unbilled = agreed.replenish_to_minor or 0, ledger.balance_minor, request.work_minor
    number = _matter_of(work, ledger)

    def words(amount_minor: int) -> str:
        return f"{ledger.currency} {money(amount_minor)}"

    worked = f", of which {words(unbilled)} is for work that is not billed yet" if unbilled else ""
    stands = (
        f"The retainer that we hold for you on trust in matter {number} stands at {words(balance)}{worked}. "
        f"That is below {words(agreed.minimum_minor or 0)}, the least that was agreed."
    )
    please = (
        f"Please bring it back to {words(level)} by paying {words(level - balance + unbilled)} to our trust account. "
        "The money stays yours until it is earned and billed."
    )
    return Letter(
        about="reminder" if again else "replenishment",
        subject=f"{'Reminder: your' if again else 'Your'} retainer in matter {number}, {firm}",
        body="\n\n".join(part for part in (f"Dear {client},", stands, please, last_words, firm) if part),
        matter_id=ledger.matter_id,
        ledger_id=ledger.id,
        request_id=request.request_id,
    )


def _notice(work: Work, ledger: TrustLedger, written: OutgoingEmail | None) -> None:
    """To the responsible attorney; where a matter has none, the report of retainers is the notice."""
    assert ledger.request is not None, "something is asked for"
    if ledger.matter_id is None or ledger.client_id is None:
        return
    responsible = work.load(matter.KIND, ledger.matter_id).details["responsible_attorney_id"]
    person = work.find(user.KIND, UUID(str(responsible))) if responsible is not None else None
    if person is None or not person.active or not person.email.text:
        return
    _, client = client_of(work, ledger.client_id)
    number = _matter_of(work, ledger)
    if written is None:
        then = f"No e-mail address of {client.name} is on record: nobody has asked them yet."
    elif written.status == "draft":
        then = "The request to the client is a draft that waits for you to look at it and have it sent."
    else:
        then = f"The client is asked for it by an e-mail to {written.to}."
    asked = ledger.request
    letter = Letter(
        about="notice",
        subject=f"Retainer below its minimum: matter {number}",
        body=f"The retainer of {client.name} in matter {number} stands at {ledger.currency} {money(asked.balance_minor)}; "
        f"{ledger.currency} {money(asked.amount_minor)} would replenish it.\n\n{then}",
        matter_id=ledger.matter_id,
        ledger_id=ledger.id,
        request_id=asked.request_id,
    )
    to = Personal(subject_id=person.id, text=person.email.text)
    queue(work, write(work, _noticed(asked.request_id), letter, to, contact_id=None, user_id=person.id))


def _matter_of(work: Work, ledger: TrustLedger) -> str:
    """The number of its matter."""
    assert ledger.matter_id is not None, "a client's ledger is of a matter"
    return str(work.load(matter.KIND, ledger.matter_id).opened.number)


def _asked(request_id: UUID) -> Row:
    return ("replenishment", request_id)


def _noticed(request_id: UUID) -> Row:
    return ("notice", request_id)
