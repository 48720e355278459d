"""The words that a card's status may be, by kind of card: a list that is asked for another word says which there are.

A list that is filtered by status needs its line here.
"""

from collections.abc import Mapping
from types import MappingProxyType

STATUSES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        kind: tuple(words.split())
        for kind, words in {
            "bill": "draft approved finalized dropped void",
            "billing_run": "running stopped",
            "card_notice": "heard unread",
            "card_payment": "processing succeeded failed",
            "cheque": "issued printed cleared void stopped stale",
            "client_bill": "draft finalized dropped void",
            "client_payment": "received returned chargeback",
            "cost": "recorded billed discarded",
            "disbursement": "requested approved rejected released undone",
            "email": "draft queued sending sent refused given_up withdrawn",
            "exception": "open cured",
            "fee_cap": "agreed ended",
            "fee_retainer": "agreed ended",
            "flat_fee": "agreed earned billed withdrawn",
            "line_rule": "set withdrawn",
            "matter": "pending open closed",
            "payment_plan": "agreed ended",
            "payment_link": "open paid closed",
            "reconciliation": "prepared reviewed signed reopened",
            "settlement": "stated signed withdrawn",
            "subscription": "agreed ended",
            "time_entry": "draft submitted approved billed discarded",
            "timer": "running paused stopped discarded",
            "trust_request": "open met",
            "vendor_payment": "made reversed",
        }.items()
    }
)
