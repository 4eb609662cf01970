"""Wire models of payment runs; amounts are decimal strings."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.schemas.types import AnyDay, BodyIn, BodyOut, Money, MoneyText
from domain.payments.run import LABEL_LENGTH, MOST_INVOICES, RunItem
from domain.views.payment_runs import ListedRun, RunView, StoredFile

StatusName = Literal["draft", "approved", "exported", "completed", "cancelled"]


class PaymentRunIn(BodyIn):
    """A run to be made."""

    bank_account_id: UUID
    execution_date: AnyDay = Field(description="Today or later")
    invoice_ids: list[UUID] = Field(min_length=1, max_length=MOST_INVOICES)
    label: str | None = Field(default=None, min_length=1, max_length=LABEL_LENGTH)


class PaymentRunListedOut(BodyOut):
    """One run of the list."""

    id: UUID
    status: StatusName
    execution_date: date
    label: str | None
    total_amount: MoneyText
    invoice_count: int
    created_at: datetime

    @classmethod
    def of(cls, listed: ListedRun) -> "PaymentRunListedOut":
        """Run of the wire."""
        return cls.model_validate(listed.run.model_dump() | {"label": listed.label})


class PaymentRunItemOut(BodyOut):
    """One invoice of a run: amount, name and IBAN as they were when it was made."""

    id: UUID
    invoice_id: UUID
    vendor_id: UUID
    vendor_name: str
    vendor_iban: str
    vendor_bic: str | None
    invoice_number: str
    amount: MoneyText
    currency: str
    reference: str

    @classmethod
    def of(cls, item: RunItem) -> "PaymentRunItemOut":
        """Item of the wire."""
        names = cls.model_fields.keys() - {"id"}
        return cls.model_validate({n: getattr(item, n) for n in names} | {"id": item.item_id})


class PaymentRunOut(BodyOut):
    """One run with its items."""

    id: UUID
    status: StatusName
    items: list[PaymentRunItemOut]
    bank_account_id: UUID
    execution_date: date
    label: str | None
    total_amount: MoneyText
    invoice_count: int
    created_by: str
    created_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    exported_at: datetime | None
    completed_at: datetime | None
    cancelled_at: datetime | None
    message_id: str | None

    @classmethod
    def of(cls, view: RunView) -> "PaymentRunOut":
        """Run of the wire."""
        people = {
            "created_by": str(view.run.created_by),
            "approved_by": str(view.run.approved_by) if view.run.approved_by else None,
        }
        items = [PaymentRunItemOut.of(item) for item in view.items]
        facts = {"label": view.label, "message_id": view.message_id, "items": items}
        return cls.model_validate(view.run.model_dump() | people | facts)


class ExportedRunOut(BodyOut):
    """The run whose file this is."""

    id: UUID
    status: StatusName


class ExportOut(BodyOut):
    """The payment file, byte for byte as it was first exported."""

    run: ExportedRunOut
    sepa_xml: str = Field(description="pain.001.001.09, or .03 where the bank account says so")
    message_id: str = Field(max_length=35)
    number_of_transactions: int
    control_sum: Money

    @classmethod
    def of(cls, stored: StoredFile) -> "ExportOut":
        """File of the wire."""
        return cls(
            run=ExportedRunOut.model_validate(stored.run),
            sepa_xml=stored.file.content.decode(),
            message_id=stored.file.message_id,
            number_of_transactions=stored.file.transfer_count,
            control_sum=stored.file.control_sum,
        )


class EligibleInvoiceOut(BodyOut):
    """An open payable that may enter a run."""

    id: UUID
    vendor_id: UUID
    vendor_name: str
    invoice_number: str
    invoice_date: date
    due_date: date | None
    total_gross: MoneyText
    remaining_amount: MoneyText
    currency: str
    intent_id: UUID
    iban_missing: bool
