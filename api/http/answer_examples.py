"""What answers look like that are neither a command's nor a report's: lists, the log, sessions, health."""

from typing import Any

_ID, _OTHER = "019a3d6e-5f00-7000-8000-000000000001", "019a3d6e-5f00-7000-8000-000000000002"
EVENT: dict[str, Any] = {
    "position": 113,
    "id": "019a3d6e-5f00-7000-8000-000000000003",
    "topic": "trust-ledger/purpose-hold-released",
    "schema": 1,
    "stream": _ID,
    "version": 4,
    "recorded_at": "2026-09-21T14:00:00Z",
    "effective_date": "2026-09-21",
    "actor": {"user_id": _OTHER, "role": "bookkeeper", "program": "web app", "policy_version": 5},
    "command": "019a3d6e-5f00-7000-8000-000000000004",
    "reason": None,
    "trust_account_id": "019a3d6e-5f00-7000-8000-000000000005",
    "data": {"hold_id": "019a3d6e-5f00-7000-8000-000000000006"},
}
EVENTS: dict[str, Any] = {"items": [EVENT], "next_after": 113, "more": False, "size": 113}
STREAM = f'retry: 2000\n\nid: 113\nevent: {EVENT["topic"]}\ndata: {{"position":113,…}}\n\n'
ONE_EVENT: dict[str, Any] = {
    "position": 113,
    "state_base64": "eyJpZCI6IjAxOWEzZDZlLTVmMDAtNzAwMC04MDAwLTAwMDAwMDAwMDAwMyIs…",
    "leaf_hash": "d9b72cc5759d88bd641f0fd10079d471f6f6c442bacb3c159fbe52d4621b87ce",
    "event": EVENT,
}
_ORIGIN = f"muniment/{_ID}"
_NOTE = (
    f"{_ORIGIN}\n113\n7auw9blIQCsogIl/i7RpX+WlGDNMqqjPsjtNdMFjtc8=\n\n— {_ORIGIN} uAdS4gtIAqD0MG9d0EEoArXmk4s6typY6NUu…\n"
)
PROOF = f"c2sp.org/tlog-proof@v1\nindex 112\n9I0HcofZSh7Jd13B0N+gPhXaQNe1z2ZmCb2CKEHTHHQ=\n\n{_NOTE}"
CHECKPOINT: dict[str, Any] = {
    "origin": _ORIGIN,
    "size": 113,
    "root": "edabb0f5b948402b2880897f8bb4695fe5a518334caaa8cfb23b4d74c163b5cf",
    "signed_at": "2026-09-21T14:01:00Z",
    "note": _NOTE,
}
SESSION: dict[str, Any] = {
    "firm": "ashby",
    "user_id": _ID,
    "roles": ["bookkeeper"],
    "program": "web app",
    "permissions": ["match", "post_receipt", "read_books"],
    "token_id": _OTHER,
    "expires_at": "2026-12-31T17:00:00+00:00",
}
OUTCOMES: dict[str, Any] = {
    "results": [{"idempotency_key": "c0a8012e-1", "status": 200, "replayed": False, "result": {"position": 113}}],
    "refused": 0,
}
ALIVE: dict[str, Any] = {"status": "ok", "pid": 4711}
READY: dict[str, Any] = {
    "status": "ready",
    "checks": {"database": "ok", "projector_alive": True, "standing_still": [], "lag": {"ashby": 0}, "parked": []},
}
METRICS = 'muniment_log_size{firm="ashby"} 113.0\nmuniment_projection_lag{firm="ashby"} 0.0\n'
CSV = "ledger,balance\r\nAdeline Archer,12150.00\r\n"
CSV_FORM = (
    "section,line,date,number,name,description,days,amount,bank_amount,count,note\r\n"
    "form,6,2026-09-30,,Adjusted bank balance (A),,,17180.42,,,\r\n"
)


def listed_example(id_name: str) -> dict[str, Any]:
    """A page of a list of things."""
    return {"items": [{id_name: _ID}], "known_at": 113, "next_cursor": None}
