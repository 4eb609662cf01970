"""The life of a payment run: who may do what to it, and when.

draft -> approved -> exported -> completed; draft and approved -> cancelled (FOUR_EYES).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from domain.access.actor import Actor
from domain.errors import Conflict, Invalid, NotFound, SelfApprovalDenied
from domain.formats.pain001 import LARGEST
from domain.iban import is_iban
from domain.money import BASE_CURRENCY, ZERO

MOST_INVOICES = 500
LABEL_LENGTH = 140


class RunStatus(StrEnum):
    """Where a run stands."""

    DRAFT = "draft"
    APPROVED = "approved"
    EXPORTED = "exported"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """What can be done to a run."""

    APPROVE = "approve"
    EXPORT = "export"
    COMPLETE = "complete"
    CANCEL = "cancel"


ACTIVE = frozenset({RunStatus.DRAFT, RunStatus.APPROVED, RunStatus.EXPORTED})
FINAL = frozenset({RunStatus.COMPLETED, RunStatus.CANCELLED})

_AFTER = {
    (RunStatus.DRAFT, Step.APPROVE): RunStatus.APPROVED,
    (RunStatus.APPROVED, Step.EXPORT): RunStatus.EXPORTED,
    (RunStatus.EXPORTED, Step.EXPORT): RunStatus.EXPORTED,  # the same file again
    (RunStatus.EXPORTED, Step.COMPLETE): RunStatus.COMPLETED,
    (RunStatus.DRAFT, Step.CANCEL): RunStatus.CANCELLED,
    (RunStatus.APPROVED, Step.CANCEL): RunStatus.CANCELLED,
}


class InvalidStateTransition(Conflict):
    """The run is not in a state that allows this step."""

    def __init__(self, status: RunStatus, step: Step) -> None:
        super().__init__(f"The run is {status}; {step} is not possible.", status=status.value)


class EmptyRun(Invalid):
    """The run has no items, or an amount is not positive."""

    def __init__(self) -> None:
        super().__init__("A run needs items, and each a positive amount.")


class InvoiceChanged(Conflict):
    """An invoice of the run was paid or lost its intent in the meantime."""

    def __init__(self, invoice_id: UUID) -> None:
        super().__init__("An invoice of the run has changed.", invoice_id=invoice_id)


class PayeeNotConfirmed(Conflict):
    """A payee's IBAN is new and waits for a second person."""

    def __init__(self, vendor_id: UUID) -> None:
        super().__init__("A payee has an IBAN that nobody has confirmed.", vendor_id=vendor_id)


class VendorIbanMissing(Invalid):
    """A vendor has no valid IBAN."""

    def __init__(self, vendor_id: UUID) -> None:
        super().__init__("A vendor has no valid IBAN.", vendor_id=vendor_id)


class InvoiceAlreadyInActiveRun(Conflict):
    """An invoice is in a draft, approved or exported run, or paid by one that is just completed."""

    def __init__(self, invoice_ids: Iterable[UUID] = ()) -> None:
        super().__init__(
            "An invoice is in an active run, or its payment is still under way.",
            invoice_ids=[str(i) for i in invoice_ids],
        )


class InvoiceNotEligible(Invalid):
    """An invoice has no intent, is paid, or is not in EUR."""

    def __init__(self, invoice_id: UUID) -> None:
        super().__init__("An invoice cannot be paid by a run.", invoice_id=invoice_id)


class InvoiceNotFound(NotFound):
    """An invoice is unknown."""

    def __init__(self, invoice_id: UUID) -> None:
        super().__init__("An invoice is unknown.", invoice_id=invoice_id)


class BankAccountNotFound(NotFound):
    """The bank account is unknown."""

    def __init__(self, bank_account_id: UUID) -> None:
        super().__init__("The bank account is unknown.", bank_account_id=bank_account_id)


@dataclass(frozen=True, slots=True)
class RunState:
    """What a run's process knows of it: ids and states, no names and no amounts."""

    tenant_id: UUID
    run_id: UUID
    execution_date: date
    status: RunStatus = RunStatus.DRAFT
    reminded: bool = False

    def after(self, step: Step) -> RunStatus:
        """Status after a step, or INVALID_STATE_TRANSITION.

        >>> RunState(UUID(int=1), UUID(int=2), date(2026, 3, 1)).after(Step.APPROVE).value
        'approved'
        """
        found = _AFTER.get((self.status, step))
        if found is None:
            raise InvalidStateTransition(self.status, step)
        return found

    @property
    def is_final(self) -> bool:
        """Whether nothing more can happen."""
        return self.status in FINAL


@dataclass(frozen=True, slots=True)
class Payee:
    """The vendor of an item as it is now, and what happened to its IBAN.

    `last_paid` is the day on which money last went to this IBAN.
    """

    vendor_id: UUID
    name: str
    iban: str | None
    bic: str | None = None
    iban_changed_at: datetime | None = None
    iban_changed_by: UUID | None = None
    is_confirmed: bool = True
    last_paid: date | None = None

    @property
    def has_valid_iban(self) -> bool:
        """Whether length and check digits of the IBAN are right."""
        return self.iban is not None and is_iban(self.iban)

    def needs_confirmation(self, created_by: UUID | None) -> bool:
        """Whether a second person must confirm the IBAN before money goes there.

        It changed since the last invoice that was paid there, or the person who pays changed it.
        """
        if self.is_confirmed or self.iban_changed_at is None:
            return False
        paid_since = self.last_paid is not None and self.last_paid > self.iban_changed_at.date()
        return not paid_since or self.iban_changed_by == created_by


@dataclass(frozen=True, slots=True)
class Payable:
    """An invoice as it is now, seen from a run that pays it."""

    invoice_id: UUID
    invoice_number: str
    currency: str
    is_linked: bool
    remaining_amount: Decimal
    payee: Payee
    payment_reference: str | None = None

    def check_eligible(self) -> None:
        """Refuse what a run cannot pay, and a payee that cannot be paid."""
        eligible = self.is_linked and ZERO < self.remaining_amount <= LARGEST
        if not eligible or self.currency != BASE_CURRENCY:
            raise InvoiceNotEligible(self.invoice_id)
        if not self.payee.has_valid_iban:
            raise VendorIbanMissing(self.payee.vendor_id)


@dataclass(frozen=True, slots=True)
class RunItem:
    """One invoice in a run: amount, name and IBAN as they were when the run was made."""

    item_id: UUID
    invoice_id: UUID
    vendor_id: UUID
    vendor_name: str
    vendor_iban: str
    vendor_bic: str | None
    invoice_number: str
    amount: Decimal
    reference: str
    currency: str = BASE_CURRENCY


def check_items(items: Iterable[RunItem]) -> None:
    """Refuse a run without items or with an amount that is not positive."""
    amounts = [item.amount for item in items]
    if not amounts or min(amounts) <= ZERO:
        raise EmptyRun


def check_unchanged(items: Iterable[RunItem], payables: Iterable[Payable]) -> None:
    """Refuse items whose invoice was paid meanwhile, lost its intent, or is gone."""
    present = {payable.invoice_id: payable for payable in payables}
    for item in items:
        payable = present.get(item.invoice_id)
        if payable is None or not payable.is_linked or payable.remaining_amount < item.amount:
            raise InvoiceChanged(item.invoice_id)


def check_payees(
    items: Iterable[RunItem], payables: Iterable[Payable], created_by: UUID | None
) -> None:
    """Refuse payees whose IBAN changed after the run was made, or waits for confirmation."""
    payees = {payable.payee.vendor_id: payable.payee for payable in payables}
    for item in items:
        payee = payees[item.vendor_id]
        if payee.iban != item.vendor_iban or payee.needs_confirmation(created_by):
            raise PayeeNotConfirmed(item.vendor_id)


def check_second_person(first: UUID | None, second: Actor, *, alone: bool) -> None:
    """Refuse the approval of one's own request (FOUR_EYES).

    A service approves nothing; the only person of a tenant may approve alone.
    """
    if second.kind != "person" or (second.user_id == first and not alone):
        raise SelfApprovalDenied("Someone else must approve this.")
