"""What stands on the document of a client bill: each matter's part as its own bill has it, and the sums of all."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from aggregates import client_bill
from aggregates.client_bill import ClientBill
from aggregates.errors import NotFound, WrongState
from aggregates.logged_event import LoggedEvent
from aggregates.trust_rules import money
from commands.event_log.log import EventLog
from replay.bill_document.account import Account, account_of, check_position, read_at
from replay.bill_document.contents import Billed, Document, billed, contents
from replay.bill_document.payers import open_by_payer, payers


@dataclass(frozen=True, slots=True)
class ClientBilled:
    """A client bill as the log stood when it was finalized, or as a draft stands now."""

    state: ClientBill
    events: Sequence[LoggedEvent]
    parts: Sequence[Billed]
    position: int

    @property
    def at(self) -> str:
        """When the last of its events was recorded (UTC, RFC 3339); of a draft, of its parts, too."""
        return max(self.events[-1].recorded_at, *(part.at for part in self.parts))


def client_billed(log: EventLog, client_bill_id: UUID) -> ClientBilled:
    """The client bill as its document shows it. Raises NotFound, WrongState for one that was dropped."""
    state: ClientBill | None = None
    events: list[LoggedEvent] = []
    for logged in log.stream(client_bill_id):
        if logged.topic.partition("/")[0] != client_bill.KIND.name:
            break
        events.append(logged)
        state = client_bill.evolve(state, logged.event())
        if state.finalized is not None:
            break
    if state is None:
        raise NotFound(f"there is no client bill {client_bill_id}", id=str(client_bill_id))
    if state.status == "dropped":
        raise WrongState("this client bill was dropped; there is nothing to print", status=state.status)
    parts = [billed(log, bill_id) for bill_id in state.bill_ids]
    return ClientBilled(state, events, parts, events[-1].position if state.finalized is not None else log.size())


def client_contents(log: EventLog, of: ClientBilled) -> Document:
    """The document, all of it text, in the order in which it is read."""
    issued = of.state.finalized
    parts = [contents(log, part) | {"payers": payers(log, part)} for part in of.parts]
    totals = [part.state.totals for part in of.parts]
    orders = dict.fromkeys(part["purchase_order"] for part in parts if part["purchase_order"])
    return {
        "status": "issued" if issued is not None else "draft",
        **{name: parts[0][name] for name in ("currency", "firm", "client")},
        "number": issued.number if issued is not None else None,
        "issued_on": str(issued.effective_date) if issued is not None else None,
        "due_on": str(issued.due_on) if issued is not None else None,
        "from_day": min(part["from_day"] for part in parts),
        "through": max(part["through"] for part in parts),
        "purchase_order": ", ".join(orders) or None,
        "parts": parts,
        "sums": [
            {
                "matter": part["matter"]["number"],
                "fees": money(one.fees_minor - one.discount_minor),
                "costs": money(one.hard_costs_minor + one.soft_costs_minor),
                "tax": money(one.tax_1_minor + one.tax_2_minor),
                "total": money(one.total_minor),
            }
            for part, one in zip(parts, totals, strict=True)
        ],
        "fees": money(sum(one.fees_minor - one.discount_minor for one in totals)),
        "costs": money(sum(one.hard_costs_minor + one.soft_costs_minor for one in totals)),
        "tax": money(sum(one.tax_1_minor + one.tax_2_minor for one in totals)),
        "taxed": any(part["taxed"] for part in parts),
        "total": money(sum(one.total_minor for one in totals)),
        "account": None,
    }


def client_account(log: EventLog, of: ClientBilled, known_at: int) -> Document:
    """What was paid and credited of it since, in the order of the books, what is open of each payer's share where several
    pay for a matter, and each matter's trust before and after.

    Raises BadRequest for a position at which it was not issued, or that the log has not reached.
    """
    check_position(log, of.state.check_issued().number, of.position, known_at)
    parts: list[tuple[str, Account]] = []
    shares: list[Document] = []
    for part in of.parts:
        issued = part.state.check_issued()
        number = contents(log, part)["matter"]["number"]
        parts.append((number, account_of(log, issued, known_at)))
        shares += [{**one, "matter": number} for one in open_by_payer(log, issued.bill_id, known_at)]
    moves = sorted(((one.position, number, one) for number, account in parts for one in account.moves), key=lambda m: m[0])
    balance, rows = sum(part.state.totals.total_minor for part in of.parts), []
    for _, number, one in moves:
        balance += one.amount_minor
        rows.append(
            {
                "day": str(one.day),
                "what": f"{one.what}, matter {number}",
                "amount": money(one.amount_minor),
                "balance": money(balance),
            }
        )
    return {
        **read_at(log, known_at),
        "void": all(account.void for _, account in parts),
        "rows": rows,
        "balance": money(sum(account.balance_minor for _, account in parts)),
        "payers": shares,
        "trust": [
            {
                "matter": number,
                "before": money(account.trust_before_minor),
                "drawn": money(-account.drawn_minor),
                "other": money(account.other_minor),
                "after": money(account.held_minor),
            }
            for number, account in parts
            if account.held_minor or account.drawn_minor or account.other_minor
        ],
    }
