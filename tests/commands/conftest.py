"""A practice for the tests of trust commands."""

from collections.abc import Iterator

import pytest

from tests.commands.trust_practice import Practice, practising


@pytest.fixture
def practice(migrated_database_url: str) -> Iterator[Practice]:
    """A practice in North Carolina, on the first of September 2026, with nothing in trust yet."""
    with practising(migrated_database_url) as opened:
        yield opened
