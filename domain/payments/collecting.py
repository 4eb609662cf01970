"""What may be collected when: lead times, pre-notification, and what is owed."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from domain.errors import Conflict, Invalid, InvalidInput
from domain.money import BASE_CURRENCY, ZERO
from domain.payments.business_day import business_day_before, check_business_day
from domain.payments.mandate import Mandate, Scheme

MOST_DEBITS = 10_000
LATEST_DAYS = 14
"""How far ahead banks take a collection."""

RETURNED_WITHIN = timedelta(days=10)
"""How long a bank may send a collection back, weekends included: five business days."""


class CreditorIdMissing(Invalid):
    """Nobody collects without the identifier that the central bank gives."""

    def __init__(self) -> None:
        super().__init__("The company has no creditor identifier; set it with its master data.")


class NotCollectable(Invalid):
    """An outgoing invoice is not booked, paid, no invoice, in another currency or collected."""

    def __init__(self, invoice_id: UUID, reason: str) -> None:
        super().__init__(
            f"An invoice cannot be collected: {reason.replace('_', ' ')}.",
            invoice_id=invoice_id,
            reason=reason,
        )


class InvoiceBeingCollected(Conflict):
    """An invoice is collected already, and the bank may still send it back."""

    def __init__(self, invoice_ids: list[UUID]) -> None:
        super().__init__(
            "An invoice is being collected already.",
            invoice_ids=[str(each) for each in invoice_ids],
        )


class NoticeTooShort(Invalid):
    """The customer must know amount and day in time before the collection."""

    def __init__(self, invoice_id: UUID, earliest: date) -> None:
        super().__init__(
            f"The customer was told too late; it can be collected from {earliest} on.",
            invoice_id=invoice_id,
            earliest=earliest.isoformat(),
        )


@dataclass(frozen=True, slots=True)
class Collectable:
    """An outgoing invoice as it is now, and the mandate of its customer."""

    invoice_id: UUID
    invoice_number: str
    is_invoice: bool
    is_linked: bool
    currency: str
    remaining_amount: Decimal
    mandate: Mandate | None

    def mandate_for(self, scheme: Scheme, day: date) -> Mandate:
        """The mandate that collects it on a day.

        Raises NOT_COLLECTABLE or MANDATE_NOT_USABLE.
        """
        if reason := self._reason(scheme):
            raise NotCollectable(self.invoice_id, reason)
        mandate = self.mandate
        if mandate is None:  # pragma: no cover - the reason above says so
            raise NotCollectable(self.invoice_id, "no_mandate")
        mandate.check_usable(day)
        return mandate

    def _reason(self, scheme: Scheme) -> str | None:
        if not self.is_invoice:
            return "no_invoice"
        if not self.is_linked:
            return "not_booked"
        if self.currency != BASE_CURRENCY:
            return "currency"
        if self.remaining_amount <= ZERO:
            return "nothing_owed"
        if self.mandate is None:
            return "no_mandate"
        return None if self.mandate.scheme is scheme else "other_scheme"


def check_day(day: date, today: date) -> None:
    """Refuse a day on which no bank settles, that comes too soon, or is too far ahead.

    The file reaches the debtor's bank on the business day before (D-1, core and B2B alike).
    Raises NOT_A_BUSINESS_DAY or INVALID_INPUT.
    """
    check_business_day(day)
    if business_day_before(day) < today:
        raise InvalidInput("/collection_date", "must be a business day after today")
    if day > today + timedelta(days=LATEST_DAYS):
        raise InvalidInput("/collection_date", f"is more than {LATEST_DAYS} days ahead")


def check_notice(invoice_id: UUID, mandate: Mandate, told_on: date, day: date) -> None:
    """Refuse a collection of which the customer was told too late. Raises NOTICE_TOO_SHORT."""
    earliest = told_on + timedelta(days=mandate.notice_days)
    if day < earliest:
        raise NoticeTooShort(invoice_id, earliest)
