"""What is written of itself, as was agreed: a client is asked where unbilled work takes a retainer below, and reminded; an
attorney has notice of a budget's share that was used.
"""

from typing import Any
from uuid import UUID

from aggregates.errors import Refusal
from aggregates.permissions import Permission, Role
from api.application import Application
from commands import count_work_against_retainer, raise_budget_notice, remind_of_replenishment
from commands.count_work_against_retainer import CountWorkAgainstRetainer
from commands.dispatch import Handler, Request, execute
from commands.raise_budget_notice import RaiseBudgetNotice
from commands.remind_of_replenishment import RemindOfReplenishment
from commands.work import Asker, Command

_PROGRAM = "reminders"
_OPEN = """
SELECT ledger.id, agreed.user_id, agreed.role
  FROM {schema}.cards request
  JOIN {schema}.cards ledger ON ledger.kind = 'trust_ledger' AND ledger.id = (request.data ->> 'ledger_id')::uuid
 CROSS JOIN LATERAL (
       SELECT user_id, role FROM {schema}.audit_trail
        WHERE stream_id = ledger.id AND topic = 'trust-ledger/evergreen-agreed' ORDER BY position DESC LIMIT 1) agreed
 WHERE request.kind = 'trust_request' AND request.data ->> 'status' = 'open'
   AND ledger.data ->> 'email' IN ('draft', 'automatic')
 ORDER BY ledger.id
"""
_WORKED = """
SELECT ledger.id, agreed.user_id, agreed.role, greatest(coalesce(work.minor, 0), 0)::bigint
  FROM {schema}.cards ledger
 CROSS JOIN LATERAL (
       SELECT user_id, role FROM {schema}.audit_trail
        WHERE stream_id = ledger.id AND topic = 'trust-ledger/evergreen-agreed' ORDER BY position DESC LIMIT 1) agreed
 CROSS JOIN LATERAL (
       SELECT sum(recorded_minor - billed_minor - written_down_minor) AS minor FROM {schema}.work_movements
        WHERE matter_id = (ledger.data ->> 'matter_id')::uuid) work
 WHERE ledger.kind = 'trust_ledger' AND ledger.data ->> 'counts_work_in_progress' = 'true'
 ORDER BY ledger.id
"""
"""What stands on a draft is in progress until the bill is finalized."""
_USED = """
SELECT budget.id, agreed.user_id, agreed.role, budget.data -> 'matter_id', budget.data -> 'budget', used.fees, used.costs,
       used.hours
  FROM {schema}.cards budget
 CROSS JOIN LATERAL (
       SELECT user_id, role FROM {schema}.audit_trail
        WHERE stream_id = budget.id AND topic = 'matter-budget/set' ORDER BY position DESC LIMIT 1) agreed
 CROSS JOIN LATERAL (
       SELECT coalesce(sum(recorded_minor) FILTER (WHERE kind <> 'cost'), 0)::bigint AS fees,
              coalesce(sum(recorded_minor) FILTER (WHERE kind = 'cost'), 0)::bigint AS costs,
              coalesce(sum(rounded_seconds) FILTER (WHERE charge = 'billable'), 0)::bigint AS hours
         FROM {schema}.work_movements WHERE matter_id = (budget.data ->> 'matter_id')::uuid) used
 WHERE budget.kind = 'matter_budget' AND budget.data ->> 'budget' IS NOT NULL
 ORDER BY budget.id
"""


def write_due(application: Application, slug: str) -> int:
    """Count work where it counts, and write what is due of one firm; how many did anything. Raises psycopg.Error."""
    done = 0
    for ledger_id, user_id, role, work_minor in _found(application, slug, _WORKED):
        command = CountWorkAgainstRetainer(ledger_id=ledger_id, work_minor=work_minor)
        done += _carried_out(application, slug, command, count_work_against_retainer.handle, user_id, role)
    for ledger_id, user_id, role in _found(application, slug, _OPEN):
        reminder = RemindOfReplenishment(ledger_id=ledger_id, only_if_due=True)
        done += _carried_out(application, slug, reminder, remind_of_replenishment.handle, user_id, role)
    return done + _raise_notices(application, slug)


def _raise_notices(application: Application, slug: str) -> int:
    """Of budgets whose first share is reached; what was raised already is refused."""
    done = 0
    for _, user_id, role, matter_id, budget, *used in _found(application, slug, _USED):
        bounds = (budget["fees_minor"], budget["costs_minor"], budget["seconds"])
        least = min(budget["notices_at_percent"], default=None)
        for of, so_far, bound in zip(("fees", "costs", "hours"), used, bounds, strict=True):
            if bound is not None and least is not None and so_far * 100 >= least * bound:
                command = RaiseBudgetNotice.model_validate({"matter_id": matter_id, "of": of, "used": so_far})
                may = Permission.SET_BILLING_RATES
                done += _carried_out(application, slug, command, raise_budget_notice.handle, user_id, role, may)
    return done


def _found(application: Application, slug: str, query: str) -> list[tuple[Any, ...]]:
    with application.database.readers.connection() as connection:
        return connection.execute(query.format(schema=application.log(slug).schema)).fetchall()


def _carried_out(
    application: Application,
    slug: str,
    command: Command,
    handle: Handler[Any],
    user_id: UUID,
    role: str,
    permission: Permission = Permission.OPEN_MATTERS,
) -> bool:
    """Whether it was carried out, on behalf of whoever agreed to it; refused is what is not due yet."""
    request = Request(Asker(user_id, frozenset({Role(role)}), _PROGRAM))
    try:
        execute(application.log(slug), application.edge(slug), request, command, handle, permission)
    except Refusal:
        return False
    return True
