"""Where e-mails are handed in: the firm's mail server, from the environment. Nothing of it is ever recorded."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from commands.plain_text import check_email

Security = Literal["starttls", "tls", "none"]
_SECURITY: tuple[Security, ...] = ("starttls", "tls", "none")
_SUBMISSION, _SUBMISSIONS, _MOST_PORT = 587, 465, 65_535
UNSET = "MUNIMENT_SMTP_HOST is not set: e-mails are written and wait, none is sent"


class SettingsWrong(Exception):  # noqa: N818 -- said as a person would
    """A setting of the mail server cannot be so; names it, and never the password."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """A server for outgoing mail, and the address that e-mails come from."""

    host: str
    port: int
    sender: str
    security: Security
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def is_here(self) -> bool:
        """Whether it runs on this machine, so that nothing travels in the clear."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def mail_server(environment: Mapping[str, str]) -> MailServer | None:
    """The server that MUNIMENT_SMTP_HOST, _PORT, _USER, _PASSWORD, _FROM and _SECURITY name; None where none is named.

    Port 465 means TLS from the first byte, any other one STARTTLS; without either nothing goes anywhere but to this
    machine, unless `none` is said. Raises SettingsWrong.
    """
    host = environment.get("MUNIMENT_SMTP_HOST", "").strip()
    if not host:
        return None
    port_text = environment.get("MUNIMENT_SMTP_PORT", "").strip() or str(_SUBMISSION)
    if not (port_text.isascii() and port_text.isdigit() and 0 < int(port_text) <= _MOST_PORT):
        raise SettingsWrong(f"MUNIMENT_SMTP_PORT is a port from 1 to {_MOST_PORT}, not {port_text!r}")
    port = int(port_text)
    said = environment.get("MUNIMENT_SMTP_SECURITY", "").strip() or ("tls" if port == _SUBMISSIONS else "starttls")
    security = next((one for one in _SECURITY if one == said), None)
    if security is None:
        raise SettingsWrong(f"MUNIMENT_SMTP_SECURITY is starttls, tls or none, not {said!r}")
    sender = environment.get("MUNIMENT_SMTP_FROM", "").strip()
    try:
        check_email(sender)
    except ValueError:
        raise SettingsWrong(
            f"MUNIMENT_SMTP_FROM is the address that e-mails come from, like billing@ashby.example, not {sender!r}"
        ) from None
    user, password = environment.get("MUNIMENT_SMTP_USER") or None, environment.get("MUNIMENT_SMTP_PASSWORD") or None
    if (user is None) is not (password is None):
        raise SettingsWrong("MUNIMENT_SMTP_USER and MUNIMENT_SMTP_PASSWORD go together")
    return MailServer(host, port, sender, security, user, password)
