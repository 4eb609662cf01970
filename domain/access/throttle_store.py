"""Counts attempts by where they come from, on addresses known or not; tenants play no part.

A network has some attempts free on each account and some on all of them together; then it waits, a
second that doubles up to a minute. Nobody else waits for it, and a device on which the person of
the account logged in before does not either: no stranger can close a door.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, Engine, text

from domain.access.origin import Origin
from domain.errors import Throttled

_BEGIN = text(
    "SELECT * FROM begin_login(:account, :network, :device, :of_account, :of_place, :longest)"
)
_SUCCEEDED = text("SELECT login_succeeded(:attempt)")
FREE_OF_ACCOUNT = 5
"""Failures of a place on one account within an hour before it waits."""
FREE_OF_PLACE = 20
"""Failures of a place on all accounts within an hour before it waits."""
LONGEST_WAIT = 60
"""Seconds: enough that guessing leads nowhere, and no lock."""


class RateLimited(Throttled):
    """Too many failed attempts from here; the wait grows with each."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("Too many attempts; try again later.", retry_after=retry_after)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt; it counts as failed until it is said to have succeeded."""

    id: int


def begin(bind: Engine, account: str, origin: Origin) -> Attempt:
    """Count an attempt, or refuse it while its place has to wait (RATE_LIMITED)."""
    with bind.begin() as connection:
        return begin_in(connection, account, origin)


def begin_in(connection: Connection, account: str, origin: Origin) -> Attempt:
    """Count an attempt in a transaction that does more. Raises RateLimited."""
    asked = {
        "account": account,
        "network": origin.network,
        "device": origin.device_hash,
        "of_account": FREE_OF_ACCOUNT,
        "of_place": FREE_OF_PLACE,
        "longest": LONGEST_WAIT,
    }
    row = connection.execute(_BEGIN, asked).one()
    if row.attempt is None:
        raise RateLimited(row.retry_after)
    return Attempt(row.attempt)


def succeeded(bind: Engine, attempt: Attempt) -> None:
    """Take an attempt out of the count."""
    with bind.begin() as connection:
        connection.execute(_SUCCEEDED, {"attempt": attempt.id})
