"""Who may manage users, kept in one place so that the last of them can never go, whatever two processes do at once."""

from uuid import UUID

from aggregates import user
from commands.work import Work


def keep_managers(work: Work, user_id: UUID) -> None:
    """List or delist a user as this command leaves them. Raises WrongState for the last one."""
    stream = user.MANAGERS.stream_id()
    managers = work.find(user.MANAGERS, stream) or frozenset()
    manages = work.load(user.KIND, user_id).manages_users
    if manages and user_id not in managers:
        work.record(user.MANAGERS, stream, user.ManagerListed(user_id=user_id))
    elif not manages and user_id in managers:
        work.record(user.MANAGERS, stream, user.delist(managers, user_id))
