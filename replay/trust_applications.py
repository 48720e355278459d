"""Trust money for every bill that it may be applied to: proposed from the read models, asked for one by one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from aggregates.errors import Refusal
from aggregates.permissions import Permission
from aggregates.trust_ledger_events import Method
from commands import apply_trust
from commands.apply_trust import ApplyTrust
from commands.dispatch import Edge, Request, execute
from commands.event_log.log import EventLog
from projections.reports import trust_to_apply
from projections.reports.reader import Reader


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the money goes, and to which bills of what is proposed, by number; to all where none is named."""

    effective_date: date
    method: Method
    recipient_account: str | None = None
    numbers: Collection[str] = ()


def proposed(reader: Reader, wanted: Wanted) -> list[dict[str, Any]]:
    """What may be asked for on that day, the oldest bill first."""
    found = trust_to_apply.report(reader, as_of=wanted.effective_date).records()
    return [row for row in found if not wanted.numbers or row["number"] in wanted.numbers]


def ask(log: EventLog, edge: Edge, request: Request, rows: list[dict[str, Any]], wanted: Wanted) -> list[dict[str, Any]]:
    """Ask for each; a bill that is refused says why and spoils no other."""
    outcomes = []
    for row in rows:
        command = ApplyTrust(
            billing_reference_id=UUID(row["billing_reference_id"]),
            ledger_id=UUID(row["ledger_id"]),
            amount_minor=row["amount_minor"],
            effective_date=wanted.effective_date,
            method=wanted.method,
            recipient_account=wanted.recipient_account,
        )
        told = {"number": row["number"], "ledger": row["ledger"], "amount_minor": row["amount_minor"]}
        try:
            done = execute(log, edge, request, command, apply_trust.handle, Permission.REQUEST_DISBURSEMENT)
            outcomes.append({**told, "disbursement_id": done.result["disbursement_id"]})
        except Refusal as refusal:
            outcomes.append({**told, "refused": refusal.code, "detail": refusal.sentence})
    return outcomes
