"""Client bills of every arrangement verify, and what each matter's reports say of them sums to the bills, to the cent."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from aggregates import bill
from aggregates.bill import Bill
from aggregates.bill_events import Taxes
from commands.add_contact import AddContact
from commands.agree_fee_cap import AgreeFeeCap
from commands.agree_flat_fee import AgreeFlatFee
from commands.agree_late_charges import AgreeLateCharges
from commands.agree_split_payers import AgreeSplitPayers, Payer
from commands.approve_client_bill import ApproveClientBill
from commands.charge_interest import ChargeInterest
from commands.credit_bill import CreditBill
from commands.draft_client_bill import DraftClientBill, MatterToBill
from commands.earn_flat_fee import EarnFlatFee
from commands.event_log.database import Database
from commands.finalize_client_bill import FinalizeClientBill
from commands.give_courtesy_discount import GiveCourtesyDiscount
from commands.void_client_bill import VoidClientBill
from commands.write_off_bill import WriteOffBill
from projections.catalogue import PROJECTIONS
from projections.engine import Engine
from projections.reports import matter_profitability, receivables, work_in_progress
from projections.reports.reader import Reader
from replay.verify import verify
from tests.commands.billing_practice import HOUR, BillingPractice
from tests.commands.test_client_bills import issued, paid, parts, whole
from tests.commands.test_costs import entered, filing
from tests.commands.trust_practice import ASHBY, FIRM_NAME, Practice, day

TAXES = Taxes(tax_1_millionths=50_000, tax_2_millionths=99_750, second_on_first=True, per="line")


@pytest.fixture
def database(migrated_database_url: str) -> Iterator[Database]:
    with Database(migrated_database_url, pool_size=2) as opened:
        yield opened


@pytest.fixture
def firm(database: Database) -> BillingPractice:
    """Matter A is hourly with a cost, C capped at 300.00, D flat, and its bills are paid by three."""
    practice = Practice(database.create_firm("demo", UUID(int=1 << 32)))
    for letter in "CD":
        practice.open_ledger(letter, practice.clients["A"])
        practice.clients[letter] = practice.clients["A"]
    return BillingPractice(practice)


def arranged(firm: BillingPractice) -> UUID:
    """The client bill over all three, drafted."""
    practice = firm.practice
    cap = AgreeFeeCap(matter_id=practice.matters["C"], cap_minor=300_00, authority="Letter")
    practice.does(cap, ASHBY)
    flat = AgreeFlatFee(matter_id=practice.matters["D"], stage="Filing", amount_minor=1_000_01, authority="Letter")
    fee_id = UUID(practice.does(flat, ASHBY)["fee_id"])
    practice.does(EarnFlatFee(fee_id=fee_id, evidence="Filed", earned_on=practice.today))
    others = [UUID(practice.does(AddContact(name=name))["contact_id"]) for name in ("Northern Mutual", "Uncle Ned")]
    percents = zip((practice.clients["A"], *others), ("33.3333", "33.3333", "33.3334"), strict=True)
    payers = tuple(Payer(payer_id=key, percent=percent) for key, percent in percents)
    practice.does(AgreeSplitPayers(matter_id=practice.matters["D"], payers=payers, authority="Letter"), ASHBY)
    late = AgreeLateCharges(
        client_id=practice.clients["A"], binds_from=day(1), yearly_percent="12", compounds="monthly", authority="Letter"
    )
    practice.does(late, ASHBY)
    cost = entered(firm, filing(firm))
    matters = (
        MatterToBill(matter_id=practice.matters["A"], entry_ids=(firm.approved("A", 5 * 360), cost)),
        MatterToBill(matter_id=practice.matters["C"], entry_ids=(firm.approved("C", 4 * HOUR),)),
        MatterToBill(matter_id=practice.matters["D"], entry_ids=(fee_id,)),
    )
    drafted = practice.does(DraftClientBill(matters=matters, through=practice.today, taxes=TAXES))
    return UUID(drafted["client_bill_id"])


def test_what_was_lived_through_verifies_and_sums(database: Database, firm: BillingPractice) -> None:
    practice = firm.practice
    practice.receive("C", 1_000_00)
    client_bill_id = arranged(firm)
    first, capped, flat = whole(firm, client_bill_id).bill_ids
    practice.does(GiveCourtesyDiscount(bill_id=first, discount_minor=10_00, note="thanks"))
    practice.does(ApproveClientBill(client_bill_id=client_bill_id), ASHBY)
    practice.does(FinalizeClientBill(client_bill_id=client_bill_id))
    voided = issued(firm, "AD")
    practice.does(VoidClientBill(client_bill_id=voided, effective_date=practice.today, why="twice"), ASHBY)
    reference = _of(firm, capped).check_issued().billing_reference_id
    practice.pay("C", 100_00, payee=FIRM_NAME, billing_reference_id=reference)
    paid(firm, 777_77, (client_bill_id, 777_77))
    practice.today += timedelta(days=100)
    practice.does(ChargeInterest(bill_id=flat))
    practice.does(CreditBill(bill_id=flat, effective_date=practice.today, amount_minor=3_33, why="goodwill"), ASHBY)
    practice.does(WriteOffBill(bill_id=first, effective_date=practice.today, amount_minor=1, why="small"), ASHBY)

    shares = _of(firm, flat).shares
    assert shares is not None
    assert sum(shares.open.values()) == _of(firm, flat).open_minor
    with database.projectors.connection() as connection:
        engine = Engine(practice.log.schema, PROJECTIONS)
        engine.prepare(connection)
        engine.catch_up(connection)
        engine.release(connection)
        reader = Reader(connection, practice.log.schema, practice.today)
        owed = receivables.report(reader, by="matter")
        worked = matter_profitability.report(reader)
        running = work_in_progress.report(reader)
    total = sum(one.open_minor for one in parts(firm, client_bill_id))
    assert owed.totals["open"] == total
    assert len(owed.rows) == len(parts(firm, client_bill_id))
    standing = [_of(firm, one).totals for one in (first, capped, flat)]
    fees = sum(one.fees_minor - one.discount_minor for one in standing)
    assert worked.totals["billed"] == fees - 3_33, "the credit memo fell on a fee"
    assert running.totals["in_progress"] == 750_00, "the work of the void one is in progress again"
    report = verify(database, "demo", PROJECTIONS)
    assert report.ok, report


def _of(firm: BillingPractice, bill_id: UUID) -> Bill:
    state: Bill = firm.practice.log.load(bill.KIND, bill_id).state
    return state
