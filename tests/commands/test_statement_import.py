"""Importing through the whole command: raw file, readers, chain, log; and every sample file there is."""

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from aggregates.bank_statement_file import ParsedLine, ParsedStatement, StatementFileRefused
from aggregates.errors import KeyReused
from commands.bank_statements.ofx_writer import write_ofx
from commands.bank_statements.read import read_statement_file
from commands.import_statement import ImportStatement
from commands.open_trust_account import OpenTrustAccount
from tests.commands.trust_practice import ASHBY, Practice

SHARED = Path("../shared/testdata")
SAMPLES = sorted(
    path
    for folder in ("ofx", "bai2", "camt053", "mt940")
    for path in (SHARED / folder).rglob("*")
    if path.is_file() and path.suffix not in {".json", ""} | {".md"}
)


def statement(first: int, last: int, opening_minor: int, *lines: tuple[int, int], number: str = "1") -> ParsedStatement:
    """Days of September; lines as (day, signed amount)."""
    return ParsedStatement(
        account_number=number,
        bank_id="021000021",
        currency="USD",
        opening_minor=opening_minor,
        closing_minor=opening_minor + sum(amount for _, amount in lines),
        from_date=date(2026, 9, first),
        to_date=date(2026, 9, last),
        lines=tuple(
            ParsedLine(n, date(2026, 9, on), amount, "deposit" if amount > 0 else "withdrawal", payee=f"On {on}",
                       bank_reference=f"{on}-{amount}-{n}", currency="USD")
            for n, (on, amount) in enumerate(lines, start=1)
        ),
    )  # fmt: skip


def ofx(parsed: ParsedStatement) -> bytes:
    return write_ofx(parsed, organisation="First Bank")


def importing(practice: Practice, content: bytes, account: UUID | None = None, name: str = "bank.ofx") -> dict[str, Any]:
    practice.today = max(practice.today, date(2026, 10, 1))
    command = ImportStatement(trust_account_id=account or practice.account, filename=name, content=content)
    return practice.does(command)


def amounts(practice: Practice) -> list[int]:
    return [
        line["amount_minor"]
        for logged in practice.log.read()
        if logged.topic == "bank-statement/lines-recorded"
        for line in logged.data["lines"]
    ]


def test_the_same_file_again_changes_nothing_and_says_so(practice: Practice) -> None:
    content = ofx(statement(1, 15, 0, (3, 50_00), (3, 50_00), (15, -30_00)))
    first = importing(practice, content)
    size = practice.log.size()
    again = importing(practice, content)

    assert (first["already_imported"], first["lines"]) == (False, 3)
    assert (again["already_imported"], again["lines"]) == (True, 0)
    assert again["statement_id"] == first["statement_id"]
    assert practice.log.size() == size
    kept = practice.log.document(bytes.fromhex(first["sha256"]))
    assert kept is not None
    assert kept[0] == content


def test_of_an_overlap_only_what_is_new_comes_in(practice: Practice) -> None:
    early = ((3, 50_00), (3, 50_00), (15, -30_00))
    importing(practice, ofx(statement(1, 15, 0, *early)))
    later = importing(practice, ofx(statement(1, 20, 0, *early, (18, 5_00))))
    size = practice.log.size()

    assert (later["lines"], later["statements"][0]["lines_known"]) == (1, 3)
    assert amounts(practice) == [50_00, 50_00, -30_00, 5_00]
    assert importing(practice, ofx(statement(1, 15, 0, *early)))["already_imported"]
    assert practice.log.size() == size


def test_a_gap_and_a_changed_copy_are_refused_and_leave_nothing(practice: Practice) -> None:
    importing(practice, ofx(statement(1, 15, 0, (3, 50_00))))
    size = practice.log.size()

    for content, why in (
        (ofx(statement(16, 20, 50_01, (18, 5_00))), "opens at 50.01"),
        (ofx(statement(1, 20, 0, (3, 50_01))), "on record and not in this file"),
    ):
        with pytest.raises(StatementFileRefused, match=why):
            importing(practice, content)
    assert practice.log.size() == size


def test_lines_that_fill_an_event_are_spread_over_several(practice: Practice) -> None:
    lines = tuple((3, n) for n in range(1, 251))
    result = importing(practice, ofx(statement(1, 15, 0, *lines)))

    assert result["lines"] == 250
    assert amounts(practice) == list(range(1, 251))


def test_several_statements_of_one_account_are_taken_in_order_and_other_accounts_are_named(practice: Practice) -> None:
    path = SHARED / "camt053/camt053.v2.multi.statement.xml"
    if not path.exists():
        pytest.skip("the shared test data is not there")
    file = read_statement_file(path.read_bytes(), filename=path.name)
    numbers = [one.account_number for one in file.statements]
    account = opened_for(practice, file.statements[0])
    result = importing(practice, path.read_bytes(), account, path.name)

    assert result["lines"] == sum(len(one.lines) for one in file.statements if one.account_number == numbers[0])
    assert len(result["statements"]) + len(result["skipped"]) == len(numbers)
    assert [one["account_number"] for one in result["skipped"]] == [n for n in numbers if n != numbers[0]]


@pytest.mark.skipif(not SAMPLES, reason="the shared test data is not there")
def test_statements_of_other_accounts_in_the_file_are_reported_as_skipped(practice: Practice) -> None:
    path = SHARED / "ofx/multiple_accounts.ofx"
    first, second = read_statement_file(path.read_bytes(), filename=path.name).statements
    result = importing(practice, path.read_bytes(), opened_for(practice, first), path.name)

    assert [one["account_number"] for one in result["skipped"]] == [second.account_number]


def test_a_file_of_another_account_is_refused_by_name(practice: Practice) -> None:
    with pytest.raises(StatementFileRefused, match="account 2, not 1"):
        importing(practice, ofx(statement(1, 15, 0, number="2")))


def opened_for(practice: Practice, parsed: ParsedStatement) -> UUID:
    """An account with that number and currency, opened at the statement's opening balance."""
    opening = OpenTrustAccount(
        name=f"Account {parsed.account_number}", bank=f"Bank {practice.log.size()}", account_number=parsed.account_number,
        currency=parsed.currency, opened_on=practice.today, statement_balance_minor=parsed.opening_minor,
    )  # fmt: skip
    return UUID(practice.does(opening, ASHBY)["trust_account_id"])


@pytest.mark.skipif(not SAMPLES, reason="the shared test data is not there")
def test_every_sample_is_imported_and_imported_again_or_refused_with_a_reason(practice: Practice) -> None:
    outcomes: dict[str, str] = {}
    for path in SAMPLES:
        content = path.read_bytes()
        try:
            file = read_statement_file(content, filename=path.name)
            account = opened_for(practice, file.statements[0])
            result = importing(practice, content, account, path.name)
        except StatementFileRefused as refused:
            outcomes[path.name] = f"refused: {refused.reason}"
            continue
        mine = [one for one in file.statements if one.account_number == file.statements[0].account_number]
        assert result["lines"] == sum(len(one.lines) for one in mine)
        size = practice.log.size()
        assert importing(practice, content, account, path.name)["already_imported"]
        assert practice.log.size() == size
        outcomes[path.name] = "imported"
    assert list(outcomes.values()).count("imported") >= 7
    assert all(outcome == "imported" or len(outcome) > len("refused: ") for outcome in outcomes.values())
    assert "answered with an error" in outcomes["error_message.ofx"]


def test_two_statements_of_one_file_that_end_on_the_same_day_and_balance_are_both_taken_in(practice: Practice) -> None:
    account = (
        "03,1,USD,010,{opening},,,015,{opening},,/\n16,165,{sum},,{name},,/\n16,451,{sum},,{name},,/\n49,{control},4/\n"
    )
    morning = account.format(opening=0, sum=5000, name="A", control=10000)
    evening = account.format(opening=0, sum=700, name="B", control=1400)
    content = (
        "01,122099999,123456789,260930,0200,1,80,,2/\n02,031001234,122099999,1,260930,2359,USD,2/\n"
        f"{morning}{evening}98,11400,2,10/\n99,11400,1,12/\n"
    ).encode()
    result = importing(practice, content, name="bank.bai")

    assert (result["lines"], amounts(practice)) == (4, [50_00, -50_00, 7_00, -7_00])
    size = practice.log.size()
    assert importing(practice, content, name="bank.bai")["already_imported"]
    assert practice.log.size() == size


def test_an_accounts_number_is_known_however_the_file_writes_it(practice: Practice) -> None:
    assert importing(practice, ofx(statement(1, 15, 0, (3, 50_00), number="00-00 1")))["lines"] == 1
    with pytest.raises(StatementFileRefused, match="XXXX1, not 1"):
        importing(practice, ofx(statement(16, 20, 50_00, number="XXXX1")))


def test_words_too_long_to_keep_are_refused_with_their_line(practice: Practice) -> None:
    parsed = statement(1, 15, 0, (3, 50_00))
    long = replace(parsed, lines=(replace(parsed.lines[0], memo="x" * 4001),))
    with pytest.raises(StatementFileRefused, match=r"longer than 4,000 characters") as refused:
        importing(practice, ofx(long))
    assert refused.value.line_number
    assert importing(practice, ofx(replace(long, lines=(replace(long.lines[0], memo="x" * 4000),))))["lines"] == 1


def test_what_is_only_tried_keeps_no_file(practice: Practice) -> None:
    content = ofx(statement(1, 15, 0, (3, 50_00)))
    practice.today = date(2026, 10, 1)
    command = ImportStatement(trust_account_id=practice.account, filename="bank.ofx", content=content)
    digest = hashlib.sha256(content).digest()

    tried = practice.tries(command)
    assert tried["lines"] == 1
    assert practice.log.document(digest) is None
    practice.does(command)
    assert practice.log.document(digest) is not None


def test_a_file_has_a_name_of_one_line() -> None:
    for name in ("", "a\nb.ofx", "x" * 256):
        with pytest.raises(ValidationError, match="filename"):
            ImportStatement(trust_account_id=UUID(int=1), filename=name, content=b"x")


def test_a_statement_of_days_to_come_is_refused_since_its_days_were_misread(practice: Practice) -> None:
    content = ofx(statement(1, 15, 0, (3, 50_00)))
    command = ImportStatement(trust_account_id=practice.account, filename="bank.ofx", content=content)
    practice.today = date(2026, 9, 13)
    practice.refused(StatementFileRefused, command)
    practice.today = date(2026, 9, 14)
    assert practice.does(command)["lines"] == 1


def test_the_same_key_gives_the_first_answer_again_and_is_good_for_one_file(practice: Practice) -> None:
    practice.today = date(2026, 10, 1)
    content = ofx(statement(1, 15, 0, (3, 50_00)))
    command = ImportStatement(trust_account_id=practice.account, filename="bank.ofx", content=content)
    first = practice.does(command, key="k1")
    other = ImportStatement(trust_account_id=practice.account, filename="other.ofx", content=content)

    assert practice.does(command, key="k1") == first
    assert practice.does(command, key="k2")["already_imported"]
    with pytest.raises(KeyReused):
        practice.does(other, key="k1")
