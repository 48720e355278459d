"""E-mailing a bill, whose PDF the server makes: one, or many with an outcome each."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.application import Application
from api.http.bulk import BulkCommand
from api.http.command_routes import CommandRoute
from api.http.desk import Offer
from api.http.faces import face_of
from api.tokens import Session
from commands.catalogue import COMMANDS
from commands.dispatch import Outcome, Request
from commands.email_bill import EmailBill, Message, Subject
from commands.email_client_bill import EmailClientBill
from replay import bill_email

MOST_BILLS = 100


class BillEmails(BaseModel):
    """Issued bills, each to the first address of its client. Each bill has the key of the request with its own id."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    idempotency_key: Annotated[str, Field(min_length=1, max_length=200, examples=["bills-2026-10"])]
    bill_ids: tuple[UUID, ...] = Field(min_length=1, max_length=MOST_BILLS)
    subject: Subject | None = None
    message: Message | None = None
    as_draft: bool = False
    again: bool = False

    def commands(self) -> list[BulkCommand]:
        """One command for each bill, in their order; a bill that is named twice goes once."""
        words = self.model_dump(mode="json", exclude={"idempotency_key", "bill_ids"}, exclude_defaults=True)
        return [
            BulkCommand(
                command="email-bill",
                idempotency_key=f"{self.idempotency_key}:{bill_id}",
                fields={"bill_id": str(bill_id), **words},
            )
            for bill_id in dict.fromkeys(self.bill_ids)
        ]


def emailing(route: CommandRoute) -> Offer:
    """The route that e-mails one."""
    face = face_of(EmailBill, route.fields, without=("pdf",))
    return Offer(route, face, COMMANDS[route.command].permission, _email)


def emailing_client_bill(route: CommandRoute) -> Offer:
    """The route that e-mails a client bill."""
    face = face_of(EmailClientBill, route.fields, without=("pdf",))
    return Offer(route, face, COMMANDS[route.command].permission, _email_together)


def _email_together(
    application: Application, session: Session, request: Request, asked: EmailClientBill, dry_run: bool
) -> Outcome:
    log, edge = application.log(session.slug), application.edge(session.slug)
    return bill_email.write_client_bill(log, edge, request, asked, dry_run=dry_run)


def _email(application: Application, session: Session, request: Request, asked: EmailBill, dry_run: bool) -> Outcome:
    return bill_email.write(application.log(session.slug), application.edge(session.slug), request, asked, dry_run=dry_run)
