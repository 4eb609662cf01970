"""Wire models of periods and their locks."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.schemas.types import BodyOut

_PERIOD = Field(description="YYYY-MM, YYYY-P13 or YYYY-P14", examples=["2026-03"])
_LOCKED_BY = Field(description="Id of the person", examples=["6f1c…"])
_Status = Literal["open", "soft_locked", "locked"]


class PeriodOut(BodyOut):
    """One period of the list."""

    period: str = _PERIOD
    status: _Status
    period_number: int = Field(description="0 for a month, 13 or 14")
    booking_count: int
    locked_by: str | None = None
    locked_at: datetime | None = None


class SoftLockedOut(BodyOut):
    """A period that takes no bookings for now."""

    period: str = _PERIOD
    period_number: int
    status: _Status
    locked_by: str = _LOCKED_BY
    locked_at: datetime


class ReopenedOut(BodyOut):
    """A period that takes bookings again."""

    period: str = _PERIOD
    period_number: int
    status: _Status


class LockRequestOut(BodyOut):
    """A request that waits for a second person."""

    request_id: UUID
    period: str = _PERIOD
    status: Literal["pending"] = "pending"
    created_at: datetime
    expires_at: datetime
    message: str


class LockedOut(BodyOut):
    """A period locked for good, and its seal."""

    period: str = _PERIOD
    period_number: int
    status: _Status = "locked"
    locked_by: str = _LOCKED_BY
    locked_at: datetime
    closing_hash: str = Field(min_length=64, max_length=64, description="SHA-256, hex")
    request_id: UUID
    approved_by: str


class CancelledOut(BodyOut):
    """A request that was withdrawn."""

    ok: Literal[True] = True
    request_id: UUID
    status: Literal["cancelled"] = "cancelled"


class LockStatusOut(BodyOut):
    """Whether a request waits; the other fields are null when none does."""

    has_pending_request: bool
    request_id: UUID | None = None
    requested_by: str | None = None
    created_at: datetime | None = None
    expires_at: datetime | None = None
