"""One server for the tests of a module, where they do not need one of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from commands.event_log.migrations import migrate
from tests.api.card_desk import CardDesk
from tests.api.http_firm import Books, Firm, founded, http_server
from tests.api.stripe_stand_in import stripe_stand_in
from tests.databases import Databases


@contextmanager
def taking_cards(books: Books) -> Iterator[CardDesk]:
    """A firm, of the name ashby, that takes cards."""
    with stripe_stand_in() as stripe, pytest.MonkeyPatch.context() as environment:
        operating, trust = stripe.open("operating"), stripe.open("trust")
        environment.setenv("MUNIMENT_STRIPE_API_BASE", stripe.base)
        for account, name in ((operating, "OPERATING"), (trust, "TRUST")):
            environment.setenv(f"MUNIMENT_STRIPE_ASHBY_{name}_KEY", account.key)
            environment.setenv(f"MUNIMENT_STRIPE_ASHBY_{name}_WEBHOOK_SECRET", f"whsec_older,{account.secret}")
        found = CardDesk(books, stripe, operating, trust)
        found.connect()
        yield found


@pytest.fixture(scope="module")
def firms(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Firm, Firm]]:
    """Two firms on one server."""
    directory: Path = tmp_path_factory.mktemp("places")
    with (
        databases.fresh(databases.template("migrated", migrate)) as url,
        http_server(url, directory) as (application, base),
        founded(application, "ashby", base, 1, directory) as ashby,
        founded(application, "other", base, 2, directory) as other,
    ):
        yield ashby, other


@pytest.fixture(scope="module")
def books(firms: tuple[Firm, Firm]) -> Books:
    """Books of the first firm, shared by a module's tests: each uses ledgers of its own where amounts matter."""
    return Books(firms[0])


@pytest.fixture(scope="module")
def desk(books: Books) -> Iterator[CardDesk]:
    """The first firm takes cards, through a stand-in for Stripe on loopback."""
    with taking_cards(books) as found:
        yield found
