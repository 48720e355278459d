"""Receivables by payer: of a bill that several pay, each one's open share; any other bill is its client's."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from commands.add_contact import AddContact
from commands.agree_split_payers import AgreeSplitPayers, Payer
from commands.credit_bill import CreditBill
from commands.receive_payment import Allocation, ReceivePayment
from projections.reports import receivables
from tests.commands.billing_practice import HOUR, BillingPractice
from tests.commands.trust_practice import ASHBY, day, practising
from tests.projections.figure_checks import opens_to
from tests.projections.test_figures_by_example import billed
from tests.projections.test_key_figures import reading


@pytest.fixture
def firm(migrated_database_url: str) -> Iterator[BillingPractice]:
    with practising(migrated_database_url) as practice:
        yield BillingPractice(practice)


def test_each_payer_owes_their_open_share(firm: BillingPractice, migrated_database_url: str) -> None:
    does, client = firm.practice.does, firm.practice.clients["A"]
    alone = billed(firm, firm.approved())
    insurer = UUID(does(AddContact(name="Northern Mutual"))["contact_id"])
    payers = (Payer(payer_id=client, percent="40"), Payer(payer_id=insurer, percent="60"))
    does(AgreeSplitPayers(matter_id=firm.practice.matters["A"], payers=payers, authority="Coverage letter"), ASHBY)
    bill_id = billed(firm, firm.approved(seconds=4 * HOUR))
    firm.practice.today = day(20)
    paid = ReceivePayment(
        client_id=insurer, amount_minor=150_00, effective_date=day(20), method="wire", payer="Northern Mutual",
        allocations=(Allocation(bill_id=bill_id, amount_minor=150_00),),
    )  # fmt: skip
    does(paid)
    does(CreditBill(bill_id=bill_id, effective_date=day(20), amount_minor=85_00, why="goodwill"), ASHBY)
    with reading(migrated_database_url, firm.practice) as reader:
        now = receivables.report(reader, by="payer", as_of=day(20))
        before = receivables.report(reader, by="payer", as_of=day(19))
        of_insurer = receivables.report(reader, as_of=day(20), payer_id=str(insurer))
        assert all(opens_to(reader, row["opens"], row["open_minor"]) for row in (*now.records(), *of_insurer.records()))
        assert receivables.report(reader, by="client", as_of=day(20)).totals == now.totals == {"open": 1_015_00}
    assert {row["id"]: (row["name"], row["open_minor"], row["bills"]) for row in before.records()} == {
        str(client): ("Adeline Archer", 250_00 + 400_00, 2),
        str(insurer): ("Northern Mutual", 600_00, 1),
    }
    left = {row["id"]: row["open_minor"] for row in now.records()}
    assert left == {str(client): 250_00 + 400_00 - 40_00, str(insurer): 450_00 - 45_00}, "85.00 in proportion to 400 and 450"
    (row,) = of_insurer.records()
    assert (row["id"], row["open_minor"], row["fee_minor"]) == (str(bill_id), 405_00, None)
    assert of_insurer.counts == {"rows": 1, "bills": 1}
    assert alone != bill_id
