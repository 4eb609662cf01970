"""Wire models of mandates and direct debits."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import Field, StrictBool, model_validator

from api.schemas.payment_runs import BankAnswerOut
from api.schemas.types import BodyIn, BodyOut, Day, MoneyText
from domain.payments.collecting import MOST_DEBITS
from domain.payments.collection_store import REASON_LENGTH
from domain.payments.collection_views import CollectedView, CollectionView, MandateView
from domain.payments.mandate import NOTICE_DAYS, Mandate, Scheme, Sequence


class MandateIn(BodyIn):
    """What a customer has signed."""

    customer_id: UUID
    reference: str = Field(min_length=1, max_length=35, description="Unique in the company (UMR)")
    holder: str = Field(min_length=1, max_length=70, description="Who holds the account")
    iban: str = Field(max_length=42)
    bic: str | None = Field(default=None, max_length=11)
    signed_on: Day
    scheme: Scheme = Scheme.CORE
    is_recurrent: StrictBool = True
    notice_days: int = Field(
        default=NOTICE_DAYS, ge=1, le=NOTICE_DAYS, description="As agreed with the customer"
    )

    def mandate(self, mandate_id: UUID) -> Mandate:
        """The mandate as the domain takes it."""
        return Mandate(mandate_id=mandate_id, **self.model_dump())


class MandateOut(BodyOut):
    """A mandate, and which collection the next one is."""

    id: UUID
    customer_id: UUID
    reference: str
    holder: str
    iban: str
    bic: str | None
    signed_on: date
    scheme: Scheme
    is_recurrent: bool
    notice_days: int
    next_sequence: Sequence
    last_used: date | None
    revoked_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, view: MandateView) -> "MandateOut":
        """Mandate of the wire."""
        own = {"next_sequence": view.mandate.sequence, "last_used": view.mandate.last_used}
        return cls.model_validate(view.row.model_dump() | own)


class CollectedIn(BodyIn):
    """An outgoing invoice to be collected; `told_on` is when its customer knew amount and day."""

    invoice_id: UUID
    told_on: Day


class CollectionIn(BodyIn):
    """A file of direct debits to be made: one scheme, one day."""

    bank_account_id: UUID
    collection_date: Day = Field(
        description="A business day of TARGET after today, at most 14 days ahead"
    )
    scheme: Scheme = Scheme.CORE
    invoices: list[CollectedIn] = Field(min_length=1, max_length=MOST_DEBITS)

    @model_validator(mode="after")
    def _invoices_stand_once(self) -> Self:
        if len({each.invoice_id for each in self.invoices}) < len(self.invoices):
            raise ValueError("invoices names one twice")
        return self


class CollectionWithdrawalIn(BodyIn):
    """Why a file counts for nothing."""

    reason: str = Field(min_length=1, max_length=REASON_LENGTH)


class CollectionItemOut(BodyOut):
    """What is collected of one invoice."""

    invoice_id: UUID
    mandate_id: UUID
    amount: MoneyText
    sequence: Sequence
    told_on: date
    end_to_end_id: str
    bank_answer: BankAnswerOut = Field(description="Where the debit stands at the bank, and why")
    is_released: bool = Field(
        description="The bank refused it or sent it back: it can be collected again"
    )

    @classmethod
    def of(cls, view: CollectedView) -> "CollectionItemOut":
        """Item of the wire."""
        told = view.outcome
        own = {"bank_answer": BankAnswerOut.of(told), "is_released": told.is_free}
        return cls.model_validate(view.item.model_dump() | own)


class CollectionListedOut(BodyOut):
    """One file of the list."""

    id: UUID
    bank_account_id: UUID
    scheme: Scheme
    collection_date: date
    total_amount: MoneyText
    debit_count: int
    message_id: str
    created_at: datetime
    withdrawn_at: datetime | None
    withdrawal_reason: str | None

    @classmethod
    def of(cls, view: CollectionView) -> "CollectionListedOut":
        """File of the list."""
        return cls.model_validate(view.collection)


class CollectionOut(CollectionListedOut):
    """One file with its items and its bytes."""

    items: list[CollectionItemOut]
    sepa_xml: str = Field(description="pain.008.001.08, or .02 where the bank account wants .03")

    @classmethod
    def shown(cls, view: CollectionView) -> "CollectionOut":
        """File of the wire."""
        items = [CollectionItemOut.of(each) for each in view.items]
        own = {"items": items, "sepa_xml": view.collection.content.decode()}
        facts = {n: getattr(view.collection, n) for n in CollectionListedOut.model_fields}
        return cls.model_validate(facts | own)
