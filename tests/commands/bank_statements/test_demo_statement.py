"""The demo firm's statement file is our generator's output, and carries the worked example to the cent."""

import subprocess
import sys
from pathlib import Path

from commands.bank_statements.demo_statement import demo_statement, demo_statement_file
from commands.bank_statements.read import read_statement_file

ROOT = Path(__file__).parents[3]
FILE = ROOT / "docs" / "demo" / "iolta-1-2026-09.ofx"


def test_the_file_is_the_generators_output(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "commands.bank_statements.demo_statement", tmp_path / "out"], check=True, cwd=ROOT)
    assert FILE.read_bytes() == demo_statement_file() == (tmp_path / "out").read_bytes()


def test_it_reads_as_the_worked_example() -> None:
    (statement,) = read_statement_file(FILE.read_bytes(), filename=FILE.name).statements
    assert (statement.account_number, statement.currency) == ("IOLTA-1", "USD")
    assert (statement.opening_minor, statement.closing_minor) == (18_800_00, 17_977_09)
    assert [(line.booked_on.day, line.amount_minor, line.cheque_number) for line in statement.lines] == [
        (3, 2_500_00, None),
        (9, 40_000_00, None),
        (10, -400_00, "1050"),
        (11, -3_220_00, "1051"),
        (15, -1_850_00, None),
        (18, -13_333_33, None),
        (22, -24_500_00, "1052"),
        (22, 1_000_00, None),
        (25, -1_000_00, None),
        (25, -12_00, None),
        (30, -15_00, None),
        (30, 7_42, None),
    ]
    assert [line.kind for line in statement.lines] == [line.kind for line in demo_statement().lines]
