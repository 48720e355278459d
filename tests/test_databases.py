"""What a test's database promises: it is the test's own, and a template is prepared once."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.databases import Databases


def tables(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        query = (
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace::regnamespace::text !~ '^(pg_|information)'"
        )
        return {row[0] for row in connection.execute(query)}


def make_table(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE prepared ()")


def names(databases: Databases) -> set[str]:
    with psycopg.connect(databases.server_url) as connection:
        return {row[0] for row in connection.execute("SELECT datname FROM pg_database")}


def test_two_databases_do_not_see_each_other(databases: Databases) -> None:
    with databases.fresh() as one, databases.fresh() as other:
        make_table(one)

        assert tables(one) == {"prepared"}
        assert tables(other) == set()


def test_a_database_is_gone_after_its_test_even_with_a_connection_left_open(databases: Databases) -> None:
    with databases.fresh() as url:
        forgotten = psycopg.connect(url)
        name = forgotten.info.dbname

    assert name not in names(databases)
    forgotten.close()


def test_a_template_is_prepared_once_however_many_ask(databases: Databases) -> None:
    prepared: list[str] = []

    def prepare(url: str) -> None:
        prepared.append(url)
        make_table(url)

    with ThreadPoolExecutor(4) as pool:
        templates = set(pool.map(lambda _: databases.template("asked_by_many", prepare), range(4)))
    (template,) = templates
    with databases.fresh(template) as url:
        copied = tables(url)

    assert len(prepared) == 1
    assert copied == {"prepared"}


def test_a_preparation_that_fails_leaves_no_template(databases: Databases) -> None:
    def fail(url: str) -> None:
        make_table(url)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        databases.template("failed_once", fail)
    template = databases.template("failed_once", lambda _: None)
    with databases.fresh(template) as url:
        assert tables(url) == set()


def test_a_migrated_database_has_firms_and_none_yet(migrated_database_url: str) -> None:
    with psycopg.connect(migrated_database_url) as connection:
        row = connection.execute("SELECT count(*) FROM muniment.firms").fetchone()

    assert row == (0,)
