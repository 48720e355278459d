"""Reminders that are due: clients who were asked to replenish a retainer and have not, as it was agreed with them."""

from dataclasses import dataclass
from uuid import UUID

from aggregates.errors import Refusal
from aggregates.permissions import Permission, Role
from api.application import Application
from commands import remind_of_replenishment
from commands.dispatch import Request, execute
from commands.remind_of_replenishment import RemindOfReplenishment
from commands.work import Asker

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


@dataclass(frozen=True, slots=True)
class Asked:
    """A ledger whose client was asked, and who agreed that they are, in which role."""

    ledger_id: UUID
    user_id: UUID
    role: str


def write_due(application: Application, slug: str) -> int:
    """Write what is due of one firm, on behalf of whoever agreed it; how many were written. Raises psycopg.Error."""
    log, written = application.log(slug), 0
    with application.database.readers.connection() as connection:
        found = [Asked(*row) for row in connection.execute(_OPEN.format(schema=log.schema)).fetchall()]
    for one in found:
        request = Request(Asker(one.user_id, frozenset({Role(one.role)}), _PROGRAM))
        command = RemindOfReplenishment(ledger_id=one.ledger_id, only_if_due=True)
        try:
            execute(log, application.edge(slug), request, command, remind_of_replenishment.handle, Permission.OPEN_MATTERS)
        except Refusal:
            continue  # not due yet, or nobody to write to
        written += 1
    return written
