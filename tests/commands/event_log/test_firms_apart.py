"""Two firms in one database: nothing of one ever reaches the other."""

import inspect
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from aggregates import contact
from aggregates.errors import NotFound
from commands.add_contact import AddContact
from commands.event_log.database import Database
from commands.event_log.recorder import Verdict
from commands.open_matter import OpenMatter
from projections.catalogue import PROJECTIONS, TABLES
from projections.engine import Engine
from tests.commands.event_log.writing import decided, received, said
from tests.commands.trust_practice import LIND, Practice

STREAM, ACCOUNT = UUID(int=31), UUID(int=32)


@pytest.fixture
def database(migrated_database_url: str) -> Iterator[Database]:
    with Database(migrated_database_url, pool_size=2) as opened:
        yield opened


def test_streams_keys_counters_and_documents_are_each_firm_s_own(database: Database) -> None:
    one, two = database.create_firm("one", uuid4()), database.create_firm("two", uuid4())
    assert one.append(decided((STREAM, 1, received(ACCOUNT)), key="k")) == (Verdict.APPENDED, 1)
    assert two.append(decided((STREAM, 1, received(ACCOUNT)), key="k", request=b"other")) == (Verdict.APPENDED, 1)
    assert one.append(decided((STREAM, 2, received(ACCOUNT)))) == (Verdict.APPENDED, 2)
    assert (one.account_seq(ACCOUNT), two.account_seq(ACCOUNT)) == (2, 1)
    assert (one.size(), two.size()) == (2, 1)
    one.keep_document(b"of one", media="text/plain", filename="one.txt")
    digest = bytes.fromhex("00" * 32)
    assert two.document(digest) is None
    assert one.raw(1) != two.raw(1)


def test_a_contact_of_one_firm_is_nobody_in_the_other(database: Database) -> None:
    ashby = Practice(database.create_firm("one", uuid4()))
    other = Practice(database.create_firm("two", uuid4()))
    client = UUID(ashby.does(AddContact(name="Only of one"))["contact_id"])
    assert other.log.load(contact.KIND, client).state is None
    with pytest.raises(NotFound):
        other.does(OpenMatter(client_id=client, description="Theirs"), LIND)


def test_read_models_of_one_firm_hold_nothing_of_the_other(database: Database) -> None:
    ashby = Practice(database.create_firm("one", uuid4()))
    database.create_firm("two", uuid4())
    with database.projectors.connection() as connection:
        for slug in ("one", "two"):
            engine = Engine(f"firm_{slug}", PROJECTIONS)
            engine.prepare(connection)
            engine.catch_up(connection)
        of_one = {t: connection.execute(f"SELECT count(*) FROM firm_one.{t}").fetchone() for t in TABLES}
        of_two = {t: connection.execute(f"SELECT count(*) FROM firm_two.{t}").fetchone() for t in TABLES}
    assert ashby.log.size() > 0
    assert any(count != (0,) for count in of_one.values())
    assert all(count == (0,) for count in of_two.values())


def test_a_name_that_is_no_firm_s_opens_nothing(database: Database) -> None:
    database.create_firm("one", uuid4()).append(decided((STREAM, 1, said())))
    for name in ("two", "one_", "public", "muniment"):
        with pytest.raises(NotFound):
            database.firm(name)


def test_no_statement_of_the_log_names_a_schema_by_itself() -> None:
    """What is read and written is always the schema of the firm that was opened; none stands in the code."""
    from commands.event_log import log, recorder  # noqa: PLC0415 -- the modules are what is looked at

    for module in (log, recorder):
        assert "firm_" not in inspect.getsource(module)
