"""Attempts are counted from their beginning, so that many at once cannot slip through."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.store import throttle
from tests.servers import Database


def test_of_many_at_once_ten_get_through(database: Database) -> None:
    """The eleventh is refused, however fast it comes."""
    address = f"{uuid4()}@example.at"

    def attempt(_: int) -> bool:
        try:
            throttle.begin(database.engine, address)
        except throttle.RateLimited:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(25))) == 10


def test_an_address_is_one_however_it_is_written(database: Database) -> None:
    """Upper and lower case count together; another address does not count."""
    address = f"{uuid4()}@example.at"
    for _ in range(10):
        throttle.begin(database.engine, address.upper())
    with pytest.raises(throttle.RateLimited):
        throttle.begin(database.engine, address)
    throttle.begin(database.engine, f"other-{address}")


def test_the_count_cannot_be_cleaned(database: Database) -> None:
    """The application's role reaches it through two functions only."""
    with (
        pytest.raises(DBAPIError, match="permission denied"),
        database.engine.begin() as connection,
    ):
        connection.execute(text("DELETE FROM login_attempt"))
