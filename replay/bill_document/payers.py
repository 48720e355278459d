"""Who pays a bill that several pay: their parts and shares, as it was issued; of a draft, as agreed for now."""

from collections.abc import Mapping
from uuid import UUID

from aggregates import bill, contact
from aggregates.bill import Bill
from aggregates.bill_shares import KIND, Portions, begun, split, stream_of
from aggregates.trust_rules import money
from commands.event_log.log import EventLog
from replay.bill_document.contents import Billed, Document, at, percent


def payers(log: EventLog, of: Billed) -> list[Document]:
    """By payer, the payer of the residue first; nobody where the client pays alone."""
    if of.state.finalized is not None:
        return [] if of.shared is None else _told(log, of.shared.portions, begun(of.shared).open, of.position)
    agreed = at(log, KIND, stream_of(of.state.drafted.matter_id), of.position)
    if agreed is None or agreed.residue_payer_id is None:
        return []
    shares = split(of.state.totals.total_minor, agreed.portions, agreed.residue_payer_id)
    return _told(log, agreed.portions, shares, of.position)


def open_by_payer(log: EventLog, bill_id: UUID, position: int) -> list[Document]:
    """What is open of each one's share of an issued bill at a position."""
    state: Bill = at(log, bill.KIND, bill_id, position)
    if state.shares is None:
        return []
    return [{"name": _name(log, one, position), "open": money(minor)} for one, minor in state.shares.open.items()]


def _told(log: EventLog, portions: Portions, shares: Mapping[UUID, int], position: int) -> list[Document]:
    parts = {one.payer_id: percent(one.millionths) for one in portions}
    return [{"name": _name(log, one, position), "part": parts[one], "share": money(minor)} for one, minor in shares.items()]


def _name(log: EventLog, payer_id: UUID, position: int) -> str:
    state = at(log, contact.KIND, payer_id, position)
    return str(state.name) if state is not None else str(payer_id)
