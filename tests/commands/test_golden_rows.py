"""Bytes that were stored once are read the same for ever."""

import pytest

from aggregates.catalogue import BY_TOPIC
from aggregates.merkle import leaf_hash
from aggregates.upcasting import STEPS
from commands.event_log.mapper import decode
from tests.commands.golden_rows import key_of, row_of, rows

ROWS = rows()


@pytest.mark.parametrize("key", sorted(ROWS))
def test_a_golden_row_is_read_as_it_was(key: str) -> None:
    row = ROWS[key]
    state = row["bytes"].encode()
    assert leaf_hash(state).hex() == row["leaf"], "stored bytes are never changed"
    read = decode(1, state)
    assert key_of(read.topic, read.schema) == key
    assert read.event().model_dump(mode="json") == row["event"]
    assert row_of(state) == row


def test_every_topic_and_version_has_its_row() -> None:
    wanted = {key_of(topic, kind.SCHEMA) for topic, kind in BY_TOPIC.items()} | {key_of(*old) for old in STEPS}
    missing = sorted(wanted - ROWS.keys())
    assert not missing, f"run `python -m tests.commands.golden_rows`, and commit the rows of {', '.join(missing)}"


@pytest.mark.parametrize(("topic", "schema"), sorted(STEPS))
def test_an_old_version_is_upcast_to_what_the_law_folds(topic: str, schema: int) -> None:
    old, newest = (ROWS[key_of(topic, version)] for version in (schema, BY_TOPIC[topic].SCHEMA))
    assert old["bytes"] != newest["bytes"]
    assert old["event"].keys() == newest["event"].keys()
    assert type(decode(1, old["bytes"].encode()).event()) is BY_TOPIC[topic]
