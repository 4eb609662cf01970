"""What is still owed, and how it is grouped by partner."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from domain.money import ZERO
from domain.payables.invoice import InvoiceStatus


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """One unpaid invoice: what remains is in its currency, and in EUR."""

    invoice_id: UUID
    invoice_number: str
    invoice_date: date
    due_date: date | None
    currency: str
    total_gross: Decimal
    status: InvoiceStatus
    remaining_amount: Decimal
    remaining_base: Decimal


@dataclass(frozen=True, slots=True)
class PartnerItems:
    """All that one partner is owed."""

    partner_id: UUID
    partner_name: str
    invoices: tuple[OpenInvoice, ...]

    @property
    def total_open(self) -> Decimal:
        """Sum of what remains, in EUR."""
        return sum((invoice.remaining_base for invoice in self.invoices), ZERO)


def by_partner(found: Iterable[tuple[UUID, str, OpenInvoice]]) -> tuple[PartnerItems, ...]:
    """Group open invoices by partner, partners by name, invoices by due date."""
    ordered = sorted(
        found,
        key=lambda one: (
            one[1].casefold(),
            one[0],
            one[2].due_date or date.max,
            one[2].invoice_date,
        ),
    )
    return tuple(
        PartnerItems(partner_id, name, tuple(invoice for _, _, invoice in group))
        for (partner_id, name), group in groupby(ordered, key=lambda one: (one[0], one[1]))
    )
