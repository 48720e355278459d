"""Take in a bank statement: the raw file is kept by its hash, and its lines stand on the account's chain."""

from uuid import UUID

from pydantic import ConfigDict

from aggregates import bank_statement, trust_account
from aggregates.bank_statement_file import ParsedStatement, StatementFile, StatementFileRefused
from commands.bank_statements.csv_profile import CsvProfile
from commands.bank_statements.read import read_statement_file
from commands.dispatch import Result
from commands.work import Command, Work


class ImportStatement(Command):
    """Import a file's statement of this account. `content` is the raw file, base64 in JSON."""

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    trust_account_id: UUID
    filename: str
    content: bytes
    profile: CsvProfile | None = None


def handle(command: ImportStatement, work: Work) -> Result:
    """Returns the statement's id. Raises StatementFileRefused, AlreadyExists, NotFound."""
    account = work.load(trust_account.KIND, command.trust_account_id)
    file = read_statement_file(command.content, filename=command.filename, csv_profile=command.profile)
    parsed = _of_account(file, account.account_number)
    if parsed.currency != account.currency:
        raise StatementFileRefused(f"it is in {parsed.currency}, the account in {account.currency}")
    stream = bank_statement.KIND.stream_id(account.id)
    statement_id = work.new_id()
    events = bank_statement.take_in(
        work.find(bank_statement.KIND, stream),
        parsed,
        account_id=account.id,
        account_balance_minor=account.statement_balance_minor,
        statement_id=statement_id,
        line_ids=tuple(work.new_id() for _ in parsed.lines),
        sha256=file.sha256,
        filename=command.filename,
        file_format=file.format,
    )
    work.log.keep_document(command.content, media="application/octet-stream", filename=command.filename)
    work.record(bank_statement.KIND, stream, *events)
    return {
        "statement_id": str(statement_id),
        "sha256": file.sha256,
        "from_date": str(parsed.from_date),
        "to_date": str(parsed.to_date),
        "lines": len(parsed.lines),
        "closing_minor": parsed.closing_minor,
    }


def _of_account(file: StatementFile, number: str) -> ParsedStatement:
    ours = [statement for statement in file.statements if statement.account_number == number]
    if not ours:
        there = ", ".join(statement.account_number for statement in file.statements)
        raise StatementFileRefused(f"it is of account {there}, not {number}")
    if len(ours) > 1:
        raise StatementFileRefused(f"it has {len(ours)} statements of account {number}; export them one file each")
    return ours[0]
