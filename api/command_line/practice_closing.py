"""How the demonstration's three months of practice closed: the figures that the README states, read from the reports."""

from uuid import UUID

from api.command_line.printing import grouped, say
from api.demo.practice.matters import FIRST_DAY
from api.demo.practice.quarter import ACCOUNT, LAST_DAY
from projections.reports import key_figures, ledger_list, operating_book, receivables
from projections.reports.reader import Reader
from projections.reports.report import Report

_BILLING = "value: fees billed of what was recorded for them, by the bills of the span"
_COLLECTION = "cohort: bills issued in the span, value: collected of invoiced"
_OVERALL = "flow, value: fees collected of fees recorded"
_HUNDRED = 100


def closing_lines(reader: Reader, account_id: UUID) -> list[tuple[str, str]]:
    """What is told, and the figures, each line an equation or a list; amounts as people write them."""
    figures = key_figures.report(reader, from_day=FIRST_DAY, as_of=LAST_DAY)
    owed = receivables.report(reader, by="age", as_of=LAST_DAY)
    ledgers = ledger_list.report(reader, trust_account_id=str(account_id), as_of=LAST_DAY, with_zero=False)
    book = operating_book.trial_balance(reader, as_of=LAST_DAY)
    sums = figures.totals
    on_bills = _row(figures, "collection realization", _COLLECTION)["amount_minor"]
    return [
        ("Work", _equation(("recorded", sums["recorded"]), ("in progress", sums["work_in_progress"]),
                           ("billed", sums["billed"]), ("written down", sums["written_down"]))),
        ("Bills", _equation(("invoiced", sums["invoiced"]), ("collected", on_bills), ("credited", sums["credited"]),
                            ("written off", sums["written_off"]), ("receivable", sums["receivable"]))),
        ("Receivable", _equation(("open", owed.totals["open"]),
                                 *((row["name"], row["open_minor"]) for row in owed.records()))),
        ("Collected", _equation(("all", sums["collected"]), ("on bills", on_bills),
                                ("contingent fee", sums["collected"] - on_bills))),
        ("Realization", " · ".join((
            _share("billing", _row(figures, "billing realization", _BILLING)),
            _share("collection", _row(figures, "collection realization", _COLLECTION)),
            _share("overall", _row(figures, "overall realization", _OVERALL)),
        ))),
        (f"Trust, {ACCOUNT}", _equation(("book", ledgers.totals["balance"]),
                                        *((row["client"], row["balance_minor"]) for row in ledgers.records()))),
        ("Operating, debits", _accounts(book, 1)),
        ("Operating, credits", _accounts(book, -1)),
    ]  # fmt: skip


def print_closing(reader: Reader, account_id: UUID) -> None:
    """The lines, below their heading."""
    say(f"Three months of practice, closed on {LAST_DAY}:")
    for title, text in closing_lines(reader, account_id):
        say(f"  {title:18} {text}")


def _row(figures: Report, figure: str, base: str) -> dict[str, int]:
    return next(row for row in figures.records() if (row["figure"], row["base"]) == (figure, base))


def _share(what: str, row: dict[str, int]) -> str:
    whole, hundredths = divmod(row["basis_points"], _HUNDRED)
    part, of = grouped(row["amount_minor"]), grouped(row["of_amount_minor"])
    return f"{what} {whole}.{hundredths:02} % ({part} of {of})"


def _equation(whole: tuple[str, int], *parts: tuple[str, int]) -> str:
    name, amount = whole
    return f"{name} {grouped(amount)} = " + " + ".join(f"{part} {grouped(minor)}" for part, minor in parts)


def _accounts(book: Report, sign: int) -> str:
    found = [(row["account"], sign * row["balance_minor"]) for row in book.records() if sign * row["balance_minor"] > 0]
    total = grouped(sum(minor for _, minor in found))
    return f"{total} = " + " + ".join(f"{account} {grouped(minor)}" for account, minor in found)
