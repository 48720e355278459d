"""What each parameter of a path or a query means, for the OpenAPI document."""

_SAID = {
    "as_of": "The day of the books: what took effect later is left out.",
    "known_at": "A position of the log, or an instant: what was recorded later is left out.",
    "min_position": "Wait, a few seconds at most, until the books show this position; 503 when they do not.",
    "cursor": "The next page, as the last one named it; it pins known_at, so that pages never shift.",
    "limit": "Rows of a page.",
    "format": "json or csv; `Accept: text/csv` says the same.",
    "account": "An account of the chart by its number, such as 1300.",
    "after": "Only what stands behind this position of the log.",
    "age": "Only what is so old, from the day it was due.",
    "amount_class": "Only this part of bills: tax, hard_cost, soft_cost, fee or interest.",
    "arrangement": "Only matters whose fees are agreed so.",
    "by": "What the rows are summed by.",
    "cause": "Only what has this cause.",
    "charge": "Only what is charged so.",
    "code_set": "Only the codes of this set.",
    "dormant_days": "After how many days without a movement a ledger counts as lying still.",
    "firm": "The firm's short name.",
    "from_day": "The first day that counts.",
    "hours_a_day": "How many hours a timekeeper has in a day, for utilization.",
    "in_progress": "true: only what is not billed yet.",
    "include_flat": "true: flat fees are allocated, too.",
    "issued_from": "Only bills issued on this day or later.",
    "kind": "Only this kind: of the audit trail a topic, or what stands before its slash.",
    "least_minor": "Only what comes to so much at least, in whole minor units.",
    "least_score": "How alike two names are at least, 0 to 100.",
    "more_than_days": "Only what is older than so many days.",
    "names": "A name to search for; may be given several times.",
    "nature": "hard or soft costs only.",
    "number": "The cheque's number.",
    "of_nobody": "true: only what no timekeeper did.",
    "only_questions": "true: only those that wait for a person.",
    "position": "A position of the log, from 1.",
    "practice_area": "Only matters of this practice area.",
    "recorded_from": "Only what was recorded at this instant or later.",
    "recorded_to": "Only what was recorded before or at this instant.",
    "sha256": "The file's SHA-256 in hex.",
    "standing": "Only what stands so.",
    "start": "The first day that is shown; what came before is in the opening balance.",
    "start_number": "The first cheque number that is shown.",
    "status": "Only what has this status.",
    "stream": "Only events of this stream.",
    "text": "Only what has these words in it, in capitals or not.",
    "timekeepers": "How many timekeepers the firm counts with.",
    "to_day": "The last day that counts.",
    "topic": "Only events of this topic.",
    "why": "Only what was given up for this reason.",
    "window_days": "How many days after an entry the bank may show it.",
    "with_zero": "true: those that hold nothing, too.",
    "without_receipt": "true: only what has no receipt.",
    "worked_from": "Only work done on this day or later.",
    "worked_to": "Only work done by this day.",
    "Last-Event-ID": "The position that was received last; the stream goes on exactly behind it.",
}


def meaning_of(name: str, *, in_path: bool) -> str:
    """One sentence; of ids, whose it is. Empty where nobody has said it."""
    if name.endswith("_id") and name not in _SAID:
        words = name.removesuffix("_id").replace("_", " ")
        return f"The id of the {words}." if in_path else f"Only what is of this {words}."
    return _SAID.get(name, "")
