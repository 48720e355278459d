"""Put on record that the firm's lawyer no longer practises alone; from now on duties are separated."""

from aggregates import firm
from aggregates.errors import WrongState
from aggregates.event import Words
from commands.dispatch import Result
from commands.trust_books import the_firm
from commands.work import Command, Work


class EndSolePractitioner(Command):
    """Put on record that there is a second person now."""

    why: Words


def handle(command: EndSolePractitioner, work: Work) -> Result:
    """Raises WrongState when nobody is on record as practising alone."""
    alone = the_firm(work).sole_practitioner
    if alone is None:
        raise WrongState("nobody is on record as practising alone")
    work.record(firm.KIND, firm.STREAM, firm.SolePractitionerEnded(why=command.why))
    return {"user_id": str(alone)}
