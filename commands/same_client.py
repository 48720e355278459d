"""Who a contact is today: one that was merged stands for its survivor, wherever people are compared (T4, T15)."""

from uuid import UUID

from aggregates import contact
from aggregates.matter import Matter
from commands.work import Finds, Work


def survivor_of(work: Finds, contact_id: UUID) -> UUID:
    """The contact that stands for this one, however often it was merged; itself where nobody knows of it."""
    while (state := work.find(contact.KIND, contact_id)) is not None and state.merged_into is not None:
        contact_id = state.merged_into
    return contact_id


def same_client(work: Finds, one: UUID | None, other: UUID | None) -> bool:
    """Whether both are one client. Nobody is no client, and so never the same."""
    if one is None or other is None:
        return False
    return one == other or survivor_of(work, one) == survivor_of(work, other)


def named_as(work: Work, client_id: UUID | None, like: UUID | None) -> UUID | None:
    """The client under the id by which the other side knows them, where both are one; else as it was."""
    return like if same_client(work, client_id, like) else client_id


def known_in(work: Work, state: Matter, contact_id: UUID, role: str | None = None) -> UUID:
    """The id under which a matter knows this contact, in a role where one is named; its own where it does not know it."""
    known = {who for who, its_role in state.parties if role in {None, its_role}}
    known |= {state.opened.client_id} if role is None else set()
    if contact_id in known:
        return contact_id
    return next((who for who in sorted(known) if same_client(work, who, contact_id)), contact_id)
