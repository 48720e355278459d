"""A reconciliation from its three legs to its signed form: what HTTP and the command line call.

Prepare takes the legs at one position, keeps everything that was compared as one document by its hash, and puts the figures
on record. Sign takes them again: books that moved are not signed, and the append itself refuses what was decided before
another event of that trust account. What is signed prints the same bytes for ever, since they are kept by their hashes.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from aggregates import disbursement, firm, reconciliation, user
from aggregates.errors import BadRequest, NotFound, WrittenMeanwhile, WrongState
from aggregates.logged_event import LoggedEvent
from aggregates.merkle import root_of
from aggregates.permissions import Permission, non_lawyer_signs_cheques, role_allowing
from aggregates.reconciliation import Reconciliation
from commands import prepare_reconciliation, sign_reconciliation
from commands.dispatch import Edge, Outcome, Request, execute
from commands.event_log.log import EventLog
from commands.prepare_reconciliation import PrepareReconciliation
from commands.separation_of_duties import other_selves
from commands.sign_reconciliation import SignReconciliation
from commands.work import Document as KeptFile
from projections.reports.reader import Reader
from projections.reports.three_legs import three_legs
from replay.reconciliation_form.artefact import FORMAT, Document, books_of, canonical, read_artefact, same_books
from replay.reconciliation_form.cover import cover
from replay.reconciliation_form.printing import TEMPLATE, as_csv, as_pdf


@dataclass(frozen=True, slots=True)
class Form:
    """A reconciliation as it is printed. `superseded` says so where it was reopened; the bytes stay as they were signed.

    `status`: prepared, reviewed, signed, reopened.
    """

    status: str
    pdf: bytes
    csv: bytes
    superseded: str | None = None


def prepare(
    log: EventLog,
    edge: Edge,
    request: Request,
    reader: Reader,
    *,
    trust_account_id: UUID,
    period_end: date | None = None,
    explanation: str | None = None,
) -> Outcome:
    """Take the legs at a statement's end, the last one's where no day is given; keep them, and put them on record.

    Raises NotFound, WrongState without a statement, AlreadyExists when the period is signed, and what any command raises.
    """
    if explanation is not None and not explanation.strip():
        raise BadRequest("an explanation is never blank; leave it out where there is nothing to explain")
    template = TEMPLATE.read_bytes()
    with reader.snapshot():
        legs = three_legs(reader, str(trust_account_id), period_end)
        books = books_of(reader, legs)
        root = _root_at(reader, legs.known_at)
    artefact = {
        **books,
        "format": FORMAT,
        "explanation": explanation,
        "log": {"position": legs.known_at, "root": root},
        "prepared": {
            **_person(log, request, Permission.PREPARE_RECONCILIATION, edge.now(), legs.known_at),
            "non_lawyer_signs_cheques": non_lawyer_signs_cheques(request.asker.roles),
        },
        "template_sha256": hashlib.sha256(template).hexdigest(),
    }
    content = canonical(artefact)
    assert legs.statement is not None, "books without a statement are refused"
    assert legs.figures is not None, "a statement has figures"
    command = PrepareReconciliation(
        trust_account_id=trust_account_id,
        period_end=legs.period_end,
        explanation=explanation,
        statement_id=UUID(legs.statement.statement_id),
        statement_sha256=legs.statement.sha256,
        figures=legs.figures,
        position=legs.known_at,
        tree_root=root,
        artefact_sha256=hashlib.sha256(content).hexdigest(),
        uncovered_days=sum(gap.days for gap in legs.uncovered if gap.is_long),
        documents=(
            KeptFile(template, "text/vnd.typst", TEMPLATE.name),
            KeptFile(content, "application/json", f"reconciliation-{legs.period_end}.json"),
        ),
    )
    return execute(log, edge, request, command, prepare_reconciliation.handle, Permission.PREPARE_RECONCILIATION)


def sign(log: EventLog, edge: Edge, request: Request, reader: Reader, *, reconciliation_id: UUID) -> Outcome:
    """Take the legs again, and sign the form if they say what was prepared.

    Raises NotFound, WrongState, NotAllowed, SamePerson (T15), WrittenMeanwhile when the books moved, or are not folded yet.
    """
    state = _state(log, reconciliation_id)
    if state.status not in {"prepared", "reviewed"}:
        command = SignReconciliation(reconciliation_id=reconciliation_id)  # refused, or answered as before by its key
        return execute(log, edge, request, command, sign_reconciliation.handle, Permission.SIGN_RECONCILIATION)
    now = edge.now()
    artefact = _artefact(log, state)
    account_id = state.prepared.trust_account_id
    with reader.snapshot():
        legs = three_legs(reader, str(account_id), state.prepared.period_end)
        current = legs.statement is not None and same_books(artefact, books_of(reader, legs))
        account_seq = _counter_at(reader, log, account_id, legs.known_at)
        payments = _payments_of(reader, str(account_id), state.prepared.period_end, legs.known_at)
        signer = _person(log, request, Permission.SIGN_RECONCILIATION, now, legs.known_at)
    alone = _needs_the_exception(log, state, request.asker.user_id, payments, reader.today)
    signs = {"step": "signed", **signer, "sole_practitioner": alone}
    pdf, sheet = _print(log, state, artefact, [*_signings(log, reconciliation_id), signs])
    name = f"reconciliation-{state.prepared.period_end}"
    command = SignReconciliation(
        reconciliation_id=reconciliation_id,
        current=current,
        account_seq=account_seq,
        disbursement_ids=payments,
        form_pdf_sha256=hashlib.sha256(pdf).hexdigest(),
        form_csv_sha256=hashlib.sha256(sheet).hexdigest(),
        documents=(KeptFile(pdf, "application/pdf", f"{name}.pdf"), KeptFile(sheet, "text/csv", f"{name}.csv")),
    )
    edge = replace(edge, now=lambda: now)
    return execute(log, edge, request, command, sign_reconciliation.handle, Permission.SIGN_RECONCILIATION)


def reprint(log: EventLog, reconciliation_id: UUID) -> Form:
    """The form as it stands; what was signed in the very bytes that were signed, whatever was recorded later.

    Raises NotFound for the reconciliation, or where a document of it is not kept.
    """
    state = _state(log, reconciliation_id)
    events = list(log.stream(reconciliation_id))
    signed = next((one for one in events if one.topic == "reconciliation/signed"), None)
    if signed is not None and signed.data.get("form_pdf_sha256") is not None:
        pdf, sheet = (_kept(log, signed.data[name]) for name in ("form_pdf_sha256", "form_csv_sha256"))
    else:
        pdf, sheet = _print(log, state, _artefact(log, state), _signings(log, reconciliation_id))
    last = events[-1]
    superseded = None
    if last.topic == "reconciliation/reopened":
        who = _name(log, UUID(last.data["reopened_by"]), last.position)
        superseded = (
            f"Superseded: {who} reopened this reconciliation on {last.recorded_at[:10]} (log position {last.position}): "
            f"{last.data['why']}"
        )
    return Form(state.status, pdf, sheet, superseded)


def superseded_form(log: EventLog, reconciliation_id: UUID) -> bytes:
    """The PDF to hand out of one that was reopened: a sheet that says so, the signed pages struck over, the signed file.

    Raises NotFound, WrongState where it was not reopened.
    """
    form = reprint(log, reconciliation_id)
    if form.superseded is None:
        raise WrongState(
            f"this reconciliation is {form.status}, not superseded; its form needs no cover", status=form.status
        )
    events = list(log.stream(reconciliation_id))
    signed, reopened = next(one for one in events if one.topic == "reconciliation/signed"), events[-1]
    return cover(
        form.pdf,
        _artefact(log, _state(log, reconciliation_id)),
        reconciliation_id=str(reconciliation_id),
        signed=_signing(log, signed),
        reopened={
            "name": _name(log, UUID(reopened.data["reopened_by"]), reopened.position),
            "at": reopened.recorded_at[:19] + "Z",
            "why": reopened.data["why"],
            "position": reopened.position,
        },
    )


def _state(log: EventLog, reconciliation_id: UUID) -> Reconciliation:
    state: Reconciliation | None = log.load(reconciliation.KIND, reconciliation_id).state
    if state is None:
        raise NotFound(f"there is no reconciliation {reconciliation_id}", id=str(reconciliation_id))
    return state


def _artefact(log: EventLog, state: Reconciliation) -> Document:
    return read_artefact(_kept(log, state.prepared.artefact_sha256))


def _kept(log: EventLog, sha256: str) -> bytes:
    found = log.document(bytes.fromhex(sha256))
    if found is None:
        raise NotFound(f"the document {sha256} of this reconciliation is not kept here", sha256=sha256)
    return found[0]


def _print(log: EventLog, state: Reconciliation, artefact: Document, signings: list[Document]) -> tuple[bytes, bytes]:
    pdf = as_pdf(
        _kept(log, artefact["template_sha256"]),
        artefact,
        signings,
        artefact_sha256=state.prepared.artefact_sha256,
        reconciliation_id=str(state.prepared.reconciliation_id),
    )
    return pdf, as_csv(artefact, signings)


def _signings(log: EventLog, reconciliation_id: UUID) -> list[Document]:
    """Its steps up to the signature, as the form shows them, with names as they were then."""
    return [_signing(log, one) for one in log.stream(reconciliation_id) if one.topic in _STEPS]


_STEPS = {"reconciliation/reviewed": "reviewed", "reconciliation/signed": "signed"}


def _signing(log: EventLog, event: LoggedEvent) -> Document:
    step = _STEPS[event.topic]
    return {
        "step": step,
        "name": _name(log, UUID(event.data[f"{step}_by"]), event.position),
        "role": event.actor["role"],
        "at": event.recorded_at[:19] + "Z",
        "note": event.data.get("note"),
        "sole_practitioner": event.data.get("sole_practitioner", False),
    }


def _person(log: EventLog, request: Request, permission: Permission, at: datetime, position: int) -> Document:
    role = role_allowing(request.asker.roles, permission)
    return {
        "user_id": str(request.asker.user_id),
        "name": _name(log, request.asker.user_id, position),
        "role": str(role) if role else "",
        "at": at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "note": None,
    }


def _name(log: EventLog, user_id: UUID, position: int) -> str:
    """What the person was called at a position; the bare id of somebody whom no event names."""
    state = None
    for logged in log.stream(user_id, up_to=position):
        state = user.evolve(state, logged.event())
    return str(state.name) if state else str(user_id)


def _root_at(reader: Reader, position: int) -> str:
    """The root of the tree over the first events of the log, from their leaves."""
    with reader.connection.cursor() as cursor:
        cursor.execute(f"SELECT leaf FROM {reader.schema}.events WHERE position <= %s ORDER BY position", (position,))
        return root_of(bytes(row[0]) for row in cursor).hex()


def _counter_at(reader: Reader, log: EventLog, account_id: UUID, position: int) -> int:
    """The account's counter where the legs were taken. Raises WrittenMeanwhile where the read models lag behind it."""
    size = reader.number("SELECT size FROM {s}.log_head WHERE id = 1")
    if any(event.account_id == str(account_id) for event in log.read(position, stop=size)):
        raise WrittenMeanwhile("something was just recorded on this account and is not in the books yet; send it again")
    return reader.number("SELECT seq FROM {s}.trust_account_heads WHERE account_id = %(account)s", account=account_id)


def _needs_the_exception(
    log: EventLog, state: Reconciliation, signer: UUID, payments: tuple[UUID, ...], today: date
) -> bool:
    """Whether this signer may sign as a sole practitioner only: what the form says is what the signing event says."""
    rules = log.load(firm.KIND, firm.STREAM).state.policy_on(today)
    paid_out_by: frozenset[UUID] = frozenset()
    if rules.asks("cheque_signer_does_not_reconcile"):
        paid_out_by = paid_out_by.union(*(log.load(disbursement.KIND, one).state.paid_out_by for one in payments))
    also = other_selves(log, signer, {state.prepared.prepared_by, *paid_out_by})
    not_preparer = rules.asks("signer_is_not_preparer")
    return state.needs_exception(signer, not_preparer=not_preparer, paid_out_by=paid_out_by, also=also)


def _payments_of(reader: Reader, account_id: str, period_end: date, position: int) -> tuple[UUID, ...]:
    """Payments approved or released since the last signed period, or since the account's first statement, to its end."""
    values: dict[str, Any] = {"account": account_id, "known_at": position, "end": period_end}
    row = reader.row(
        "SELECT max((data ->> 'sealed_to')::date) AS sealed_to FROM {s}.cards "
        "WHERE kind = 'trust_account' AND id = %(account)s",
        **values,
    )
    first = reader.row(
        "SELECT min(from_date) AS day FROM {s}.bank_statements WHERE trust_account_id = %(account)s", **values
    )
    sealed_to = row["sealed_to"] if row else None
    since = sealed_to + timedelta(days=1) if sealed_to else first["day"] if first and first["day"] else date.min
    found = reader.rows(
        "SELECT DISTINCT c.id FROM {s}.cards c JOIN {s}.card_changes x ON x.kind = c.kind AND x.id = c.id "
        "WHERE c.kind = 'disbursement' AND c.data ->> 'trust_account_id' = %(account)s AND x.position <= %(known_at)s "
        "AND x.day BETWEEN %(since)s AND %(end)s ORDER BY c.id",
        since=since,
        **values,
    )
    return tuple(row["id"] for row in found)
