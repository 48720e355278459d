"""Balances of ledgers at a moment, and what of them may be spent: balance − uncollected − held − pending = available."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from projections.earmarks import DELAYED
from projections.reports.reader import Reader, bounds


@dataclass(frozen=True, slots=True)
class Balance:
    """A ledger's balance, in minor units."""

    balance_minor: int = 0
    uncollected_minor: int = 0
    held_minor: int = 0
    pending_minor: int = 0

    @property
    def cleared_minor(self) -> int:
        """What is collected."""
        return self.balance_minor - self.uncollected_minor

    @property
    def available_minor(self) -> int:
        """What may leave the ledger."""
        return self.cleared_minor - self.held_minor - self.pending_minor


def ledger_balance(reader: Reader, ledger_id: str, as_of: date | None, known_at: int | None) -> Balance:
    """One ledger's balance with its breakdown."""
    balance = balance_before(reader, ledger_id, as_of=as_of, known_at=known_at)
    marks = _earmarked(reader, [ledger_id], as_of, known_at)
    return replace(marks.get(ledger_id, Balance()), balance_minor=balance)


def ledger_balances(
    reader: Reader,
    as_of: date | None,
    known_at: int | None,
    *,
    trust_account_id: str | None = None,
    ids: Collection[str] | None = None,
) -> dict[str, Balance]:
    """Every ledger with entries, on one account or all; zero balances too."""
    chosen = ("" if trust_account_id is None else "AND trust_account_id = %(account)s ") + (
        "" if ids is None else "AND ledger_id = ANY(%(ids)s::uuid[]) "
    )
    if as_of is None and known_at is None:
        query = f"SELECT ledger_id::text, balance_minor FROM {{s}}.ledger_balances WHERE true {chosen}ORDER BY 1"
    else:
        query = (
            "SELECT ledger_id::text, sum(effect_minor)::bigint AS balance_minor FROM {s}.sub_ledger_entries "
            f"WHERE effective_date <= %(as_of)s AND position <= %(known_at)s {chosen}GROUP BY ledger_id ORDER BY 1"
        )
    rows = reader.rows(query, account=trust_account_id, ids=list(ids or ()), **bounds(as_of, known_at))
    marks = _earmarked(reader, None if ids is None else list(ids), as_of, known_at)
    return {
        row["ledger_id"]: replace(marks.get(row["ledger_id"], Balance()), balance_minor=row["balance_minor"]) for row in rows
    }


def balance_before(
    reader: Reader,
    ledger_id: str,
    *,
    as_of: date | None = None,
    known_at: int | None = None,
    day: date | None = None,
    position: int = 0,
) -> int:
    """What a ledger held at a moment; with `day`, before the entry of that day and position, whatever the page shows.

    Without `known_at` whole days are taken from the sums that are kept.
    """
    values = {"ledger": ledger_id, "day": day, "at": position, **bounds(as_of, known_at)}
    facts = (
        "SELECT sum(effect_minor) FROM {s}.sub_ledger_entries WHERE ledger_id = %(ledger)s "
        "AND effective_date <= %(as_of)s AND position <= %(known_at)s "
    )
    if known_at is not None:
        before = "" if day is None else "AND (effective_date, position) < (%(day)s, %(at)s)"
        return reader.number(facts + before, **values)
    if as_of is None and day is None:
        return reader.number("SELECT sum(balance_minor) FROM {s}.ledger_balances WHERE ledger_id = %(ledger)s", **values)
    whole = "SELECT sum(net_minor) FROM {s}.ledger_days WHERE ledger_id = %(ledger)s AND day <= %(as_of)s "
    if day is None:
        return reader.number(whole, **values)
    return reader.number(whole + "AND day < %(day)s", **values) + reader.number(
        facts + "AND effective_date = %(day)s AND position < %(at)s", **values
    )


def _earmarked(reader: Reader, ids: Collection[str] | None, as_of: date | None, known_at: int | None) -> dict[str, Balance]:
    """The breakdown of ledgers, without their balances."""
    chosen = "" if ids is None else "AND e.ledger_id = ANY(%(ids)s::uuid[])"
    if as_of is None and known_at is None:
        query = (
            "SELECT e.ledger_id::text, e.kind, sum(e.amount_minor)::bigint AS amount FROM {s}.open_earmarks e "
            f"WHERE e.lifted_on IS NULL AND e.ends_on > %(on)s {chosen} GROUP BY 1, 2"
        )
    else:
        query = (
            "SELECT e.ledger_id::text, e.kind, sum(e.amount_minor)::bigint AS amount FROM {s}.earmarks e "
            "WHERE e.amount_minor IS NOT NULL AND e.effective_date <= %(as_of)s AND e.position <= %(known_at)s "
            f"AND (e.ends_on IS NULL OR e.ends_on > %(on)s) {chosen} "
            "AND (e.purpose IS DISTINCT FROM %(delayed)s OR e.effective_date <= %(on)s) "
            "AND NOT EXISTS (SELECT FROM {s}.earmarks l WHERE l.ledger_id = e.ledger_id AND l.kind = e.kind "
            "AND l.subject_id = e.subject_id AND l.amount_minor IS NULL AND l.position > e.position "
            "AND l.effective_date <= %(as_of)s AND l.position <= %(known_at)s) GROUP BY 1, 2"
        )
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in reader.rows(query, ids=list(ids or ()), on=as_of or reader.today, delayed=DELAYED, **bounds(as_of, known_at)):
        found[row["ledger_id"]][row["kind"]] = row["amount"]
    return {
        ledger_id: Balance(0, kinds.get("uncollected", 0), kinds.get("hold", 0), kinds.get("pending", 0))
        for ledger_id, kinds in found.items()
    }
