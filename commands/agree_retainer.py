"""Agree a retainer with a client, and learn where its money goes."""

from uuid import UUID

from aggregates import fee_retainer
from aggregates.event import Minor, Personal, Words
from aggregates.fee_retainer import Nature, RetainerAgreed, place_of, source_of
from commands.dispatch import Result
from commands.time_work import open_matter
from commands.trust_books import policy
from commands.work import Command, Work


class AgreeRetainer(Command):
    """Agree what the client pays before anything is billed.

    `true` pays for being available and is earned when paid; `security` secures bills to come; `advance` and `flat_fee` are
    paid towards them.
    """

    matter_id: UUID
    nature: Nature
    amount_minor: Minor
    purpose: Words
    authority: Words


def handle(command: AgreeRetainer, work: Work) -> Result:
    """Returns its id, where it goes by the rules in force today, and which one says so. Raises NotFound, WrongState."""
    client_id = open_matter(work, command.matter_id).opened.client_id
    retainer_id, rules = work.new_id(), policy(work)
    agreed = RetainerAgreed(
        retainer_id=retainer_id,
        matter_id=command.matter_id,
        client_id=client_id,
        nature=command.nature,
        amount_minor=command.amount_minor,
        purpose=Personal(subject_id=client_id, text=command.purpose),
        authority=command.authority,
    )
    work.record(fee_retainer.KIND, retainer_id, agreed)
    return {
        "retainer_id": str(retainer_id),
        "goes_to": place_of(rules, command.nature),
        "source": source_of(rules, command.nature),
    }
