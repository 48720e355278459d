"""Every figure of a practice agrees with slow plain loops over the raw events, at any day and any position (section F)."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import count, pairwise
from uuid import UUID

import psycopg
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from commands.event_log.database import Database
from projections.catalogue import PROJECTIONS
from projections.engine import Engine
from projections.reports import dashboard
from projections.reports.reader import Reader
from tests.commands.billing_practice import BillingPractice
from tests.commands.trust_practice import Practice, day
from tests.projections.fee_checks import check_credits, check_people, check_profits
from tests.projections.figure_checks import (
    check_budgets,
    check_credits_left,
    check_figures,
    check_given_up,
    check_standing,
    opens_to,
)
from tests.projections.plain_figures import Document, Plain
from tests.projections.plain_trust import PlainTrust
from tests.projections.random_practice import RandomPractice
from tests.projections.trust_checks import check_trust_health

_FIRMS = count(1)
LAST = date(2026, 9, 30)


def documents(practice: Practice, known_at: int | None) -> list[Document]:
    return [
        {"topic": one.topic, "stream": one.stream_id, "day": one.day, "recorded_on": one.recorded_at[:10], **one.data}
        for one in practice.log.read(stop=known_at)
    ]


def ends(practice: Practice) -> list[int]:
    """Positions at which a command ends: in the midst of one, half of what it did is known."""
    events = list(practice.log.read())
    return [one.position for one, other in pairwise(events) if one.command_id != other.command_id]


@contextmanager
def reading(url: str, practice: Practice, today: date = LAST) -> Iterator[Reader]:
    with psycopg.connect(url, autocommit=True) as connection:
        engine = Engine(practice.log.schema, PROJECTIONS)
        engine.prepare(connection)
        engine.catch_up(connection)
        assert engine.parked(connection) == []
        engine.release(connection)
        yield Reader(connection, practice.log.schema, today)


@settings(
    max_examples=12,
    deadline=None,
    phases=(Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(dice=st.randoms(use_true_random=False), days=st.integers(1, 12))
def test_every_figure_agrees_with_a_plain_computation(migrated_database_url: str, dice: random.Random, days: int) -> None:
    number = next(_FIRMS)
    with Database(migrated_database_url, pool_size=2) as database:
        practice = Practice(database.create_firm(f"practice{number}", UUID(int=(1 << 32) + number)))
        RandomPractice(BillingPractice(practice), dice).live(days)
        size = practice.log.size()
        with reading(migrated_database_url, practice) as reader:
            for known_at in (None, size, dice.choice(ends(practice))):
                said = documents(practice, known_at)
                of = Plain(said)
                begin = day(dice.randint(1, 25))
                end = begin + timedelta(days=dice.randint(0, min(9, (LAST - begin).days)))
                check_figures(reader, of, begin, end, known_at)
                check_standing(reader, of, end, known_at)
                check_credits_left(reader, of, end, known_at)
                check_budgets(reader, of, end, known_at)
                check_given_up(reader, of, begin, end, known_at)
                check_credits(reader, of, begin, end, known_at)
                check_people(reader, of, begin, end, known_at)
                check_profits(reader, of, begin, end, known_at)
                for on in (end, *(day(dice.randint(16, 16 + days)) for _ in range(3))):
                    check_trust_health(reader, PlainTrust(said), on, known_at)
            month = dashboard.report(reader)
            of, ages, people = Plain(documents(practice, None)), *month.parts[1:]
            assert ages.totals["open"] == sum(one.all for one in of.owed)
            assert all(opens_to(reader, row["opens"], row["open_minor"]) for row in ages.records())
            for row in people.records():
                done = of.works(day(1), LAST, kind="time", person=row["timekeeper_id"])
                assert row["recorded_minor"] == sum(one.recorded for one in done)
                assert opens_to(reader, row["opens"], row["billed_minor"])
