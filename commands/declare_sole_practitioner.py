"""Put on record that one lawyer practises alone, so that duties cannot be separated."""

from uuid import UUID

from aggregates import firm
from aggregates.event import Words
from commands.dispatch import Result
from commands.trust_books import the_firm
from commands.work import Command, Work


class DeclareSolePractitioner(Command):
    """Put on record that one lawyer practises alone, so that duties cannot be separated."""

    user_id: UUID
    why: Words


def handle(command: DeclareSolePractitioner, work: Work) -> Result:
    """Shows in every approval and sign-off that rests on it."""
    the_firm(work)
    work.record(firm.KIND, firm.STREAM, firm.SolePractitionerDeclared(user_id=command.user_id, why=command.why))
    return {"user_id": str(command.user_id)}
