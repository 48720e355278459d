"""Who a contact is today: one that was merged stands for its survivor, wherever people are compared (T4, T15)."""

from uuid import UUID

from aggregates import contact
from commands.work import Work


def survivor_of(work: Work, contact_id: UUID) -> UUID:
    """The contact that stands for this one, however often it was merged; itself where nobody knows of it."""
    while (state := work.find(contact.KIND, contact_id)) is not None and state.merged_into is not None:
        contact_id = state.merged_into
    return contact_id


def same_client(work: Work, one: UUID | None, other: UUID | None) -> bool:
    """Whether both are one client. Nobody is no client, and so never the same."""
    if one is None or other is None:
        return False
    return one == other or survivor_of(work, one) == survivor_of(work, other)


def named_as(work: Work, client_id: UUID | None, like: UUID | None) -> UUID | None:
    """The client under the id by which the other side knows them, where both are one; else as it was."""
    return like if same_client(work, client_id, like) else client_id
