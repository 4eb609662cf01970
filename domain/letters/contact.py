"""A message to whoever runs the service, as a person wrote it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.errors import InvalidInput, Throttled

PER_HOUR = 5
HOUR = timedelta(hours=1)
_ADDRESS = re.compile(r"[!-?A-~]+@[!-?A-~]+\.[!-?A-~]+")
_LENGTHS = {"name": 200, "email": 254, "message": 5000}


class TooManyMessages(Throttled):
    """More than five messages in an hour from one caller."""

    code = "RATE_LIMITED"

    def __init__(self, retry_after: int) -> None:
        super().__init__("Too many messages; try again later.", retry_after=retry_after)


@dataclass(frozen=True, slots=True)
class ContactMessage:
    """Who writes, where an answer goes, and what is written.

    >>> ContactMessage(" Eva ", "eva@example.at", "Guten Tag").name
    'Eva'
    """

    name: str
    email: str
    message: str

    def __post_init__(self) -> None:
        """Refuse what is empty or without end, and an address that is none."""
        for field, most in _LENGTHS.items():
            value = getattr(self, field).strip()
            object.__setattr__(self, field, value)
            if not 0 < len(value) <= most:
                raise InvalidInput(f"/{field}", f"needs 1 to {most} characters")
            if "\x00" in value:
                raise InvalidInput(f"/{field}", "holds a sign that no text has")
        if not _ADDRESS.fullmatch(self.email):
            raise InvalidInput("/email", "is no mail address")


def check_rate(sent: list[datetime], now: datetime) -> None:
    """Refuse one more after five within an hour; `sent` are the last ones. Raises RATE_LIMITED."""
    recent = sorted(at for at in sent if at > now - HOUR)
    if len(recent) >= PER_HOUR:
        wait = recent[-PER_HOUR] + HOUR - now
        raise TooManyMessages(max(1, round(wait.total_seconds())))
