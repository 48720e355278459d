"""One call of a mail server (RFC 5321), and what became of it. The password is never told, whatever a server answers."""

import base64
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage

from aggregates.outgoing_email import AttemptOutcome
from api.outbox.message import in_ascii
from api.outbox.settings import MailServer
from commands.plain_text import check_email

TIMEOUT_S = 30.0
"""How long a step of the call may take; with all of its steps a call ends long before it is taken to be cut off."""
_MOST_SAID = 500
_OK, _NOT_OK, _FOREVER = 200, 300, 500


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of an attempt. `code` and `said` are the server's last reply, or say why there is none."""

    outcome: AttemptOutcome
    code: int | None
    said: str


class _NotSafeError(OSError):
    """The server offers no encryption, and it is not on this machine."""


def deliver(server: MailServer, message: EmailMessage, to: str, *, timeout_s: float = TIMEOUT_S) -> Delivered:
    """Hand a message to the server for one recipient. Raises nothing: whatever happens is an outcome."""
    try:
        check_email(to)  # smtplib would make an address of anything, and send it there
    except ValueError as wrong:
        return Delivered("refused", None, str(wrong))
    try:
        smtp = _called(server, timeout_s)
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        code = error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else None
        return Delivered("unreachable", code if code and code > 0 else None, _plain(server, _words(error)))
    try:
        return _handed_in(smtp, server, message, to)
    finally:
        _leave(smtp)


def _called(server: MailServer, timeout_s: float) -> smtplib.SMTP:
    """A server that has let us in."""
    if server.security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=timeout_s, context=ssl.create_default_context()
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=timeout_s)
    try:
        smtp.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            _start_tls(smtp, server)
        if server.user is not None and server.password is not None:
            smtp.login(server.user, server.password)
    except BaseException:
        _leave(smtp)
        raise
    return smtp


def _start_tls(smtp: smtplib.SMTP, server: MailServer) -> None:
    if smtp.has_extn("starttls"):
        smtp.starttls(context=ssl.create_default_context())
        smtp.ehlo()
    elif not server.is_here:
        raise _NotSafeError("the server offers no encryption (STARTTLS); nothing is sent in the clear")


def _handed_in(smtp: smtplib.SMTP, server: MailServer, message: EmailMessage, to: str) -> Delivered:
    recipient, sender = in_ascii(to), in_ascii(server.sender)
    options = []
    if not (recipient.isascii() and sender.isascii()):
        if not smtp.has_extn("smtputf8"):
            return Delivered("refused", None, "this server takes no addresses with letters beyond a to z (SMTPUTF8)")
        options = ["SMTPUTF8", "BODY=8BITMIME"]
    under_way = False
    try:
        code, said = smtp.mail(sender, options)
        if _is_taken(code):
            code, said = smtp.rcpt(recipient)
        if _is_taken(code):
            under_way = True
            code, said = smtp.data(message.as_bytes())
    except smtplib.SMTPDataError as refused:
        return _told(server, refused.smtp_code, refused.smtp_error)
    except (smtplib.SMTPException, OSError) as lost:
        return Delivered("unknown" if under_way else "unreachable", None, _plain(server, _words(lost)))
    return _told(server, code, said)


def _told(server: MailServer, code: int, said: bytes | str) -> Delivered:
    """What a reply means: 2xx taken, 5xx refused for good, all else not now."""
    outcome: AttemptOutcome = "accepted" if _is_taken(code) else "refused" if code >= _FOREVER else "deferred"
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return Delivered(outcome, code if code > 0 else None, _plain(server, words))


def _is_taken(code: int) -> bool:
    return _OK <= code < _NOT_OK


def _leave(smtp: smtplib.SMTP) -> None:
    try:
        smtp.quit()
    except (smtplib.SMTPException, OSError):
        smtp.close()


def _words(error: BaseException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return str(error) or type(error).__name__


def _plain(server: MailServer, words: str) -> str:
    """On one line, with no sign that cannot be seen, not too long, and without what nobody may read."""
    if server.password:
        encoded = base64.b64encode(server.password.encode()).decode()
        words = words.replace(server.password, "…").replace(encoded, "…")
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())
    return line[:_MOST_SAID]
