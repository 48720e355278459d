"""Finds the operation for a method and a path by walking the path's segments once, however many operations there are.

One route of the framework's router stands for all of ours: its own routes are tried one after the other, and each adds
layers that a command does not need. Measured, that is a third of the time that a request spends outside the books.
What answers GET answers HEAD as well, by the same headers and nothing after them (RFC 9110, section 9.3.2).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from api.http.endpoints import Answer
from api.http.exchange import exchange_of
from api.http.problems import MEDIA, Problem, problem_of

_FIELD = re.compile(r"{(\w+)}")


@dataclass(slots=True)
class Place:
    """A path template and what answers it, by method. `path` is its name in logs and figures."""

    path: str
    fields: tuple[str, ...]
    answers: dict[str, Answer] = field(default_factory=dict)

    def answer(self, method: str) -> Answer | None:
        """What answers a method here."""
        return self.answers.get("GET" if method == "HEAD" else method)

    @property
    def allowed(self) -> str:
        """The methods that are answered, for Allow."""
        return ", ".join(sorted({*self.answers, *(["HEAD"] if "GET" in self.answers else [])}))


@dataclass(slots=True)
class _Node:
    words: dict[str, "_Node"] = field(default_factory=dict)
    any: "_Node | None" = None
    place: Place | None = None


class Switchboard(BaseRoute):
    """All operations as one route."""

    def __init__(self, operations: Iterable[tuple[str, str, Answer]]) -> None:
        self._root = _Node()
        for method, path, answer in operations:
            self._add(method, path, answer)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether the path is one of ours, and the method with it."""
        if scope["type"] != "http":
            return Match.NONE, {}
        values: list[str] = []
        place = _found(self._root, scope["path"].split("/"), 1, values)
        if place is None:
            return Match.NONE, {}
        match = Match.FULL if place.answer(scope["method"]) is not None else Match.PARTIAL
        return match, {"path_params": dict(zip(place.fields, values, strict=True)), "route": place}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; what is refused is answered with its problem document."""
        request = Request(scope, receive, send)
        place: Place = scope["route"]
        try:
            answer = place.answer(scope["method"])
            if answer is None:
                allowed = {"Allow": place.allowed}
                raise Problem(405, "method_not_allowed", "this cannot be done here", headers=allowed)  # noqa: TRY301 -- as others
            response = await answer(request)
        except Exception as error:
            problem = problem_of(error)
            if problem is None:
                raise
            response = problem_response(request, problem)
        if scope["method"] == "HEAD":
            await _send_head(response, send)
        else:
            await response(scope, receive, send)

    def _add(self, method: str, path: str, answer: Answer) -> None:
        node = self._root
        for segment in path.split("/")[1:]:
            if not segment.startswith("{"):
                node = node.words.setdefault(segment, _Node())
                continue
            node.any = node.any or _Node()
            node = node.any
        if node.place is None:
            node.place = Place(path, tuple(_FIELD.findall(path)))
        assert node.place.path == path, f"{path} is {node.place.path} already"
        assert method not in node.place.answers, (method, path)
        node.place.answers[method] = answer


async def _send_head(response: Response, send: Send) -> None:
    """An answer's status and headers. Its body is never begun: that of a live stream would have no end."""
    await send({"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers})
    await send({"type": "http.response.body", "body": b""})


def problem_response(request: Request, problem: Problem) -> Response:
    """A problem as it is sent."""
    return Response(problem.body(exchange_of(request).request_id), problem.status, dict(problem.headers), MEDIA)


def _found(node: _Node, segments: list[str], at: int, values: list[str]) -> Place | None:
    """The place a path leads to; a word goes before a field, and an empty segment is no value."""
    if at == len(segments):
        return node.place
    segment = segments[at]
    if (by_word := node.words.get(segment)) is not None and (place := _found(by_word, segments, at + 1, values)) is not None:
        return place
    if node.any is None or not segment:
        return None
    values.append(segment)
    place = _found(node.any, segments, at + 1, values)
    if place is None:
        values.pop()
    return place
