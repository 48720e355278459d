"""Key figures, work in progress and receivables agree with a slow plain computation over the raw events."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from aggregates.errors import Refusal
from commands.apply_payment import ApplyPayment
from commands.approve_bill import ApproveBill
from commands.credit_bill import CreditBill
from commands.draft_bill import DraftBill
from commands.finalize_bill import FinalizeBill
from commands.give_courtesy_discount import GiveCourtesyDiscount
from commands.receive_payment import ReceivePayment
from commands.record_returned_payment import RecordReturnedPayment
from commands.void_bill import VoidBill
from commands.work import Command
from commands.write_off_bill import WriteOffBill
from projections.catalogue import PROJECTIONS
from projections.engine import Engine
from projections.reports import dashboard, key_figures, receivables, work_in_progress
from projections.reports.reader import Reader
from tests.commands.billing_practice import BillingPractice
from tests.commands.trust_practice import ASHBY, LIND, Practice, day, practising

OWED_BY: tuple[receivables.By, ...] = ("bill", "matter", "client")
Documents = list[dict[str, Any]]


@pytest.fixture
def practice(migrated_database_url: str) -> Iterator[Practice]:
    with practising(migrated_database_url) as opened:
        yield opened


def live(firm: BillingPractice, dice: random.Random) -> None:
    """Three weeks of work, bills and payments at random; what is refused did not happen."""
    bills: list[UUID] = []
    payments: list[UUID] = []
    for number in range(16, 31):
        firm.practice.today = day(number)
        entries = [
            firm.approved(dice.choice("AB"), dice.randint(60, 20_000), charge=dice.choice(("billable", "no_charge")))
            for _ in range(3)
        ]
        matter_id = firm.entry(entries[0]).work.matter_id
        chosen = tuple(one for one in entries if firm.entry(one).work.matter_id == matter_id)
        bill_id = UUID(
            firm.practice.does(DraftBill(matter_id=matter_id, entry_ids=chosen, through=firm.practice.today))["bill_id"]
        )
        today = firm.practice.today
        tries(firm, GiveCourtesyDiscount(bill_id=bill_id, discount_minor=dice.randint(1, 50_00), note="thanks"))
        if tries(firm, ApproveBill(bill_id=bill_id), ASHBY) and tries(firm, FinalizeBill(bill_id=bill_id)):
            bills.append(bill_id)
        received = ReceivePayment(
            client_id=firm.practice.clients[dice.choice("AB")],
            amount_minor=dice.randint(1, 900_00),
            effective_date=today,
            method="card",
            payer="Somebody",
        )
        payments.append(UUID(firm.practice.does(received)["payment_id"]))
        for _ in range(4):
            one, amount = dice.choice(bills or [bill_id]), dice.randint(1, 300_00)
            paid = dice.choice(payments)
            command: Command = dice.choice(
                [
                    ApplyPayment(payment_id=paid, bill_id=one, amount_minor=amount, effective_date=today),
                    ApplyPayment(payment_id=paid, bill_id=one, amount_minor=amount, effective_date=today),
                    CreditBill(bill_id=one, effective_date=today, amount_minor=amount, why="agreed"),
                    WriteOffBill(bill_id=one, effective_date=today, amount_minor=amount, why="gone"),
                    VoidBill(bill_id=one, effective_date=today, why="mistake"),
                    RecordReturnedPayment(payment_id=paid, kind="chargeback", effective_date=today, why="disputed"),
                ]
            )
            tries(firm, command, ASHBY if isinstance(command, CreditBill | WriteOffBill | VoidBill) else LIND)


def tries(firm: BillingPractice, command: Command, who: UUID = LIND) -> bool:
    try:
        firm.practice.does(command, who)
    except Refusal:
        return False
    return True


def documents(firm: BillingPractice, known_at: int) -> Documents:
    return [
        {"topic": one.topic, "stream": one.stream_id, "day": one.effective_date, **one.data}
        for one in firm.practice.log.read(stop=known_at)
    ]


def slow(of: Documents, begin: date, end: date) -> dict[str, int]:
    """The figures by one loop over plain documents."""
    sums = dict.fromkeys(("recorded", "billed", "written_down", "billable", "invoiced", "collected", "wip", "owed"), 0)
    for one in of:
        if one["day"] is None or date.fromisoformat(one["day"]) > end:
            continue
        within = begin <= date.fromisoformat(one["day"])
        match one["topic"]:
            case "time-entry/recorded":
                sums["wip"] += one["work"]["value_minor"]
                sums["recorded"] += one["work"]["value_minor"] if within else 0
                billable = within and one["work"]["charge"] == "billable"
                sums["billable"] += one["work"]["worked_seconds"] if billable else 0
            case "time-entry/billed" | "time-entry/unbilled":
                sign = 1 if one["topic"].endswith("/billed") else -1
                value = one["work"]["value_minor"]
                sums["wip"] -= sign * value
                if within:
                    sums["billed"] += sign * one["billed_minor"]
                    sums["written_down"] += sign * (value - one["billed_minor"])
            case "bill/finalized" | "bill/voided":
                total = one["totals"]["total_minor"] * (1 if one["topic"] == "bill/finalized" else -1)
                sums["owed"] += total
                sums["invoiced"] += total if within else 0
            case "bill/paid" | "bill/payment-reversed":
                total = sum(one["by_class"].values()) * (1 if one["topic"] == "bill/paid" else -1)
                sums["owed"] -= total
                sums["collected"] += total if within else 0
            case "bill/reduced":
                sums["owed"] -= sum(one["by_class"].values())
    return sums


@pytest.mark.parametrize("seed", range(3))
def test_reports_agree_with_a_plain_computation(practice: Practice, migrated_database_url: str, seed: int) -> None:
    firm, dice = BillingPractice(practice), random.Random(seed)  # noqa: S311 -- not for secrets
    live(firm, dice)
    size = practice.log.size()
    with psycopg.connect(migrated_database_url, autocommit=True) as connection:
        engine = Engine(practice.log.schema, PROJECTIONS)
        engine.prepare(connection)
        engine.catch_up(connection)
        engine.release(connection)
        reader = Reader(connection, practice.log.schema, day(30))
        assert dashboard.report(reader).parts[1].totals["open"] == slow(documents(firm, size), day(1), day(30))["owed"]
        for known_at in (None, *(dice.randint(1, size) for _ in range(4)), size):
            begin = day(dice.randint(1, 25))
            end = begin + timedelta(days=dice.randint(0, 9))
            said = slow(documents(firm, known_at or size), begin, end)
            figures = key_figures.report(reader, as_of=end, known_at=known_at, from_day=begin)
            names = {"work_in_progress": "wip", "receivable": "owed"}
            for name in ("recorded", "billed", "written_down", "invoiced", "collected", "work_in_progress", "receivable"):
                assert figures.totals[name] == said[names.get(name, name)], (name, known_at)
            assert figures.counts["billable_seconds"] == said["billable"]
            month = dashboard.report(reader, as_of=end, known_at=known_at, from_day=begin)
            assert month.parts[1].totals["open"] == said["owed"]
            assert sum(row[3] for row in month.parts[2].rows) == said["recorded"]
            for by in ("matter", "client", "timekeeper"):
                found = work_in_progress.report(reader, as_of=end, known_at=known_at, by=by)
                assert found.totals["in_progress"] == said["wip"]
            for of in OWED_BY:
                owed = receivables.report(reader, as_of=end, known_at=known_at, by=of)
                assert owed.totals["open"] == said["owed"]
