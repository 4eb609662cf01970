"""Tells a database that is away for a moment from a statement that is wrong."""

import psycopg
from psycopg_pool import PoolTimeout as AsyncPoolTimeout
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from domain.errors import Unavailable

_ALWAYS = (PoolTimeout, AsyncPoolTimeout, InterfaceError, psycopg.InterfaceError)
_WITHOUT_STATE = (OperationalError, psycopg.OperationalError)
# away, out of time, serialisation, resources, locks, shutdown, a chart that changed meanwhile
_PASSING = ("08", "25P04", "40", "53", "55P03", "57", "BF003")
_CUT = ("08", "40", "57P")


class DatabaseUnavailable(Unavailable):
    """The database is away, or too busy to answer in time."""

    code = "SERVICE_UNAVAILABLE"

    def __init__(self) -> None:
        super().__init__("The service is away for a moment; try again.", retry_after=2)


def is_away(error: Exception) -> bool:
    """Whether the same statement may work in a moment."""
    if isinstance(error, _ALWAYS):
        return True
    state = state_of(error)
    return state.startswith(_PASSING) if state else isinstance(error, _WITHOUT_STATE)


def is_cut(error: Exception) -> bool:
    """Whether the connection was lost, or the work given up for another's: worth trying at once."""
    if isinstance(error, (PoolTimeout, AsyncPoolTimeout)):
        return False
    state = state_of(error)
    return state.startswith(_CUT) if state else is_away(error)


def state_of(error: Exception) -> str:
    """SQLSTATE of an error, the driver's or one around it; empty when there is none."""
    return getattr(getattr(error, "orig", error), "sqlstate", None) or ""
