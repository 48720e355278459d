"""How every face reads a report: in one snapshot, never within a command, and told with the position it was read at."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from aggregates.errors import BadRequest
from api.report_parameters import arguments_of
from projections.reports.labels import in_currency
from projections.reports.reader import Reader
from projections.reports.report import Report


def read_report(reader: Reader, report: Callable[..., Report], given: Mapping[str, Sequence[str]]) -> tuple[Report, int]:
    """The report as it was asked for in text, and the position that it shows, which is always its `known_at`.

    Raises what `arguments_of` and the report raise, and BadRequest for a position that the log has not come to: the figures
    would be others once it has.
    """
    arguments = arguments_of(reader, report, given)
    with reader.snapshot():
        position = reader.position()
        asked = arguments.get("known_at")
        if asked is None and position < reader.reached():
            arguments["known_at"] = position  # half a command is never shown
        elif asked is not None and position < asked and (ends := reader.log_size()) < asked:
            raise BadRequest(f"the log ends at position {ends}; nothing is known at {asked} yet", parameter="known_at")
        found = report(reader, **arguments)
        known_at = position if found.known_at is None else found.known_at
        return in_currency(reader, replace(found, known_at=known_at)), known_at
