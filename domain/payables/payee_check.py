"""Verification of payee: whether a bank knows an account under the name that is paid.

Regulation (EU) 2024/886 has banks compare name and IBAN before each transfer. The answer is of this
name and this account: where one of them changes, it is asked for again.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.errors import InvalidInput

_NAME_LENGTH = 140
_OF_BANK = {"RCVC": "match", "RVMC": "close_match", "RVNM": "no_match", "RVNA": "not_possible"}


class CheckResult(StrEnum):
    """What the bank answered; after NO_MATCH whoever pays all the same bears the loss."""

    MATCH = "match"
    CLOSE_MATCH = "close_match"
    NO_MATCH = "no_match"
    NOT_POSSIBLE = "not_possible"


@dataclass(frozen=True, slots=True)
class PayeeCheck:
    """One answer; `account_name` is who holds the account, where the bank says so."""

    vendor_id: UUID
    name: str
    iban: str
    result: CheckResult
    told_at: datetime
    account_name: str | None = None

    def __post_init__(self) -> None:
        """Refuse a name without end."""
        if len(self.account_name or "") > _NAME_LENGTH:
            raise InvalidInput("/account_name", f"exceeds {_NAME_LENGTH} characters")


def result_of(status: str) -> CheckResult | None:
    """What a status of pain.002 says of a payee; None where it says something else.

    >>> result_of("RVNM"), result_of("ACSC")
    (<CheckResult.NO_MATCH: 'no_match'>, None)
    """
    found = _OF_BANK.get(status)
    return CheckResult(found) if found else None


def is_denied(result: str, told_at: datetime, confirmed_at: datetime | None) -> bool:
    """Whether the bank knows the account under another name, and nobody confirmed it since.

    >>> told = datetime(2026, 3, 2)
    >>> is_denied("no_match", told, None), is_denied("close_match", told, None)
    (True, False)
    """
    is_open = confirmed_at is None or confirmed_at < told_at
    return result == CheckResult.NO_MATCH.value and is_open
