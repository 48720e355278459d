"""The description of the API is complete, agrees with the tables and the catalogues, and is kept by the server."""

import re
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from aggregates.errors import Refusal
from aggregates.permissions import Role
from api.http.command_routes import COMMAND_ROUTES
from api.http.examples import example_of
from api.http.problems import STATUSES, status_of
from api.http.report_routes import REPORT_ROUTES
from api.http.server import command_offers
from commands.catalogue import COMMANDS
from projections.reports.catalogue import REPORTS
from tests.api.http_firm import Books

_ID = "019a3d6e-5f00-7000-8000-000000000001"
_CHECKS = (
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
)
_STREAMS = frozenset({"/v1/events/stream"})
"""It never ends by itself."""
_FILES = frozenset({"/v1/ledes/check"})
"""It takes a file, as it is."""


def kinds_of(refusal: type[Refusal]) -> list[type[Refusal]]:
    return [refusal, *(kind for one in refusal.__subclasses__() for kind in kinds_of(one))]


def test_every_command_has_one_route_and_every_report_one_by_its_name() -> None:
    assert sorted(route.command for route in COMMAND_ROUTES) == sorted(COMMANDS)
    by_name = [route.path for route in REPORT_ROUTES if route.path.startswith("/v1/reports/")]
    assert by_name == [f"/v1/reports/{name}" for name in REPORTS]
    paths = [("POST", route.path) for route in COMMAND_ROUTES] + [("GET", route.path) for route in REPORT_ROUTES]
    assert len(paths) == len(set(paths))


def test_every_refusal_has_a_status_of_its_own_or_of_its_family() -> None:
    for refusal in kinds_of(Refusal)[1:]:
        assert any(kind in STATUSES for kind in refusal.__mro__), refusal
        assert 400 <= status_of(refusal) < 500


@pytest.mark.parametrize("command", COMMANDS)
def test_the_example_of_a_body_is_one_that_the_command_takes(command: str) -> None:
    offers = command_offers()
    offer = offers[command]
    path = {name: "1051" if name == "number" else _ID for name in offer.face.path}
    assert offer.face.read(example_of(offer.face.model), path)


def test_no_field_of_the_api_speaks_of_minor_units(books: Books) -> None:
    document = books.firm.owner.read("/openapi.json")
    names = re.findall(r'"([a-z_]+_minor)":', books.firm.owner.get("/openapi.json").text)
    assert names == []
    asked = {one.get("name", "") for methods in document["paths"].values() for operation in methods.values()
             for one in operation.get("parameters", ())}  # fmt: skip
    assert [name for name in asked if name.endswith("_minor")] == []
    assert document["components"]["schemas"]["ReceiveFunds"]["properties"]["amount"]["type"] == "string"


def test_every_operation_says_what_it_is_and_what_can_go_wrong(books: Books) -> None:
    document = books.firm.owner.read("/openapi.json")
    names = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            names.append(operation["operationId"])
            assert operation["summary"], path
            assert operation["tags"], path
            assert "500" in operation["responses"], path
            in_path = {one["name"] for one in operation.get("parameters", ()) if one.get("in") == "path"}
            assert in_path == set(re.findall(r"{(\w+)}", path)), path
            if method == "post":
                bodies = operation["requestBody"]["content"]
                assert "examples" in bodies["text/plain" if path in _FILES else "application/json"], path
    assert len(names) == len(set(names))
    assert "servers" not in document
    assert "422" not in document["paths"]["/healthz"]["get"]["responses"]


def test_every_answer_has_an_example_and_every_parameter_a_meaning(books: Books) -> None:
    document = books.firm.owner.read("/openapi.json")

    def found(part: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in part:
            steps, part = part["$ref"].split("/")[1:], document
            for step in steps:
                part = part[step]
        return part

    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for parameter in operation.get("parameters", ()):
                assert found(parameter)["description"].endswith("."), (path, parameter)
            for status, answer in operation["responses"].items():
                for media, content in found(answer).get("content", {}).items():
                    schema = found(content["schema"])
                    shown = content.get("examples") or schema.get("examples") or schema.get("format") == "binary"
                    assert shown, (method, path, status, media)


def test_the_example_of_an_error_is_a_problem_of_its_status(books: Books) -> None:
    document = books.firm.owner.read("/openapi.json")
    needed = set(document["components"]["schemas"]["Problem"]["required"])
    for name, answer in document["components"]["responses"].items():
        for code, example in answer["content"]["application/problem+json"]["examples"].items():
            problem = example["value"]
            assert needed <= problem.keys(), (name, code)
            assert (f"Problem{problem['status']}", problem["code"]) == (name, code)
    overdraft = document["components"]["responses"]["Problem422"]["content"]["application/problem+json"]["examples"]
    assert overdraft["trust.t1.overdraft"]["value"]["amount"] == "800.00"


# The server runs in this process, and its pool of connections takes its jitter from `random` while a case is drawn.
@pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")
def test_whatever_is_sent_is_answered_as_described(books: Books) -> None:
    real = {
        "trust_account_id": books.account_id,
        "ledger_id": books.ledger_id,
        "from_ledger_id": books.ledger_id,
        "matter_id": books.matter_id,
        "contact_id": books.contact_id,
        "position": 3,
    }
    token = books.firm.owner.token
    schema = schemathesis.openapi.from_url(f"{books.firm.base}/openapi.json")
    tried: set[str] = set()

    def attack(operation: Any) -> None:
        @settings(
            max_examples=4,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def run(case: Any) -> None:
            tried.add(f"{case.method} {operation.path}")
            case.path_parameters = {name: real.get(name, value) for name, value in (case.path_parameters or {}).items()}
            # A position that does not come is waited for; that is tested elsewhere.
            case.query = {key: value for key, value in (case.query or {}).items() if key not in {"min_position", "known_at"}}
            answer = case.call(headers={"Authorization": f"Bearer {token}"}, timeout=20)
            busy = answer.status_code == 503 and answer.json()["retryable"]  # as a slow machine may be
            assert answer.status_code < 500 or busy, (case.method, case.path, answer.text)
            case.validate_response(answer, checks=_CHECKS)

        run()

    for result in schema.get_all_operations():
        operation: Any = result.ok()  # type: ignore[union-attr]  # a broken one raises here, and fails the test
        if operation.path not in _STREAMS:
            attack(operation)
    assert len(tried) > 80
    ready = books.firm.owner.get("/readyz")
    assert ready.json()["checks"]["parked"] == [], "something reached the log that no read model can take"


def test_what_the_roles_of_the_firm_are_is_told(books: Books) -> None:
    shown = books.firm[Role.ADMIN].read("/v1/users")
    assert {role for item in shown["items"] for role in item["roles"]} == set(Role)


def test_whatever_the_document_points_to_is_in_it_by_a_name_of_ours(books: Books) -> None:
    document = books.firm.owner.read("/openapi.json")
    text = books.firm.owner.get("/openapi.json").text
    for pointer in set(re.findall(r'"\$ref":"#/([^"]+)"', text)):
        found = document
        for step in pointer.split("/"):
            assert step in found, pointer
            found = found[step]
    assert [name for name in document["components"]["schemas"] if "__" in name] == []


def test_every_command_shows_what_it_answers(books: Books) -> None:
    document = books.firm.owner.read("/openapi.json")
    for route in COMMAND_ROUTES:
        for status, answer in document["paths"][route.path]["post"]["responses"].items():
            if status in {"200", "201"}:
                assert answer["content"]["application/json"]["examples"]["usual"]["value"]["position"], route.path
    for shared in ("Report", "Card"):
        assert document["components"]["schemas"][shared]["examples"]
