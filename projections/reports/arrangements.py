"""What was agreed about the fees of each matter, in a word or two, by which matters may be chosen."""

from collections import defaultdict
from typing import Literal

from projections.reports.reader import Reader

Arrangement = Literal["hourly", "flat", "contingent", "subscription", "capped", "blended", "evergreen"]
"""Hourly is what is charged by the hour alone, under a cap or at a blended rate too; the others are what was agreed."""
_BESIDES_HOURS = frozenset({"flat", "contingent", "subscription"})
_FIND = """
SELECT DISTINCT data ->> 'matter_id' AS matter_id, 'flat' AS word
  FROM {s}.cards WHERE kind = 'flat_fee' AND data ->> 'status' <> 'withdrawn'
 UNION SELECT data ->> 'matter_id', 'contingent' FROM {s}.cards WHERE kind = 'contingency'
 UNION SELECT data ->> 'matter_id', 'subscription'
  FROM {s}.cards WHERE kind = 'subscription' AND data ->> 'status' = 'agreed'
 UNION SELECT data ->> 'matter_id', 'capped' FROM {s}.cards WHERE kind = 'fee_cap' AND data ->> 'status' = 'agreed'
 UNION SELECT data ->> 'matter_id', 'evergreen'
  FROM {s}.cards WHERE kind = 'trust_ledger' AND data ->> 'minimum_minor' IS NOT NULL AND data ->> 'matter_id' IS NOT NULL
"""
_BLENDED = """
SELECT DISTINCT ON (data ->> 'matter_id') data ->> 'matter_id' AS matter_id, data ->> 'rate_minor' IS NOT NULL AS agreed
  FROM {s}.cards WHERE kind = 'billing_rate' AND data ->> 'rule' = 'blended'
 ORDER BY data ->> 'matter_id', data ->> 'effective_from' DESC, position DESC
"""


def arranged(reader: Reader, matter_ids: list[str]) -> dict[str, set[str]]:
    """Of each of these matters, as things stand now."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in reader.rows(_FIND):
        found[row["matter_id"]].add(row["word"])
    for row in reader.rows(_BLENDED):
        if row["agreed"]:
            found[row["matter_id"]].add("blended")
    words = {matter_id: found.get(matter_id, set()) for matter_id in matter_ids}
    return {matter_id: several if several & _BESIDES_HOURS else several | {"hourly"} for matter_id, several in words.items()}
