"""Tells a database that is away for a moment from a statement that is wrong."""

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from domain.errors import Unavailable

# away, serialisation, resources, locks, shutdown
_PASSING = ("08", "40", "53", "55P03", "57")


class DatabaseUnavailable(Unavailable):
    """The database is away, or too busy to answer in time."""

    code = "SERVICE_UNAVAILABLE"

    def __init__(self) -> None:
        super().__init__("The service is away for a moment; try again.", retry_after=2)


def is_away(error: Exception) -> bool:
    """Whether the same statement may work in a moment."""
    if isinstance(error, PoolTimeout | InterfaceError):
        return True
    state = state_of(error)
    return state.startswith(_PASSING) if state else isinstance(error, OperationalError)


def state_of(error: Exception) -> str:
    """SQLSTATE behind an error; empty when there is none."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) or ""
