"""Running a conflict search: the names are searched here, by the read models, and what came up is put on record."""

from typing import TypeAlias
from uuid import UUID

from pydantic import Field

from aggregates.conflict_search import ConflictSearchRun, Hit
from aggregates.event import Words
from api.application import Application
from api.http.command_routes import CommandRoute
from api.http.desk import Offer
from api.http.faces import face_of
from api.tokens import Session
from commands.catalogue import COMMANDS
from commands.dispatch import Outcome, Request
from commands.run_conflict_search import RunConflictSearch
from commands.work import Command
from projections.reports.conflict_search import hits

_MOST_HITS = 200
Found: TypeAlias = tuple[tuple[Hit, ...], int, int]
"""Hits, the position that was searched at, and how many further ones there is no room for."""


class NewConflictSearch(Command):
    """Names to search among all names, former names and aliases on record."""

    names: tuple[Words, ...] = Field(min_length=1, max_length=50)


def offer(route: CommandRoute) -> Offer:
    """The search's route."""
    return Offer(route, face_of(NewConflictSearch, route.fields), COMMANDS[route.command].permission, _run)


def _run(application: Application, session: Session, request: Request, asked: NewConflictSearch, dry_run: bool) -> Outcome:
    found = _found_before(application, session, request) or _found_now(application, session, asked)
    hits, position, left_off = found
    command = RunConflictSearch(names=asked.names, hits=hits, left_off=left_off, position=position)
    return application.carry_out(session.slug, request, command, dry_run=dry_run)


def _found_now(application: Application, session: Session, asked: NewConflictSearch) -> Found:
    """What comes up, each contact once with its best score. Raises NotCaughtUp."""
    size = application.log(session.slug).size()
    with application.reader(session.slug, min_position=size) as reader, reader.snapshot():
        position = reader.position()
        lists = hits(reader, asked.names, known_at=position)
    best: dict[UUID, Hit] = {}
    for hit in sorted((hit for one in lists for hit in one), key=lambda hit: (-hit.score, str(hit.contact_id))):
        best.setdefault(hit.contact_id, hit)
    return tuple(best.values())[:_MOST_HITS], position, max(0, len(best) - _MOST_HITS)


def _found_before(application: Application, session: Session, request: Request) -> Found | None:
    """What the first request with this key found, so that the second one is known to be the same."""
    log = application.log(session.slug)
    answer = log.answer(session.asker.user_id, request.key) if request.key else None
    if answer is None:
        return None
    for logged in log.read(answer[3] - 1, stop=answer[3]):
        event = logged.event()
        if isinstance(event, ConflictSearchRun):
            return event.hits, event.position, event.left_off or 0
    return None
