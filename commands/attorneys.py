"""Who may be the attorney of a matter: a lawyer of the firm who has access."""

from uuid import UUID

from aggregates import matter, user
from aggregates.errors import BadRequest, NotAllowed
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


def check_own_matter(work: Work, matter_id: UUID | None) -> None:
    """Raises NotAllowed for a timekeeper and a matter that they are no attorney of (evidence reference, section 4)."""
    if work.actor.role != Role.TIMEKEEPER:
        return
    details = work.load(matter.KIND, matter_id).details if matter_id is not None else {}
    if str(work.user_id) not in {str(details.get(f"{part}_attorney_id")) for part in ("responsible", "originating")}:
        raise NotAllowed("a timekeeper asks for payments on the matters they are an attorney of, and on no others")
