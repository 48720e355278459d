"""A real mail server on loopback (aiosmtpd) that plays what it is told to: takes, puts off, refuses, breaks off."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd import smtp
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from api.outbox.settings import MailServer, Security
from tests.api.http_firm import free_port

USER, PASSWORD = "billing", "correct horse battery staple"
TAKEN = "250 taken"
BREAKS_OFF = ""
"""The connection is cut after the message came in, before any reply."""


@dataclass
class Office:
    """What came in, in order, and what is answered next; after that everything is taken."""

    port: int
    replies: list[str] = field(default_factory=list)
    at_recipient: dict[str, str] = field(default_factory=dict)
    """Replies to the name of a recipient, before any message."""
    received: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)

    def server(self, security: Security = "starttls", *, host: str = "127.0.0.1", password: str | None = None) -> MailServer:
        """As the firm's settings name it."""
        user = None if password is None else USER
        return MailServer(host, self.port, "billing@ashby.example", security, user, password)

    @property
    def message_ids(self) -> list[str]:
        return [str(one["Message-ID"]) for one in self.received]

    async def handle_RCPT(  # noqa: N802 -- the library's name
        self, _server: smtp.SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if (refusal := self.at_recipient.get(address)) is not None:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: smtp.SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 -- as above
        assert isinstance(envelope.content, bytes)
        self.raw.append(envelope.content)
        read: Any = message_from_bytes(envelope.content, policy=SMTP)
        self.received.append(read)
        self.senders.append(str(envelope.mail_from))
        reply = self.replies.pop(0) if self.replies else TAKEN
        if reply == BREAKS_OFF:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return reply or "421 gone"


@contextmanager
def post_office(
    *, tls: ssl.SSLContext | None = None, log_in: bool = False, from_the_start: bool = False
) -> Iterator[Office]:
    """The server, until the block ends. With `tls` it offers STARTTLS, or speaks TLS `from_the_start`."""
    office = Office(free_port())

    def knows(_server: smtp.SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()), handled=False)

    more: dict[str, Any] = (
        {"ssl_context": tls} if from_the_start else {"tls_context": tls, "require_starttls": tls is not None}
    )
    if log_in:
        more |= {"authenticator": knows, "auth_required": True}
    controller = Controller(office, hostname="127.0.0.1", port=office.port, enable_SMTPUTF8=True, **more)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()


def certificate(directory: Path) -> tuple[ssl.SSLContext, Path]:
    """A certificate of this machine's own making: the server's side of it, and the file by which it is trusted."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    trusted, secret = directory / "server.pem", directory / "server.key"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, secret)
    return context, trusted
