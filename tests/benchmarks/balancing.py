"""The trial balance of client ledgers against ledger and hledger, on a journal of the same postings."""

import shutil
import subprocess
import time
from pathlib import Path

from projections.reports.balances import ledger_balances
from projections.reports.reader import Reader
from projections.reports.trial_balance import report
from tests.benchmarks.long_log import LongLog, long_log
from tests.benchmarks.measuring import Absent, Figure, median, timed
from tests.benchmarks.pages import caught_up
from tests.benchmarks.stand import MOVED, SCHEMA, Stand

_PEERS = {"ledger": 50.0, "hledger": 50.0}
_LONGEST_S = 300
"""More than seven times what hledger took for as many entries when it was looked at."""


def run(stand: Stand) -> list[Figure | Absent]:
    """Ours from the read models; theirs from the file, as they always do. Both must come to the same balances."""
    built = long_log(stand)
    caught_up(built)
    account = str(built.books.account_id)
    with built.database.readers.connection() as connection:
        reader = Reader(connection, SCHEMA, MOVED)
        ours = median(timed(lambda: report(reader, trust_account_id=account), 10)) / 1000
        balances = {row[0]: row[-1] for row in report(reader, trust_account_id=account).rows}
        folded = median(timed(lambda: ledger_balances(reader, MOVED, built.size, trust_account_id=account), 5)) / 1000
    figures: list[Figure | Absent] = [
        Figure("trial balance of client ledgers, ours", ours * 1000, "ms", note="from the balances that are kept"),
        Figure("the same, summed from all entries, ours", folded * 1000, "ms", note="as of a day, known at a position"),
    ]
    for peer, target in _PEERS.items():
        name = f"{peer} ÷ our trial balance"
        program = shutil.which(peer)
        if program is None:
            figures.append(Absent(name, f"{peer} is not installed on this machine"))
            continue
        journal = stand.folder / "books.journal"
        if not journal.exists():
            write_journal(built, journal)
        began = time.perf_counter()
        command = [program, "-f", str(journal), "balance", "--flat", "--no-total", "Clients"]
        try:
            told = subprocess.run(command, check=True, capture_output=True, text=True, timeout=_LONGEST_S).stdout
        except subprocess.TimeoutExpired:
            figures.append(Absent(name, f"{peer} took more than {_LONGEST_S} s"))
            continue
        took = time.perf_counter() - began
        assert read_balances(told) == balances, f"{peer} comes to other balances than we do"
        figures.append(Figure(name, took / ours, "×", "≥", target, f"{took:.1f} s against {ours * 1000:.0f} ms"))
    return figures


def read_balances(told: str) -> dict[str, int]:
    """What either program tells, "12.34 USD  Clients:ledger id" a line: the ledgers that are not at zero, in minor units."""
    balances = {}
    for line in told.splitlines():
        amount, _, account = line.split()
        balances[account.removeprefix("Clients:")] = int(amount.replace(".", ""))
    return balances


def write_journal(built: LongLog, journal: Path) -> None:
    """Every entry of the sub-ledgers as a transaction of plain-text accounting, in the order of the log."""
    statement = f"SELECT effective_date, kind, ledger_id, effect_minor FROM {SCHEMA}.sub_ledger_entries ORDER BY position, n"
    with (
        built.database.readers.connection() as connection,
        connection.transaction(),
        connection.cursor("entries") as cursor,
        journal.open("w", encoding="utf-8") as file,
    ):
        cursor.itersize = 10_000
        cursor.execute(statement.encode())
        for day, kind, ledger_id, effect in cursor:
            sign, cents = ("-" if effect < 0 else ""), abs(effect)
            amount = f"{sign}{cents // 100}.{cents % 100:02} USD"
            file.write(f"{day} {kind}\n    Clients:{ledger_id}  {amount}\n    Trust bank\n\n")
