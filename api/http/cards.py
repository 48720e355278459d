"""Lists of things (users, contacts, matters, accounts, payments) and single ones, from the cards that the log folds into."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any
from uuid import UUID

from aggregates import firm
from aggregates.errors import BadRequest, NotAllowed
from api.http.reading import Page
from api.http.report_routes import CardRoute
from api.report_parameters import arguments_of, one_of
from projections.card_statuses import STATUSES
from projections.cards import laid_out
from projections.reports.bills import bills
from projections.reports.card_states import card_state, card_states
from projections.reports.firm_policy import firm_policy
from projections.reports.merged_contacts import one_contact
from projections.reports.reader import Reader, StandsStill
from projections.reports.report import Report, page_size

_FIRST = UUID(int=0)
_NEVER_CHANGE = (
    "matter_id", "client_id", "ledger_id", "trust_account_id", "timekeeper_id", "bill_id", "request_id", "card_account_id",
    "link_id",
)  # fmt: skip
_FIND = """
SELECT id::text AS id FROM {s}.cards WHERE kind = %(kind)s AND id > %(after)s::uuid {chosen} ORDER BY id LIMIT %(limit)s
"""
_KINDS = {"ledger_id": "trust_ledger", "trust_account_id": "trust_account"}
_TIMEKEEPERS = {"entry_id": "time_entry", "timer_id": "timer"}


def _asked(
    reader: Reader,
    *,
    as_of: date | None = None,
    known_at: int | None = None,
    limit: int = 100,
    cursor: str | None = None,
    matter_id: str | None = None,
    client_id: str | None = None,
    ledger_id: str | None = None,
    trust_account_id: str | None = None,
    timekeeper_id: str | None = None,
    bill_id: str | None = None,
    request_id: str | None = None,
    card_account_id: str | None = None,
    link_id: str | None = None,
    status: str | None = None,
) -> Report:
    """Stands for the parameters of a list."""
    raise NotImplementedError


def list_cards(reader: Reader, route: CardRoute, page: Page) -> tuple[dict[str, Any], int]:
    """A page of cards in the order in which they came into the books, and the position it was read at. Raises BadRequest."""
    allowed = {"as_of", "known_at", "limit", "cursor", *route.filters}
    if unknown := sorted(page.given.keys() - allowed):
        raise BadRequest(f"this list has no {', '.join(unknown)}; it has {', '.join(sorted(allowed))}", unknown=unknown)
    asked = arguments_of(reader, _asked, page.given)
    if "status" in asked:
        one_of(STATUSES[route.kind], "status", asked["status"])
    limit = page_size(asked.get("limit", 100))
    with reader.snapshot():
        position = reader.position()
        known_at = asked.get("known_at")
        as_known = position if known_at is None and position < reader.reached() else known_at
        ids = _ids(reader, route, asked, limit + 1)
        states = card_states(reader, route.kind, ids[:limit], as_of=asked.get("as_of"), known_at=as_known)
    status = asked.get("status")
    items = [_shown(route, key, card) for key, card in states.items() if status is None or card.get("status") == status]
    following = page.next_cursor(ids[limit - 1], page.pinned or position) if len(ids) > limit else None
    return {"items": items, "known_at": known_at or position, "next_cursor": following}, position


def one_card(reader: Reader, route: CardRoute, page: Page) -> tuple[dict[str, Any], int]:
    """One card, and the position it was read at. Raises NotFound, BadRequest."""
    if unknown := sorted(page.given.keys() - {"as_of", "known_at", route.id_name}):
        raise BadRequest(f"this has no {', '.join(unknown)}", unknown=unknown)
    card_id = str(UUID(page.given[route.id_name][0]))
    asked = arguments_of(reader, _asked, {name: page.given[name] for name in ("as_of", "known_at") if name in page.given})
    with reader.snapshot():
        position = reader.position()
        known_at = asked.get("known_at")
        card = card_state(reader, route.kind, card_id, as_of=asked.get("as_of"), known_at=known_at or position)
        shown = _shown(route, card_id, card)
        if route.kind == "billing_reference":
            (bill,) = bills(reader, asked.get("as_of"), known_at or position, ids=[card_id])
            shown |= {
                "open_minor": bill.open_minor,
                "drawn_minor": bill.drawn_minor,
                "disputed_minor": bill.disputed_minor,
                "held_minor": bill.held_minor,
                "disputed_paid_minor": bill.disputed_paid_minor,
                "owed_back_minor": bill.owed_back_minor,
                "given_back_minor": bill.given_back_minor,
                "reduced_minor": bill.reduced_minor,
            }
        if route.kind == "user":
            shown["tokens"] = _tokens(reader, card_id, known_at or position)
    return {**shown, "known_at": known_at or position}, position


def firm_card(reader: Reader, page: Page) -> tuple[dict[str, Any], int]:
    """The firm with its settings and what binds it, and the position it was read at. Raises NotFound, BadRequest."""
    if unknown := sorted(page.given.keys() - {"as_of", "known_at"}):
        raise BadRequest(f"this has no {', '.join(unknown)}", unknown=unknown)
    asked = arguments_of(reader, _asked, page.given)
    with reader.snapshot():
        position = reader.position()
        known_at = asked.get("known_at") or position
        card = laid_out(card_state(reader, "firm", str(firm.STREAM), as_of=asked.get("as_of"), known_at=known_at))
        policy = firm_policy(reader, asked.get("as_of") or reader.today, known_at)
    bound = {"jurisdiction": policy.pack.code, "pack_version": policy.pack.version, "policy": policy.in_force()}
    return {**card, **bound, "known_at": known_at}, position


def check_there(reader: Reader, given: Mapping[str, list[str]]) -> None:
    """Raises NotFound for a report on something that is not in the books."""
    for name, texts in given.items():
        if name in _KINDS:
            for text in texts:
                with suppress(StandsStill):  # the report itself says up to where it can be read
                    card_state(reader, _KINDS[name], str(UUID(text)))


def check_own(reader: Reader, given: Mapping[str, list[str]], user_id: UUID) -> None:
    """Raises NotAllowed for a matter, or a ledger of one, that this user is not an attorney of."""
    if given.get("timekeeper_id") == [str(user_id)]:
        return
    for name, kind in _TIMEKEEPERS.items():
        if name in given and card_state(reader, kind, str(UUID(given[name][0])))["timekeeper_id"] == str(user_id):
            return
    if "matter_id" not in given and "ledger_id" not in given:
        raise NotAllowed("a timekeeper reads their own time, and that of the matters they are an attorney of")
    matter_id = given["matter_id"][0] if "matter_id" in given else None
    if matter_id is None:
        matter_id = card_state(reader, "trust_ledger", given["ledger_id"][0]).get("matter_id")
    matter = card_state(reader, "matter", matter_id) if matter_id is not None else {}
    if str(user_id) not in {matter.get(f"{part}_attorney_id") for part in ("responsible", "originating")}:
        raise NotAllowed("a timekeeper reads the matters they are an attorney of, and no others")


def version_at(reader: Reader, stream_id: UUID, position: int) -> int:
    """How many events a stream had at a position of the log."""
    return reader.number(
        "SELECT max(version) FROM {s}.events WHERE stream_id = %(stream)s AND position <= %(position)s",
        stream=stream_id,
        position=position,
    )


def _ids(reader: Reader, route: CardRoute, asked: Mapping[str, Any], limit: int) -> list[str]:
    chosen: dict[str, Any] = {name: [asked[name]] for name in _NEVER_CHANGE if name in asked}
    if "client_id" in chosen:
        chosen["client_id"] = one_contact(reader, asked["client_id"], asked.get("known_at"))
    query = _FIND.replace("{chosen}", " ".join(f"AND data ->> '{name}' = ANY(%({name})s)" for name in chosen))
    after = _after(asked.get("cursor"))
    return [row["id"] for row in reader.rows(query, kind=route.kind, after=after, limit=limit, **chosen)]


def _after(cursor: str | None) -> UUID:
    try:
        return UUID(cursor) if cursor else _FIRST
    except ValueError:
        raise BadRequest("this is not a cursor of this list", parameter="cursor") from None


def _shown(route: CardRoute, card_id: str, card: Mapping[str, Any]) -> dict[str, Any]:
    shown = {route.id_name: card_id, **laid_out(card)}
    if route.kind == "billing_run":
        # No event ends a run: it is done when each of its matters has an outcome.
        left = len(shown["matter_ids"]) - len(shown.get("outcomes", ()))
        shown |= {"left": left, "status": shown["status"] if left else "done"}
    return shown


def _tokens(reader: Reader, user_id: str, known_at: int) -> list[dict[str, Any]]:
    """The tokens of a user, without their hashes."""
    found = reader.rows(
        "SELECT id::text AS id FROM {s}.cards WHERE kind = 'token' AND data ->> 'user_id' = %(user)s ORDER BY id",
        user=user_id,
    )
    states = card_states(reader, "token", [row["id"] for row in found], known_at=known_at)
    return [
        {
            "token_id": key,
            **{name: value for name, value in laid_out(card).items() if name not in {"token_sha256", "user_id"}},
        }
        for key, card in states.items()
    ]
