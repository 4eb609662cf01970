"""Wire models of incoming invoices."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StrictBool

from api.schemas.due import (
    ForeignRateIn,
    ForeignRateOut,
    MethodName,
    PayeeIn,
    PayeeOut,
    PaymentTermIn,
    PaymentTermOut,
)
from api.schemas.types import BodyIn, BodyOut, Day, Money, MoneyIn, Rate
from domain.payables.invoice import Invoice, InvoiceLine
from domain.payables.invoice_views import InvoiceView
from domain.payables.open_item import OpenInvoice, PartnerItems
from domain.payables.terms import ForeignRate, Payee, PaymentTerm

StatusName = Literal["draft", "open", "partially_paid", "paid", "overdue"]
Currency = Annotated[str, Field(min_length=3, max_length=3, pattern="^[A-Z]{3}$")]
Number = Annotated[str, Field(min_length=1, max_length=100, examples=["RE-2026-0815"])]


class InvoiceLineIn(BodyIn):
    """One line; `tax_rate` is a fraction, `line_total` is gross."""

    position: int = Field(ge=1, le=100_000)
    description: str = Field(max_length=500)
    quantity: Annotated[Rate, Field(gt=0)]
    unit_price: Rate
    tax_rate: Annotated[Rate, Field(ge=0, le=1, examples=[Decimal("0.2")])]
    tax_amount: MoneyIn
    line_total: MoneyIn
    account_number: str | None = Field(default=None, max_length=8)

    def line(self) -> InvoiceLine:
        """The line as the books keep it."""
        return InvoiceLine(**self.model_dump())


class InvoiceIn(BodyIn):
    """An incoming invoice with its lines."""

    vendor_id: UUID
    document_id: UUID | None = None
    invoice_number: Number
    invoice_date: Day
    due_date: Day | None = None
    total_net: MoneyIn
    total_tax: MoneyIn
    total_gross: MoneyIn
    currency: Currency = "EUR"
    intent_id: UUID | None = None
    notes: str | None = Field(default=None, max_length=2000)
    prepaid_amount: MoneyIn | None = None
    rounding_amount: MoneyIn | None = Field(
        default=None, description="Owed beside the gross total (BT-114)"
    )
    amount_due: MoneyIn | None = Field(
        default=None, description="What is still to be paid; without it, the gross total"
    )
    payment_method: MethodName | None = None
    payee: PayeeIn | None = None
    payment_terms: list[PaymentTermIn] = Field(default_factory=list, max_length=100)
    fx: ForeignRateIn | None = None
    lines: list[InvoiceLineIn] = Field(min_length=1, max_length=10_000)
    skip_duplicate_check: StrictBool = Field(
        default=False,
        description="It is another invoice, although number, day and total look like one there is",
    )

    def invoice(self) -> Invoice:
        """The invoice as the books keep it."""
        facts = {
            name: getattr(self, name)
            for name in type(self).model_fields
            if name != "skip_duplicate_check"
        }
        return Invoice(
            **facts
            | {
                "lines": tuple(line.line() for line in self.lines),
                "payee": Payee(**self.payee.model_dump()) if self.payee else None,
                "payment_terms": tuple(
                    PaymentTerm(**term.model_dump()) for term in self.payment_terms
                ),
                "fx": ForeignRate(**self.fx.model_dump()) if self.fx else None,
            }
        )


class InvoiceChangeIn(BodyIn):
    """What can change: notes and due date, and the intent once."""

    intent_id: UUID | None = None
    notes: str | None = Field(default=None, max_length=2000)
    due_date: Day | None = None

    def changes(self) -> dict[str, object]:
        """What was sent."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class CreatedOut(BodyOut):
    """The id of what was made."""

    id: UUID


class InvoiceListedOut(BodyOut):
    """One invoice of the list."""

    id: UUID
    vendor_id: UUID
    vendor_name: str
    invoice_number: str
    invoice_date: date
    due_date: date | None
    total_gross: Money
    currency: str
    status: StatusName
    remaining_amount: Money
    amount_due: Money
    payment_method: MethodName | None

    @classmethod
    def of(cls, view: InvoiceView) -> "InvoiceListedOut":
        """Invoice of the wire."""
        return cls.model_validate(_facts(view))


class InvoiceLineOut(BodyOut):
    """One line."""

    position: int
    description: str
    quantity: Rate
    unit_price: Rate
    tax_rate: Rate
    tax_amount: Money
    line_total: Money
    account_number: str | None


class InvoiceOut(BodyOut):
    """One invoice with its lines, as it stands today."""

    id: UUID
    status: StatusName
    remaining_amount: Money
    lines: list[InvoiceLineOut]
    vendor_id: UUID
    vendor_name: str
    document_id: UUID | None
    invoice_number: str
    invoice_date: date
    due_date: date | None
    total_net: Money
    total_tax: Money
    total_gross: Money
    currency: str
    intent_id: UUID | None
    open_item_id: UUID | None
    notes: str | None
    paid_amount: Money
    prepaid_amount: Money | None
    rounding_amount: Money | None
    amount_due: Money
    payment_method: MethodName | None
    payee: PayeeOut | None
    payment_terms: list[PaymentTermOut]
    fx: ForeignRateOut | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, view: InvoiceView, lines: Sequence[object]) -> "InvoiceOut":
        """Invoice of the wire."""
        shown = [InvoiceLineOut.model_validate(line) for line in lines]
        return cls.model_validate(_facts(view) | {"lines": shown})


class OpenInvoiceOut(BodyOut):
    """One unpaid invoice."""

    id: UUID
    invoice_number: str
    invoice_date: date
    due_date: date | None
    currency: str = Field(description="Of its amounts (ours)")
    total_gross: Money
    status: StatusName
    remaining_amount: Money

    @classmethod
    def of(cls, invoice: OpenInvoice) -> "OpenInvoiceOut":
        """Invoice of the wire."""
        return cls(
            id=invoice.invoice_id,
            invoice_number=invoice.invoice_number,
            invoice_date=invoice.invoice_date,
            due_date=invoice.due_date,
            currency=invoice.currency,
            total_gross=invoice.total_gross,
            status=invoice.status.value,
            remaining_amount=invoice.remaining_amount,
        )


class OpenItemsOut(BodyOut):
    """What one vendor is owed, oldest due date first; the sum is in EUR."""

    vendor_id: UUID
    vendor_name: str
    total_open: Money = Field(
        description="In EUR: what is left of a foreign invoice counts with what it was booked at"
    )
    invoices: list[OpenInvoiceOut]

    @classmethod
    def of(cls, group: PartnerItems) -> "OpenItemsOut":
        """Group of the wire."""
        return cls(
            vendor_id=group.partner_id,
            vendor_name=group.partner_name,
            total_open=group.total_open,
            invoices=[OpenInvoiceOut.of(each) for each in group.invoices],
        )


def _facts(view: InvoiceView) -> dict[str, object]:
    row = view.invoice
    due = row.amount_due if row.amount_due is not None else row.total_gross
    payee = {"name": row.payee_name, "iban": row.payee_iban, "bic": row.payee_bic}
    fx = {"rate": row.fx_rate, "rate_date": row.fx_rate_date, "source": row.fx_rate_source}
    return row.model_dump() | {
        "amount_due": due,
        "payee": payee if row.payee_name else None,
        "fx": fx if row.fx_rate is not None else None,
        "vendor_name": view.vendor_name,
        "intent_id": view.intent_id,
        "open_item_id": view.invoice.open_item_id if view.intent_id else None,
        "remaining_amount": view.remaining_amount,
        "paid_amount": view.paid_amount,
        "status": view.status.value,
    }
