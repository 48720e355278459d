"""Who authorised payments, to which account, and whether on the sole practitioner's exception.

Electronic transfers: the name of the person authorising, the recipient (ABA Model Rules for Client Trust Account Records,
rule 1(h)).
"""

from collections.abc import Collection
from typing import Any

from projections.cards import laid_out
from projections.reports.card_states import card_states
from projections.reports.reader import Reader


def authorised(reader: Reader, disbursement_ids: Collection[str], known_at: int | None) -> dict[str, dict[str, Any]]:
    """By disbursement: `authorised_by` (names), `approver_ids`, `recipient_account`, `sole_practitioner` ("yes" or None)."""
    payments = {
        key: laid_out(card) for key, card in card_states(reader, "disbursement", disbursement_ids, known_at=known_at).items()
    }
    approvers = {approval["user_id"] for card in payments.values() for approval in card.get("approvals", ())}
    names = {key: card["name"] for key, card in card_states(reader, "user", approvers, known_at=known_at).items()}
    found = {}
    for key, card in payments.items():
        approvals = sorted(card.get("approvals", ()), key=lambda one: (one["on"], one["user_id"]))
        found[key] = {
            "authorised_by": ", ".join(names.get(one["user_id"]) or one["user_id"] for one in approvals) or None,
            "approver_ids": ", ".join(one["user_id"] for one in approvals) or None,
            "recipient_account": card.get("recipient_account"),
            "sole_practitioner": "yes" if any(one["sole_practitioner"] for one in approvals) else None,
        }
    return found
