"""Take in a statement of the firm's own account or card; nothing is posted until a person says what a line is."""

from uuid import UUID

from pydantic import ConfigDict, Field

from aggregates import firm_account
from aggregates.bank_statement_file import ParsedStatement, StatementFile, StatementFileRefused, account_key
from aggregates.firm_account_events import FirmAccountOpened
from aggregates.statement_chain import taken_from
from commands.bank_statements.csv_profile import CsvProfile
from commands.bank_statements.days import check_past
from commands.bank_statements.read import read_statement_file
from commands.dispatch import Result
from commands.work import Command, Work


class ImportFirmStatement(Command):
    """Import a file's statements of this account. `content` is the raw file, base64 in JSON."""

    LONG = True

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    account_id: UUID
    filename: str = Field(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]+$", examples=["card.qfx"])
    content: bytes
    profile: CsvProfile | None = None


def handle(command: ImportFirmStatement, work: Work) -> Result:
    """Returns what was taken in. The same file again changes nothing and says so. Raises StatementFileRefused, NotFound."""
    account = work.load(firm_account.KIND, command.account_id)
    file = read_statement_file(command.content, filename=command.filename, csv_profile=command.profile, cards=True)
    before, new, known, closing = len(work.recorded), 0, 0, 0
    conflicts: list[str] = []
    uncovered: list[Result] = []
    ours = _of_account(file, account.opened)
    check_past(ours, work.today)
    earlier = taken_from(account.imported, file.sha256)
    for parsed in ours:
        one = work.load(firm_account.KIND, command.account_id).take_in(
            parsed,
            new_id=work.new_id,
            sha256=file.sha256,
            filename=command.filename,
            file_format=file.format,
            earlier=earlier,
        )
        work.record(firm_account.KIND, command.account_id, *one.events)
        conflicts += one.conflicts
        uncovered += [one.uncovered.told()] if one.uncovered is not None else []
        new, known, closing = new + one.lines_new, known + one.lines_known, parsed.closing_minor
    taken = len(work.recorded) > before
    if taken:
        work.keep_document(command.content, media="application/octet-stream", filename=command.filename)
    return {
        "account_id": str(command.account_id),
        "sha256": file.sha256,
        "lines": new,
        "lines_known": known,
        "closing_minor": closing,
        "already_imported": not taken,
        "conflicts": conflicts,
        "uncovered": uncovered,
    }


def _of_account(file: StatementFile, account: FirmAccountOpened) -> list[ParsedStatement]:
    """The account's statements, in the order of their days. Raises StatementFileRefused where there is none."""
    wanted = "card" if account.kind == "credit_card" else "bank"
    ours = [
        one
        for one in file.statements
        if _is_of(one.account_number, account) and (one.kind == wanted or file.format == "csv")
    ]
    if not ours:
        there = ", ".join(dict.fromkeys(_ending(one.account_number) for one in file.statements))
        raise StatementFileRefused(f"it is of the account ending in {there}, not of {account.name}")
    if (other := next((one.currency for one in ours if one.currency != account.currency), None)) is not None:
        raise StatementFileRefused(f"it is in {other}, the account in {account.currency}")
    return sorted(ours, key=lambda one: (one.from_date, one.to_date))


def _is_of(number: str, account: FirmAccountOpened) -> bool:
    key = account_key(number)
    return key.endswith(account.number) if account.kind == "credit_card" else key == account_key(account.number)


def _ending(number: str) -> str:
    return account_key(number)[-4:]
