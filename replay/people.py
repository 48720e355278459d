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

    def take(self, document: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        """Somebody came, became something else, or went."""
        key = document["stream"]
        match document["topic"]:
            case "user/added":
                approves = not _APPROVE.isdisjoint(data["roles"])
                self._known[key] = Person(data["name"].get("text"), data["contact_id"], approves)
            case "user/roles-changed":
                self._known[key].approves = not _APPROVE.isdisjoint(data["after"])
            case _:
                self._known[key].active = document["topic"] == "user/reactivated"

    def find(self, user: str) -> Person | None:
        """None for somebody who was never added."""
        return self._known.get(user)

    def others_approve(self, user: str) -> bool:
        """Whether anybody else may approve payments."""
        return any(person.active and person.approves for key, person in self._known.items() if key != user)
