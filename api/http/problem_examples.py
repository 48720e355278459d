"""What the errors of each status look like, for the OpenAPI document; made as every other problem is."""

from typing import Any

from api.http.problems import Problem

_REQUEST_ID = "019a3d6e-5f00-7000-8000-00000000000a"
_ETAG = '"019a3d6e-5f00-7000-8000-000000000001@4"'
_T1 = "Maryland Rule 19-410: no disbursement that leaves a client's balance negative"
_PROBLEMS = (
    Problem(
        400, "idempotency_key_missing",
        "send an Idempotency-Key, so that this can be sent again without being done twice",
    ),
    Problem(400, "malformed_json", "the body is not JSON: unexpected end of data: line 1 column 11 (char 10)"),
    Problem(401, "not_logged_in", "this token opens nothing"),
    Problem(
        403, "not_allowed", "bookkeeper may not sign reconciliation",
        more={"permission": "sign_reconciliation", "roles": "bookkeeper"},
    ),
    Problem(404, "not_found", "there is no matter 019a3d6e-5f00-7000-8000-000000000001"),
    Problem(408, "request_timeout", "the body did not arrive in time"),
    Problem(
        409, "request_in_progress",
        "a request with this Idempotency-Key is still being carried out; send it again in a moment",
    ),
    Problem(
        409, "wrong_state", "this reconciliation is signed, not prepared or reviewed", more={"status": "signed"}
    ),
    Problem(
        412, "stale_version", "it was changed meanwhile: you saw version 3, it is at version 4",
        more={"expected": 3, "current": 4, "current_etag": _ETAG},
    ),
    Problem(
        413, "body_too_large", "the body is larger than the 1,000,000 bytes that are taken here",
        more={"most_bytes": 1_000_000},
    ),
    Problem(415, "unsupported_media_type", "the body is application/json here, not text/plain"),
    Problem(
        422, "trust.t1.overdraft", "this would overdraw the ledger by 150.00: it holds 650.00 on 2026-09-29",
        rule="T1", source=_T1, more={"amount_minor": 800_00, "balance_minor": 650_00},
    ),
    Problem(
        422, "invalid_request", "1 thing(s) are wrong with the request",
        errors=[("/amount", 'an amount is text with at most two decimals, such as "2500.00"')],
    ),
    Problem(
        422, "idempotency_key_reused",
        "this Idempotency-Key was used for another request; a new request needs a new key",
    ),
    Problem(
        428, "if_match_missing", "send If-Match with the ETag of what you saw, so that nobody's change is lost"
    ),
    Problem(429, "too_many_requests", "this token asks more than its share; wait"),
    Problem(500, "internal_error", "a fault of ours; it was logged"),
    Problem(503, "unavailable", "the database does not answer just now; send it again, with the same key"),
    Problem(
        503, "not_caught_up", "the read models have not come to position 113 yet; ask again", more={"position": 113}
    ),
    Problem(
        503, "read_model_parked",
        "the read model postings stands still before position 90, an event it cannot digest; the books can be read as known "
        "at 89",
        more={"read_model": "postings", "position": 90},
    ),
)  # fmt: skip


def problem_examples(status: int) -> dict[str, Any]:
    """The examples of a status by their codes, as OpenAPI has them."""
    return {one.code: {"value": one.document(_REQUEST_ID)} for one in _PROBLEMS if one.status == status}
