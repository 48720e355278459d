"""The command line as a person uses it: a process of its own, real books, exit codes that mean what the README says."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import psycopg
import pytest

from aggregates.jurisdictions import DIRECTIONS
from tests.api.demonstration import demonstration
from tests.databases import Databases

ROOT = Path(__file__).parents[2]
STATEMENT = ROOT / "docs" / "demo" / "iolta-1-2026-09.ofx"


@dataclass(frozen=True)
class Terminal:
    """Runs `muniment` on one database and one data directory."""

    environment: dict[str, str]

    def run(self, *words: str, token: str | None = None) -> subprocess.CompletedProcess[str]:
        more = {"MUNIMENT_TOKEN": token} if token else {}
        return subprocess.run(
            [sys.executable, "-m", "api.command_line", *words],
            cwd=ROOT,
            env=self.environment | more,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def json(self, *words: str, token: str | None = None) -> Any:
        done = self.run(*words, "--json", token=token)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


def terminal(url: str, directory: Path) -> Terminal:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MUNIMENT_")}
    return Terminal(kept | {"DATABASE_URL": url, "MUNIMENT_DATA": str(directory), "COLUMNS": "200"})


@pytest.fixture
def empty(migrated_database_url: str, tmp_path: Path) -> Terminal:
    return terminal(migrated_database_url, tmp_path)


@pytest.fixture
def demo(databases: Databases, tmp_path: Path) -> Iterator[tuple[Terminal, str]]:
    with demonstration(databases) as url:
        yield terminal(url, tmp_path), url


def test_a_firm_is_founded_and_its_owner_adds_people(empty: Terminal) -> None:
    words = ("--name", "Ashby", "--jurisdiction", "us-nc", "--owner-name", "Nora", "--owner-email", "n@example.com")
    token = empty.json("firm", "create", "ashby", *words)["token"]
    again = empty.run("firm", "create", "ashby", *words)
    assert (again.returncode, again.stdout) == (3, "")
    assert again.stderr.startswith("muniment: refused: there is a firm called ashby already")
    added = empty.json("user", "add", "Greta", "g@example.com", "--role", "bookkeeper", token=token)
    greta = empty.json("user", "token", added["user_id"], token=token)["token"]
    issued, greta = greta, empty.json("user", "own-token", token=greta)["token"]
    assert empty.run("user", "own-token", token=issued).stderr == "muniment: refused: this token opens nothing\n"
    refused = empty.run("user", "add", "Eve", "e@example.com", "--role", "partner", token=greta)
    assert (refused.returncode, refused.stderr) == (3, "muniment: refused: bookkeeper may not manage users\n")
    listed = empty.json("user", "list")
    assert {one["name"]: one["roles"] for one in listed} == {"Nora": ["partner"], "Greta": ["bookkeeper"]}
    assert empty.json("firm", "show")["jurisdiction"] == "us-nc"
    (held,) = [one["token_id"] for each in listed if each["name"] == "Greta" for one in each["tokens"]]
    gone = ("user", "revoke", added["user_id"], held, "--why", "laptop lost")
    assert empty.json(*gone, token=token) == {"token_id": held}
    assert empty.json("user", "deactivate", added["user_id"], "--why", "left", token=token) == {"user_id": added["user_id"]}


def test_a_firm_is_founded_in_its_jurisdiction_s_money_by_somebody_who_can_be_written_to(empty: Terminal) -> None:
    words = ("--name", "Ashby", "--jurisdiction", "gb-ew", "--owner-name", "Nora", "--owner-email")
    wrong = empty.run("firm", "create", "ashby", *words, "b")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr == "muniment: owner_email: this is no e-mail address; write it like nora@ashby.example\n"
    other = empty.run("firm", "create", "ashby", *words, "n@x.example", "--currency", "USD")
    assert (other.returncode, "keeps client money in GBP" in other.stderr) == (3, True)
    assert empty.json("firm", "list") == []
    empty.json("firm", "create", "ashby", *words, "n@x.example")
    shown = empty.json("firm", "show")
    assert (shown["base_currency"], shown["time_zone"]) == ("GBP", "Europe/London")


def test_verify_without_a_key_that_can_be_used_says_so_in_a_line_and_exits_1(empty: Terminal) -> None:
    words = ("--name", "Ashby", "--jurisdiction", "us-nc", "--owner-name", "Nora", "--owner-email", "n@x.example")
    empty.json("firm", "create", "ashby", *words)
    assert empty.run("verify").returncode == 0
    key = Path(empty.environment["MUNIMENT_DATA"]) / "keys" / "ashby.key"
    key.write_bytes(b"\xff\xfe no key")
    done = empty.run("verify", "--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("muniment: not verified: the key of the signed checkpoints cannot be used: ")
    assert done.stderr.count("\n") == 1


def test_a_lost_token_is_recovered_at_the_machine_and_the_log_says_so(empty: Terminal) -> None:
    words = ("--name", "Ashby", "--jurisdiction", "us-aba", "--owner-name", "Nora", "--owner-email", "n@example.com")
    owner = empty.json("firm", "create", "ashby", *words)["owner_id"]
    token = empty.json("user", "token", owner, "--recover")["token"]
    empty.json("user", "add", "Greta", "g@example.com", "--role", "bookkeeper", token=token)
    trail = empty.json("report", "audit-trail", "--where", "kind=user/access-token-issued")
    assert trail["rows"][0]["program"] == "command line, at the machine"


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("nonsense",), 2, "No such command"),
        (("firm", "create"), 2, "Missing argument"),
        (("serve", "--port", "99999"), 2, "`muniment serve --help` tells how"),
        (("user", "add", "Eve", "e@example.com", "--role", "king"), 2, "'king' is not one of"),
        (("verify", "--jsn"), 2, "No such option: --jsn"),
        (("report", "nonsense"), 3, "there is no report 'nonsense'"),
        (("report", "trial-balance", "--account", "IOLTA-1", "--as-of", "yesterday"), 3, "as_of cannot be read"),
        (("report", "trial-balance", "--account", "IOLTA-1", "--where", "moon=full"), 3, "this report has no moon"),
        (("report", "ledgers", "--firm", "nobody"), 3, "there is no firm called nobody"),
        (("import-statement", str(STATEMENT)), 3, "who are you?"),
        (("import-statement", str(STATEMENT), "--profile", str(STATEMENT)), 3, "is not JSON"),
        (("import-statement", str(STATEMENT), "--token", "mun_demo_x"), 3, "this token opens nothing"),
        (("event", "999999"), 3, "has no event at position 999999"),
        (("rebuild", "nonsense"), 3, "there is no read model nonsense"),
        (("report", "trial-balance", "--account", "IOLTA-1", "--as-of", ""), 3, "as_of cannot be read from ''"),
        (("report", "audit-trail", "--where", "matter_id=2026-0001"), 3, "matter_id cannot be read from '2026-0001'"),
        (("report", "client-ledger", "--where", f"ledger_id={UUID(int=0)}"), 3, f"there is no trust ledger {UUID(int=0)}"),
        (("report", "trial-balance", "--json", "--csv"), 3, "not as both"),
        (("report", "client-ledger"), 3, "this report needs --ledger"),
        (("report", "timers"), 3, "this report needs --user"),
        (("report", "conflict-search"), 3, "this report needs --where names=…"),
        (("report", "ledgers", "--known-at", "999999"), 3, "nothing is known at 999999 yet"),
        (
            ("report", "suggested-matches", "--account", "IOLTA-1", "--where", "window_days=99999999999"),
            3,
            "a window is 0 to 366 days long",
        ),
        (
            ("firm", "create", "other", "--name", "", "--jurisdiction", "us-nc", "--owner-name", "O", "--owner-email", "o"),
            2,
            "name: this may not be blank",
        ),
    ],
)
def test_what_is_wrong_is_said_in_a_line(demo: tuple[Terminal, str], words: tuple[str, ...], code: int, says: str) -> None:
    done = demo[0].run(*words)
    assert done.returncode == code
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_a_port_that_is_taken_is_said_in_a_line_before_anything_starts(empty: Terminal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = empty.run("serve", "--port", str(taken.getsockname()[1]))
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("muniment: refused: nothing can listen on 127.0.0.1:")
    assert done.stderr.count("\n") == 1


def test_a_firm_shows_every_figure_that_binds_it_with_its_source(demo: tuple[Terminal, str]) -> None:
    books = demo[0]
    shown = books.run("firm", "show").stdout
    assert "firm reserve cap: 500.00 (" in shown
    assert "adopted: none\ntightened: none\nsole practitioner: no\n" in shown
    assert "cheque signer does not reconcile: yes (N.C. Rule 1.15-2/1.15-3" in shown
    policy = books.json("firm", "show")["policy"]
    assert policy.keys() == DIRECTIONS.keys()
    assert policy["three_way_every_days"]["value"] == policy["three_way_every_days"]["pack_value"] == 92


def test_a_database_that_is_not_there_is_said_in_a_line(tmp_path: Path) -> None:
    done = terminal(f"host={tmp_path} dbname=nothing", tmp_path).run("firm", "list")
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith("muniment: DATABASE_URL cannot be reached")


def test_reports_come_as_table_json_and_csv(demo: tuple[Terminal, str]) -> None:
    books = demo[0]
    table = books.run("report", "trial-balance", "--account", "IOLTA-1", "--as-of", "2026-09-30")
    assert "10,800.00" in table.stdout
    assert "Book: 17,180.42 USD" in table.stdout
    document = books.json("report", "trial-balance", "--account", "IOLTA-1", "--as-of", "2026-09-30")
    assert document["totals"]["book"] == "17180.42"
    csv = books.run("report", "trial-balance", "--account", "IOLTA-1", "--as-of", "2026-09-30", "--csv").stdout
    assert "10800.00" in csv
    earlier = books.json(
        "report", "trial-balance", "--account", "IOLTA-1", "--as-of", "2026-09-30", "--known-at", "2026-09-10T00:00:00+00:00"
    )
    assert earlier["totals"]["book"] == "57700.00", "what was known on the tenth"
    ledger = books.json("report", "client-ledger", "--ledger", "Adeline Archer")
    assert ledger["rows"][-1]["balance"] == "5650.00"
    again = books.json("report", "client-ledger", "--ledger", "Adeline Archer", "--known-at", str(ledger["known_at"]))
    assert again == ledger, "it says at which position it can be printed again"
    assert books.json("report", "exceptions")["currency"] == "USD", "money is never told without its currency"
    month = ("report", "dashboard", "--as-of", "2026-07-31", "--where", "from_day=2026-07-01")
    assert f"receivable,{books.json(*month)['totals']['receivable']}," in books.run(*month, "--csv").stdout


def test_the_audit_trail_tells_every_amount_as_decimal_text(demo: tuple[Terminal, str]) -> None:
    trail = ("report", "audit-trail", "--where", "kind=bill/line-added")
    rows = demo[0].json(*trail)["rows"]
    assert rows
    assert "_minor" not in str(rows)
    assert "_minor" not in demo[0].run(*trail, "--csv").stdout


def test_a_balance_opens_down_to_bytes_and_leaf(demo: tuple[Terminal, str]) -> None:
    books = demo[0]
    opened = books.json("report", "open-balance", "--ledger", "Dana Dreyer")
    position = opened["rows"][0]["position"]
    event = books.json("event", str(position))
    assert event["event"]["topic"] == "trust-ledger/funds-received"
    assert event["leaf"] == opened["rows"][0]["leaf"]
    proof = books.run("event", str(position), "--proof").stdout
    assert proof.startswith(f"c2sp.org/tlog-proof@v1\nindex {position - 1}\n")
    assert books.json("event", str(position), "--proof")["proof"].startswith("c2sp.org/tlog-proof@v1\n")


def test_verify_tells_true_books_from_altered_ones(demo: tuple[Terminal, str]) -> None:
    books, url = demo
    assert books.json("verify")["ok"]
    assert books.json("verify", "--account", "IOLTA-1")["ok"]
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute("SELECT position FROM firm_demo.postings ORDER BY position LIMIT 1 OFFSET 20").fetchone()
        assert row is not None
        connection.execute("UPDATE firm_demo.postings SET amount_minor = amount_minor + 1 WHERE position = %s", row)
    done = books.run("verify")
    assert done.returncode == 1
    assert f"NOT VERIFIED: position {row[0]}: " in done.stdout
    assert "postings" in done.stdout
    assert books.run("rebuild").returncode == 0
    assert books.run("verify").returncode == 0


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        ("TRUNCATE firm_demo.events", "the head counts"),
        ("UPDATE firm_demo.events SET state = 'x' WHERE position = 1", "position 1: "),
        ("DELETE FROM firm_demo.events WHERE position = 70; UPDATE firm_demo.projection_tracking SET position = 0",
         "there is no event at position 70"),
        ("TRUNCATE firm_demo.projection_tracking", "was never folded"),
    ],
    ids=["no events", "no founding", "a gap, read models to fold", "no tracking"],
)  # fmt: skip
def test_verify_looks_at_what_nothing_else_can_work_with(demo: tuple[Terminal, str], harm: str, says: str) -> None:
    books, url = demo
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")  # no trigger fires
        connection.execute(harm)
    done = books.run("verify")
    assert (done.returncode, done.stderr) == (1, "")
    assert says in done.stdout


def test_the_statement_again_changes_nothing(demo: tuple[Terminal, str]) -> None:
    books = demo[0]
    users = {one["name"]: one["user_id"] for one in books.json("user", "list")}
    owner = books.json("user", "token", users["Nora Ashby"], "--recover")["token"]
    lind = books.json("user", "token", users["Greta Lind"], token=owner)["token"]
    before = books.json("firm", "list")
    tried = books.run("import-statement", str(STATEMENT), "--account", "IOLTA-1", "--dry-run", "--token", lind)
    assert "only tried" in tried.stdout
    assert "is on record already, 12 known, closes at 17,977.09" in tried.stdout
    again = books.json("import-statement", str(STATEMENT), "--account", "IOLTA-1", token=lind)
    assert again["already_imported"] is True
    assert books.json("firm", "list") == before


def test_the_doctor_finds_nothing_and_then_something(demo: tuple[Terminal, str]) -> None:
    books, url = demo
    # The run's own server forgoes fsync, which a doctor must not overlook.
    found = {one["what"]: one["ok"] for one in json.loads(books.run("doctor", "--json").stdout)}
    assert found["demo: guard rails"]
    assert found["demo: read models"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER TABLE firm_demo.events DISABLE TRIGGER events_are_facts")
    done = books.run("doctor")
    assert done.returncode == 1
    assert "WRONG demo: guard rails: missing events_are_facts" in done.stdout


def test_the_doctor_says_what_is_wrong_where_there_is_no_database(tmp_path: Path) -> None:
    done = terminal(f"host={tmp_path} dbname=nothing", tmp_path).run("doctor")
    assert (done.returncode, done.stderr) == (4, "")
    assert f"ok    data directory: {tmp_path}, " in done.stdout
    assert "WRONG database: DATABASE_URL cannot be reached" in done.stdout
    told = terminal(f"host={tmp_path} dbname=nothing", tmp_path).run("doctor", "--json")
    assert told.returncode == 4
    assert [one["what"] for one in json.loads(told.stdout) if not one["ok"]] == ["database"]


def test_the_doctor_looks_at_the_settings_before_anybody_serves(empty: Terminal, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for settings, says in (
            ({"MUNIMENT_PORT": str(port)}, f"WRONG port: nothing can listen on 127.0.0.1:{port}"),
            ({"MUNIMENT_PORT": "eighty"}, "WRONG port: MUNIMENT_PORT is a port from 1 to 65535, not 'eighty'"),
            ({"MUNIMENT_SMTP_HOST": "mail.example", "MUNIMENT_SMTP_PORT": "x"}, "WRONG mail: MUNIMENT_SMTP_PORT is a port"),
            ({"MUNIMENT_DATA": str(tmp_path / "file" / "below")}, "WRONG data directory: "),
        ):
            (tmp_path / "file").touch()
            done = Terminal(empty.environment | settings).run("doctor")
            assert says in done.stdout
            assert done.returncode == 1
    free = Terminal(empty.environment | {"MUNIMENT_PORT": str(port)}).run("doctor").stdout
    assert f"ok    port: {port} is free" in free
    assert "ok    firms: none yet" in free


@pytest.mark.parametrize("serving", [False, True], ids=["demo", "serve"])
def test_read_models_of_an_older_program_are_rebuilt_before_they_are_read(
    demo: tuple[Terminal, str], *, serving: bool
) -> None:
    muniment, url = demo
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE firm_demo.work_months")
        connection.execute(
            "UPDATE firm_demo.projection_tracking SET version = version - 1, tables = array_remove(tables, 'work_months') "
            "WHERE name = 'practice_days'"
        )
    assert "practice_days must be rebuilt" in muniment.run("doctor").stdout
    if serving:
        with _serving(muniment.environment | {"MUNIMENT_PORT": str(_a_free_port())}) as said:
            assert "API   http://" in said
    else:
        shown = muniment.run("demo")
        assert shown.returncode == 0, shown.stderr
        assert "VERIFIED: " in shown.stdout
    assert "practice_days must be rebuilt" not in muniment.run("doctor").stdout


@pytest.fixture
def home() -> Iterator[Path]:
    """A data directory that the server's own user can reach, which pytest's is not."""
    made = Path(tempfile.mkdtemp(prefix="muniment-run-"))
    yield made
    shutil.rmtree(made)


def test_make_run_s_main_job_twice_and_a_clean_stop(home: Path) -> None:
    """On an embedded server of its own, as a new user has it; the second start finds everything there."""
    port = _a_free_port()
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"MUNIMENT_DATA": str(home), "MUNIMENT_PORT": str(port)}
    for _ in range(2):
        with _serving(environment, "--demo") as said:
            assert said.count("17,180.42") >= 3
            assert "The three legs agree." in said
            assert "written off 740.00 + receivable 14,580.00" in said
            assert "VERIFIED: " in said
            assert _answers(f"http://127.0.0.1:{port}/healthz")
        assert not (home / "postgres" / "postmaster.pid").exists()


def _a_free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@contextmanager
def _serving(environment: dict[str, str], *words: str) -> Iterator[str]:
    """`muniment serve` until the block ends; gives what it said before it served. It stops cleanly."""
    serving = subprocess.Popen(
        [sys.executable, "-m", "api.command_line", "serve", *words],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert serving.stdout is not None
        said = ""
        for line in serving.stdout:
            said += line
            if line.startswith("Ctrl-C"):
                break
        assert "Ctrl-C" in said, serving.stderr.read() if serving.stderr else ""
        yield said
    finally:
        serving.send_signal(signal.SIGINT)
        out, err = serving.communicate(timeout=60)
    assert serving.returncode == 0, err
    assert out.endswith("Stopped.\n")


def _answers(url: str) -> bool:
    """Whether it answers within ten seconds."""
    for _ in range(100):
        try:
            return httpx2.get(url).status_code == 200
        except httpx2.ConnectError:
            time.sleep(0.1)
    return False
