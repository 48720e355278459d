"""Who the people of the firm are, as far as the log was read: what they are called, and who may approve payments (T15)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aggregates.permissions import PERMISSIONS, Permission

_APPROVE = {str(role) for role in PERMISSIONS[Permission.APPROVE_DISBURSEMENT]}


@dataclass(slots=True)
class Person:
    """A user. `name` is None where it is sealed."""

    name: str | None
    contact: str | None
    approves: bool
    active: bool = True


class People:
    """Follows the users."""

    def __init__(self) -> None:
        self._known: dict[str, Person] = {}
        self._own_tokens: dict[str, str] = {}
        """Access token → who made it for themself. One that was revoked may still be used for a second elsewhere."""

    def take(self, document: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        """Somebody came, became something else, or went."""
        key = document["stream"]
        match document["topic"]:
            case "user/added":
                approves = not _APPROVE.isdisjoint(data["roles"])
                self._known[key] = Person(data["name"].get("text"), data["contact_id"], approves)
            case "user/roles-changed":
                self._known[key].approves = not _APPROVE.isdisjoint(data["after"])
            case "user/access-token-issued":
                if document["actor"]["user_id"] == key:
                    self._own_tokens[data["token_id"]] = key
            case _:
                self._known[key].active = document["topic"] == "user/reactivated"

    def find(self, user: str) -> Person | None:
        """None for somebody who was never added."""
        return self._known.get(user)

    def acted_in_person(self, actor: Mapping[str, Any]) -> bool:
        """Whether nobody else had the secret of the access token that was used; without one, at the firm's own machine."""
        token = actor.get("token_id")
        return token is None or self._own_tokens.get(token) == actor["user_id"]

    def others_approve(self, user: str) -> bool:
        """Whether anybody else may approve payments."""
        return any(person.active and person.approves for key, person in self._known.items() if key != user)
