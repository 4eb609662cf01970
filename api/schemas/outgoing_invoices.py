"""Wire models of outgoing invoices."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.schemas.invoices import (
    Currency,
    InvoiceChangeIn,
    InvoiceLineIn,
    InvoiceLineOut,
    Number,
    StatusName,
)
from api.schemas.types import BodyIn, BodyOut, Day, Money, NonNegativeMoney
from domain.receivables.open_item import CustomerItems, OpenReceivable
from domain.receivables.outgoing_invoice import InvoiceType, OutgoingInvoice
from domain.receivables.outgoing_invoice_views import OutgoingInvoiceView

TypeName = Literal["invoice", "credit_note"]


class OutgoingLineIn(InvoiceLineIn):
    """One line; `tax_rate` is a fraction, `line_total` is gross."""


class OutgoingInvoiceIn(BodyIn):
    """An outgoing invoice or credit note with its lines; amounts of a credit note are positive."""

    customer_id: UUID
    document_id: UUID | None = None
    invoice_number: Number
    invoice_date: Day
    due_date: Day | None = None
    total_net: NonNegativeMoney
    total_tax: NonNegativeMoney
    total_gross: NonNegativeMoney
    currency: Currency = "EUR"
    type: TypeName
    intent_id: UUID | None = Field(
        default=None, description="Must have opened just this receivable; the record is open then"
    )
    notes: str | None = Field(default=None, max_length=2000)
    lines: list[OutgoingLineIn] = Field(min_length=1, max_length=10_000)

    def invoice(self) -> OutgoingInvoice:
        """The invoice as the books keep it."""
        facts = {name: getattr(self, name) for name in type(self).model_fields}
        lines = tuple(line.line() for line in self.lines)
        return OutgoingInvoice(**facts | {"type": InvoiceType(self.type), "lines": lines})


class OutgoingInvoiceChangeIn(InvoiceChangeIn):
    """What can change: notes and due date, and the intent once."""


class OutgoingInvoiceListedOut(BodyOut):
    """One outgoing invoice of the list."""

    id: UUID
    customer_id: UUID
    customer_name: str
    invoice_number: str
    invoice_date: date
    due_date: date | None
    total_gross: Money
    currency: str
    type: TypeName
    status: StatusName
    remaining_amount: Money

    @classmethod
    def of(cls, view: OutgoingInvoiceView) -> "OutgoingInvoiceListedOut":
        """Invoice of the wire."""
        return cls.model_validate(_facts(view))


class OutgoingLineOut(InvoiceLineOut):
    """One line of an outgoing invoice."""


class OutgoingInvoiceOut(BodyOut):
    """One outgoing invoice with its lines, as it stands today."""

    id: UUID
    status: StatusName
    remaining_amount: Money
    lines: list[OutgoingLineOut]
    customer_id: UUID
    customer_name: str
    document_id: UUID | None
    invoice_number: str
    invoice_date: date
    due_date: date | None
    total_net: Money
    total_tax: Money
    total_gross: Money
    currency: str
    type: TypeName
    intent_id: UUID | None
    open_item_id: UUID | None
    notes: str | None
    paid_amount: Money
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, view: OutgoingInvoiceView, lines: Sequence[object]) -> "OutgoingInvoiceOut":
        """Invoice of the wire."""
        shown = [OutgoingLineOut.model_validate(line) for line in lines]
        return cls.model_validate(_facts(view) | {"lines": shown})


class OpenReceivableOut(BodyOut):
    """An invoice or credit note of which something is left."""

    id: UUID
    invoice_number: str
    invoice_date: date
    due_date: date | None
    currency: str
    total_gross: Money
    type: TypeName
    status: StatusName
    remaining_amount: Money

    @classmethod
    def of(cls, item: OpenReceivable) -> "OpenReceivableOut":
        """Invoice of the wire."""
        return cls(
            id=item.invoice_id,
            invoice_number=item.invoice_number,
            invoice_date=item.invoice_date,
            due_date=item.due_date,
            currency=item.currency,
            total_gross=item.total_gross,
            type=item.type.value,
            status=item.status.value,
            remaining_amount=item.remaining_amount,
        )


class CustomerItemsOut(BodyOut):
    """What one customer owes, the oldest due date first; the sums are in EUR."""

    customer_id: UUID
    customer_name: str
    total_open: Money
    credit_note_total: Money = Field(description="Left of credit notes, to be set off or paid out")
    net_open: Money = Field(description="What is owed when credit notes are set off")
    invoices: list[OpenReceivableOut]

    @classmethod
    def of(cls, group: CustomerItems) -> "CustomerItemsOut":
        """Group of the wire."""
        return cls(
            customer_id=group.customer_id,
            customer_name=group.customer_name,
            total_open=group.total_open,
            credit_note_total=group.credit_note_total,
            net_open=group.net_open,
            invoices=[OpenReceivableOut.of(each) for each in group.invoices],
        )


def _facts(view: OutgoingInvoiceView) -> dict[str, object]:
    return view.invoice.model_dump() | {
        "customer_name": view.customer_name,
        "intent_id": view.intent_id,
        "open_item_id": view.invoice.open_item_id if view.intent_id else None,
        "remaining_amount": view.remaining_amount,
        "paid_amount": view.paid_amount,
        "status": view.status.value,
    }
