"""Every status that a card may have is among the words that a list of such cards may be asked for, and no other is."""

from typing import get_args

import orjson
import pytest

from aggregates.catalogue import BY_TOPIC
from aggregates.cheque import Ending
from aggregates.outgoing_email import EmailStatus
from commands.event_log.mapper import decode
from projections.card_facts import words_of
from projections.card_statuses import STATUSES
from projections.reports.cheque_register import ChequeStatus
from tests.commands.golden_rows import FILE, key_of

ROWS = orjson.loads(FILE.read_bytes())


@pytest.mark.parametrize("topic", sorted(BY_TOPIC))
def test_what_an_event_makes_of_a_card_is_known(topic: str) -> None:
    found = words_of(decode(1, ROWS[key_of(topic, BY_TOPIC[topic].SCHEMA)]["bytes"].encode()))
    status = found[2].get("status") if found is not None else None
    if found is not None and status is not None and status != "restores in words":  # what a cheque was before it cleared
        assert status in STATUSES[found[0]]


def test_words_that_events_themselves_choose_are_known() -> None:
    assert set(get_args(EmailStatus)) == set(STATUSES["email"])
    assert set(get_args(Ending)) < set(STATUSES["cheque"])
    assert set(get_args(ChequeStatus)) == {*STATUSES["cheque"], "missing"}
    for kind, topic, field in (("matter", "matter/opened", "status"), ("client_payment", "client-payment/returned", "kind")):
        assert set(get_args(BY_TOPIC[topic].model_fields[field].annotation)) < set(STATUSES[kind])
