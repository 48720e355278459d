"""What a person reads in a terminal is what stands in the books, whatever signs a name has."""

import pytest

from api.command_line.printing import complain, print_report, say
from projections.reports.report import Column, Report

NAMES = ("[estate] Smith", "Jones [/b]", "[link=https://x.example]Archer[/link]", "C:\\[dir]")


def test_brackets_in_a_name_are_a_part_of_the_name(capsys: pytest.CaptureFixture[str]) -> None:
    rows = tuple((name, 250_000) for name in NAMES)
    print_report(Report("Ledgers [of] one", (Column("ledger", "text"), Column("balance_minor", "money")), rows, None, 1))
    shown = capsys.readouterr().out
    assert all(name in shown for name in (*NAMES, "Ledgers [of] one", "2,500.00"))


@pytest.mark.parametrize("sign", ["\x1b", "\x07", "\x9b", "\u202e", "\r"])
def test_no_name_works_the_terminal(capsys: pytest.CaptureFixture[str], sign: str) -> None:
    print_report(Report("Payees", (Column("payee", "text"),), ((f"A{sign}[31mB",),), None, 1))
    say(f"A{sign}B")
    complain(f"A{sign}B")
    told = capsys.readouterr()
    assert sign not in told.out + told.err
    assert "\ufffd" in told.out
    assert told.err == "muniment: A\ufffdB\n"
