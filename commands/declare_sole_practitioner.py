"""Put on record that one lawyer practises alone, so that duties cannot be separated."""

from uuid import UUID

from aggregates import firm, user
from aggregates.errors import BadRequest
from aggregates.event import Words
from aggregates.permissions import Permission, role_allowing
from aggregates.trust_rules import SamePerson
from commands.dispatch import Result
from commands.separation_of_duties import other_approvers
from commands.trust_books import the_firm
from commands.work import Command, Work


class DeclareSolePractitioner(Command):
    """Put on record that one lawyer practises alone, so that duties cannot be separated."""

    user_id: UUID
    why: Words


def handle(command: DeclareSolePractitioner, work: Work) -> Result:
    """Shows in every approval and sign-off that rests on it; without effect from a second partner on.

    Raises NotFound, WrongState or BadRequest for somebody who is no partner of the firm, SamePerson (T15) for a firm with
    more partners.
    """
    the_firm(work)
    lawyer = work.load(user.KIND, command.user_id)
    lawyer.check_active()
    if role_allowing(lawyer.roles, Permission.APPROVE_DISBURSEMENT) is None:
        raise BadRequest("only a partner practises alone; this user approves no payments")
    others = other_approvers(work, command.user_id)
    if others:
        raise SamePerson(
            f"{others} other partner(s) of the firm may approve payments, so that duties can be separated",
            other_partners=others,
        )
    work.record(firm.KIND, firm.STREAM, firm.SolePractitionerDeclared(user_id=command.user_id, why=command.why))
    return {"user_id": str(command.user_id)}
