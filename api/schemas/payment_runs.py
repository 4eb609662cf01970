"""Wire models of payment runs; amounts are decimal strings."""

from datetime import date, datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import Field, StrictBool, model_validator

from api.schemas.review_cases import ApprovalsOut
from api.schemas.types import BodyIn, BodyOut, Day, Money, MoneyText, PositiveMoney, Rate
from domain.banking.file_ids import end_to_end_id
from domain.payables.payee_check import CheckResult
from domain.payments.bank_answer import Outcome, Standing, reason_of
from domain.payments.run import (
    LABEL_LENGTH,
    LARGEST_RUN,
    REASON_LENGTH,
    CreditKind,
    EarlierOrder,
    Manner,
    RunItem,
    SeenMovement,
    VendorCredit,
    Wish,
    invoices_of,
)
from domain.payments.views import ListedRun, RunView, StoredFile

StatusName = Literal["draft", "approved", "exported", "completed", "cancelled"]
StandingName = Literal["sent", "accepted", "executed", "refused", "returned", "held"]
MOST_NAMED = 100


class PartIn(BodyIn):
    """A part of what is due of an invoice."""

    invoice_id: UUID
    amount: PositiveMoney


class WithdrawalIn(BodyIn):
    """Why a file counts for nothing."""

    reason: str = Field(min_length=1, max_length=REASON_LENGTH)


class WithdrawalOut(BodyOut):
    """One of the people who withdraw a file, and why."""

    asked_by: UUID
    reason: str
    asked_at: datetime


class BankAnswerOut(BodyOut):
    """Where a transfer stands at the bank, why, and what to do about it (ours)."""

    standing: StandingName
    code: str | None = Field(description="Reason code of ISO 20022, as the bank said it")
    meaning: str | None
    action: str | None = Field(description="What to do, of `status_reasons.csv`")
    who: str | None = Field(description="Who does it")
    text: str | None = Field(description="What the bank says in words")

    @classmethod
    def of(cls, outcome: Outcome) -> "BankAnswerOut":
        """Answer of the wire."""
        is_back = outcome.standing in {Standing.REFUSED, Standing.RETURNED, Standing.HELD}
        reason = reason_of(outcome.reason) if is_back else None
        return cls(
            standing=outcome.standing.value,
            code=outcome.reason,
            meaning=reason.meaning if reason else None,
            action=reason.action if reason else None,
            who=reason.who if reason else None,
            text=outcome.reason_text,
        )


class StatusReportOut(BodyOut):
    """What became of a status report; repeated, nothing of it is new."""

    run: "ExportedRunOut | None" = Field(description="The payment run that it is about")
    collection_id: UUID | None = Field(description="The direct debits that it is about")
    statuses: int
    new: int
    unknown_end_to_end_ids: list[str] = Field(
        max_length=MOST_NAMED, description="Of which no transfer of the file knows; at most 100"
    )


class CreditIn(BodyIn):
    """A credit that a run takes off: an amount of an open item, or all that is left (ours)."""

    open_item_id: UUID
    amount: PositiveMoney | None = Field(default=None, description="All that is left unless given")


class PaymentRunIn(BodyIn):
    """A run to be made."""

    bank_account_id: UUID
    execution_date: Day = Field(
        description="Today or later, a business day of TARGET (400 `NOT_A_BUSINESS_DAY` names the"
        " next one)"
    )
    invoice_ids: list[UUID] = Field(
        min_length=1,
        max_length=LARGEST_RUN,
        description="At most 500, unless the tenant is set to another limit",
    )
    label: str | None = Field(default=None, min_length=1, max_length=LABEL_LENGTH)
    parts: list[PartIn] = Field(
        default=[],
        max_length=LARGEST_RUN,
        description="What to pay of some of the invoices (ours); of the others what is due",
    )
    credits: list[CreditIn] = Field(
        default=[],
        max_length=LARGEST_RUN,
        description="Other credits of the vendors that are taken from their transfers (ours): what"
        " was paid too much, twice or without an invoice, or booked",
    )
    net_credit_notes: StrictBool = Field(
        default=True,
        description="Take open credit notes of the same vendors from their transfers (ours); what"
        " they leave nothing of is refused",
    )

    discounts: list[UUID] = Field(
        default=[],
        max_length=LARGEST_RUN,
        description="Invoices of the run whose best discount is taken (ours): `payable_amount` less"
        " `discount.amount` is paid",
    )
    instant: StrictBool = Field(
        default=False, description="Order instant transfers, carried out on any day (ours)"
    )
    batch_booking: StrictBool = Field(
        default=True, description="One booking for all, else one for each transfer (ours)"
    )

    @model_validator(mode="after")
    def _parts_are_of_the_run(self) -> Self:
        named = [*(part.invoice_id for part in self.parts), *self.discounts]
        if len(set(named)) < len(named) or not set(named) <= set(self.invoice_ids):
            raise ValueError("parts and discounts name invoices of the run, each once")
        credits_ = [each.open_item_id for each in self.credits]
        if len(set(credits_)) < len(credits_):
            raise ValueError("credits name each open item once")
        return self

    def wish(self) -> Wish:
        """How the run pays, as the domain takes it."""
        amounts = {part.invoice_id: part.amount for part in self.parts}
        return Wish(
            amounts,
            nets_credit_notes=self.net_credit_notes,
            credits={each.open_item_id: each.amount for each in self.credits},
            discounts=frozenset(self.discounts),
            manner=Manner(is_instant=self.instant, is_batch_booked=self.batch_booking),
        )


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


class EarlierOrderOut(BodyOut):
    """A file of another run that ordered the same invoice, or one that may be the same (ours)."""

    payment_run_id: UUID
    exported_at: datetime
    invoice_number: str
    amount: MoneyText
    bank_answer: BankAnswerOut | None
    is_released: bool

    @classmethod
    def of(cls, order: EarlierOrder) -> "EarlierOrderOut":
        """Order of the wire."""
        return cls(
            payment_run_id=order.run_id,
            exported_at=order.exported_at,
            invoice_number=order.invoice_number,
            amount=order.amount,
            bank_answer=BankAnswerOut.of(order.outcome) if order.outcome else None,
            is_released=order.is_released,
        )


class SeenMovementOut(BodyOut):
    """Money that left the bank, is tied to nothing, and may have paid an invoice (ours)."""

    bank_transaction_id: UUID
    tx_date: date
    amount: MoneyText
    is_announced: bool = Field(description="No statement has it yet (ours)")
    came_back: date | None = Field(
        description="Day on which it came back, by its EndToEndId or as a return of the bank (ours)"
    )
    came_in: date | None = Field(
        description="Day on which as much came in with its text or from its account, which may be "
        "another matter: it may be paid all the same (ours)"
    )

    @classmethod
    def of(cls, moved: SeenMovement) -> "SeenMovementOut":
        """Movement of the wire."""
        return cls.model_validate({name: getattr(moved, name) for name in cls.model_fields})


class VendorCreditOut(BodyOut):
    """A credit of a vendor that a run does not take off, and what it is (ours)."""

    open_item_id: UUID
    kind: CreditKind = Field(
        description="A credit note, the rest of a payment that settled something, a payment that "
        "settled nothing (an advance, or paid twice), or a booking"
    )
    amount: MoneyText
    booking_date: date
    document_number: str | None
    invoice_id: UUID | None
    taken_by: UUID | None = Field(description="Another run that takes of it, and is not over")

    @classmethod
    def of(cls, credit: VendorCredit) -> "VendorCreditOut":
        """Credit of the wire."""
        return cls.model_validate({name: getattr(credit, name) for name in cls.model_fields})


class PaymentRunItemOut(BodyOut):
    """One invoice of a run: amount, name and IBAN as they were when it was made."""

    id: UUID
    invoice_id: UUID
    vendor_id: UUID
    vendor_name: str
    vendor_iban: str
    vendor_bic: str | None
    invoice_number: str
    amount: MoneyText = Field(description="Below zero where a credit note is taken from a transfer")
    currency: str
    reference: str
    transfer: int = Field(description="Number of the transfer in the run that pays it (ours)")
    end_to_end_id: str = Field(
        max_length=35, description="EndToEndId of that transfer, unique for ever (ours)"
    )
    discount: MoneyText = Field(description="Deducted for paying early; still open then (ours)")
    discount_until: date | None
    bank_answer: BankAnswerOut | None
    is_released: bool = Field(
        description="The bank refused it or sent it back: another run may pay it (ours)"
    )
    ordered_before: list[EarlierOrderOut] = Field(
        description="Files of other runs that ordered the same invoice, the latest first; then "
        "those of other invoices of the vendor, of the same total and of the same day or reversed "
        "(ours)"
    )
    seen_on_statements: list[SeenMovementOut] = Field(
        description="Until the export: money that left, is tied to nothing, and is of this amount "
        "and number or account: it may be paid already (ours)"
    )
    vendor_credit: MoneyText = Field(
        description="Until the export: what the vendor owes us and the run does not take off (ours)"
    )
    vendor_credits: list[VendorCreditOut] = Field(
        description="What that is: the newest 20, `vendor_credit` is the sum of all (ours)"
    )
    owes_us: MoneyText = Field(
        description="Until the export: what is open of the customer who is the same company, less"
        " credits; it may be set off instead (`POST /v1/open-items/clear`; ours)"
    )
    on_behalf_of: str | None = Field(
        description="The vendor whose invoice it is, where another payee is paid (ours)"
    )

    @classmethod
    def of(cls, run_id: UUID, item: RunItem) -> "PaymentRunItemOut":
        """Item of the wire."""
        names = cls.model_fields.keys() - {
            "id",
            "end_to_end_id",
            "bank_answer",
            "ordered_before",
            "seen_on_statements",
            "vendor_credits",
        }
        own = {
            "id": item.item_id,
            "end_to_end_id": end_to_end_id(run_id, item.transfer),
            "bank_answer": BankAnswerOut.of(item.outcome) if item.outcome else None,
            "ordered_before": [EarlierOrderOut.of(each) for each in item.ordered_before],
            "seen_on_statements": [SeenMovementOut.of(each) for each in item.seen],
            "vendor_credits": [VendorCreditOut.of(each) for each in item.vendor_credits],
        }
        return cls.model_validate({n: getattr(item, n) for n in names} | own)


class NettedCreditOut(BodyOut):
    """A credit without a credit note that a transfer is lowered by (ours)."""

    id: UUID
    open_item_id: UUID
    vendor_id: UUID
    name: str = Field(description="As the remittance information names it")
    amount: MoneyText = Field(description="Below zero")
    transfer: int
    bank_answer: BankAnswerOut | None
    ordered_before: list[EarlierOrderOut] = Field(
        description="Files of other runs that took the same credit off, the latest first"
    )

    @classmethod
    def of(cls, item: RunItem) -> "NettedCreditOut":
        """Credit of the wire."""
        facts = {name: getattr(item, name) for name in ("open_item_id", "vendor_id", "amount")}
        return cls.model_validate(
            facts
            | {
                "id": item.item_id,
                "name": item.invoice_number,
                "transfer": item.transfer,
                "bank_answer": BankAnswerOut.of(item.outcome) if item.outcome else None,
                "ordered_before": [EarlierOrderOut.of(each) for each in item.ordered_before],
            }
        )


class PaymentRunOut(BodyOut):
    """One run with its items."""

    id: UUID
    status: StatusName
    instant: bool
    batch_booking: bool
    items: list[PaymentRunItemOut]
    credits: list[NettedCreditOut] = Field(
        description="Credits without a credit note that lower the transfers (ours)"
    )
    bank_account_id: UUID
    execution_date: date
    label: str | None
    total_amount: MoneyText
    invoice_count: int
    created_by: str
    created_by_name: str | None = Field(description="Name of that person (ours)")
    created_at: datetime
    approved_by: str | None
    approved_by_name: str | None = Field(description="Name of that person (ours)")
    approved_at: datetime | None
    approvals: ApprovalsOut
    exported_at: datetime | None
    completed_at: datetime | None
    cancelled_at: datetime | None
    withdrawals: list[WithdrawalOut] = Field(
        description="Who withdraws the exported file, and why; two people do (ours)"
    )
    message_id: str | None

    @classmethod
    def of(cls, view: RunView) -> "PaymentRunOut":
        """Run of the wire."""
        people = {
            "created_by": str(view.run.created_by),
            "approved_by": str(view.run.approved_by) if view.run.approved_by else None,
            "created_by_name": view.names.get(view.run.created_by) if view.run.created_by else None,
            "approved_by_name": view.names.get(view.run.approved_by)
            if view.run.approved_by
            else None,
        }
        invoices = invoices_of(view.items).values()
        items = [PaymentRunItemOut.of(view.run.id, item) for item in invoices]
        credits_ = [NettedCreditOut.of(each) for each in view.items if each.open_item_id]
        facts = {
            "label": view.label,
            "message_id": view.message_id,
            "items": items,
            "credits": credits_,
            "approvals": view.approvals,
            "withdrawals": view.withdrawals,
            "instant": view.manner.is_instant,
            "batch_booking": view.manner.is_batch_booked,
        }
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


class CashDiscountOut(BodyOut):
    """A discount that an order of today still earns (ours)."""

    until: date
    amount: MoneyText = Field(description="What it is worth")
    percent: Rate | None
    pay_by: date = Field(description="Last day of execution on which it is earned")


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
    payable_amount: MoneyText = Field(
        description="What a run would pay: what is due less what was settled of it (ours)"
    )
    currency: str
    intent_id: UUID
    payee_name: str = Field(description="Who would be paid, in its own name (ours)")
    iban_missing: bool
    discount: CashDiscountOut | None
    payee_check: CheckResult | None = Field(
        description="What the bank last answered about the payee; null where it is to be asked"
    )
