"""Exceptions and duties of trust accounts by slow plain loops over the events' own documents: no read model, no SQL.

What a rule gives is written down here once more, from the jurisdictions' own figures (domain reference, section 1.4).
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from tests.projections.plain_figures import Document

_ASKED: dict[str, dict[str, int]] = {
    "us-nc": {"reconcile_every_days": 31, "three_way_every_days": 92, "statement_every_days": 31},
    "us-ca": {"reconcile_every_days": 31, "three_way_every_days": 31, "statement_every_days": 31},
    "us-wa": {"reconcile_every_days": 92, "three_way_every_days": 92, "statement_every_days": 31},
}
_OF_ALL = {"stale_cheque_days": 180, "undisbursed_days": 45, "cure_within_days": 3}
_LIST_YEARLY = {"us-nc", "us-wa"}


class Fault(NamedTuple):
    """An exception that stands open."""

    exception: str
    cause: str
    opened_on: date
    due_on: date
    amount: int
    days_overdue: int


class Duty(NamedTuple):
    """What is to be done by a day; `since` is None for what is due at the end of a year."""

    rule: str
    subject: str
    since: date | None
    due_on: date
    days_overdue: int


class PlainDuties:
    """What the rules ask for, what was done of it, and what went wrong."""

    def __init__(self, documents: list[Document]) -> None:
        self.accounts: dict[str, date] = {}
        """The day each was opened."""
        self._signed: dict[str, list[tuple[date, date | None]]] = defaultdict(list)
        """(day it was signed or reopened, last day that stands)"""
        self._statements: dict[str, list[date]] = defaultdict(list)
        self._cheques: dict[str, Document] = {}
        self._cheque_days: dict[str, list[tuple[date, str]]] = defaultdict(list)
        """(day, what became of it)"""
        self._opened: list[Document] = []
        self._cured: list[tuple[str, date]] = []
        self._packs: list[tuple[date, str]] = []
        self._settings: dict[str, Any] = {}
        for one in documents:
            kind, _, what = one["topic"].partition("/")
            if kind in {"trust-account", "bank-statement", "cheque", "trust-exception", "firm"}:
                getattr(self, f"_{kind.replace('-', '_')}")(what, one, date.fromisoformat(one["day"]))

    def _trust_account(self, what: str, one: Document, day: date) -> None:
        account, end = one["trust_account_id"], one.get("period_end")
        if what == "opened":
            self.accounts[account] = date.fromisoformat(one["opened_on"])
        else:
            self._signed[account].append((day, date.fromisoformat(end) if end is not None else None))

    def _bank_statement(self, what: str, one: Document, _: date) -> None:
        if what == "imported":
            self._statements[one["trust_account_id"]].append(date.fromisoformat(one["to_date"]))

    def _cheque(self, what: str, one: Document, day: date) -> None:
        if what == "issued":
            self._cheques[one["stream"]] = one
        became = {"ended": one.get("ending"), "uncleared": one.get("restores")}.get(what, what)
        self._cheque_days[one["stream"]].append((day, str(became)))

    def _trust_exception(self, what: str, one: Document, day: date) -> None:
        if what == "opened":
            self._opened.append(one)
            # Only what was in force when it came to light gives its days to cure it.
            assert date.fromisoformat(one["due_on"]) - day == timedelta(
                days=self._days("cure_within_days", one["recorded_on"])
            )
        elif what in {"cured", "bank-error-corrected"}:
            self._cured.append((one["stream"], day))

    def _firm(self, what: str, one: Document, _: date) -> None:
        if what == "established":
            self._packs.append((date.min, one["jurisdiction"]))
        elif what == "jurisdiction-pack-adopted":
            self._packs.append((date.fromisoformat(one["binds_from"]), one["jurisdiction"]))
        elif what == "policy-tightened":
            self._settings[one["setting"]] = one["after"]

    # What they come to.

    def _pack(self, on: date) -> str:
        """The one that binds on a day: of those adopted from the same day on, the last."""
        last = max(since for since, _ in self._packs if since <= on)
        return [code for since, code in self._packs if since == last][-1]

    def _days(self, rule: str, on: date | str) -> int:
        """The pack's days, or the firm's own where they are fewer."""
        given = {**_OF_ALL, **_ASKED[self._pack(on if isinstance(on, date) else date.fromisoformat(on))]}[rule]
        return min(given, int(self._settings.get(rule, given)))

    def undisbursed_days(self, on: date) -> int:
        """How long money may lie still."""
        return self._days("undisbursed_days", on)

    def faults(self, account: str, on: date) -> list[Fault]:
        """Open at the end of a day, the one to be cured first before the others."""
        found = []
        for one in self._opened:
            day, due_on = date.fromisoformat(one["day"]), date.fromisoformat(one["due_on"])
            is_cured = any(key == one["stream"] and cured <= on for key, cured in self._cured)
            if one["trust_account_id"] == account and day <= on and not is_cured:
                overdue = max(0, (on - due_on).days)
                found.append(Fault(one["stream"], one["cause"], day, due_on, one["amount_minor"], overdue))
        return sorted(found, key=lambda one: (one.due_on, one.exception))

    def last_signed(self, account: str, on: date) -> date | None:
        """The last day of the books that stands signed, as of a day."""
        told = [end for day, end in self._signed[account] if day <= on]
        return told[-1] if told else None

    def last_statement(self, account: str, on: date) -> date | None:
        """The last day that a statement reached by then."""
        return max((day for day in self._statements[account] if day <= on), default=None)

    def duties(self, account: str, on: date) -> list[Duty]:
        """What an account asks for, and each cheque of it that is still out."""
        opened = self.accounts[account]
        signed = self.last_signed(account, on) or opened
        found = [
            self._duty("reconcile_every_days", account, signed, on),
            self._duty("three_way_every_days", account, signed, on),
            self._duty("statement_every_days", account, self.last_statement(account, on) or opened, on),
            *(self._duty("stale_cheque_days", *out, on) for out in self._cheques_out(account, on)),
        ]
        if self._settings.get("annual_listing") or self._pack(on) in _LIST_YEARLY:
            found.append(Duty("annual_listing", account, None, date(on.year, 12, 31), 0))
        return sorted(found, key=lambda one: (one.due_on, one.rule, one.subject))

    def _duty(self, rule: str, subject: str, since: date, on: date) -> Duty:
        due_on = since + timedelta(days=self._days(rule, on))
        return Duty(rule, subject, since, due_on, max(0, (on - due_on).days))

    def _cheques_out(self, account: str, on: date) -> Iterator[tuple[str, date]]:
        """Issued or printed, and neither paid by the bank nor void, stopped or stale."""
        for key, cheque in self._cheques.items():
            became = [what for day, what in self._cheque_days[key] if day <= on]
            if cheque["trust_account_id"] == account and became and became[-1] in {"issued", "printed"}:
                yield key, date.fromisoformat(cheque["day"])
