"""The audit trail: who, in which role, through which program, did what, when, why, on whose approval and what evidence.

Each row also names what it reversed, what reversed it, and the bank line it cleared against, as known at the moment.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from aggregates.catalogue import BY_TOPIC
from aggregates.errors import BadRequest
from projections.reports.card_states import card_ids, card_states
from projections.reports.labels import ledger_labels
from projections.reports.merged_contacts import one_contact
from projections.reports.reader import Reader, Row, bounds
from projections.reports.rendering import decimal
from projections.reports.report import Report, columns, page_size, table
from projections.reports.what_changed import what_changed, what_was_said
from projections.search_words import query_of

_SHAPE = columns(
    "position:count recorded_at:instant day:date topic who role program amount_minor:money ledger client matter reason "
    "approved_by before after document_sha256 reverses_entry_id reversed_by_entry_id bank_lines search_text user_id "
    "approver_ids bank_line_ids "
    "trust_account_id ledger_id matter_id disbursement_id entry_id stream_id event_id command_id correlation_id causation_id"
)
_OF_A_CONTACT = (
    "(a.matter_id = ANY(%(client_matters)s::uuid[]) OR a.ledger_id = ANY(%(client_ledgers)s::uuid[]) "
    "OR a.stream_id = ANY(%(client_streams)s::uuid[]) "
    "OR a.position IN (SELECT position FROM {s}.party_roles WHERE contact_id = ANY(%(client_ids)s::uuid[])))"
)
_OF_A_MATTER = ("disbursement", "cheque", "exception")


def report(
    reader: Reader,
    *,
    as_of: date | None = None,
    known_at: int | None = None,
    user_id: str | None = None,
    contact_id: str | None = None,
    matter_id: str | None = None,
    trust_account_id: str | None = None,
    ledger_id: str | None = None,
    stream_id: str | None = None,
    kind: str | None = None,
    recorded_from: datetime | None = None,
    recorded_to: datetime | None = None,
    text: str | None = None,
    limit: int = 100,
    cursor: str | None = None,
) -> Report:
    """Newest first. `user_id` finds what a person did and approved; `kind` is a topic, or what stands before its slash.

    `contact_id`, `matter_id` and `ledger_id` find everything that belongs: a client's matters, parties, ledgers, payments,
    cheques, bills, exceptions; a contact's duplicates count as itself. `text` is a search as people type them into a search
    box. Raises BadRequest for a bad page, cursor or kind.
    """
    values: dict[str, Any] = {
        "user": user_id, "account": trust_account_id, "stream": stream_id, "topic": kind, "since": recorded_from,
        "until": recorded_to, "words": query_of(text or ""), "limit": page_size(limit) + 1, "before": _before(cursor),
        **bounds(as_of, known_at),
    }  # fmt: skip
    asked = {
        "(a.user_id = %(user)s OR a.approved_by = %(user)s)": user_id,
        "a.trust_account_id = %(account)s": trust_account_id,
        "a.stream_id = %(stream)s": stream_id,
        "(a.topic = %(topic)s OR starts_with(a.topic, %(topic)s || '/'))": kind,
        "a.recorded_at >= %(since)s": recorded_from,
        "a.recorded_at <= %(until)s": recorded_to,
        "a.words @@ %(words)s::tsquery": text,
        _OF_A_CONTACT: contact_id,
        "(a.matter_id = %(matter)s OR a.ledger_id = ANY(%(ledgers)s::uuid[]) OR a.stream_id = ANY(%(streams)s::uuid[]))": (
            matter_id or ledger_id
        ),
    }
    where = "".join(f"AND {condition} " for condition, value in asked.items() if value is not None)
    if kind is not None and not any(kind in {topic, topic.partition("/")[0]} for topic in BY_TOPIC):
        families = ", ".join(sorted({topic.partition("/")[0] for topic in BY_TOPIC}))
        raise BadRequest(f"there is no kind of event {kind!r}; there are {families}, and each of their topics")
    with reader.snapshot():
        values |= _belonging(reader, matter_id, ledger_id)
        if contact_id is not None:
            values |= _of_contact(reader, one_contact(reader, contact_id, known_at))
        rows = reader.rows(
            "SELECT a.* FROM {s}.audit_trail a WHERE a.position <= %(known_at)s AND a.position < %(before)s "
            f"AND a.day <= %(as_of)s {where}ORDER BY a.position DESC LIMIT %(limit)s",
            **values,
        )
        more = len(rows) > limit
        rows = rows[:limit]
        _complete(reader, rows, known_at)
    return Report(
        "Audit trail",
        _SHAPE,
        table(_SHAPE, rows),
        as_of,
        known_at,
        next_cursor=str(rows[-1]["position"]) if more else None,
    )


def _before(cursor: str | None) -> int:
    if cursor is None:
        return 2**63 - 1
    if not cursor.isdecimal():
        raise BadRequest(f"{cursor!r} is not a cursor of this report")
    return int(cursor)


def _belonging(reader: Reader, matter_id: str | None, ledger_id: str | None) -> dict[str, Any]:
    """The ledgers of a matter, and the streams of everything that hangs on them."""
    ledgers = [] if ledger_id is None else [ledger_id]
    streams: list[str] = []
    if matter_id is not None:
        ledgers += card_ids(reader, "trust_ledger", "matter_id", [matter_id])
        streams += card_ids(reader, "billing_reference", "matter_id", [matter_id])
    if ledgers:
        for kind in _OF_A_MATTER:
            streams += card_ids(reader, kind, "ledger_id", ledgers)
    return {"matter": matter_id, "ledgers": ledgers, "streams": streams}


def _of_contact(reader: Reader, one: list[str]) -> dict[str, Any]:
    """What a contact has under any of its ids: matters and ledgers as a client, payments as a payee, a user who it is."""
    matters = card_ids(reader, "matter", "client_id", one)
    ledgers = card_ids(reader, "trust_ledger", "client_id", one)
    streams = [*one, *card_ids(reader, "user", "contact_id", one), *card_ids(reader, "billing_reference", "client_id", one)]
    streams += card_ids(reader, "disbursement", "payee_contact_id", one)
    for kind in _OF_A_MATTER:
        streams += card_ids(reader, kind, "ledger_id", ledgers)
    return {"client_ids": one, "client_matters": matters, "client_ledgers": ledgers, "client_streams": streams}


def _complete(reader: Reader, rows: list[Row], known_at: int | None) -> None:
    """Put in what other facts say of these: names, approvals, reversals, bank lines."""
    labels = ledger_labels(reader, {str(row["ledger_id"]) for row in rows if row["ledger_id"]}, known_at)
    entries = [row["entry_id"] for row in rows if row["entry_id"]]
    reversed_by = _reversals(reader, entries, known_at)
    lines = _bank_lines(reader, entries, known_at)
    approvals = _approvals(reader, [row["disbursement_id"] for row in rows if row["disbursement_id"]], known_at)
    changed = what_changed(reader, [row["position"] for row in rows if row["after"] is None])
    said = what_was_said(
        reader, [row["position"] for row in rows if row["after"] is None and row["position"] not in changed]
    )
    for row in rows:
        before, after = changed.get(row["position"], (row["before"], row["after"]))
        row["before"], row["after"] = before, said.get(row["position"], after)
        label = labels.get(str(row["ledger_id"]))
        row["ledger"], row["client"], row["matter"] = (label.title, label.client, label.matter) if label else (None,) * 3
        row["reversed_by_entry_id"] = reversed_by.get(row["entry_id"])
        row["bank_lines"] = "; ".join(words for _, words in lines[row["entry_id"]]) or None
        row["bank_line_ids"] = [line_id for line_id, _ in lines[row["entry_id"]]]
        row["approver_ids"] = [str(row["approved_by"])] if row["approved_by"] else []
        if row["topic"] in {"trust-ledger/funds-disbursed", "disbursement/released"}:
            row["approver_ids"] = approvals[row["disbursement_id"]]
    _name(reader, rows, known_at)


def _name(reader: Reader, rows: list[Row], known_at: int | None) -> None:
    """The people by name; by id whom no event names."""
    people = {str(row["user_id"]) for row in rows if row["user_id"]} | {one for row in rows for one in row["approver_ids"]}
    users = card_states(reader, "user", people, known_at=known_at)
    names = {one: str(users.get(one, {}).get("name") or one) for one in people}
    for row in rows:
        row["who"] = names.get(str(row["user_id"]))
        row["approved_by"] = ", ".join(names[one] for one in row["approver_ids"]) or None


def _reversals(reader: Reader, entries: Collection[Any], known_at: int | None) -> dict[Any, Any]:
    found = reader.rows(
        "SELECT reverses_entry_id, entry_id FROM {s}.sub_ledger_entries WHERE reverses_entry_id = ANY(%(entries)s) "
        "AND position <= %(known_at)s",
        entries=entries,
        **bounds(None, known_at),
    )
    return {row["reverses_entry_id"]: row["entry_id"] for row in found}


def _bank_lines(reader: Reader, entries: Collection[Any], known_at: int | None) -> dict[Any, list[tuple[str, str]]]:
    """The statement lines an entry cleared against: id, and day, amount and words as the bank has them."""
    found = reader.rows(
        "SELECT me.member_id AS entry_id, l.line_id::text, l.booked_on, l.amount_minor, l.payee FROM {s}.match_members me "
        "JOIN {s}.match_members ml ON ml.match_id = me.match_id AND ml.member = 'line' "
        "JOIN {s}.statement_lines l ON l.line_id = ml.member_id "
        "WHERE me.member = 'entry' AND me.member_id = ANY(%(entries)s) AND me.position <= %(known_at)s "
        "AND NOT EXISTS (SELECT FROM {s}.matches_undone u WHERE u.match_id = me.match_id AND u.position <= %(known_at)s) "
        "ORDER BY ml.position, ml.n",
        entries=entries,
        **bounds(None, known_at),
    )
    lines: dict[Any, list[tuple[str, str]]] = defaultdict(list)
    for row in found:
        words = f"{row['booked_on']} {decimal(row['amount_minor'])} {row['payee']}".rstrip()
        lines[row["entry_id"]].append((row["line_id"], words))
    return lines


def _approvals(reader: Reader, disbursements: Collection[Any], known_at: int | None) -> dict[Any, list[str]]:
    found = reader.rows(
        "SELECT stream_id, approved_by::text FROM {s}.audit_trail WHERE stream_id = ANY(%(ids)s) "
        "AND topic = 'disbursement/approved' AND position <= %(known_at)s ORDER BY position",
        ids=disbursements,
        **bounds(None, known_at),
    )
    approvals: dict[Any, list[str]] = defaultdict(list)
    for row in found:
        approvals[row["stream_id"]].append(row["approved_by"])
    return approvals
