"""Decisions written straight to a log: small facts, with ids, streams and versions as a test wants them."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg

from aggregates.event import Actor, Event, Personal
from aggregates.firm import SolePractitionerEnded
from aggregates.merkle import leaf_hash, root_of
from aggregates.trust_ledger_events import FundsReceived
from commands.event_log.log import Answer, EventLog, decision_of
from commands.event_log.mapper import NewEvent
from commands.event_log.recorder import Decision

ACTOR = Actor(user_id=UUID(int=7), role="partner", program="tests", policy_version=1)
RECORDED_AT = datetime(2026, 9, 1, 12, tzinfo=UTC)


def said(words: str = "A second partner joined") -> Event:
    """A fact of no account."""
    return SolePractitionerEnded(why=words)


def received(account_id: UUID, amount_minor: int = 100) -> Event:
    """A fact of a trust account."""
    return FundsReceived(
        trust_account_id=account_id,
        effective_date=date(2026, 9, 1),
        entry_id=uuid4(),
        amount_minor=amount_minor,
        description="Retainer",
        instrument="wire",
        payer=Personal(subject_id=UUID(int=9), text="Ada Client"),
        reference=None,
        deposit_slip=None,
        available_on=date(2026, 9, 1),
        makes_good=None,
    )


def new(stream: UUID, version: int, event: Event) -> NewEvent:
    """The fact as the next one of its stream."""
    command = uuid4()
    return NewEvent(uuid4(), stream, version, RECORDED_AT, ACTOR, command, command, None, None, secrets.token_hex(16), event)


def decided(
    *facts: tuple[UUID, int, Event],
    guards: Sequence[tuple[UUID, int]] = (),
    key: str | None = None,
    request: bytes = b"request",
) -> Decision:
    """A decision of facts, each as (stream, version, event)."""
    answer = Answer(ACTOR.user_id, key, request, 201, b"{}") if key else None
    return decision_of([new(*fact) for fact in facts], guards, answer)


def check_whole(log: EventLog, connection: psycopg.Connection[Any]) -> int:
    """Positions dense, versions in turn, leaves and frontier right, account chains without a gap; returns the size."""
    rows = connection.execute(
        f"SELECT position, stream_id, version, state, leaf FROM {log.schema}.events ORDER BY position"
    ).fetchall()
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    versions: dict[UUID, int] = {}
    for _, stream, version, state, leaf in rows:
        assert version == versions.get(stream, 0) + 1
        versions[stream] = version
        assert bytes(leaf) == leaf_hash(bytes(state))
    size, frontier = log.head()
    assert size == len(rows)
    assert _root(frontier) == root_of(bytes(row[4]) for row in rows)
    _check_chains(log)
    return size


def _root(frontier: list[bytes]) -> bytes:
    if not frontier:
        return root_of([])
    root = frontier[-1]
    for left in reversed(frontier[:-1]):
        root = hashlib.sha256(b"\x01" + left + root).digest()
    return root


def _check_chains(log: EventLog) -> None:
    last: dict[str, tuple[int, str]] = {}
    for event in log.read():
        if event.account_id is None:
            continue
        seq, leaf = last.get(event.account_id, (0, "00" * 32))
        assert (event.account_seq, event.account_prev) == (seq + 1, leaf)
        raw = log.raw(event.position)
        assert raw is not None
        last[event.account_id] = (seq + 1, raw[1].hex())
    for account_id, (seq, _) in last.items():
        assert log.account_seq(UUID(account_id)) == seq
