"""The demonstration: three months of practice from May, and September's trust account, reconciled on 2 October."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from api.application import Application
from api.demo.people import PROGRAM, SLUG, Calendar, Office
from api.demo.practice import matters
from api.demo.practice.quarter import Quarter
from api.demo.reconciling import PERIOD_END, reconcile_and_sign, take_in_and_match
from api.demo.september import Month
from api.tokens import new_token
from commands.dispatch import Request
from commands.issue_own_token import IssueOwnToken
from commands.work import Asker

__all__ = ["PERIOD_END", "Told", "fresh_tokens", "tell"]

_TOKEN_DAYS = 30


@dataclass(frozen=True, slots=True)
class Told:
    """The demonstration as it stands: its people, its trust accounts, and September's reconciliation, signed."""

    office: Office
    practice_account_id: UUID
    account_id: UUID
    reconciliation_id: UUID


def tell(application: Application) -> Told:
    """Tell the whole story, or what is missing of it. Raises AlreadyExists where another firm goes by the short name."""
    office = Office.open(application, Calendar(matters.FIRST_DAY))
    quarter = Quarter(office.telling("practice"))
    quarter.live()
    month = Month(office)
    month.live()
    take_in_and_match(office, month.account_id)
    return Told(office, quarter.account_id, month.account_id, reconcile_and_sign(office, month.account_id))


def fresh_tokens(application: Application, told: Told) -> dict[str, str]:
    """A token that each person of the firm makes for themself, by name, good for thirty days. Only hashes are kept."""
    tokens = {}
    for who, (user_id, role) in told.office.people.items():
        token, digest = new_token(SLUG, user_id)
        expires_at = application.now() + timedelta(days=_TOKEN_DAYS)
        command = IssueOwnToken(token_sha256=digest, label="demonstration", expires_at=expires_at)
        application.carry_out(SLUG, Request(Asker(user_id, frozenset({role}), PROGRAM)), command)
        tokens[who] = token
    return tokens
