"""What the events of e-mails say about their cards."""

from aggregates.logged_event import LoggedEvent
from projections.card_words import Say, Words
from projections.personal import readable


def _written(event: LoggedEvent) -> Words:
    said: Words = {name: readable(value) for name, value in event.data.items()}
    return {
        **said, "client_id": said["contact_id"], "status": "draft", "attempts": 0, "next_at": None, "outcome": None,
        "code": None, "sent_on": None,
    }  # fmt: skip


def _begun(event: LoggedEvent) -> Words:
    data = event.data
    return {
        "status": "sending", "next_at": None, "begun_at": data["at"], "attempts": data["attempt"],
        "message_id": data["message_id"], f"attempt/{data['attempt']}": {"begun_at": data["at"], "outcome": None},
    }  # fmt: skip


def _ended(event: LoggedEvent) -> Words:
    data = event.data
    reply = {"ended_at": data["at"], **{name: readable(data[name]) for name in ("outcome", "code", "said")}}
    words: Words = {name: data[name] for name in ("outcome", "code", "status", "next_at")}
    if data["outcome"] == "accepted":
        words["sent_on"] = event.day
    return {f"attempt_end/{data['attempt']}": reply, **words}


def _withdrawn(event: LoggedEvent) -> Words:
    return {"status": "withdrawn", "next_at": None, "why": event.data["why"]}


EMAILS: dict[str, tuple[str, Say]] = {
    "email/written": ("email", _written),
    "email/amended": ("email", lambda event: {event.data["field"]: readable(event.data["after"])}),
    "email/queued": ("email", lambda event: {"status": "queued", "next_at": event.data["at"]}),
    "email/attempt-begun": ("email", _begun),
    "email/attempt-ended": ("email", _ended),
    "email/withdrawn": ("email", _withdrawn),
}
