"""What customers still owe, credit notes set against it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from domain.money import ZERO
from domain.payables.invoice import InvoiceStatus
from domain.receivables.outgoing_invoice import InvoiceType


@dataclass(frozen=True, slots=True)
class OpenReceivable:
    """An invoice or credit note of which something is left: in its currency, and in EUR."""

    invoice_id: UUID
    type: InvoiceType
    invoice_number: str
    invoice_date: date
    due_date: date | None
    currency: str
    total_gross: Decimal
    status: InvoiceStatus
    remaining_amount: Decimal
    remaining_base: Decimal


@dataclass(frozen=True, slots=True)
class CustomerItems:
    """All that one customer owes, the oldest due date first; sums are in EUR."""

    customer_id: UUID
    customer_name: str
    invoices: tuple[OpenReceivable, ...]

    @property
    def total_open(self) -> Decimal:
        """What is left of invoices."""
        return self._left_of(InvoiceType.INVOICE)

    @property
    def credit_note_total(self) -> Decimal:
        """What is left of credit notes: neither set off nor paid out."""
        return self._left_of(InvoiceType.CREDIT_NOTE)

    @property
    def net_open(self) -> Decimal:
        """What is owed when credit notes are set off; below zero by us."""
        return self.total_open - self.credit_note_total

    def _left_of(self, type_: InvoiceType) -> Decimal:
        left = (abs(each.remaining_base) for each in self.invoices if each.type is type_)
        return sum(left, ZERO)


def by_customer(
    found: Iterable[tuple[UUID, str, OpenReceivable]],
) -> tuple[CustomerItems, ...]:
    """Group open invoices by customer, customers by name, invoices by due date."""
    ordered = sorted(found, key=_order)
    return tuple(
        CustomerItems(customer_id, name, tuple(item for _, _, item in group))
        for (customer_id, name), group in groupby(ordered, key=lambda one: (one[0], one[1]))
    )


def _order(one: tuple[UUID, str, OpenReceivable]) -> tuple[str, UUID, date, date, str]:
    customer_id, name, item = one
    return (
        name.casefold(),
        customer_id,
        item.due_date or date.max,
        item.invoice_date,
        item.invoice_number,
    )
