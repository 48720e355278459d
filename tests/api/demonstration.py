"""The demonstration firm in a database of one's own, copied from a template that is told once a run."""

from collections.abc import Iterator
from contextlib import contextmanager

from api.application import Application
from api.demo.story import tell
from commands.event_log.database import Database
from tests.databases import Databases


def load(url: str) -> None:
    """Tell the whole story in an empty database."""
    with Database(url, pool_size=2) as database:
        database.migrate()
        application = Application(database)
        tell(application)
        application.project("demo")


@contextmanager
def demonstration(databases: Databases) -> Iterator[str]:
    """The URL of a database that holds the demonstration firm."""
    with databases.fresh(databases.template("demonstration", load)) as url:
        yield url
