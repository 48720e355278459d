"""The mail server's settings: read from the environment, refused by name where they cannot be so."""

import pytest

from api.outbox.settings import MailServer, SettingsWrong, mail_server

HOST = {"MUNIMENT_SMTP_HOST": "mail.example", "MUNIMENT_SMTP_FROM": "billing@ashby.example"}


def test_none_is_named() -> None:
    assert mail_server({}) is None
    assert mail_server({"MUNIMENT_SMTP_HOST": " ", "MUNIMENT_SMTP_PORT": "nonsense"}) is None


@pytest.mark.parametrize(
    ("more", "port", "security"),
    [
        ({}, 587, "starttls"),
        ({"MUNIMENT_SMTP_PORT": "465"}, 465, "tls"),
        ({"MUNIMENT_SMTP_PORT": "2525"}, 2525, "starttls"),
        ({"MUNIMENT_SMTP_PORT": "25", "MUNIMENT_SMTP_SECURITY": "none"}, 25, "none"),
        ({"MUNIMENT_SMTP_PORT": "4650", "MUNIMENT_SMTP_SECURITY": "tls"}, 4650, "tls"),
    ],
)
def test_port_465_means_tls_and_any_other_one_starttls(more: dict[str, str], port: int, security: str) -> None:
    found = mail_server(HOST | more)
    assert found is not None
    assert (found.host, found.port, found.security) == ("mail.example", port, security)
    assert (found.user, found.password) == (None, None)


@pytest.mark.parametrize(
    "more",
    [
        {"MUNIMENT_SMTP_PORT": "0"},
        {"MUNIMENT_SMTP_PORT": "65536"},
        {"MUNIMENT_SMTP_PORT": "٤٦٥"},
        {"MUNIMENT_SMTP_SECURITY": "ssl"},
        {"MUNIMENT_SMTP_FROM": ""},
        {"MUNIMENT_SMTP_FROM": "Ashby <billing@ashby.example>"},
        {"MUNIMENT_SMTP_USER": "billing"},
        {"MUNIMENT_SMTP_PASSWORD": "secret"},
    ],
)
def test_what_cannot_be_so_is_named(more: dict[str, str]) -> None:
    with pytest.raises(SettingsWrong, match=next(iter(more)).replace("PASSWORD", "USER")) as wrong:
        mail_server(HOST | more)
    assert "secret" not in str(wrong.value)


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("10.0.0.1", False),
        ("mail.example", False),
    ],
)
def test_only_this_machine_is_here(host: str, here: bool) -> None:
    assert MailServer(host, 25, "a@b.example", "starttls").is_here is here
