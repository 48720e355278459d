"""`muniment doctor`: what could keep the books from working, one line each."""

import platform
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import typer

from api.application import Application
from api.command_line.printing import print_json, say
from api.command_line.session import AsJson, opened
from api.places import default_places
from projections.catalogue import PROJECTIONS
from projections.engine import Engine

_LITTLE_SPACE = 1_000_000_000
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
    """Look at the machine, the database and every firm's read models; exit 1 when something is wrong."""
    with opened() as application:
        findings = [*_of_machine(), *_of_database(application)]
        for slug in application.database.firms():
            findings += _of_firm(application, slug)
    if json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            say(f"{'ok   ' if finding.ok else 'WRONG'} {finding.what}: {finding.says}")
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)


def _of_machine() -> Iterator[Finding]:
    yield Finding("Python", True, platform.python_version())
    directory = default_places().directory
    existing = next(path for path in (directory, *directory.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    yield Finding("data directory", free > _LITTLE_SPACE, f"{directory}, {free // 1_000_000:,} MB free")


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
