"""Which matters a contact is in, kept where a merge looks."""

from collections.abc import Iterable
from uuid import UUID

from aggregates import contact_matters
from commands.work import Work


def matters_of(work: Work, contact_id: UUID) -> frozenset[UUID]:
    """Every matter the contact was ever in, those of its duplicates among them."""
    return work.find(contact_matters.KIND, contact_matters.KIND.stream_id(contact_id)) or frozenset()


def join(work: Work, contact_id: UUID, matters: Iterable[UUID]) -> None:
    """The contact is in these matters from now on."""
    known, stream = matters_of(work, contact_id), contact_matters.KIND.stream_id(contact_id)
    for matter_id in matters:
        if matter_id not in known:
            joined = contact_matters.MatterJoined(contact_id=contact_id, matter_id=matter_id)
            work.record(contact_matters.KIND, stream, joined)
