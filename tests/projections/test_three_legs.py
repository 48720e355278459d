"""The worked example of the domain reference, section 1.10, to the cent; and its failure fixtures F1 to F4."""

from datetime import date, timedelta
from typing import Any

import pytest

from aggregates import firm, outstanding_item
from aggregates.errors import BadRequest, NotFound
from aggregates.outstanding_item import OutstandingItemNoted
from projections.chart_of_accounts import Account
from projections.reports.reader import Reader
from projections.reports.three_legs import ThreeLegs, three_legs
from tests.projections.september import END, SCHEMA, TODAY, day, fold, folded, lived, superuser_of

FIGURE = 1_718_042


def _legs(database_url: str, **different: Any) -> ThreeLegs:
    with lived(database_url, **different) as (database, month), folded(database) as reader:
        return three_legs(reader, str(month.account_id), END)


def test_the_worked_example_passes_to_the_cent(database_url: str) -> None:
    legs = _legs(database_url)
    figures = legs.figures
    assert figures is not None
    assert (figures.adjusted_bank_minor, figures.book_minor, figures.ledgers_minor) == (FIGURE, FIGURE, FIGURE)
    assert figures.statement_minor == 1_797_709
    assert figures.deposits_in_transit_minor == 150_000
    assert figures.outstanding_disbursements_minor == 231_667
    assert figures.bank_errors_minor == 2_000
    assert figures.positive_ledgers_minor == FIGURE
    assert legs.passes
    assert legs.problems == ()
    assert [item.amount_minor for item in legs.outstanding_disbursements] == [-216_667, -15_000]
    assert [item.cheque_number for item in legs.outstanding_disbursements] == [1053, 1054]
    assert [item.age_days for item in legs.outstanding_disbursements] == [12, 1]
    assert sorted(ledger.balance_minor for ledger in legs.ledgers) == [0, 742, 7_300, 65_000, 565_000, 1_080_000]


def test_f1_a_negative_ledger_masked_by_the_others_fails(database_url: str) -> None:
    legs = _legs(database_url, court_fee_from="C")
    figures = legs.figures
    assert figures is not None
    assert (figures.adjusted_bank_minor, figures.book_minor, figures.ledgers_minor) == (FIGURE, FIGURE, FIGURE)
    assert figures.positive_ledgers_minor == 1_733_042
    assert figures.negative_ledgers == 1
    assert not legs.passes


def test_f2_a_charge_that_was_not_recorded_fails_by_its_amount(database_url: str) -> None:
    legs = _legs(database_url, without=frozenset({14}))
    figures = legs.figures
    assert figures is not None
    assert figures.adjusted_bank_minor == FIGURE
    assert figures.book_minor == figures.ledgers_minor == 1_719_542
    assert figures.adjusted_bank_minor - figures.book_minor == -1_500
    assert [line.amount_minor for line in legs.unexplained_lines] == [-1_500]
    assert not legs.passes


def test_f3_an_amount_keyed_too_high_agrees_in_all_three_legs(database_url: str) -> None:
    """As the reference has it, 9 cents too much; they overdraw C, which alone gives it away (and T1 would refuse it)."""
    legs = _legs(database_url, lienholder_minor=216_676)
    figures = legs.figures
    assert figures is not None
    assert figures.adjusted_bank_minor == figures.book_minor == figures.ledgers_minor == 1_718_033
    assert figures.outstanding_disbursements_minor == 231_676
    assert legs.problems == ("positive ledgers total 17,180.42, all ledgers 17,180.33: 1 ledger(s) below zero",)


def test_f3_an_amount_keyed_too_low_passes_until_its_cheque_clears(database_url: str) -> None:
    """The limit of the method: only matching finds it."""
    with lived(database_url, lienholder_minor=216_658) as (database, month):
        october = date(2026, 10, 2)
        month.import_statement(date(2026, 10, 1), october, 1_797_709, [(8, date(2026, 10, 1), -216_667, "1053")])
        with folded(database) as reader:
            assert three_legs(reader, str(month.account_id), END).passes
            later = three_legs(reader, str(month.account_id), october)
    assert not later.passes, "the line agrees with no entry"
    assert [line.amount_minor for line in later.unexplained_lines] == [-216_667]


def test_f4_a_posting_that_no_ledger_knows_parts_book_from_ledgers(database_url: str) -> None:
    with lived(database_url) as (database, month):
        fold(database)
        with superuser_of(database) as anyone:
            for n, (account, amount) in enumerate(((Account.TRUST_BANK, 5_000), (Account.CLIENT_TRUST_LIABILITY, -5_000))):
                anyone.execute(
                    f"INSERT INTO {SCHEMA}.postings VALUES (1, {90 + n}, 'trust', %s, %s, NULL, %s, '2026-09-20', now(), "
                    "gen_random_uuid(), gen_random_uuid())",
                    (account.value, month.account_id, amount),
                )
        with folded(database) as reader:
            legs = three_legs(reader, str(month.account_id), END)
    assert legs.figures is not None
    assert legs.figures.book_minor == FIGURE + 5_000
    assert legs.figures.ledgers_minor == legs.figures.adjusted_bank_minor == FIGURE
    assert not legs.passes


def test_a_day_without_a_statement_never_passes(database_url: str) -> None:
    with lived(database_url) as (database, month), folded(database) as reader:
        legs = three_legs(reader, str(month.account_id), END - timedelta(days=1))
        assert legs.figures is None
        assert not legs.passes
        assert "no bank statement ends on 2026-09-29" in legs.problems[0]
        with pytest.raises(NotFound):
            three_legs(reader, "00000000-0000-0000-0000-000000000001")


def test_a_statement_that_closes_at_zero_is_compared_not_left_out(database_url: str) -> None:
    with lived(database_url) as (database, month):
        month.import_statement(date(2026, 10, 1), date(2026, 10, 31), 1_797_709, [(90, date(2026, 10, 2), -1_797_709, None)])
        with folded(database) as reader:
            legs = three_legs(reader, str(month.account_id))
    assert legs.period_end == date(2026, 10, 31)
    assert legs.figures is not None
    assert legs.figures.statement_minor == 0
    assert len(legs.unexplained_lines) == 1
    assert not legs.passes


def test_a_line_of_nothing_needs_no_explanation_and_is_listed(database_url: str) -> None:
    with lived(database_url) as (database, month):
        month.import_statement(date(2026, 10, 1), date(2026, 10, 31), 1_797_709, [(90, date(2026, 10, 2), 0, None)])
        with folded(database) as reader:
            legs = three_legs(reader, str(month.account_id))
    assert legs.unexplained_lines == ()
    assert [(line.amount_minor, line.explained) for line in legs.explained_lines] == [(0, "moves no money")]


def test_without_matches_everything_is_outstanding_and_every_line_unexplained(database_url: str) -> None:
    legs = _legs(database_url, matched=False)
    assert len(legs.unexplained_lines) == 12
    assert len(legs.outstanding_disbursements) == 10
    assert not legs.passes


def test_an_item_outstanding_too_long_needs_a_note(database_url: str) -> None:
    with lived(database_url) as (database, month):
        month.receive(80, "A", 100, date(2026, 7, 2))  # 90 days before the end: still without need of a note
        month.receive(81, "A", 100, date(2026, 7, 1))
        with folded(database) as reader:
            legs = three_legs(reader, str(month.account_id), END)
            noted = three_legs(
                reader, str(month.account_id), END, notes={str(month.entries[81]): "Asked the bank on 30 September"}
            )
    assert [item.entry_id for item in legs.stale_without_note] == [str(month.entries[81])]
    assert legs.problems == ("1 item(s) are outstanding too long without a note",)
    assert noted.passes


def test_a_note_on_record_counts_from_its_position_on_whenever_it_was_written(database_url: str) -> None:
    with lived(database_url) as (database, month):
        month.receive(81, "A", 100, date(2026, 7, 1))
        before = month.books.log.size()
        noted = OutstandingItemNoted(
            trust_account_id=month.account_id,
            ledger_id=month.ledgers["A"],
            entry_id=month.entries[81],
            note="asked the bank",
        )
        month.books.append((outstanding_item.KIND.stream_id(month.entries[81]), noted))
        with folded(database) as reader:
            legs = three_legs(reader, str(month.account_id), END)
            unnoted = three_legs(reader, str(month.account_id), END, known_at=before)
    assert legs.passes
    assert [item.entry_id for item in unnoted.stale_without_note] == [str(month.entries[81])]


def test_what_the_bank_shows_in_october_is_outstanding_in_september(database_url: str) -> None:
    with lived(database_url) as (database, month):
        before = month.books.log.size()
        october = date(2026, 10, 31)
        month.import_statement(
            date(2026, 10, 1),
            october,
            1_797_709,
            [(13, date(2026, 10, 1), 150_000, None), (8, date(2026, 9, 30), -216_667, "1053")],
        )
        month.match(13, 150_000)
        month.match(8, -216_667)
        with folded(database) as reader:
            september = three_legs(reader, str(month.account_id), END)
            then = three_legs(reader, str(month.account_id), END, known_at=before)
            later = three_legs(reader, str(month.account_id), october)
    assert september.passes, "a line that October's statement brings is October's, whatever its day"
    assert september.figures == then.figures
    assert september.outstanding_disbursements == then.outstanding_disbursements
    assert [item.cheque_number for item in later.outstanding_disbursements] == [1054]
    assert later.passes


def test_a_cheque_voided_in_october_was_outstanding_in_september(database_url: str) -> None:
    with lived(database_url) as (database, month):
        month.books.reverse(month.ledgers["D"], month.entries[12], 15_000, "increase", date(2026, 10, 2))
        month.import_statement(date(2026, 10, 1), date(2026, 10, 3), 1_797_709, [])
        with folded(database) as reader:
            september = three_legs(reader, str(month.account_id), END)
            october = three_legs(reader, str(month.account_id), date(2026, 10, 3))
    assert september.passes
    assert 1054 in [item.cheque_number for item in september.outstanding_disbursements]
    assert 1054 not in [item.cheque_number for item in october.outstanding_disbursements]
    assert october.passes


def test_legs_as_known_at_an_earlier_position_do_not_see_later_facts(database_url: str) -> None:
    with lived(database_url) as (database, month):
        before = month.books.log.size()
        month.receive(70, "A", 999, day(30))
        with folded(database) as reader:
            then = three_legs(reader, str(month.account_id), END, known_at=before)
            now = three_legs(reader, str(month.account_id), END)
    assert then.figures is not None
    assert then.figures.book_minor == FIGURE
    assert now.figures is not None
    assert now.figures.book_minor == now.figures.ledgers_minor == now.figures.adjusted_bank_minor == FIGURE + 999


@pytest.mark.parametrize(("days", "stale"), [(12, 0), (11, 1)])
def test_the_firm_may_ask_for_a_note_sooner(database_url: str, days: int, stale: int) -> None:
    """Cheque 1053 is 12 days old at the end of September."""
    with lived(database_url) as (database, month):
        established = firm.FirmEstablished(
            firm_id=month.books.id(),
            name="Demo",
            jurisdiction="us-nc",
            pack_version=1,
            base_currency="USD",
            time_zone="America/New_York",
            fiscal_year_start_month=1,
            matter_number_pattern="{seq}",
        )
        tightened = firm.FirmPolicyTightened(setting="outstanding_note_after_days", before=90, after=days, why=None)
        month.books.append((firm.STREAM, established), (firm.STREAM, tightened))
        with folded(database) as reader:
            legs = three_legs(reader, str(month.account_id), END)
    assert legs.note_after_days == days
    assert len(legs.stale_without_note) == stale


def test_legs_are_not_taken_where_the_read_models_have_not_come(database_url: str) -> None:
    with lived(database_url) as (database, month):
        size = month.books.log.size()
        with folded(database) as reader:
            assert three_legs(reader, str(month.account_id), END, known_at=size).passes
            with pytest.raises(BadRequest):
                three_legs(reader, str(month.account_id), END, known_at=size + 1)


def test_legs_are_taken_between_commands_never_within_one(database_url: str) -> None:
    """The projector's page may end between the two halves of a transfer."""
    with lived(database_url) as (database, month):
        size = month.books.log.size()
        first, second = (month.books.received(amount, day(29)) for amount in (100, 200))
        month.books.append((month.ledgers["A"], first), (month.ledgers["B"], second))
        fold(database, stop=size + 1)
        with database.readers.connection() as connection:
            reader = Reader(connection, SCHEMA, TODAY)
            assert reader.reached() == size + 1
            assert reader.position() == size
            legs = three_legs(reader, str(month.account_id), END)
    assert legs.figures is not None
    assert legs.figures.book_minor == FIGURE
