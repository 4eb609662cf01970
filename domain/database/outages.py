"""Tells a database that is away, or not as it has to be, from a statement that is wrong."""

import psycopg
from psycopg_pool import PoolTimeout as AsyncPoolTimeout
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from domain.errors import Unavailable

_ALWAYS = (PoolTimeout, AsyncPoolTimeout, InterfaceError, psycopg.InterfaceError)
_WITHOUT_STATE = (OperationalError, psycopg.OperationalError)
# away, out of time, serialisation, resources, locks, shutdown, a chart that changed meanwhile
_PASSING = ("08", "25P03", "25P04", "40", "53", "55P03", "57", "58", "BF003")
# read-only; a right, a schema, a table, a function or a column that is missing: nobody's input is
# to blame, and once an operator has mended it the same statement works
READ_ONLY = "25006"
_UNFIT = (READ_ONLY, "42501", "3F000", "42P01", "42883", "42703")
_OURS = {"ExecWithCheckOptions", "op_error"}
"""Where PostgreSQL refuses a row of another company and an operator between types that have none:
mistakes of ours, under the states of a missing right and a missing function."""
_CUT = ("08", "40", "57P")


class DatabaseUnavailable(Unavailable):
    """The database is away, or too busy to answer in time."""

    code = "SERVICE_UNAVAILABLE"

    def __init__(self) -> None:
        super().__init__("The service is away for a moment; try again.", retry_after=2)


class DatabaseUnfit(DatabaseUnavailable):
    """The database answers, and does not let the service do its work until an operator mends it.

    It is read-only, rights were taken from the application's role, or its schema is that of another
    release.
    """

    code = "SERVICE_UNAVAILABLE"


def outage_of(error: Exception) -> DatabaseUnavailable | None:
    """What is away, where the same statement may work later; None: it is wrong, or what it says."""
    state = state_of(error)
    if isinstance(error, _ALWAYS) or (not state and isinstance(error, _WITHOUT_STATE)):
        return DatabaseUnavailable()
    if state in _UNFIT and _source_of(error) not in _OURS:
        return DatabaseUnfit()
    return DatabaseUnavailable() if state.startswith(_PASSING) else None


def is_away(error: Exception) -> bool:
    """Whether the same statement may work later."""
    return outage_of(error) is not None


def is_cut(error: Exception) -> bool:
    """Whether the connection was lost, or the work given up for another's: worth trying at once."""
    if isinstance(error, (PoolTimeout, AsyncPoolTimeout)):
        return False
    state = state_of(error)
    return state.startswith(_CUT) if state else is_away(error)


def state_of(error: Exception) -> str:
    """SQLSTATE of an error, the driver's or one around it; empty when there is none."""
    return getattr(getattr(error, "orig", error), "sqlstate", None) or ""


def _source_of(error: Exception) -> str | None:
    """Function of the server that raised an error."""
    diag = getattr(getattr(error, "orig", error), "diag", None)
    return getattr(diag, "source_function", None)
