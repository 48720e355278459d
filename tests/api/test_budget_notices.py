"""A budget's share that was used: a notice on record, once for each share, and an e-mail to the responsible attorney."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from aggregates import matter_budget, outgoing_email
from aggregates.errors import WrongState
from aggregates.matter_budget import BudgetNoticeRaised, MatterBudget
from api.application import Application
from api.outbox.dispatcher import Dispatcher
from commands.amend_matter import AmendMatter
from commands.event_log.database import Database
from commands.set_matter_budget import SetMatterBudget
from projections.reports import budgets, dashboard
from tests.api.post_office import post_office
from tests.commands.billing_practice import HOUR, BillingPractice
from tests.commands.trust_practice import ASHBY, Practice, day, practising

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:aiosmtpd.*")


@dataclass
class Budgeted:
    """Matter A, an hour of which costs 250.00; its partner answers for it."""

    firm: BillingPractice
    practice: Practice
    application: Application

    def turn(self, server: Any = None) -> None:
        """A dispatcher is started and has a turn, and sends what it wrote at the next."""
        dispatcher = Dispatcher(self.application, server)
        for _ in range(2):
            self.application.project("demo")
            dispatcher.turn("demo")
        self.application.project("demo")

    def raised(self) -> list[tuple[str, int, int]]:
        """What, at which share, with how much used."""
        found = [one.event() for one in self.practice.log.read() if one.topic == BudgetNoticeRaised.TOPIC]
        return [(one.of, one.at_percent, one.used) for one in found if isinstance(one, BudgetNoticeRaised)]

    def rows(self) -> list[tuple[Any, ...]]:
        with self.application.reader("demo") as reader:
            found = budgets.report(reader, as_of=self.practice.today).records()
            month = dashboard.report(reader)
        assert month.counts["budget_notices"] == sum(row["raised_on"] is not None for row in found)
        return [(row["of"], row["percent"], row["notice"], row["raised_on"]) for row in found]

    def set(self, **bounds: Any) -> None:
        self.practice.does(SetMatterBudget(matter_id=self.practice.matters["A"], **bounds), ASHBY)


@pytest.fixture
def budgeted(migrated_database_url: str) -> Iterator[Budgeted]:
    with practising(migrated_database_url) as practice, Database(migrated_database_url, pool_size=4) as database:

        def noon() -> datetime:
            return datetime(practice.today.year, practice.today.month, practice.today.day, 12, tzinfo=UTC)

        yield Budgeted(BillingPractice(practice), practice, Application(database, now=noon))


def test_each_share_that_is_reached_is_told_once(budgeted: Budgeted) -> None:
    matter_id, partner = budgeted.practice.matters["A"], str(budgeted.firm.partner)
    budgeted.practice.does(AmendMatter(matter_id=matter_id, field="responsible_attorney_id", value=partner), ASHBY)
    budgeted.set(fees_minor=1_000_00, seconds=10 * HOUR, notices_at_percent=(50, 80, 100))
    budgeted.firm.worked(seconds=2 * HOUR - 360)
    with post_office() as office:
        budgeted.turn(office.server())
        assert (budgeted.raised(), office.received) == ([], []), "475.00 of 1,000.00"
        budgeted.firm.worked(seconds=360)
        budgeted.turn(office.server())
        budgeted.turn(office.server())

        assert budgeted.raised() == [("fees", 50, 500_00)]
        (letter,) = office.received
        assert (letter["To"], letter["Subject"]) == ("oda@example.com", "50 % of the budget used: matter 2026-0001")
        body = letter.get_body()
        assert body is not None
        words = " ".join(body.get_content().split())
        assert "comes to USD 500.00 of fees: 50 % of the budget, USD 1,000.00 of fees." in words
        assert budgeted.rows() == [("fees", 50, 50, day(15)), ("hours", 20, None, None)]
        budgeted.firm.worked(seconds=3 * HOUR)
        budgeted.turn(office.server())
    assert budgeted.raised()[1:] == [("fees", 100, 1_250_00), ("hours", 50, 5 * HOUR)], "80 % was passed on the way"
    assert "comes to 5:00 hours: 50 % of the budget, 10:00 hours." in " ".join(office.received[-1].get_content().split())


def test_a_new_budget_has_its_own_notices(budgeted: Budgeted) -> None:
    matter_id = budgeted.practice.matters["A"]
    budgeted.set(fees_minor=500_00)
    budgeted.firm.worked(seconds=2 * HOUR)
    budgeted.turn()
    budgeted.set(fees_minor=2_000_00)
    budgeted.turn()
    assert budgeted.raised() == [("fees", 100, 500_00)]
    assert budgeted.rows() == [("fees", 25, None, None)]
    known: MatterBudget = budgeted.practice.log.load(matter_budget.KIND, matter_budget.stream_of(matter_id)).state
    with pytest.raises(WrongState, match="no notice is due"):
        known.notice(matter_id, "fees", 1_599_99)
    with pytest.raises(WrongState, match="no budget of hours"):
        known.notice(matter_id, "hours", 36_000)
    budgeted.firm.worked(seconds=5 * HOUR)
    budgeted.turn()
    assert budgeted.raised()[1:] == [("fees", 80, 1_750_00)]
    written = [one for one in budgeted.practice.log.read() if one.topic == outgoing_email.EmailWritten.TOPIC]
    assert written == [], "nobody answers for the matter: the report is the notice"
