"""Who is asking: the bearer token of a request, read back from the log, and what its roles may read."""

import time
from collections import OrderedDict
from dataclasses import dataclass

from starlette.requests import Request

from aggregates import user
from aggregates.errors import NotAllowed
from aggregates.permissions import Permission, role_allowing
from api.application import Application
from api.http.exchange import Exchange, exchange_of, header
from api.http.limits import FAILED_LOG_INS, REQUESTS, Buckets, Quota, too_many
from api.tokens import NotLoggedIn, Session, session_of

FRESH_S = 1.0
"""A token that another process revoked opens nothing after this long; one that this process revoked, at once."""
_MOST_TOKENS = 10_000


@dataclass(frozen=True, slots=True)
class _Seen:
    session: Session
    person: object
    at: float


class Sessions:
    """Log-ins to one application. All of it blocks on the database now and then, so it is called in a worker's thread."""

    def __init__(self, application: Application, requests: Quota = REQUESTS, failed_log_ins: Quota = FAILED_LOG_INS) -> None:
        self._application = application
        self.requests = Buckets(requests)
        self.failures = Buckets(failed_log_ins)
        self._seen: OrderedDict[str, _Seen] = OrderedDict()

    def enter(self, request: Request, permission: Permission | None = None, cost: int = 1) -> Session:
        """Who asks, and that they may. Raises NotLoggedIn, NotAllowed, Problem 429."""
        exchange = exchange_of(request)
        session = self._log_in(request)
        exchange.session = session
        if not exchange.counted:  # one that is begun a second time counts once
            self._count(exchange, session, cost)
        if permission is not None:
            check_allowed(session, permission)
        return session

    def _log_in(self, request: Request) -> Session:
        scheme, _, token = (header(request, b"authorization") or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotLoggedIn("send your token: Authorization: Bearer …")
        known = self._seen.get(token)
        if known is not None and self._still_holds(known):
            return known.session
        client = request.client.host if request.client else "unknown"
        if known is None and (left := self.failures.left(client)) < 1:
            raise too_many(self.failures, left, "too many log-ins from this address have failed; wait")
        try:
            session = session_of(self._application, token)
        except NotLoggedIn:
            self._seen.pop(token, None)
            self.failures.take(client)
            raise
        self._seen[token] = _Seen(session, self._person(session), time.monotonic())
        while len(self._seen) > _MOST_TOKENS:
            self._seen.popitem(last=False)
        return session

    def _still_holds(self, known: _Seen) -> bool:
        """Whether nothing was seen of the person since, here; and what others did is looked for every second."""
        return (
            time.monotonic() - known.at < FRESH_S
            and known.session.expires_at > self._application.now()
            and self._person(known.session) is known.person
        )

    def _person(self, session: Session) -> object:
        """The state of the user as this process last saw it: another object after every event."""
        return self._application.log(session.slug).load(user.KIND, session.asker.user_id, fresh=False).state

    def _count(self, exchange: Exchange, session: Session, cost: int) -> None:
        enough, left = self.requests.take(str(session.token_id), cost)
        exchange.rate = self.requests.fields(left)
        if not enough:
            raise too_many(self.requests, left, "this token asks more than its share; wait", cost)
        exchange.counted = True


def check_allowed(session: Session, permission: Permission) -> None:
    """Raises NotAllowed."""
    if role_allowing(session.asker.roles, permission) is None:
        held = ", ".join(sorted(session.asker.roles)) or "no role"
        raise NotAllowed(f"{held} may not {permission.replace('_', ' ')}", permission=str(permission), roles=held)
