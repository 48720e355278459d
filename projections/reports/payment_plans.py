"""Payment plans: what is due next, what is in arrears, and which instalments were kept, from the payments themselves."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeAlias

from aggregates.payment_plan import Instalment, Standing, standing
from projections.reports.card_states import card_states
from projections.reports.reader import Reader, bounds
from projections.reports.report import Report, columns

_PLANS = columns(
    "client bills status agreed_on:date total_minor:money paid_minor:money open_minor:money next_due_on:date "
    "next_due_minor:money arrears_minor:money in_arrears_since:date kept:count kept_late:count missed:count due:count "
    "plan_id client_id"
)
_INSTALMENTS = columns(
    "client bills due_on:date amount_minor:money paid_minor:money open_minor:money stood days_late:count plan_id client_id"
)
_CLASSES = "tax_minor + hard_cost_minor + soft_cost_minor + fee_minor + interest_minor"
By: TypeAlias = Literal["plan", "instalment"]


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as it stands; `open_minor` is what is open of its bills. A plan that ended asks for nothing more."""

    plan_id: str
    card: dict[str, Any]
    paid_minor: int
    open_minor: int
    instalments: tuple[Standing, ...]

    @property
    def stands(self) -> bool:
        """Whether it was not ended."""
        return bool(self.card["status"] == "agreed")

    @property
    def missed(self) -> list[Standing]:
        """What is in arrears."""
        return [one for one in self.instalments if self.stands and one.stood == "missed"]

    @property
    def status(self) -> str:
        """Ended, paid, in arrears, or running."""
        if not self.stands:
            return "ended"
        if not any(one.open_minor for one in self.instalments):
            return "paid"
        return "in arrears" if self.missed else "running"


def report(
    reader: Reader,
    *,
    as_of: date | None = None,
    known_at: int | None = None,
    by: By = "plan",
    client_id: str | None = None,
    plan_id: str | None = None,
) -> Report:
    """Those in arrears first, the most first; `by=instalment` shows each instalment in the order of the days due."""
    on = as_of or reader.today
    with reader.snapshot():
        cards = card_states(reader, "payment_plan", None if plan_id is None else [plan_id], as_of=as_of, known_at=known_at)
        chosen = {key: card for key, card in cards.items() if client_id in {None, card["client_id"]}}
        plans = [_plan(reader, key, card, on, known_at) for key, card in chosen.items()]
        clients = card_states(reader, "contact", {card["client_id"] for card in chosen.values()}, known_at=known_at)
        bills = card_states(
            reader, "bill", {bill for card in chosen.values() for bill in card["bill_ids"]}, known_at=known_at
        )
    plans.sort(key=lambda plan: (-_open(plan.missed), str(plan.card["agreed_on"]), plan.plan_id))
    rows: list[tuple[Any, ...]] = []
    for plan in plans:
        numbers = ", ".join(str(bills[bill]["number"]) for bill in plan.card["bill_ids"])
        who = (clients[plan.card["client_id"]]["name"], numbers)
        ids = (plan.plan_id, plan.card["client_id"])
        rows += [(*who, *_row(plan), *ids)] if by == "plan" else [(*who, *_of(one, on), *ids) for one in plan.instalments]
    return Report(
        f"Payment plans by {by}",
        _PLANS if by == "plan" else _INSTALMENTS,
        tuple(rows),
        on,
        known_at,
        totals={"open": sum(plan.open_minor for plan in plans), "arrears": sum(_open(plan.missed) for plan in plans)},
        counts={"plans": len(plans), "in_arrears": sum(bool(plan.missed) for plan in plans)},
    )


def _plan(reader: Reader, plan_id: str, card: dict[str, Any], on: date, known_at: int | None) -> Plan:
    moved = reader.rows(
        f"SELECT day, cause, position, ({_CLASSES})::bigint AS amount_minor FROM {{s}}.receivable_movements "
        "WHERE bill_id = ANY(%(bills)s::uuid[]) AND day <= %(as_of)s AND position <= %(known_at)s ORDER BY position, n",
        bills=card["bill_ids"],
        **bounds(on, known_at),
    )
    paid = [
        (row["day"], -row["amount_minor"])
        for row in moved
        if row["position"] > card["agreed_at"] and row["cause"] in {"paid", "paid_from_trust", "payment_reversed"}
    ]
    open_minor = sum(row["amount_minor"] for row in moved)
    instalments = [Instalment.model_validate(one) for one in card["instalments"]]
    return Plan(plan_id, card, sum(amount for _, amount in paid), open_minor, standing(instalments, paid, open_minor, on))


def _row(plan: Plan) -> tuple[Any, ...]:
    due = next((one for one in plan.instalments if plan.stands and one.stood == "due"), None)
    late = plan.missed
    stood = [one.stood for one in plan.instalments]
    return (
        plan.status, date.fromisoformat(plan.card["agreed_on"]), plan.card["total_minor"], plan.paid_minor, plan.open_minor,
        due.due_on if due else None, due.open_minor if due else None, _open(late), late[0].due_on if late else None,
        *(stood.count(one) for one in ("kept", "kept_late", "missed", "due")),
    )  # fmt: skip


def _of(one: Standing, on: date) -> tuple[Any, ...]:
    late = (on - one.due_on).days if one.stood == "missed" else None
    return one.due_on, one.amount_minor, one.paid_minor, one.open_minor, one.stood.replace("_", " "), late


def _open(instalments: list[Standing]) -> int:
    return sum(one.open_minor for one in instalments)
