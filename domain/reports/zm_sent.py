"""A recapitulative statement (ZM) as it was sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from domain.tax.zm import LineName


@dataclass(frozen=True, slots=True)
class Sent:
    """When and by whom, of which days, the last entry that it knew, and what its lines said."""

    at: datetime
    user_id: UUID | None
    first: date
    last: date
    last_number: int
    lines: Mapping[LineName, Decimal]
