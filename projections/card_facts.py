"""What each event says about the state of a thing: the words of its card that change.

A word with a slash is one of several of its kind (`party/<contact>/<role>`, `approval/<user>`); None takes it away. So a
card is its changes joined in order, whatever they are.
"""

from typing import Any

from aggregates.logged_event import LoggedEvent
from projections.arrangement_facts import ARRANGEMENT_IDS, ARRANGEMENTS
from projections.card_payment_facts import CARD_PAYMENTS
from projections.card_words import Say, Words
from projections.cost_facts import COSTS
from projections.email_facts import EMAILS
from projections.personal import readable
from projections.plan_facts import PLANS
from projections.practice_facts import PRACTICE, PRACTICE_IDS


def words_of(event: LoggedEvent) -> tuple[str, str, Words] | None:
    """(kind of card, its id, what changes); None for an event that changes no card."""
    found = _CARDS.get(event.topic)
    if found is None:
        return None
    kind, say = found
    own = _OWN_IDS.get(kind)
    card_id = event.data[own] if own is not None else event.stream_id
    return kind, card_id, say(event)


def day_of(event: LoggedEvent) -> str:
    """The day a change counts from: the day it names itself, else the event's."""
    named = _DAYS.get(event.topic)
    return str(event.data[named]) if named is not None else event.day


def _plain(**more: Any) -> Say:
    """Everything the event says, people's text in the clear, and what follows from its topic."""

    def say(event: LoggedEvent) -> Words:
        return {**{name: readable(value) for name, value in event.data.items()}, **more}

    return say


def _dated(name: str, **more: Any) -> Say:
    """As `_plain`, with the event's day under a name of its own."""

    def say(event: LoggedEvent) -> Words:
        return {**{key: readable(value) for key, value in event.data.items()}, **more, name: event.day}

    return say


def _settlement_signed(event: LoggedEvent) -> Words:
    """The firm's part stands in the rows already."""
    said = {name: readable(event.data[name]) for name in ("authority", "billing_reference_id")}
    return {**said, "status": "signed", "signed_on": event.day}


def _amended(event: LoggedEvent) -> Words:
    field, after = event.data["field"], readable(event.data["after"])
    return {field: after[0] if event.topic == "contact/amended" and field == "name" else after}


def _roles(event: LoggedEvent) -> Words:
    return {"roles": event.data["after"]}


def _party(*, there: bool) -> Say:
    def say(event: LoggedEvent) -> Words:
        return {f"party/{event.data['contact_id']}/{event.data['role']}": event.day if there else None}

    return say


def _approved(event: LoggedEvent) -> Words:
    data = event.data
    approval = {"on": event.day, "lapses_on": data["lapses_on"], "sole_practitioner": data["sole_practitioner"]}
    return {"status": "approved", f"approval/{data['approved_by']}": approval}


def _pack_adopted(event: LoggedEvent) -> Words:
    data = event.data
    return {
        f"pack/{data['binds_from']}": {
            "jurisdiction": data["jurisdiction"],
            "pack_version": data["pack_version"],
            "why": data["why"],
        }
    }


def _work(part: str, **more: Any) -> Say:
    """What a time entry says, under its own words."""

    def say(event: LoggedEvent) -> Words:
        work = {name: readable(value) for name, value in event.data[part].items()}
        return {**work, **more, **{name: event.data[name] for name in ("source", "from_id") if name in event.data}}

    return say


def _uncleared(event: LoggedEvent) -> Words:
    return {"status": event.data.get("restores", "printed"), "cleared_on": None, "match_id": None}


def _bill_line(event: LoggedEvent) -> Words:
    line = event.data["line"]
    return {f"line/{line['line_id']}": {name: readable(value) for name, value in line.items()}}


def _bill_issued(event: LoggedEvent) -> Words:
    data = event.data
    said = {name: data[name] for name in ("number", "due_on", "trust_before_minor", "billing_reference_id")}
    return {**said, **data["totals"], "status": "finalized", "issued_on": event.day}


def _client_bill(event: LoggedEvent) -> Words:
    data = event.data
    parts = {f"on_bill/{bill_id}": place for place, bill_id in enumerate(data["bill_ids"], 1)}
    return {"client_id": data["client_id"], "currency": data["currency"], **parts, "status": "draft", "number": None}


def _client_bill_issued(event: LoggedEvent) -> Words:
    said = {name: event.data[name] for name in ("number", "due_on", "total_minor")}
    return {**said, "status": "finalized", "issued_on": event.day}


def _applied(event: LoggedEvent) -> Words:
    data = event.data
    part = {"bill_id": data["bill_id"], "amount_minor": data["amount_minor"], "on": event.day}
    return {f"allocation/{data['allocation_id']}": part}


def _budgeted(event: LoggedEvent) -> Words:
    """Notices were of the budget before."""
    notices = dict.fromkeys(("notice/fees", "notice/costs", "notice/hours"))
    return {"matter_id": event.data["matter_id"], "budget": event.data["after"], **notices}


def _gone(event: LoggedEvent) -> Words:
    """Money that left a client's payment otherwise than to a bill, one of the words of its card."""
    cause = event.topic.partition("/")[2].replace("-", "_")
    return {f"gone/{event.position:012}": {**event.data, "cause": cause, "on": event.day}}


def _restored(event: LoggedEvent) -> Words:
    return {"status": "received", "returned_on": None, **({} if event.data["whole"] else _gone(event))}


def _run_outcome(event: LoggedEvent) -> Words:
    return {f"outcome/{event.data['matter_id']}": {name: one for name, one in event.data.items() if name != "matter_id"}}


_AGREED = ("minimum_minor", "replenish_to_minor", "email", "remind_every_days", "counts_work_in_progress")


def _evergreen(event: LoggedEvent) -> Words:
    return {name: event.data[name] for name in _AGREED}


def _asked_to_replenish(event: LoggedEvent) -> Words:
    data = event.data
    asked = {name: data[name] for name in ("amount_minor", "balance_minor", "work_minor")} | {"asked_on": event.day}
    return {"ledger_id": event.stream_id, "trust_account_id": data["trust_account_id"], "status": "open", **asked}


def _started(event: LoggedEvent) -> Words:
    data = event.data
    of = {"timekeeper_id": data["timekeeper_id"], "matter_id": data["matter_id"], "note": readable(data["note"])}
    return {**of, "status": "running", "started_at": data["at"], "running_since": data["at"], "counted_seconds": 0}


def _timer_stopped(event: LoggedEvent) -> Words:
    data = event.data
    return {
        "status": "stopped", "running_since": None, "counted_seconds": data["worked_seconds"], "entry_id": data["entry_id"],
    }  # fmt: skip


_OWN_IDS = {
    "token": "token_id",
    "timer": "timer_id",
    "billing_rate": "rate_id",
    "trust_request": "request_id",
    **PRACTICE_IDS,
    **ARRANGEMENT_IDS,
}
"""Kinds of card of which a stream has several: the word of the event that names one."""

_CARDS: dict[str, tuple[str, Say]] = {
    "firm/established": ("firm", _plain(sole_practitioner=None)),
    "firm/policy-tightened": ("firm", lambda event: {f"setting/{event.data['setting']}": event.data["after"]}),
    "firm/jurisdiction-pack-adopted": ("firm", _pack_adopted),
    "firm/letterhead-agreed": ("firm", lambda event: {"letterhead": event.data["after"]}),
    "firm/payment-order-agreed": ("firm", lambda event: {"payment_order": event.data["after"]}),
    "firm/sole-practitioner-declared": ("firm", lambda event: {"sole_practitioner": event.data["user_id"]}),
    "firm/sole-practitioner-ended": ("firm", lambda _: {"sole_practitioner": None}),
    "user/added": ("user", _plain(active=True)),
    "user/roles-changed": ("user", _roles),
    "user/deactivated": ("user", lambda event: {"active": False, "deactivated_on": event.day}),
    "user/reactivated": ("user", lambda _: {"active": True, "deactivated_on": None}),
    "user/access-token-issued": ("token", _dated("issued_on", revoked_on=None)),
    "user/access-token-revoked": ("token", lambda event: {"revoked_on": event.day}),
    "contact/added": ("contact", _plain(merged_into=None)),
    "contact/amended": ("contact", _amended),
    "contact/roles-changed": ("contact", _roles),
    "contact/form-changed": ("contact", lambda event: {"form": event.data["after"]}),
    "contact/merged": ("contact", lambda event: {f"merged/{event.data['merged_id']}": event.day}),
    "contact/merged-into": ("contact", lambda event: {"merged_into": event.data["survivor_id"]}),
    "matter/opened": ("matter", _plain(closed_on=None)),
    "matter/accepted": ("matter", lambda event: {"status": "open", "accepted_on": event.day}),
    "matter/amended": ("matter", _amended),
    "matter/party-added": ("matter", _party(there=True)),
    "matter/party-removed": ("matter", _party(there=False)),
    "matter/closed": ("matter", _plain(status="closed")),
    "matter/reopened": ("matter", lambda event: {"status": "open", "closed_on": None, "reopened_on": event.day}),
    "matter/trust-ledger-attached": ("matter", lambda event: {f"ledger/{event.data['ledger_id']}": event.day}),
    "conflict-search/run": ("conflict_search", _dated("run_on", outcome=None)),
    "conflict-search/concluded": ("conflict_search", _dated("concluded_on")),
    "trust-account/opened": ("trust_account", _plain(sealed_to=None)),
    "trust-account/period-sealed": ("trust_account", lambda event: {"sealed_to": event.data["period_end"]}),
    "trust-account/period-unsealed": ("trust_account", lambda event: {"sealed_to": event.data["period_end"]}),
    "trust-ledger/opened": ("trust_ledger", _dated("opened_on")),
    "trust-ledger/evergreen-agreed": ("trust_ledger", _evergreen),
    "trust-ledger/replenishment-requested": ("trust_request", _asked_to_replenish),
    "trust-ledger/replenishment-met": ("trust_request", lambda event: {"status": "met", "met_on": event.day}),
    "disbursement/requested": ("disbursement", _dated("requested_on", status="requested")),
    "disbursement/approved": ("disbursement", _approved),
    "disbursement/rejected": ("disbursement", _dated("rejected_on", status="rejected")),
    "disbursement/released": ("disbursement", _dated("released_on", status="released")),
    "disbursement/undone": ("disbursement", _dated("undone_on", status="undone")),
    "cheque/issued": ("cheque", _dated("issued_on", status="issued")),
    "cheque/printed": ("cheque", _dated("printed_on", status="printed")),
    "cheque/cleared": ("cheque", _dated("cleared_on", status="cleared")),
    "cheque/uncleared": ("cheque", _uncleared),
    "cheque/ended": ("cheque", lambda e: {"status": e.data["ending"], "why": e.data["why"], "ended_on": e.day}),
    "billing-reference/recorded": ("billing_reference", _dated("issued_on")),
    "time-entry/recorded": ("time_entry", _work("work", status="draft", bill_id=None, billed_minor=None)),
    "time-entry/amended": ("time_entry", _work("after")),
    "time-entry/moved": ("time_entry", _work("after")),
    "time-entry/rerated": ("time_entry", _work("after")),
    "time-entry/split": ("time_entry", _work("after")),
    "time-entry/submitted": ("time_entry", lambda _: {"status": "submitted"}),
    "time-entry/approved": ("time_entry", lambda e: {"status": "approved", "approved_by": e.data["approved_by"]}),
    "time-entry/returned": ("time_entry", lambda _: {"status": "draft"}),
    "time-entry/discarded": ("time_entry", lambda _: {"status": "discarded"}),
    "time-entry/put-on-bill": ("time_entry", lambda event: {"bill_id": event.data["bill_id"]}),
    "time-entry/taken-off-bill": ("time_entry", lambda _: {"bill_id": None}),
    "time-entry/billed": ("time_entry", lambda e: {"status": "billed", "billed_minor": e.data["billed_minor"]}),
    "time-entry/unbilled": ("time_entry", lambda _: {"status": "approved", "bill_id": None, "billed_minor": None}),
    "bill/drafted": ("bill", _plain(status="draft", number=None, discount_minor=0)),
    "bill/line-added": ("bill", _bill_line),
    "bill/line-removed": ("bill", lambda event: {f"line/{event.data['line_id']}": None}),
    "bill/line-adjusted": ("bill", lambda e: {f"charged/{e.data['line_id']}": e.data["after_minor"]}),
    "bill/line-taxed": (
        "bill",
        lambda e: {f"taxed_{n}/{e.data['line_id']}": e.data[f"after_{n}"] for n in (1, 2)},
    ),
    "bill/terms-amended": ("bill", lambda event: dict(event.data["after"])),
    "bill/narrative-edited": ("bill", lambda e: {f"narrative/{e.data['line_id']}": readable(e.data["after"])}),
    "bill/courtesy-discount-given": ("bill", lambda event: {"discount_minor": event.data["after_minor"]}),
    "bill/approved": ("bill", lambda event: {"status": "approved", "approved_by": event.data["approved_by"]}),
    "bill/returned": ("bill", lambda _: {"status": "draft"}),
    "bill/dropped": ("bill", lambda _: {"status": "dropped"}),
    "bill/finalized": ("bill", _bill_issued),
    "bill/sent": ("bill", lambda event: {"sent_on": event.day, "sent_by": event.data["how"]}),
    "bill/voided": ("bill", lambda event: {"status": "void", "voided_on": event.day}),
    "bill/joined-client-bill": ("bill", lambda event: {"client_bill_id": event.data["client_bill_id"]}),
    "bill/released-from-client-bill": ("bill", lambda _: {"client_bill_id": None}),
    "client-bill/drafted": ("client_bill", _client_bill),
    "client-bill/matter-released": ("client_bill", lambda event: {f"on_bill/{event.data['bill_id']}": None}),
    "client-bill/dropped": ("client_bill", lambda _: {"status": "dropped"}),
    "client-bill/finalized": ("client_bill", _client_bill_issued),
    "client-bill/voided": ("client_bill", lambda event: {"status": "void", "voided_on": event.day}),
    "billing-run/started": ("billing_run", _plain(status="running")),
    "billing-run/drafted": ("billing_run", _run_outcome),
    "billing-run/left-out": ("billing_run", _run_outcome),
    "billing-run/joined": (
        "billing_run",
        lambda e: {f"client_bill/{e.data['client_bill_id']}": {"bill_ids": e.data["bill_ids"]}},
    ),
    "billing-run/stopped": ("billing_run", lambda event: {"status": "stopped", "why": event.data["why"]}),
    "billing-run/resumed": ("billing_run", lambda _: {"status": "running", "why": None}),
    "flat-fee/agreed": ("flat_fee", _plain(status="agreed", earned_on=None, bill_id=None)),
    "flat-fee/earned": ("flat_fee", lambda event: {"status": "earned", "earned_on": event.day}),
    "flat-fee/unearned": ("flat_fee", lambda _: {"status": "agreed", "earned_on": None}),
    "flat-fee/withdrawn": ("flat_fee", lambda event: {"status": "withdrawn", "why": event.data["why"]}),
    "flat-fee/put-on-bill": ("flat_fee", lambda event: {"bill_id": event.data["bill_id"]}),
    "flat-fee/taken-off-bill": ("flat_fee", lambda _: {"bill_id": None}),
    "flat-fee/billed": ("flat_fee", lambda _: {"status": "billed"}),
    "flat-fee/unbilled": ("flat_fee", lambda _: {"status": "earned", "bill_id": None}),
    "contingency/agreed": ("contingency", _plain()),
    "settlement/stated": ("settlement", _dated("stated_on", status="stated")),
    "settlement/signed": ("settlement", _settlement_signed),
    "settlement/withdrawn": ("settlement", lambda event: {"status": "withdrawn", "why": event.data["why"]}),
    "client-payment/received": ("client_payment", _dated("received_on", status="received")),
    "client-payment/applied": ("client_payment", _applied),
    "client-payment/application-reversed": ("client_payment", lambda e: {f"allocation/{e.data['allocation_id']}": None}),
    "client-payment/returned": ("client_payment", lambda e: {"status": e.data["kind"], "returned_on": e.day}),
    "client-payment/moved-to-trust": ("client_payment", _gone),
    "client-payment/refunded": ("client_payment", _gone),
    "client-payment/partly-returned": ("client_payment", _gone),
    "client-payment/restored": ("client_payment", _restored),
    "timers/started": ("timer", _started),
    "timers/paused": (
        "timer",
        lambda e: {"status": "paused", "running_since": None, "counted_seconds": e.data["counted_seconds"]},
    ),
    "timers/resumed": ("timer", lambda event: {"status": "running", "running_since": event.data["at"]}),
    "timers/stopped": ("timer", _timer_stopped),
    "timers/discarded": ("timer", lambda _: {"status": "discarded", "running_since": None}),
    "matter-budget/set": ("matter_budget", _budgeted),
    "matter-budget/notice-raised": (
        "matter_budget",
        lambda e: {f"notice/{e.data['of']}": {"at_percent": e.data["at_percent"], "raised_on": e.day}},
    ),
    "billing-rates/set": ("billing_rate", _plain(withdrawn_on=None)),
    "billing-rates/withdrawn": ("billing_rate", lambda event: {"withdrawn_on": event.day, "why": event.data["why"]}),
    "trust-exception/opened": ("exception", _dated("opened_on", status="open", cured_on=None)),
    "trust-exception/cured": (
        "exception",
        lambda e: {"status": "cured", "cured_on": e.day, "how": e.data["how"], "cure_entry_id": e.data["entry_id"]},
    ),
    "trust-exception/bank-error-corrected": (
        "exception",
        lambda e: {"status": "cured", "cured_on": e.day, "how": e.data["evidence"], "line_id": e.data["line_id"]},
    ),
    "trust-exception/noted": ("exception", lambda event: {"note": event.data["note"], "noted_on": event.day}),
    "outstanding-item/noted": ("item_note", _dated("noted_on")),
    "reconciliation/prepared": ("reconciliation", _dated("prepared_on", status="prepared")),
    "reconciliation/reviewed": ("reconciliation", _dated("reviewed_on", status="reviewed")),
    "reconciliation/signed": ("reconciliation", _dated("signed_on", status="signed")),
    "reconciliation/reopened": ("reconciliation", _dated("reopened_on", status="reopened")),
    **COSTS,
    **CARD_PAYMENTS,
    **EMAILS,
    **PRACTICE,
    **ARRANGEMENTS,
    **PLANS,
}
TOPICS = frozenset(_CARDS)

_DAYS = {
    "matter/opened": "opened_on",
    "matter/closed": "closed_on",
    "trust-account/opened": "opened_on",
}
