"""Take in a bank statement: the raw file is kept by its hash, and its new lines stand on the account's chain."""

from uuid import UUID

from pydantic import ConfigDict, Field

from aggregates import bank_statement, trust_account
from aggregates.bank_statement_file import ParsedStatement, StatementFile, StatementFileRefused, account_key
from aggregates.statement_chain import TakenIn
from aggregates.trust_account import TrustAccount
from commands.bank_statements.csv_profile import CsvProfile
from commands.bank_statements.days import check_past
from commands.bank_statements.read import read_statement_file
from commands.dispatch import Result
from commands.work import Command, Work


class ImportStatement(Command):
    """Import a file's statements of this account. `content` is the raw file, base64 in JSON."""

    LONG = True

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    trust_account_id: UUID
    filename: str = Field(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]+$")
    content: bytes
    profile: CsvProfile | None = None


def handle(command: ImportStatement, work: Work) -> Result:
    """Returns what was taken in, statement by statement, the days before it that none covers, and which accounts of the file
    are not this one.

    The same file again changes nothing and says `already_imported`. Raises StatementFileRefused, NotFound.
    """
    account = work.load(trust_account.KIND, command.trust_account_id)
    file = read_statement_file(command.content, filename=command.filename, csv_profile=command.profile)
    ours = _of_account(file, account)
    check_past(ours, work.today)
    stream = bank_statement.KIND.stream_id(account.id)
    before = len(work.recorded)
    earlier = bank_statement.taken_from(work.find(bank_statement.KIND, stream), file.sha256)
    taken = []
    for parsed in ours:
        one = bank_statement.take_in(
            work.find(bank_statement.KIND, stream),
            parsed,
            account_id=account.id,
            account_balance_minor=account.statement_balance_minor,
            new_id=work.new_id,
            sha256=file.sha256,
            filename=command.filename,
            file_format=file.format,
            earlier=earlier,
        )
        work.record(bank_statement.KIND, stream, *one.events)
        taken.append(_told(parsed, one))
    if len(work.recorded) > before:
        work.keep_document(command.content, media="application/octet-stream", filename=command.filename)
    return {
        "statement_id": taken[-1]["statement_id"],
        "sha256": file.sha256,
        "from_date": str(ours[0].from_date),
        "to_date": str(ours[-1].to_date),
        "lines": sum(one["lines"] for one in taken),
        "closing_minor": ours[-1].closing_minor,
        "already_imported": all(one["already_imported"] for one in taken),
        "uncovered": [days for one in taken if (days := one["uncovered"]) is not None],
        "statements": taken,
        "skipped": [
            {"account_number": other.account_number, "currency": other.currency, "to_date": str(other.to_date)}
            for other in file.statements
            if other not in ours
        ],
        "cards_ignored": file.cards_ignored,
    }


def _told(parsed: ParsedStatement, one: TakenIn) -> Result:
    return {
        "statement_id": str(one.standing),
        "from_date": str(parsed.from_date),
        "to_date": str(parsed.to_date),
        "closing_minor": parsed.closing_minor,
        "lines": one.lines_new,
        "lines_known": one.lines_known,
        "already_imported": not one.events,
        "conflicts": list(one.conflicts),
        "uncovered": one.uncovered.told() if one.uncovered is not None else None,
    }


def _of_account(file: StatementFile, account: TrustAccount) -> list[ParsedStatement]:
    """The account's statements, in the order of their days. Raises StatementFileRefused where there is none."""
    number, key = account.account_number, account_key(account.account_number)
    of_number = [statement for statement in file.statements if statement.account_number == number] or [
        statement for statement in file.statements if key and account_key(statement.account_number) == key
    ]
    if not of_number:
        there = ", ".join(dict.fromkeys(statement.account_number for statement in file.statements))
        raise StatementFileRefused(f"it is of account {there}, not {account.account_number}")
    ours = [statement for statement in of_number if statement.currency == account.currency]
    if not ours:
        raise StatementFileRefused(f"it is in {of_number[0].currency}, the account in {account.currency}")
    return sorted(ours, key=lambda statement: (statement.from_date, statement.to_date))
