"""LEDES on the command line: an issued bill written as a file, and a file checked, with its exit codes."""

from pathlib import Path
from typing import Any

import pytest

from replay.ledes.reading import read_1998b, read_1998bi
from tests.api.test_command_line import Terminal, terminal
from tests.commands.billing_practice import BillingPractice
from tests.commands.test_bills import issued
from tests.commands.trust_practice import practising
from tests.replay.ledes.files import GOLDEN_1998B

REAL = Path(__file__).parents[3] / "shared" / "testdata" / "ledes" / "travisbashor" / "tests" / "data"


@pytest.fixture
def prompt(migrated_database_url: str, tmp_path: Path) -> Terminal:
    """A prompt on a firm with one issued bill, 2026-00001 over 1,000.00."""
    with practising(migrated_database_url) as practice:
        issued(BillingPractice(practice))
    return terminal(migrated_database_url, tmp_path)


def checked(prompt: Terminal, path: Path, *words: str) -> tuple[int, list[str]]:
    done = prompt.run("ledes-check", str(path), *words)
    return done.returncode, done.stdout.splitlines()


def test_a_bill_is_written_and_what_is_written_is_right(prompt: Terminal, tmp_path: Path) -> None:
    firm = ("--law-firm-id", "12-3456789")
    printed = prompt.run("bill-ledes", "2026-00001", *firm)
    assert printed.returncode == 0, printed.stderr
    (invoice,) = read_1998b(printed.stdout.encode())
    assert (invoice.number, invoice.total_minor) == ("2026-00001", 1_000_00)
    file = tmp_path / "bill.txt"
    more = ("--format", "1998bi", "--client-tax-id", "98-7", "--client-matter-id", "X-9", "-o", str(file))
    assert prompt.run("bill-ledes", "2026-00001", *firm, *more).returncode == 0
    assert read_1998bi(file.read_bytes())[0].lines[0].client_matter_id == "X-9"
    assert checked(prompt, file) == (0, [
        "LEDES 1998BI V2",
        "2026-00001 of 2026-09-15, 2026-09-15 to 2026-09-15: 1 line(s), fees 1,000.00, expenses 0.00, total 1,000.00 USD",
    ])  # fmt: skip
    unknown = prompt.run("bill-ledes", "2026-00002", *firm)
    assert (unknown.returncode, unknown.stderr) == (3, "muniment: refused: there is no bill called '2026-00002'\n")
    lacking = prompt.run("bill-ledes", "2026-00001", *firm, "--format", "1998bi")
    assert (lacking.returncode, lacking.stderr.count("\n")) == (3, 1)


def test_a_file_that_is_wrong_is_told_line_by_line_and_exits_1(prompt: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "wrong.txt"
    file.write_bytes(GOLDEN_1998B.replace(b"|725.00|", b"|725.01|").replace(b"L210", b"ZZ9"))
    code, said = checked(prompt, file)
    assert code == 1
    assert [one.partition(":")[0] for one in said] == ["line 3, LINE_ITEM_TOTAL", "line 3, INVOICE_TOTAL", "2 error(s)"]
    told: Any = prompt.run("ledes-check", str(file), "--json")
    assert (told.returncode, '"found": 2' in told.stdout) == (1, True)
    file.write_bytes(GOLDEN_1998B.replace(b"L210", b"ZZ9"))
    code, said = checked(prompt, file, "--currency", "EUR")
    assert (code, said[1].endswith("total 765.50 EUR"), said[2].startswith("  look at this: 2026-17, line 1: ZZ9")) == (
        0, True, True,
    )  # fmt: skip


@pytest.mark.skipif(not REAL.is_dir(), reason="the shared test data is not there")
def test_the_files_of_others_are_read_and_their_sums_judged(prompt: Terminal, tmp_path: Path) -> None:
    """What is wrong with them is wrong on paper too: 2 x 1,250.00 is not 1,250.00; 13.9% is not a rate of 0.061245."""
    code, said = checked(prompt, REAL / "ledes_98B.txt")
    assert (code, [one.partition(":")[0] for one in said]) == (
        1, ["line 8, INVOICE_TOTAL", "line 9, LINE_ITEM_NUMBER", "2 error(s)"],
    )  # fmt: skip
    code, said = checked(prompt, REAL / "ledes_98BI.txt")
    assert (code, said[-1]) == (1, "7 error(s)")
    first = tmp_path / "first.txt"
    first.write_bytes(b"".join((REAL / "ledes_98B.txt").read_bytes().splitlines(keepends=True)[:7]))
    assert checked(prompt, first) == (0, [
        "LEDES 1998B",
        "96542 of 1999-02-25, 1999-01-01 to 1999-01-31: 5 line(s), fees 1,370.00, expenses 314.45, total 1,684.45 USD",
    ])  # fmt: skip
