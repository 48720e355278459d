"""The program: its commands, and every failure as one line and an exit code."""

import os
import sys
from collections.abc import Sequence

import psycopg
import typer
from pydantic import ValidationError

from aggregates.errors import Refusal
from api.application import NotCaughtUp
from api.command_line import demo, doctor, emails, firms, ledes, proof, reconcile, reports, serve, statements, trust, users
from api.command_line.printing import complain
from api.outbox.settings import SettingsWrong
from api.wording import sentence_of
from commands.event_log.server import DatabaseUnusable
from projections.engine import LogBroken
from projections.reports.reader import StandsStill
from replay.checkpoints import Inconsistent
from replay.scratch import AlreadyRunning
from replay.signed_note import NoteRefused

WRONG_USE, REFUSED, NO_DATABASE = 2, 3, 4

app = typer.Typer(
    name="muniment",
    help="Trust accounts, matters and their proof, for law firms.",
    epilog="Exit codes: 0 done; 1 a check found something wrong, or a part was not done; 2 called wrongly; 3 refused, "
    "nothing was changed; 4 the database cannot be used; 130 interrupted.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for module in (serve, firms, users, demo, statements, reconcile, trust, emails, ledes, reports, proof, doctor):
    module.add_to(app)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run it; never returns. What goes wrong is told in one line on standard error."""
    code = 0
    try:
        code = int(app(arguments, prog_name="muniment", standalone_mode=False) or 0)
    except typer.TyperException as misused:
        code = _misused(misused)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read us has seen enough
    except Refusal as refusal:
        rule = f" [{refusal.rule}]" if refusal.rule else ""
        code = _tell(f"refused: {refusal.sentence}{rule}", REFUSED)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        code = _tell(f"{'.'.join(map(str, first['loc']))}: {sentence_of(first)}", WRONG_USE)
    except (NotCaughtUp, StandsStill, AlreadyRunning, Inconsistent, NoteRefused) as refused:
        code = _tell(str(refused), REFUSED)
    except (DatabaseUnusable, LogBroken, psycopg.Error) as broken:
        said = str(broken).strip() or type(broken).__name__
        code = _tell(said.splitlines()[0], NO_DATABASE)
    except SettingsWrong as wrong_setting:
        code = _tell(str(wrong_setting), WRONG_USE)
    except OSError as broken:
        code = _tell(str(broken), WRONG_USE)
    sys.exit(code)


def _misused(misused: typer.TyperException) -> int:
    """A group that was called without a command shows its help; all else is one line, and where the help is."""
    said = misused.format_message()
    if said.startswith("Usage:"):
        sys.stderr.write(f"{said}\n")
        return WRONG_USE
    where = getattr(getattr(misused, "ctx", None), "command_path", "muniment")
    return _tell(f"{' '.join(said.split())} (`{where} --help` tells how)", WRONG_USE)


def _tell(sentence: str, code: int) -> int:
    complain(sentence)
    return code
