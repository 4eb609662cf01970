"""A second factor that waits for its first code."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.access.second_factor import (
    TIME_TO_CONFIRM,
    NoSecondFactor,
    SecondFactor,
    SecondFactorOn,
)


def test_a_secret_waits_for_its_first_code_and_not_for_ever() -> None:
    """A quarter of an hour, and never once it counts."""
    began = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    waiting = SecondFactor(UUID(int=1), b"", began, None)
    waiting.check_waiting(began + TIME_TO_CONFIRM)
    with pytest.raises(NoSecondFactor):
        waiting.check_waiting(began + TIME_TO_CONFIRM + timedelta(seconds=1))
    with pytest.raises(SecondFactorOn):
        SecondFactor(UUID(int=1), b"", began, began).check_waiting(began)
