"""Who may be the attorney of a matter: a lawyer of the firm who has access."""

from uuid import UUID

from aggregates import user
from aggregates.errors import BadRequest
from aggregates.permissions import Role
from commands.work import Work

_LAWYERS = frozenset({Role.PARTNER, Role.TIMEKEEPER})


def check_attorney(work: Work, user_id: UUID | None) -> None:
    """Raises NotFound for a user that is not there, WrongState for one who was deactivated, BadRequest for no lawyer."""
    if user_id is None:
        return
    attorney = work.load(user.KIND, user_id)
    attorney.check_active()
    if _LAWYERS.isdisjoint(attorney.roles):
        raise BadRequest(f"an attorney of a matter is a partner or a timekeeper; this user is {', '.join(attorney.roles)}")
