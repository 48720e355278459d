"""An e-mail as it travels: the same bytes at every attempt, while the server's settings stay as they are."""

from datetime import UTC
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from aggregates.outgoing_email import OutgoingEmail


def message_id_of(email: OutgoingEmail, sender: str) -> str:
    """The Message-ID of its first attempt, which all later ones keep."""
    return email.message_id or f"<{email.written.email_id}@{in_ascii(sender).rpartition('@')[2]}>"


def compose(email: OutgoingEmail, *, firm: str, sender: str, pdf: bytes | None) -> EmailMessage:
    """The message (RFC 5322), dated when it was queued first. `pdf` is the file that goes with it."""
    to, sent_from = in_ascii(str(email.to)), in_ascii(sender)
    policy = SMTP if to.isascii() and sent_from.isascii() else SMTPUTF8
    message = EmailMessage(policy=policy.clone(cte_type="7bit"))
    message["From"] = _address(sent_from, firm)
    message["To"] = _address(to)
    message["Subject"] = str(email.subject)
    assert email.queued_at is not None, "what is sent was queued"
    message["Date"] = format_datetime(email.queued_at.astimezone(UTC))
    message["Message-ID"] = message_id_of(email, sender)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(str(email.body) + "\n", charset="utf-8")
    attachment = email.written.attachment
    if attachment is not None and pdf is not None:
        main, _, sub = attachment.media.partition("/")
        message.add_attachment(pdf, maintype=main, subtype=sub, filename=attachment.filename)
        message.set_boundary(f"=={email.written.email_id}==")
    return message


def _address(address: str, name: str = "") -> Address:
    user, _, domain = address.rpartition("@")
    return Address(name, user, domain)


def in_ascii(address: str) -> str:
    """The address with its domain as servers write it (IDNA); what stands before the @ is the recipient's own."""
    name, _, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{name}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return address
