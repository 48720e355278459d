"""Keeps one person from having two accesses (T15)."""

from uuid import UUID

from aggregates import user, user_identity
from aggregates.user_identity import UserIdentityTaken, in_use, streams_of
from commands.work import Work


def take_identity(work: Work, user_id: UUID) -> None:
    """The user's e-mail address and contact stand for them. Raises AlreadyExists where another with access has them."""
    person = work.load(user.KIND, user_id)
    for what, stream in streams_of(person.email.text, person.contact_id):
        holder = work.find(user_identity.KIND, stream)
        if holder == user_id:
            continue
        if holder is not None and work.load(user.KIND, holder).active:
            raise in_use(what)
        work.record(user_identity.KIND, stream, UserIdentityTaken(user_id=user_id))
