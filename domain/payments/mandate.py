"""SEPA mandates: what a customer signs so that money may be collected (EPC016-06, EPC222-07)."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.errors import Conflict, InvalidInput, NotFound
from domain.iban import is_iban, written
from domain.payments.sepa_area import is_reached, needs_details

NOTICE_DAYS = 14
"""Days before the collection on which the customer is told, unless less was agreed."""

_REFERENCE = re.compile(r"(?!/)(?!.*//)[A-Za-z0-9+?/\-:().,']{1,35}(?<!/)")
_NAME_LENGTH = 70
_LAPSES_AFTER_MONTHS = 36
_CREDITOR_ID = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{3}[A-Z0-9]{1,28}")


class Scheme(StrEnum):
    """Core: refundable for eight weeks. B2B: between companies, not refundable."""

    CORE = "CORE"
    B2B = "B2B"


class Sequence(StrEnum):
    """Which collection of a mandate it is (SeqTp)."""

    FIRST = "FRST"
    RECURRENT = "RCUR"
    ONE_OFF = "OOFF"


class MandateNotFound(NotFound):
    """The mandate is unknown."""

    def __init__(self, mandate_id: UUID) -> None:
        super().__init__("The mandate is unknown.", mandate_id=mandate_id)


class MandateExists(Conflict):
    """The reference names another mandate."""

    def __init__(self, existing_id: UUID) -> None:
        super().__init__("The reference names another mandate.", existing_id=existing_id)


class MandateNotUsable(Conflict):
    """The mandate is revoked, used up, lapsed, or not signed yet."""

    def __init__(self, mandate_id: UUID, reason: str) -> None:
        super().__init__(
            f"The mandate cannot be used: it is {reason.replace('_', ' ')}.",
            mandate_id=mandate_id,
            reason=reason,
        )


@dataclass(frozen=True, slots=True)
class Mandate:
    """What was signed; the holder of the account may be another than the customer."""

    mandate_id: UUID
    customer_id: UUID
    reference: str
    holder: str
    iban: str
    signed_on: date
    scheme: Scheme = Scheme.CORE
    is_recurrent: bool = True
    bic: str | None = None
    notice_days: int = NOTICE_DAYS
    last_used: date | None = None
    is_revoked: bool = False

    def __post_init__(self) -> None:
        """Refuse what no bank takes: a reference out of its set, an account that is not reached."""
        object.__setattr__(self, "iban", written(self.iban))
        object.__setattr__(self, "holder", " ".join(self.holder.split()))
        if not _REFERENCE.fullmatch(self.reference):
            raise InvalidInput("/reference", "needs 1 to 35 signs of the SEPA set")
        if not 0 < len(self.holder) <= _NAME_LENGTH:
            raise InvalidInput("/holder", f"needs 1 to {_NAME_LENGTH} characters")
        if not is_iban(self.iban) or not is_reached(self.iban):
            raise InvalidInput("/iban", "is no IBAN that SEPA direct debits reach")
        if needs_details(self.iban):
            raise InvalidInput(
                "/iban", "lies outside the EEA, from where nothing is collected here"
            )
        if not 1 <= self.notice_days <= NOTICE_DAYS:
            raise InvalidInput("/notice_days", f"must be 1 to {NOTICE_DAYS}")

    def check_usable(self, day: date) -> None:
        """Refuse a collection on a day. Raises MANDATE_NOT_USABLE."""
        if self.is_revoked:
            raise MandateNotUsable(self.mandate_id, "revoked")
        if self.signed_on > day:
            raise MandateNotUsable(self.mandate_id, "not_signed_yet")
        if not self.is_recurrent and self.last_used is not None:
            raise MandateNotUsable(self.mandate_id, "used_up")
        if months_between(self.last_used or self.signed_on, day) >= _LAPSES_AFTER_MONTHS:
            raise MandateNotUsable(self.mandate_id, "lapsed")

    @property
    def sequence(self) -> Sequence:
        """Which collection the next one is."""
        if not self.is_recurrent:
            return Sequence.ONE_OFF
        return Sequence.FIRST if self.last_used is None else Sequence.RECURRENT


def months_between(first: date, last: date) -> int:
    """Whole months from one day to another.

    >>> months_between(date(2023, 3, 10), date(2026, 3, 9))
    35
    """
    months = (last.year - first.year) * 12 + last.month - first.month
    return months - (last.day < first.day)


def is_creditor_id(value: str) -> bool:
    """Whether a creditor identifier has right check digits (EPC262-08); the business code is free.

    >>> is_creditor_id("DE98ZZZ09999999999"), is_creditor_id("DE97ZZZ09999999999")
    (True, False)
    """
    if not _CREDITOR_ID.fullmatch(value):
        return False
    digits = "".join(str(int(sign, 36)) for sign in value[7:] + value[:4])
    return int(digits) % 97 == 1
