"""Draw up a settlement statement, whose rows sum to what was recovered."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from aggregates import contact, contingency, matter_cost, settlement
from aggregates.errors import BadRequest
from aggregates.event import Minor, Personal, Words
from aggregates.matter_cost import MatterCost
from aggregates.settlement import Row, SettlementStated, rows_of
from aggregates.trust_rules import WrongClient
from commands import billables
from commands.dispatch import Result
from commands.time_work import check_day, open_matter
from commands.trust_books import ledger
from commands.work import Command, Work


class Share(Command):
    """What goes to somebody: a cost the firm advanced that is not in the books, a lienholder, an advance the client had."""

    kind: Literal["cost", "lien", "advance"]
    to: Words
    amount_minor: Minor


class StateSettlement(Command):
    """State where a recovery goes; the fee is what was agreed for the stage, and the client gets the rest.

    `cost_ids` are costs of the matter that the firm gets back by it: they are billed by it, and by nothing else.
    """

    matter_id: UUID
    ledger_id: UUID
    gross_minor: Minor
    stage: Annotated[str, Field(min_length=1, max_length=100)]
    shares: Annotated[tuple[Share, ...], Field(max_length=150)] = ()
    cost_ids: Annotated[tuple[UUID, ...], Field(max_length=48)] = ()
    effective_date: date


def handle(command: StateSettlement, work: Work) -> Result:
    """Returns the rows. Raises NotFound where no contingent fee was agreed, WrongClient (T4), WrongState for a cost that is
    billed otherwise, BadRequest, and Overdraft (T1) or UncollectedFunds (T3) where the ledger does not hold the gross,
    collected.
    """
    check_day(work, command.effective_date)
    of = open_matter(work, command.matter_id)
    held = ledger(work, command.ledger_id)
    if held.matter_id != command.matter_id:
        raise WrongClient("the ledger is another matter's; a recovery is distributed from the ledger it is held on")
    held.check_spendable(command.gross_minor, command.effective_date)
    client_id = of.opened.client_id
    advanced = _advanced(command, work)
    costs = sum(share.amount_minor for share in command.shares if share.kind == "cost")
    costs += sum(one.cost.value_minor for one in advanced)
    fee = work.load(contingency.KIND, contingency.stream_of(command.matter_id)).fee_minor(
        command.gross_minor, costs, command.stage
    )
    name = Personal(subject_id=client_id, text=str(work.load(contact.KIND, client_id).details["name"][0]))
    rows = rows_of(
        command.gross_minor,
        Row(kind="fee", to=Personal(subject_id=client_id, text=f"Contingent fee, {command.stage}"), amount_minor=fee),
        [
            Row(kind=share.kind, to=Personal(subject_id=client_id, text=share.to), amount_minor=share.amount_minor)
            for share in command.shares
        ]
        + [Row(kind="cost", to=one.cost.description, amount_minor=one.cost.value_minor) for one in advanced],
        name,
    )
    settlement_id = work.new_id()
    stated = SettlementStated(
        effective_date=command.effective_date,
        settlement_id=settlement_id,
        matter_id=command.matter_id,
        client_id=client_id,
        ledger_id=command.ledger_id,
        currency=held.currency,
        stage=command.stage,
        gross_minor=command.gross_minor,
        rows=rows,
        cost_ids=command.cost_ids,
    )
    work.record(settlement.KIND, settlement_id, stated)
    for one in advanced:
        work.record(matter_cost.KIND, one.id, one.put_on_bill(settlement_id))
    shown = [{"kind": row.kind, "to": str(row.to), "amount_minor": row.amount_minor} for row in rows]
    return {"settlement_id": str(settlement_id), "gross_minor": command.gross_minor, "rows": shown}


def _advanced(command: StateSettlement, work: Work) -> list[MatterCost]:
    """The costs that stand in the statement. Raises NotFound, BadRequest for another matter's, or one named twice."""
    if len(set(command.cost_ids)) < len(command.cost_ids):
        raise BadRequest("a cost is named twice")
    found = [work.load(matter_cost.KIND, cost_id) for cost_id in command.cost_ids]
    for one in found:
        if billables.matter_of(one) != command.matter_id:
            raise BadRequest("a cost of another matter is not got back by this settlement", cost_id=one.id)
    return found
