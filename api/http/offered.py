"""Every operation there is, gathered from the tables of commands, reports and cards."""

from collections.abc import Mapping
from typing import Any

from api.http.answer_examples import (
    ALIVE,
    CSV,
    CSV_FORM,
    METRICS,
    OUTCOMES,
    READY,
    SESSION,
    listed_example,
)
from api.http.bulk import BulkDesk
from api.http.desk import Offer
from api.http.emails import BillEmails
from api.http.endpoints import Counter
from api.http.examples import example_of
from api.http.health import Health
from api.http.ledes import ledes_operations
from api.http.operations import (
    COMMAND_ERRORS,
    ID,
    READ_ERRORS,
    Operation,
    Schema,
    command_operation,
    json_of,
    of_path,
    of_query,
    reference,
    report_parameters,
    summary_of,
    text_of,
)
from api.http.reading import parameters_with
from api.http.reconciling import Papers
from api.http.report_routes import CARD_ROUTES, REPORT_ROUTES, CardRoute, ReportRoute
from api.http.trust_applications import TrustApplications
from projections.card_statuses import STATUSES
from projections.reports.catalogue import REPORTS

_CLOCKS = ("as_of", "known_at", "min_position")
_OUTCOMES: Schema = {
    "type": "object",
    "required": ["results", "refused"],
    "properties": {
        "results": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["idempotency_key", "status"],
                "properties": {
                    "idempotency_key": {"type": "string"},
                    "status": {"type": "integer"},
                    "replayed": {"type": "boolean"},
                    "result": {"type": "object"},
                    "problem": reference("Problem"),
                },
            },
        },
        "refused": {"type": "integer", "description": "How many were refused."},
    },
}


def command_operations(counter: Counter, offers: Mapping[str, Offer], bulk: BulkDesk) -> list[Operation]:
    """Every command, one by one and many together."""
    found = [command_operation(offer, counter.command(offer)) for offer in offers.values()]
    example = {"ledger_id": "019a3d6e-5f00-7000-8000-000000000001"} | example_of(offers["place-hold"].face.model)
    together = {"commands": [{"command": "place-hold", "idempotency_key": "c0a8012e-1", "fields": example}]}
    found.append(
        Operation(
            "POST",
            "/v1/bulk",
            "bulk",
            "Bulk",
            "Many commands, each with its own key and outcome",
            bulk.commands(),
            json_of(_OUTCOMES, OUTCOMES),
            description="Carried out in their order, each by itself: one that is refused never spoils the others.",
            body=_body("Bulk", together),
            errors=COMMAND_ERRORS,
        )
    )
    fields = example_of(offers["accept-match"].face.model)
    found.append(
        Operation(
            "POST",
            "/v1/trust-accounts/{trust_account_id}/matches/bulk",
            "bulk-accept-matches",
            "Bulk",
            "Accept many suggested matches of one account",
            bulk.matches(),
            json_of(_OUTCOMES, OUTCOMES),
            parameters=(of_path("trust_account_id"),),
            body=_body("MatchAcceptances", {"matches": [{"idempotency_key": "m-1", "fields": fields}]}),
            errors=COMMAND_ERRORS,
        )
    )
    bills = {"idempotency_key": "bills-2026-10", "bill_ids": ["019a3d6e-5f00-7000-8000-000000000001"]}
    found.append(
        Operation(
            "POST",
            "/v1/bills/emails",
            "bulk-email-bills",
            "E-mail",
            "E-mail many issued bills, each with its own outcome",
            bulk.made(BillEmails),
            json_of(_OUTCOMES, OUTCOMES),
            body=_body("BillEmails", bills),
            errors=COMMAND_ERRORS,
        )
    )
    applied = {
        "idempotency_key": "trust-2026-10",
        "effective_date": "2026-10-15",
        "method": "ach",
        "recipient_account": "021000021 / 4711",
        "applications": [{"billing_reference_id": "019a3d6e-5f00-7000-8000-000000000001"}],
    }
    found.append(
        Operation(
            "POST",
            "/v1/trust-applications",
            "bulk-apply-trust",
            "Bills",
            "Ask for trust money for many bills, each with its own outcome; GET proposes what may be asked for",
            bulk.made(TrustApplications),
            json_of(_OUTCOMES, OUTCOMES),
            body=_body("TrustApplications", applied),
            errors=COMMAND_ERRORS,
        )
    )
    return found


def read_operations(counter: Counter) -> list[Operation]:
    """Every report, list and card."""
    firm = Operation(
        "GET",
        "/v1/firm",
        "firm",
        "Firm",
        "The firm, its settings, and the figures that bind it",
        counter.firm(),
        json_of(reference("Card")),
        parameters=tuple(of_query(name) for name in _CLOCKS),
        headers=("Muniment-Position", "ETag"),
    )
    session = Operation(
        "GET",
        "/v1/session",
        "session",
        "Users",
        "Who the token stands for, and what they may do",
        counter.session(),
        json_of({"type": "object", "required": ["firm", "user_id", "roles", "permissions", "expires_at"]}, SESSION),
        headers=(),
        errors=(401, 429, 500, 503),
    )
    reports = [_report(counter, route) for route in REPORT_ROUTES]
    return [session, firm, *(one for route in CARD_ROUTES for one in _cards(counter, route)), *reports]


_PAPER_ERRORS = (*READ_ERRORS, 409)
"""What is not signed or issued yet has no such paper."""


def paper_operations(papers: Papers) -> list[Operation]:
    """What is kept as a file."""
    binary: Schema = {"schema": {"type": "string", "format": "binary"}}
    form = Operation(
        "GET",
        "/v1/reconciliations/{reconciliation_id}/form",
        "reconciliation-form",
        "Reconciliation",
        "The printed form; what was signed, in the very bytes that were signed. `cover`: one that was reopened, marked so",
        papers.form(),
        {"application/pdf": binary, **text_of("text/csv", CSV_FORM)},
        parameters=(of_path("reconciliation_id"), {**of_query("format"), "schema": {"enum": ["pdf", "csv", "cover"]}}),
        errors=_PAPER_ERRORS,
    )
    document = Operation(
        "GET",
        "/v1/documents/{sha256}",
        "document",
        "Reconciliation",
        "A kept file by its SHA-256: a statement as it was imported, an artefact",
        papers.document(),
        {"application/octet-stream": binary},
        parameters=(of_path("sha256", {"type": "string", "pattern": "^[0-9a-f]{64}$"}),),
    )
    known_at: Schema = {
        **of_query("known_at"),
        "schema": {"type": "integer", "minimum": 1, "maximum": 2**53},
        "description": "A position of the log: what was paid and credited up to it stands on the document, too.",
    }
    bill = Operation(
        "GET",
        "/v1/bills/{bill_id}/document",
        "bill-document",
        "Bills",
        "A bill as a PDF: as it was issued, the same bytes for ever; with `known_at` its account too; a draft, marked so",
        papers.bill(),
        {"application/pdf": binary},
        parameters=(of_path("bill_id"), known_at),
        errors=_PAPER_ERRORS,
        headers=("Muniment-Position", "ETag"),
        unchanged=True,
    )
    together = Operation(
        "GET",
        "/v1/client-bills/{client_bill_id}/document",
        "client-bill-document",
        "Bills",
        "A client bill as a PDF, with a section for each matter; otherwise as a bill",
        papers.client_bill(),
        {"application/pdf": binary},
        parameters=(of_path("client_bill_id"), known_at),
        errors=_PAPER_ERRORS,
        headers=("Muniment-Position", "ETag"),
        unchanged=True,
    )
    return [form, document, *ledes_operations(papers.counter), bill, together]


def health_operations(health: Health) -> list[Operation]:
    """What whoever runs it asks."""
    plain: Schema = {"type": "object"}
    found = [
        ("healthz", "The process answers", health.alive(), json_of(plain, ALIVE)),
        ("readyz", "Database, projector and read models are ready", health.ready(), json_of(plain, READY)),
        ("metrics", "Figures for Prometheus", health.metrics(), text_of("text/plain", METRICS)),
    ]
    return [
        Operation("GET", f"/{name}", name, "Running", said, answer, content, open=True, errors=(500, 503), headers=())
        for name, said, answer, content in found
    ]


def _report(counter: Counter, route: ReportRoute) -> Operation:
    report = REPORTS[route.report]
    headers = ["Muniment-Position", "Muniment-Next-Cursor"] + (["ETag"] if route.entity else [])
    by_name = route.path.startswith("/v1/reports/")
    name = route.path.removeprefix("/v1/").replace("{", "").replace("}", "").replace("/", "-").replace("_", "-")
    return Operation(
        "GET",
        route.path,
        f"report-{route.report}" if by_name else name,
        route.tag,
        summary_of(report),
        counter.report(route),
        {**json_of(reference("Report")), **text_of("text/csv", CSV)},
        parameters=report_parameters(parameters_with(report), route.fields),
        headers=tuple(headers),
    )


def _cards(counter: Counter, route: CardRoute) -> list[Operation]:
    words = route.kind.replace("_", " ")
    listed: Schema = {
        "type": "object",
        "required": ["items", "known_at", "next_cursor"],
        "properties": {
            "items": {"type": "array", "items": {"type": "object", "required": [route.id_name]}},
            "known_at": {"type": "integer"},
            "next_cursor": {"type": ["string", "null"]},
        },
    }
    found = [
        Operation(
            "GET",
            route.path,
            f"list-{route.kind.replace('_', '-')}s",
            route.tag,
            f"Every {words}, a page at a time",
            counter.cards(route),
            json_of(listed, listed_example(route.id_name)),
            parameters=tuple(
                of_query(name, STATUSES[route.kind] if name == "status" else str)
                for name in (*_CLOCKS, "limit", "cursor", *route.filters)
            ),
        )
    ]
    if route.one:
        found.append(
            Operation(
                "GET",
                f"{route.path}/{{{route.id_name}}}",
                f"get-{route.kind.replace('_', '-')}",
                route.tag,
                f"One {words}",
                counter.card(route),
                json_of(reference("Card")),
                parameters=(of_path(route.id_name, ID), *(of_query(name) for name in _CLOCKS)),
                headers=("Muniment-Position", "ETag") if route.etag else ("Muniment-Position",),
            )
        )
    return found


def _body(model: str, example: Mapping[str, Any]) -> dict[str, Any]:
    content = {"schema": reference(model), "examples": {"usual": {"value": example}}}
    return {"required": True, "content": {"application/json": content}}
