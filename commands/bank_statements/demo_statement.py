"""The demo firm's bank statement: account IOLTA-1, September 2026, as the worked example of the reconciliation has it.

`python -m commands.bank_statements.demo_statement FILE` writes it; docs/demo/iolta-1-2026-09.ofx is its output. Cheque 1051
was written for 3,200.00 and is booked as 3,220.00: the bank's error. Cheques 1053 and 1054 and the deposit of 30 September
are missing on purpose: they are outstanding and in transit.
"""

import sys
from datetime import date
from pathlib import Path

from aggregates.bank_statement_file import ParsedLine, ParsedStatement
from commands.bank_statements.ofx_writer import write_ofx

_OPENING_MINOR = 18_800_00
_LINES = (
    (3, 2_500_00, "deposit", None, "DEPOSIT", "Retainer"),
    (9, 40_000_00, "deposit", None, "DEPOSIT", "Settlement"),
    (10, -400_00, "cheque", "1050", "CHECK 1050", ""),
    (11, -3_220_00, "cheque", "1051", "CHECK 1051", ""),
    (15, -1_850_00, "withdrawal", None, "TRANSFER TO OPERATING", "Inv 1001"),
    (18, -13_333_33, "withdrawal", None, "TRANSFER TO OPERATING", "Inv 1002"),
    (22, -24_500_00, "cheque", "1052", "CHECK 1052", ""),
    (22, 1_000_00, "deposit", None, "DEPOSIT", "Check"),
    (25, -1_000_00, "withdrawal", None, "DEPOSITED ITEM RETURNED", "NSF, deposit of 09/22"),
    (25, -12_00, "fee", None, "RETURNED ITEM FEE", ""),
    (30, -15_00, "fee", None, "SERVICE CHARGE", ""),
    (30, 7_42, "interest", None, "INTEREST PAID", ""),
)


def demo_statement() -> ParsedStatement:
    """The statement, from 18,800.00 to 17,977.09 US dollars."""
    return ParsedStatement(
        account_number="IOLTA-1",
        bank_id="000000000",
        currency="USD",
        opening_minor=_OPENING_MINOR,
        closing_minor=_OPENING_MINOR + sum(amount_minor for _, amount_minor, *_ in _LINES),
        from_date=date(2026, 9, 1),
        to_date=date(2026, 9, 30),
        lines=tuple(
            ParsedLine(
                line_number=number,
                booked_on=date(2026, 9, day),
                amount_minor=amount_minor,
                currency="USD",
                kind=kind,
                cheque_number=cheque_number,
                bank_reference=f"202609{day:02}{number:04}",
                payee=payee,
                memo=memo,
            )
            for number, (day, amount_minor, kind, cheque_number, payee, memo) in enumerate(_LINES, start=1)
        ),
    )


def demo_statement_file() -> bytes:
    """The statement as the bank would hand it out, in OFX."""
    return write_ofx(demo_statement(), organisation="First Example Bank")


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(demo_statement_file())
