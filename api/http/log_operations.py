"""How the log, its live stream, its head and proofs are described."""

from api.http.answer_examples import CHECKPOINT, EVENTS, ONE_EVENT, PROOF, STREAM
from api.http.feed import Feed
from api.http.operations import Operation, Schema, json_of, of_path, of_query, text_of
from api.http.parameter_words import meaning_of

_OF_EVENTS = "An event is told as it is stored: amounts in its data are whole minor units."


def log_operations(feed: Feed) -> list[Operation]:
    """The log, its live stream, its head and proofs."""
    filters = (of_query("topic"), of_query("stream"), of_query("trust_account_id"))
    position = of_path("position", {"type": "integer", "minimum": 1, "maximum": 2**53})
    plain: Schema = {"type": "object"}
    last = {
        "name": "Last-Event-ID",
        "in": "header",
        "schema": {"type": "integer", "minimum": 0},
        "description": meaning_of("Last-Event-ID", in_path=False),
    }
    page = (of_query("after"), of_query("limit"), of_query("min_position"), *filters)
    found = [
        ("/v1/events", "events", "Events by position", feed.events(), json_of(plain, EVENTS), page),
        (
            "/v1/events/stream",
            "events-stream",
            "Events as they come",
            feed.stream(),
            text_of("text/event-stream", STREAM),
            (of_query("after"), last, *filters),
        ),
        (
            "/v1/events/{position}",
            "event",
            "One event with its exact bytes",
            feed.event(),
            json_of(plain, ONE_EVENT),
            (position,),
        ),
        (
            "/v1/events/{position}/proof",
            "event-proof",
            "A C2SP tlog-proof that the event stands in the log",
            feed.proof(),
            text_of("text/plain", PROOF),
            (position,),
        ),
        (
            "/v1/log/checkpoint",
            "log-checkpoint",
            "The log's head, signed",
            feed.signed_head(),
            json_of(plain, CHECKPOINT),
            (),
        ),
    ]
    return [
        Operation("GET", path, name, "Log", summary, answer, content, _OF_EVENTS, parameters=tuple(parameters))
        for path, name, summary, answer, content, parameters in found
    ]
