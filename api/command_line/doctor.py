"""`muniment doctor`: what could keep the books from working, one line each."""

import http.client
import os
import platform
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import orjson
import psycopg
import typer

from aggregates.errors import BadRequest
from api.application import Application
from api.command_line.printing import print_json, say
from api.command_line.serve import DEFAULT_PORT, HOST, check_free
from api.command_line.session import AsJson, opened
from api.outbox.settings import SettingsWrong, mail_server
from api.places import default_places
from commands.event_log.server import DatabaseUnusable
from projections.catalogue import PROJECTIONS
from projections.engine import Engine

_NO_DATABASE = 4
_LITTLE_SPACE = 1_000_000_000
_LAST_PORT = 65_535
_PATIENCE_S, _MOST_SAID = 10, 100_000
_GUARDS = {"events_are_facts", "events_stay", "answers_are_facts", "checkpoints_are_facts", "documents_are_facts"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    ok: bool
    says: str


def add_to(app: typer.Typer) -> None:
    """`muniment doctor`."""
    app.command("doctor")(doctor)


def doctor(*, json: AsJson = False) -> None:
    """Look at the machine, the settings, the database and every firm's read models.

    Exit 1 when something is wrong, 4 when it is that the database cannot be used.
    """
    findings, usable = [*_of_machine(), _of_mail(), _of_port(os.environ.get("MUNIMENT_PORT") or str(DEFAULT_PORT))], True
    try:
        with opened() as application:
            findings += _of_database(application)
            firms = application.database.firms()
            for slug in firms:
                findings += _of_firm(application, slug)
        if not firms:
            findings.append(Finding("firms", True, "none yet; `muniment firm create` makes one"))
    except (DatabaseUnusable, psycopg.Error) as broken:
        said, usable = str(broken).strip() or type(broken).__name__, False
        findings.append(Finding("database", False, said.splitlines()[0]))
    if json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            say(f"{'ok   ' if finding.ok else 'WRONG'} {finding.what}: {finding.says}")
    if not usable:
        raise typer.Exit(_NO_DATABASE)
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)


def _of_machine() -> Iterator[Finding]:
    yield Finding("Python", True, platform.python_version())
    directory = default_places().directory
    existing = next(path for path in (directory, *directory.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    if not existing.is_dir():
        yield Finding("data directory", False, f"{directory} cannot be: {existing} is a file")
    elif not os.access(existing, os.W_OK | os.X_OK):
        yield Finding("data directory", False, f"nothing can be written to {existing}")
    else:
        yield Finding("data directory", free > _LITTLE_SPACE, f"{directory}, {free // 1_000_000:,} MB free")


def _of_mail() -> Finding:
    try:
        server = mail_server(os.environ)
    except SettingsWrong as wrong:
        return Finding("mail", False, str(wrong))
    return Finding("mail", True, f"{server.host}:{server.port}" if server else "no server is named; e-mails wait")


def _of_port(said: str) -> Finding:
    """Whether `muniment serve` could listen, or does already: then it says itself whether it is ready."""
    if not said.isascii() or not said.isdecimal() or not 1 <= int(said) <= _LAST_PORT:
        return Finding("port", False, f"MUNIMENT_PORT is a port from 1 to {_LAST_PORT}, not {said!r}")
    try:
        check_free(HOST, int(said))
    except BadRequest as taken:
        ready = _ready(int(said))
        if ready is None:
            return Finding("port", False, taken.sentence)
        return Finding("port", ready, f"{said}: Muniment serves there{'' if ready else ', and says that it is not ready'}")
    return Finding("port", True, f"{said} is free")


def _ready(port: int) -> bool | None:
    """What a server of ours says there; None where it is not ours."""
    connection = http.client.HTTPConnection(HOST, port, timeout=_PATIENCE_S)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        told = orjson.loads(answer.read(_MOST_SAID))
    except (OSError, http.client.HTTPException, orjson.JSONDecodeError):
        return None
    finally:
        connection.close()
    return answer.status == http.client.OK if isinstance(told, dict) and "checks" in told else None


def _of_database(application: Application) -> Iterator[Finding]:
    with application.database.readers.connection() as connection:
        version = connection.info.server_version
        settings = dict(
            connection.execute(
                "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'data_checksums')"
            ).fetchall()
        )
    yield Finding("PostgreSQL", True, f"{version // 10000}.{version % 10000}")
    for name in ("fsync", "full_page_writes", "data_checksums"):
        yield Finding(name, settings[name] == "on", settings[name])


def _of_firm(application: Application, slug: str) -> Iterator[Finding]:
    log = application.log(slug)
    engine = Engine(log.schema, PROJECTIONS)
    with application.database.projectors.connection() as connection:
        engine.prepare(connection)
        behind = log.size() - engine.position(connection)
        parked, outdated = engine.parked(connection), engine.outdated(connection)
        rows = connection.execute(
            "SELECT tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE c.relnamespace = %s::regnamespace AND tgenabled = 'O'",
            (log.schema,),
        )
        missing = _GUARDS - {row[0] for row in rows}
    yield Finding(f"{slug}: log", True, f"{log.size()} events")
    yield Finding(f"{slug}: guard rails", not missing, f"missing {', '.join(sorted(missing))}" if missing else "all on")
    yield Finding(
        f"{slug}: read models", True, "current" if not behind else f"{behind} events behind; serve or project carries on"
    )
    for one in parked:
        yield Finding(f"{slug}: {one.projection}", False, f"parked before position {one.position}: {one.error}")
    if outdated:
        yield Finding(f"{slug}: versions", False, f"{', '.join(outdated)} must be rebuilt: muniment rebuild")
