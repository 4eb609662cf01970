"""What a step raises when its database is away, on its way to the process."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from structlog.testing import capture_logs
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput

from domain.database.outages import DatabaseUnavailable, DatabaseUnfit
from domain.database.session import engine
from tests.servers import Database
from worker.outages import Outages


class Step(ActivityInboundInterceptor):
    """A step that asks a database something."""

    def __init__(self, url: str, question: str) -> None:
        self._engine = engine(url, pool_size=1)
        self._question = question

    async def execute_activity(self, input: ExecuteActivityInput) -> None:  # noqa: A002
        """Ask."""
        with self._engine.connect() as connection:
            connection.execute(text(self._question))


async def raised(step: Step) -> None:
    """Run a step as a worker does."""
    asked = ExecuteActivityInput(fn=print, args=[], executor=None, headers={})
    await Outages().intercept_activity(step).execute_activity(asked)


async def test_a_database_that_is_away_is_an_outage() -> None:
    """Nothing listens: the process hears `Unavailable` and waits."""
    with pytest.raises(DatabaseUnavailable):
        await raised(Step("postgresql://someone:secret@127.0.0.1:1/x", "SELECT 1"))


async def test_a_database_that_is_not_as_it_has_to_be_is_one(database: Database) -> None:
    """No document is to blame for a table that is missing, nor for a right."""
    with capture_logs() as lines, pytest.raises(DatabaseUnfit):
        await raised(Step(database.url, "SELECT nothing FROM nowhere"))

    (line,) = lines
    assert (line["log_level"], line["event"], line["state"]) == ("error", "database unfit", "42P01")
    assert any("execute_activity" in place for place in line["way"])


async def test_a_statement_that_is_wrong_is_none(database: Database) -> None:
    """It will not work in a moment either."""
    with pytest.raises(ProgrammingError):
        await raised(Step(database.url, "SELECT FROM WHERE"))
