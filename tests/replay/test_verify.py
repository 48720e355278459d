"""A clean firm verifies, whole and by trust account, also while it is at work; and what a report says of itself."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import orjson
import pytest

from aggregates.trust_rules import NotBilled
from commands.dispute_bill import DisputeBill
from commands.event_log.database import Database
from commands.give_back_fees import GiveBackFees
from commands.merge_contacts import MergeContacts
from commands.record_billing_reference import RecordBillingReference
from commands.resolve_dispute import ResolveDispute
from commands.transfer_between_ledgers import TransferBetweenLedgers
from projections.catalogue import PROJECTIONS
from projections.engine import Engine
from replay.findings import Check, VerifyReport
from replay.signed_note import NoteRefused, Signer
from replay.verify import verify
from tests.projections.read_models import choking
from tests.replay.books import Books, opened, superuser
from tests.replay.practice import PARTNER, SCHEMA, Practice, practice


def test_a_clean_firm_verifies(database_url: str, tmp_path: Path) -> None:
    with practice(database_url, tmp_path) as firm:
        account_id, _ = firm.live()
        firm.project()
        signed = firm.sign()
        seen: list[tuple[int, int]] = []
        report = verify(
            database_url, "demo", PROJECTIONS, checkpoint_file=firm.file, vkey=[firm.signer.verifier.vkey],
            progress=lambda done, total: seen.append((done, total)),
        )  # fmt: skip
        assert report.ok, report.as_dict()
        assert report.first_fault is None
        assert (report.size, report.root) == (signed.checkpoint.size, signed.checkpoint.root.hex())
        assert report.projected_to == report.size
        assert seen == [(report.size, report.size)] * 2
        counted = {check.name: check.counted for check in report.checks}
        assert counted["log"] == counted["tree"] == report.size
        assert all(counted.values()), counted
        assert orjson.loads(orjson.dumps(report.as_dict()))["ok"] is True
        one = firm.verify(account_id)
        assert one.ok, one.as_dict()
        assert {check.name: check.counted for check in one.checks}["account chains"] == counted["account chains"]
        assert firm.verify(account_id).sentence.startswith(f"trust account {account_id} of demo verified")
        with firm.database.readers.connection() as connection:
            left = connection.execute("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, 'verify')").fetchall()
        assert left == []


def test_money_that_moves_between_merged_clients_breaks_no_rule(database_url: str, tmp_path: Path) -> None:
    with practice(database_url, tmp_path) as firm:
        account_id = firm.open_account()
        first, survivor, _ = firm.open_ledger(account_id)
        second, duplicate, matter_id = firm.open_ledger(account_id)
        firm.receive(first, 100_00)
        firm.does(MergeContacts(survivor_id=survivor, duplicate_id=duplicate))
        moved = TransferBetweenLedgers(
            from_ledger_id=first, to_ledger_id=second, amount_minor=80_00, effective_date=firm.today,
            authority="Letter of the client", description="To the other matter",
        )  # fmt: skip
        firm.does(moved, PARTNER)
        bill = RecordBillingReference(
            number="1", client_id=survivor, matter_id=matter_id, amount_minor=50_00, issued_on=firm.today
        )
        firm.pay(second, 50_00, bill=UUID(firm.does(bill)["billing_reference_id"]))
        firm.project()
        report = firm.verify()
        assert report.ok, report.as_dict()
        report = firm.verify(account_id)
        assert report.ok, report.as_dict()


def test_a_dispute_of_what_was_drawn_breaks_no_rule(database_url: str, tmp_path: Path) -> None:
    with practice(database_url, tmp_path) as firm:
        account_id = firm.open_account()
        ledger, client, matter_id = firm.open_ledger(account_id)
        firm.receive(ledger, 100_00)
        bill = RecordBillingReference(
            number="1", client_id=client, matter_id=matter_id, amount_minor=80_00, issued_on=firm.today
        )
        bill_id = UUID(firm.does(bill)["billing_reference_id"])
        firm.pay(ledger, 60_00, bill=bill_id)
        firm.does(DisputeBill(billing_reference_id=bill_id, amount_minor=70_00, why="Hours"))
        firm.does(ResolveDispute(billing_reference_id=bill_id, how="50.00 off", reduce_by_minor=50_00))
        back = GiveBackFees(billing_reference_id=bill_id, amount_minor=30_00, effective_date=firm.today, how="Cheque")
        assert firm.does(back)["owed_back_minor"] == 0
        firm.project()
        report = firm.verify()
        assert report.ok, report.as_dict()


def test_a_bill_that_a_settlement_lowered_is_drawn_to_what_is_left_of_it(database_url: str, tmp_path: Path) -> None:
    with practice(database_url, tmp_path) as firm:
        account_id = firm.open_account()
        ledger, client, matter_id = firm.open_ledger(account_id)
        firm.receive(ledger, 100_00)
        bill = RecordBillingReference(
            number="1", client_id=client, matter_id=matter_id, amount_minor=80_00, issued_on=firm.today
        )
        bill_id = UUID(firm.does(bill)["billing_reference_id"])
        firm.does(DisputeBill(billing_reference_id=bill_id, amount_minor=50_00, why="Hours"))
        firm.does(ResolveDispute(billing_reference_id=bill_id, how="20.00 off", reduce_by_minor=20_00))
        with pytest.raises(NotBilled):
            firm.pay(ledger, 60_01, bill=bill_id)
        firm.pay(ledger, 60_00, bill=bill_id)
        firm.project()
        report = firm.verify()
        assert report.ok, report.as_dict()


def test_read_models_that_lag_behind_are_held_at_their_own_position(database_url: str, tmp_path: Path) -> None:
    with practice(database_url, tmp_path) as firm:
        account_id, ledger_id = firm.live()
        firm.project()
        before = firm.log.size()
        firm.receive(ledger_id, 5_00)
        report = firm.verify()
        assert report.ok, report.as_dict()
        assert (report.size, report.projected_to) == (before + 1, before)
        assert firm.verify(account_id).ok


def test_it_verifies_while_commands_are_carried_out_projected_and_signed(database_url: str, tmp_path: Path) -> None:
    stop = threading.Event()

    def work(firm: Practice, ledger_id: UUID) -> None:
        while not stop.is_set():
            firm.receive(ledger_id, 1_00)
            firm.sign()

    def carry(firm: Practice) -> None:
        engine = Engine(SCHEMA, PROJECTIONS, page=3, holder="live")
        with firm.database.projectors.connection() as connection:
            while not stop.is_set():
                engine.advance(connection)

    with practice(database_url, tmp_path) as firm:
        account_id, ledger_id = firm.live()
        firm.project()
        with firm.database.projectors.connection() as connection:
            Engine(SCHEMA, PROJECTIONS, holder="tests").release(connection)
        size = firm.log.size()
        with ThreadPoolExecutor(2) as pool:
            going_on = [pool.submit(work, firm, ledger_id), pool.submit(carry, firm)]
            try:
                for _ in range(4):
                    for report in (firm.verify(), firm.verify(account_id)):
                        assert report.ok, report.as_dict()
            finally:
                stop.set()
            for one in going_on:
                one.result()
        assert firm.log.size() > size + 4


def test_two_firms_of_one_database_are_verified_apart(database_url: str, tmp_path: Path) -> None:
    with practice(database_url, tmp_path) as firm:
        other = Practice(firm.database, tmp_path, "other")
        for one in (firm, other):
            one.live()
            one.project()
            one.sign()
        with superuser(database_url, "firm_other") as owner:
            owner.execute("UPDATE firm_other.events SET topic = 'x' WHERE position = 9")
        assert firm.verify().ok
        assert other.verify().sentence == "position 9: the column topic says x, the bytes matter-number/taken"
        with_other_key = verify(database_url, "demo", PROJECTIONS, vkey=other.signer.verifier.vkey)
        assert [check.name for check in with_other_key.checks if not check.ok] == ["signed checkpoints"]


def test_one_account_is_at_fault_and_the_other_is_not(database_url: str, tmp_path: Path) -> None:
    with practice(database_url, tmp_path) as firm:
        sound, _ = firm.live()
        harmed = firm.open_account()
        ledger_id, _, _ = firm.open_ledger(harmed)
        firm.receive(ledger_id, 5_000_00)
        at = firm.log.size()
        firm.project()
        with superuser(database_url) as owner:
            owner.execute(f"UPDATE {SCHEMA}.postings SET amount_minor = 1 WHERE position = %s AND n = 0", (at,))
        assert firm.verify(sound).ok
        report = firm.verify(harmed)
        assert {check.name for check in report.checks if not check.ok} == {"read models", "posting groups"}
        assert report.first_fault is not None
        assert (report.first_fault.position, report.first_fault.table) == (at, "postings")
        with superuser(database_url) as owner:
            owner.execute(f"DELETE FROM {SCHEMA}.events WHERE position = %s", (at,))
        assert firm.verify(sound).ok
        report = firm.verify(harmed)
        assert "trust_account_heads" in {fault.table for check in report.checks for fault in check.faults}
        unknown = firm.verify(UUID(int=5))
        assert unknown.sentence == f"no event of the log touches trust account {UUID(int=5)}"


def test_a_read_model_that_cannot_digest_an_event_is_named_with_it(database_url: str) -> None:
    with opened(database_url) as (database, books):
        _month(database, books)
        report = verify(database, "demo", [*PROJECTIONS, choking(17)])
        fault = next(fault for check in report.checks if check.name == "read models" for fault in check.faults)
        assert (fault.position, fault.table) == (17, "choking")
        assert "ZeroDivisionError" in fault.sentence


def test_books_never_folded_are_not_taken_for_right(database_url: str) -> None:
    with opened(database_url) as (database, books):
        books.live_a_month()
        report = verify(database, "demo", PROJECTIONS)
        models = next(check for check in report.checks if check.name == "read models")
        assert models.fault_count == len(PROJECTIONS)
        assert "was never folded" in models.faults[0].sentence


def test_a_bad_verifier_key_is_refused_before_anything_is_read(database_url: str) -> None:
    with pytest.raises(NoteRefused):
        verify(database_url, "demo", PROJECTIONS, vkey="not a key")


def test_an_old_key_counts_as_long_as_it_is_named(database_url: str, tmp_path: Path) -> None:
    with practice(database_url, tmp_path) as firm:
        firm.live()
        firm.project()
        firm.sign()
        old = firm.signer.verifier.vkey
        firm.signer = Signer.at(tmp_path / "new.key", "muniment/demo")
        firm.open_account()
        firm.project()
        firm.sign()
        assert not firm.verify().ok
        both = [old, firm.signer.verifier.vkey]
        assert verify(firm.database, "demo", PROJECTIONS, checkpoint_file=firm.file, vkey=both).ok


def _month(database: Database, books: Books) -> None:
    books.live_a_month()
    with database.projectors.connection() as connection:
        engine = Engine(SCHEMA, [*PROJECTIONS, choking(17)], holder="tests")
        engine.prepare(connection)
        engine.catch_up(connection)


def test_a_report_keeps_the_first_faults_and_counts_all() -> None:
    check = Check("log", "events")
    for position in range(30, 0, -1):
        check.fault("altered", position=position, table="events")
    whole = Check("tree", "leaves")
    whole.fault("the tree is another")
    report = VerifyReport("demo", None, 30, "", None, 0.0, (whole, check))
    assert (check.fault_count, len(check.faults)) == (30, 20)
    assert report.sentence == "position 11: altered"
    check.faults.clear()
    assert report.sentence == "the tree is another"
