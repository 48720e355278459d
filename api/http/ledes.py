"""LEDES over HTTP: an issued bill as a file, and a file that somebody was sent, checked and read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import get_args
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from aggregates import firm
from aggregates.errors import BadRequest, NotFound
from aggregates.permissions import Permission
from api.http.endpoints import Answer, Counter, check_token_sent
from api.http.exchange import exchange_of, json_response, media_type, query_of, read_body
from api.http.operations import READ_ERRORS, TEXT, Operation, Schema, json_of, of_path, of_query, text_of
from api.http.problems import Problem
from api.http.sessions import check_allowed
from api.tokens import Session
from commands.event_log.log import EventLog
from projections.reports.rendering import shown
from replay.bill_ledes.handing_out import LedesFormat, Wanted, as_ledes, called, client_as_ledes
from replay.ledes.examining import examine
from replay.ledes.fields import LEDES_1998B
from replay.ledes.invoice import LedesParty

MOST_BYTES = 5_000_000
_FORMATS = get_args(LedesFormat)
_ADDRESS = ("address_1", "address_2", "city", "state_or_region", "postcode", "country")
_SAYS = {
    "law_firm_id": "The firm's taxpayer number.",
    "client_tax_id": "The client's taxpayer number; 1998BI V2 needs it.",
    "client_id": "What the client calls itself; else an id of ours.",
    "client_matter_id": "What the client calls the matter; else its number.",
    "flat_fee_code": "A UTBMS task or activity code for flat fees, which have none of their own.",
    "tax_type": "What the tax is called on lines that have it (1998BI V2).",
} | {f"law_firm_{part}": "Of the firm's address (1998BI V2)." for part in _ADDRESS}
_SAYS_OF_SEVERAL = {name: said for name, said in _SAYS.items() if name != "client_matter_id"} | {
    "client_matter_ids": "What the client calls the matters, by our numbers, such as `2026-0001=X-9,2026-0002=X-10`."
}
_FORMAT_SAID = "1998bi is LEDES 1998BI V2, for bills with tax and for currencies; 1998b knows no tax."
_LINE = (
    "20260930|2026-17|C-1|M-1|725.00|20260901|20260930|September|1|F|2.5|-25.00|725.00|20260903|L210||A103|TK1|"
    "Draft the answer|12-3456789|300.00|Roe, Jane|PARTNR|X-9[]"
)
_EXAMPLE = f"{LEDES_1998B.first_line}\n{LEDES_1998B.header}\n{_LINE}\n"
_LIST: Schema = {"type": "array", "items": {"type": "object"}}
_CHECKED: Schema = {
    "type": "object",
    "required": ["format", "invoices", "notices"],
    "properties": {
        "format": {"enum": ["LEDES 1998B", "LEDES 1998BI V2"]},
        "invoices": {**_LIST, "description": "Each with its sums and its lines."},
        "notices": {**_LIST, "description": "Codes outside the UTBMS sets: no error, but worth a look."},
    },
}


@dataclass(frozen=True, slots=True)
class Ledes:
    """Answers both."""

    counter: Counter

    def bill(self) -> Answer:
        """An issued bill as a LEDES file."""
        return self._file("bill", as_ledes)

    def client_bill(self) -> Answer:
        """An issued client bill as a LEDES file of one invoice."""
        return self._file("client-bill", client_as_ledes)

    def _file(self, what: str, made: Callable[[EventLog, UUID, LedesFormat, Wanted], bytes]) -> Answer:
        async def answer(request: Request) -> Response:
            def work() -> Response:
                session = self.counter.sessions.enter(request, Permission.READ_BOOKS)
                asked = _asked(request, {"format", *(_SAYS if what == "bill" else _SAYS_OF_SEVERAL)})
                bill_id = _id_in(request, f"{what.replace('-', '_')}_id")
                form = _format(asked.pop("format", "1998b"))
                if not asked.get("law_firm_id"):
                    raise BadRequest(
                        "law_firm_id is the firm's taxpayer number; the format needs it", parameter="law_firm_id"
                    )
                address = LedesParty("", *(asked.pop(f"law_firm_{part}", "") for part in _ADDRESS))
                theirs = called(asked.pop("client_matter_ids", ""))
                log = self.counter.application.log(session.slug)
                exchange_of(request).position = log.size()
                content = made(log, bill_id, form, Wanted(**asked, address=address, client_matter_ids=theirs))
                headers = {"Content-Disposition": f'attachment; filename="{what}-{bill_id}.txt"'}
                return Response(content, 200, headers, "text/plain; charset=us-ascii")

            return await self.counter.workers.read(work)

        return answer

    def check(self) -> Answer:
        """A LEDES file, read: its invoices, or each of its errors by line, field and reason. Nothing is recorded."""

        async def answer(request: Request) -> Response:
            check_token_sent(request)
            media = media_type(request)
            if media.startswith("multipart/") or media == "application/json":
                raise Problem(415, "unsupported_media_type", "send the file itself as the body: Content-Type: text/plain")
            content = await read_body(request, MOST_BYTES)

            def work() -> Response:
                session = self.counter.sessions.enter(request)
                check_allowed(session, Permission.READ_BOOKS)
                asked = _asked(request, {"currency"})
                currency = asked.get("currency") or self._base_currency(session)
                return json_response(shown(examine(content, currency=currency)))

            return await self.counter.workers.read(work)

        return answer

    def _base_currency(self, session: Session) -> str:
        log = self.counter.application.log(session.slug)
        return str(log.load(firm.KIND, firm.STREAM).state.established.base_currency)


def ledes_operations(counter: Counter) -> list[Operation]:
    """How both are described."""
    ledes = Ledes(counter)
    plain: Schema = {"schema": TEXT}
    return [
        Operation(
            "GET",
            "/v1/bills/{bill_id}/ledes",
            "bill-ledes",
            "Bills",
            "An issued bill as a LEDES file, which our own checker has passed",
            ledes.bill(),
            text_of("text/plain", _EXAMPLE),
            parameters=(of_path("bill_id"), *_parameters(_SAYS)),
            errors=(*READ_ERRORS, 409),
        ),
        Operation(
            "GET",
            "/v1/client-bills/{client_bill_id}/ledes",
            "client-bill-ledes",
            "Bills",
            "An issued client bill as a LEDES file: one invoice, whose lines name their matters",
            ledes.client_bill(),
            text_of("text/plain", _EXAMPLE),
            parameters=(of_path("client_bill_id"), *_parameters(_SAYS_OF_SEVERAL)),
            errors=(*READ_ERRORS, 409),
        ),
        Operation(
            "POST",
            "/v1/ledes/check",
            "check-ledes",
            "Bills",
            "Check and read a LEDES file (1998B, 1998BI V2); nothing is recorded",
            ledes.check(),
            json_of(_CHECKED, {"format": "LEDES 1998B", "invoices": [{"number": "2026-17"}], "notices": []}),
            description=f"The body is the file itself, at most {MOST_BYTES:,} bytes. What is wrong with it is answered as a "
            "problem `ledes.refused`, whose `findings` name the line of the file, the field and the reason.",
            parameters=(of_query("currency", description="Of a 1998B file, which names none; else the firm's."),),
            body={"required": True, "content": {"text/plain": {**plain, "examples": {"usual": {"value": _EXAMPLE}}}}},
            errors=(*READ_ERRORS, 408, 413, 415),
        ),
    ]


def _parameters(says: Mapping[str, str]) -> list[Schema]:
    form: Schema = {
        **of_query("format"),
        "schema": {"enum": list(_FORMATS), "default": "1998b"},
        "description": _FORMAT_SAID,
    }
    asked = (of_query(name, needed=name == "law_firm_id", description=said) for name, said in says.items())
    return [form, *(one | {"schema": TEXT} for one in asked)]


def _asked(request: Request, known: set[str]) -> dict[str, str]:
    """The parameters, each once. Raises BadRequest."""
    given = query_of(request)
    if unknown := sorted(set(given) - known):
        raise BadRequest(f"there is no parameter {', '.join(unknown)} here", unknown=unknown)
    if twice := sorted(name for name, values in given.items() if len(values) > 1):
        raise BadRequest(f"{', '.join(twice)} is given more than once", parameter=twice[0])
    return {name: values[0] for name, values in given.items()}


def _format(said: str) -> LedesFormat:
    for one in _FORMATS:
        if one == said:
            return one  # type: ignore[no-any-return]  # get_args forgets what it took apart
    raise BadRequest(f"format is {' or '.join(_FORMATS)}", parameter="format")


def _id_in(request: Request, name: str) -> UUID:
    which = request.path_params[name]
    try:
        return UUID(which)
    except ValueError:
        raise NotFound(f"there is no {name.removesuffix('_id').replace('_', ' ')} {which}") from None
