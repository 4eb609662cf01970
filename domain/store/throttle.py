"""Counts attempts on a mail address, known or not; tenants play no part in it."""

from dataclasses import dataclass

from sqlalchemy import Engine, text

from domain.errors import Throttled

_BEGIN = text("SELECT * FROM begin_login(:address, :ceiling, CAST(:span AS interval))")
_SUCCEEDED = text("SELECT login_succeeded(:attempt)")
_CEILING = 10
_SPAN = "15 minutes"


class RateLimited(Throttled):
    """Too many failed attempts on this address."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("Too many attempts; try again later.", retry_after=retry_after)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt; it counts as failed until it is said to have succeeded."""

    id: int


def begin(bind: Engine, address: str) -> Attempt:
    """Count an attempt, or refuse it after ten failures within 15 minutes (RATE_LIMITED)."""
    asked = {"address": address, "ceiling": _CEILING, "span": _SPAN}
    with bind.begin() as connection:
        row = connection.execute(_BEGIN, asked).one()
    if row.attempt is None:
        raise RateLimited(row.retry_after)
    return Attempt(row.attempt)


def succeeded(bind: Engine, attempt: Attempt) -> None:
    """Take an attempt out of the count."""
    with bind.begin() as connection:
        connection.execute(_SUCCEEDED, {"attempt": attempt.id})
