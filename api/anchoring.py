"""Signs the heads of all firms' logs now and then, so that no stretch of a log stays unsigned for long."""

import logging
import threading
from typing import Self

import psycopg

from api.application import Application
from api.places import Places
from api.proof import checkpoint
from replay.checkpoints import Inconsistent
from replay.signed_note import NoteRefused

EVERY_S = 60.0
_log = logging.getLogger(__name__)


class Anchoring:
    """Signs in a thread of its own, every minute, each log that has grown; use as a context manager.

    A log that does not grow out of what was signed is not signed; `trouble` says so, by firm, until it does.
    """

    def __init__(self, application: Application, places: Places, *, every_s: float = EVERY_S) -> None:
        self.trouble: dict[str, str] = {}
        self._application = application
        self._places = places
        self._every_s = every_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="muniment-anchoring", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def sign_all(self) -> None:
        """Sign every firm's head now."""
        try:
            slugs = self._application.database.firms()
        except psycopg.Error as error:
            _log.warning("no log could be signed: %s", error)
            return
        for slug in slugs:
            try:
                if self._application.log(slug).size():
                    checkpoint(self._application, self._places, slug)
            except (Inconsistent, NoteRefused, OSError, psycopg.Error) as error:
                if self.trouble.get(slug) != str(error):
                    _log.warning("the log of %s was not signed: %s", slug, error)
                self.trouble[slug] = str(error)
            else:
                self.trouble.pop(slug, None)

    def _run(self) -> None:
        while not self._stop.wait(self._every_s):
            self.sign_all()
