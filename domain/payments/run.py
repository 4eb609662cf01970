"""The life of a payment run: who may do what to it, and when.

draft -> approved -> exported -> completed; draft and approved -> cancelled (FOUR_EYES). What was
exported is cancelled only where two people withdraw it, or the bank refuses all of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from domain.errors import Conflict, Invalid, NotFound
from domain.iban import is_iban
from domain.money import BASE_CURRENCY, ZERO
from domain.payables.invoice import VendorInactive
from domain.payables.terms import PaymentTerm
from domain.payments.bank_answer import Outcome
from domain.payments.business_day import business_day_before
from domain.payments.discount import CashDiscount, best_discount
from domain.payments.instalment import due_part
from domain.payments.pain001 import LARGEST, PostalAddress
from domain.payments.sepa_area import is_reached, needs_details

MOST_INVOICES = 500
"""What a run holds unless the tenant says otherwise."""

LARGEST_RUN = 10_000
"""What a tenant may say at most."""

LABEL_LENGTH = 140
REASON_LENGTH = 500


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
    WITHDRAW = "withdraw"


FINAL = frozenset({RunStatus.COMPLETED, RunStatus.CANCELLED})

_AFTER = {
    (RunStatus.DRAFT, Step.APPROVE): RunStatus.APPROVED,
    (RunStatus.APPROVED, Step.EXPORT): RunStatus.EXPORTED,
    (RunStatus.EXPORTED, Step.EXPORT): RunStatus.EXPORTED,  # the same file again
    (RunStatus.EXPORTED, Step.COMPLETE): RunStatus.COMPLETED,
    (RunStatus.DRAFT, Step.CANCEL): RunStatus.CANCELLED,
    (RunStatus.APPROVED, Step.CANCEL): RunStatus.CANCELLED,
    (RunStatus.EXPORTED, Step.WITHDRAW): RunStatus.CANCELLED,
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

    def __init__(self, invoice_id: UUID | None, open_item_id: UUID | None = None) -> None:
        if open_item_id is not None:
            super().__init__("A credit of the run has changed.", open_item_id=open_item_id)
        else:
            super().__init__("An invoice of the run has changed.", invoice_id=invoice_id)


class DiscountExpired(Conflict):
    """The money would be with the payee after the last day of the discount."""

    def __init__(self, invoice_id: UUID, until: date) -> None:
        super().__init__(
            f"The discount of an invoice ends on {until}; make the run anew.",
            invoice_id=invoice_id,
            until=until.isoformat(),
        )


class PayeeNotConfirmed(Conflict):
    """A payee's IBAN is new, or of another name at its bank, and waits for a second person.

    Or whoever approves has given it. Or the payee is not the vendor, and nobody has accepted it
    for that vendor.
    """

    def __init__(self, vendor_id: UUID) -> None:
        super().__init__("A payee has an IBAN that nobody has confirmed.", vendor_id=vendor_id)


class PayeeChanged(Conflict):
    """A payee has another IBAN than the run was made and approved for; a new run pays there."""

    def __init__(self, vendor_id: UUID) -> None:
        super().__init__(
            "A payee has another IBAN than this run was made for: cancel it and make a new one.",
            vendor_id=vendor_id,
        )


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


class RefusalNotConfirmed(Conflict):
    """One person alone says that an earlier order of the same invoice was refused or came back.

    A file proves nothing of its origin. Another person brings the report or the statement of the
    bank, too, or books the return.
    """

    def __init__(self, run_id: UUID) -> None:
        super().__init__(
            "Only one person says that the bank refused the earlier order of an invoice, or sent "
            "it back: another one brings the bank's report or statement, too, or books the return.",
            payment_run_id=run_id,
        )


class InvoiceBeingPaid(Conflict):
    """The bank has the order to pay the invoice; its intent stays until that is over."""

    def __init__(self, run_id: UUID) -> None:
        super().__init__(
            "The invoice is being paid; withdraw the run, or wait for the statement.",
            payment_run_id=run_id,
        )


_REASONS = {
    "not_linked": ": it is not in the books",
    "nothing_due": ": nothing of it is due",
    "currency": ": a SEPA transfer is in EUR",
    "not_transferred": ": it is paid in another way",
    "amount_exceeds_due": ": the amount is more than is due",
    "no_discount": ": no discount can be taken on the day of execution",
    "credit_exceeds_invoices": ": credits leave nothing of it to be transferred",
}


class InvoiceNotEligible(Invalid):
    """An invoice has no intent, is paid or collected, or is not in EUR."""

    def __init__(self, invoice_id: UUID, reason: str | None = None) -> None:
        words = _REASONS.get(reason or "", "")
        super().__init__(
            f"An invoice cannot be paid by a run{words}.", invoice_id=invoice_id, reason=reason
        )


class IbanOutsideSepa(Invalid):
    """A payee's account is valid and cannot be reached by a SEPA transfer."""

    def __init__(self, vendor_id: UUID, iban: str) -> None:
        super().__init__(
            f"SEPA transfers do not reach accounts in {iban[:2]}; pay it by a foreign transfer.",
            vendor_id=vendor_id,
            country=iban[:2],
        )


class PayeeDetailsMissing(Invalid):
    """Outside the EEA a transfer needs the BIC of the payee's bank and both addresses."""

    def __init__(self, vendor_id: UUID, missing: list[str]) -> None:
        super().__init__(
            f"A payee outside the EEA needs {', '.join(missing)}.",
            vendor_id=vendor_id,
            missing=missing,
        )


class TransferExecuted(Conflict):
    """Money of the run has left the account: its file cannot be withdrawn any more."""

    def __init__(self, transfers: Iterable[int]) -> None:
        super().__init__(
            "The bank has executed transfers of the run; it cannot be withdrawn.",
            transfers=sorted(transfers),
        )


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
    """Who is paid for an item, as it is now, and what happened to its IBAN.

    The vendor, or the payee that a person accepted for it, in its own name.

    `last_paid` is the day on which money last went to this IBAN, `paid_there` how much has gone
    since it is the payee's: that vouches for no more than as much again. `is_denied` where the
    bank knows the account under another name and nobody has confirmed it since; `is_accepted` is
    false where it is not the vendor's, and nobody says that the vendor may be paid there;
    `is_active` false where the vendor is out of use.
    """

    vendor_id: UUID
    name: str
    iban: str | None
    bic: str | None = None
    address: PostalAddress | None = None
    iban_changed_at: datetime | None = None
    iban_changed_by: UUID | None = None
    is_confirmed: bool = True
    last_paid: date | None = None
    paid_there: Decimal = ZERO
    is_denied: bool = False
    is_accepted: bool = True
    is_active: bool = True

    @property
    def has_valid_iban(self) -> bool:
        """Whether length and check digits of the IBAN are right."""
        return self.iban is not None and is_iban(self.iban)

    def check_active(self) -> None:
        """Refuse a vendor that is out of use: VENDOR_INACTIVE."""
        if not self.is_active:
            raise VendorInactive(self.vendor_id)

    def check_reached(self) -> None:
        """Refuse an account that no SEPA transfer reaches, and one outside the EEA without BIC.

        Raises VENDOR_IBAN_MISSING, IBAN_OUTSIDE_SEPA or PAYEE_DETAILS_MISSING.
        """
        if self.iban is None or not self.has_valid_iban:
            raise VendorIbanMissing(self.vendor_id)
        if not is_reached(self.iban):
            raise IbanOutsideSepa(self.vendor_id, self.iban)
        missing = [] if self.bic else ["bic"]
        missing += [] if self.address else ["address.city", "address.country"]
        if needs_details(self.iban) and missing:
            raise PayeeDetailsMissing(self.vendor_id, missing)

    def needs_confirmation(self, created_by: UUID | None, amount: Decimal) -> bool:
        """Whether a second person must confirm the IBAN before an amount goes there.

        It changed and not as much was paid there since, or the person who pays changed it.
        """
        if self.is_denied or not self.is_accepted:
            return True
        if self.is_confirmed or self.iban_changed_at is None:
            return False
        paid_since = self.last_paid is not None and self.last_paid > self.iban_changed_at.date()
        return not (paid_since and self.paid_there >= amount) or self.iban_changed_by == created_by

    def is_given_by(self, user_id: UUID | None, amount: Decimal) -> bool:
        """Whether a person gave the first IBAN, so that who approves is no second person.

        Until another one confirms it, or the bank tells that as much went there before: a payment
        of a few cents says nothing of thousands.
        """
        is_known = self.last_paid is not None and self.paid_there >= amount
        is_first = self.iban_changed_at is None and not self.is_confirmed and not is_known
        return is_first and user_id is not None and self.iban_changed_by == user_id


@dataclass(frozen=True, slots=True)
class Payable:
    """An invoice as it is now, seen from a run that pays it.

    `remaining_amount` is what is due less what was settled of it. What is collected, or paid in
    another way, is not transferred.
    """

    invoice_id: UUID
    invoice_number: str
    currency: str
    is_linked: bool
    remaining_amount: Decimal
    payee: Payee
    payment_reference: str | None = None
    is_transferred: bool = True
    terms: tuple[PaymentTerm, ...] = ()
    discount: CashDiscount | None = None
    due_date: date | None = None

    def has_less_than(self, amount: Decimal) -> bool:
        """Whether less is left than an amount, of a credit note below zero."""
        if amount < ZERO:
            return self.remaining_amount > amount
        return self.remaining_amount < amount

    def check_eligible(self) -> None:
        """Refuse what a run cannot pay, and a payee that cannot be paid."""
        if reason := self._reason():
            raise InvoiceNotEligible(self.invoice_id, reason)
        self.payee.check_active()
        if self.remaining_amount > ZERO:
            self.payee.check_reached()

    def _reason(self) -> str | None:
        """Why a run cannot pay it."""
        if not self.is_linked:
            return "not_linked"
        if self.currency != BASE_CURRENCY:
            return "currency"
        if not self.is_transferred and self.remaining_amount > ZERO:
            return "not_transferred"
        is_due = self.remaining_amount and self.remaining_amount <= LARGEST
        return None if is_due else "nothing_due"


@dataclass(frozen=True, slots=True)
class Manner:
    """How the bank carries a file out: within seconds, and as one booking or one for each."""

    is_instant: bool = False
    is_batch_booked: bool = True


PLAIN = Manner()


@dataclass(frozen=True, slots=True)
class Wish:
    """How a run pays its invoices: parts of some, discounts, and credit notes taken from it.

    `credits` are open items without an invoice that are taken, too: an amount, or all of each.
    """

    amounts: Mapping[UUID, Decimal] = field(default_factory=dict)
    nets_credit_notes: bool = True
    discounts: frozenset[UUID] = frozenset()
    manner: Manner = PLAIN
    credits: Mapping[UUID, Decimal | None] = field(default_factory=dict)

    def of(self, payable: Payable, day: date) -> Payable:
        """What an order of a day pays of an invoice: of instalments those that are due.

        Raises INVOICE_NOT_ELIGIBLE beyond what is due, and for a discount that is over.
        """
        if payable.invoice_id in self.discounts:
            return self._discounted(payable, day)
        wanted = self.amounts.get(payable.invoice_id)
        if wanted is None:
            part = due_part(payable.terms, payable.remaining_amount, day)
            return replace(payable, remaining_amount=part.amount) if part else payable
        if not ZERO < wanted <= payable.remaining_amount:
            raise InvoiceNotEligible(payable.invoice_id, "amount_exceeds_due")
        return replace(payable, remaining_amount=wanted)

    def _discounted(self, payable: Payable, day: date) -> Payable:
        is_instant = self.manner.is_instant
        found = best_discount(payable.terms, payable.remaining_amount, day, is_instant=is_instant)
        if found is None:
            raise InvoiceNotEligible(payable.invoice_id, "no_discount")
        left = payable.remaining_amount - found.amount
        return replace(payable, remaining_amount=left, discount=found)


@dataclass(frozen=True, slots=True)
class EarlierOrder:
    """A file of another run that ordered the same invoice or took off the same credit.

    And what the bank said to it. Or one of the vendor that may be the same under another number:
    of the same total, and of the same day or reversed since.
    """

    run_id: UUID
    exported_at: datetime
    invoice_number: str
    amount: Decimal
    outcome: Outcome | None
    is_released: bool


@dataclass(frozen=True, slots=True)
class SeenMovement:
    """Money that left the bank, is tied to nothing, and may have paid an item of a run.

    `is_announced` where no statement has it yet. `came_back` is the day on which the money was
    there again, by its EndToEndId or as a return of the bank: then it paid nothing. `came_in` is
    the day on which as much came in with its text or from its account, which may be anything: a
    company that buys and sells pays what it owes, too.
    """

    bank_transaction_id: UUID
    tx_date: date
    amount: Decimal
    is_announced: bool = False
    came_back: date | None = None
    came_in: date | None = None


class CreditKind(StrEnum):
    """What a vendor's credit is: a document, the rest of a payment, or one without an invoice.

    A payment that settles nothing is an advance, or was made twice: nobody has said which.
    """

    CREDIT_NOTE = "credit_note"
    OVERPAID = "overpaid"
    PAYMENT = "payment"
    BOOKED = "booked"


@dataclass(frozen=True, slots=True)
class VendorCredit:
    """What is left of a credit of a vendor, in EUR, that a run does not take off.

    `taken_by` is another run that takes of it, and is not over.
    """

    open_item_id: UUID
    kind: CreditKind
    amount: Decimal
    booking_date: date
    document_number: str | None = None
    invoice_id: UUID | None = None
    taken_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class RunItem:
    """One invoice in a run: amount, name and IBAN as they were when the run was made.

    Or, instead of an invoice, an open item that stands to our credit without one.
    Items of one `transfer` are paid together; a credit has an amount below zero. `outcome`
    is where the transfer stands at the bank, once there is something to say of it; `discount` what
    was deducted for paying by `discount_until`. `ordered_before` is for whoever approves: what
    a bank is said to have refused can have been paid after all. So are `seen`, what may have paid
    it already, and `vendor_credits`, what stands to our credit with the vendor that the run does
    not take off, the newest first; `vendor_credit` is the sum of all of them. `owes_us` is what is
    open of the customer who is the same company, in EUR, credits deducted.
    `on_behalf_of` is the vendor whose invoice it is, where another is paid.
    """

    item_id: UUID
    invoice_id: UUID | None
    vendor_id: UUID
    vendor_name: str
    vendor_iban: str
    vendor_bic: str | None
    invoice_number: str
    amount: Decimal
    reference: str
    currency: str = BASE_CURRENCY
    transfer: int = 1
    outcome: Outcome | None = None
    is_released: bool = False
    discount: Decimal = ZERO
    discount_until: date | None = None
    ordered_before: tuple[EarlierOrder, ...] = ()
    seen: tuple[SeenMovement, ...] = ()
    vendor_credit: Decimal = ZERO
    vendor_credits: tuple[VendorCredit, ...] = ()
    owes_us: Decimal = ZERO
    on_behalf_of: str | None = None
    open_item_id: UUID | None = None


def invoices_of(items: Iterable[RunItem]) -> dict[UUID, RunItem]:
    """The items that are invoices, by their ids."""
    return {item.invoice_id: item for item in items if item.invoice_id is not None}


def credits_of(items: Iterable[RunItem]) -> dict[UUID, RunItem]:
    """The items that are open items without an invoice, by their ids."""
    return {item.open_item_id: item for item in items if item.open_item_id is not None}


def paid_to(items: Iterable[RunItem]) -> dict[str, Decimal]:
    """What a run pays to each account, in all: an amount may be cut into many."""
    sums: dict[str, Decimal] = {}
    for item in items:
        sums[item.vendor_iban] = sums.get(item.vendor_iban, ZERO) + item.amount
    return sums


def check_items(items: Iterable[RunItem]) -> None:
    """Refuse a run without items, or with a transfer of nothing."""
    sums: dict[int, Decimal] = {}
    for item in items:
        sums[item.transfer] = sums.get(item.transfer, ZERO) + item.amount
    if not sums or min(sums.values()) <= ZERO:
        raise EmptyRun


def check_unchanged(items: Iterable[RunItem], payables: Iterable[Payable]) -> None:
    """Refuse items whose invoice was paid meanwhile, lost its intent, or is gone."""
    present = {payable.invoice_id: payable for payable in payables}
    for invoice_id, item in invoices_of(items).items():
        payable = present.get(invoice_id)
        if payable is None or not payable.is_linked or payable.has_less_than(item.amount):
            raise InvoiceChanged(invoice_id)


def check_credits(items: Iterable[RunItem], left: Mapping[UUID, Decimal]) -> None:
    """Refuse credits of which less is left than a transfer is lowered by."""
    for open_item_id, item in credits_of(items).items():
        if left.get(open_item_id, ZERO) < -item.amount:
            raise InvoiceChanged(None, open_item_id)


def check_discounts(items: Iterable[RunItem], day: date, manner: Manner) -> None:
    """Refuse discounts that an order of this day does not earn any more."""
    for item in items:
        if item.discount_until is None:
            continue
        last = item.discount_until
        is_over = day > (last if manner.is_instant else business_day_before(last))
        if is_over and item.invoice_id is not None:
            raise DiscountExpired(item.invoice_id, last)


def check_payees(
    items: Iterable[RunItem], payables: Iterable[Payable], created_by: UUID | None
) -> None:
    """Refuse payees whose IBAN waits for confirmation, or is another one than the run was made for.

    And vendors that were taken out of use.
    """
    listed = list(items)
    payees = {payable.invoice_id: payable.payee for payable in payables}
    sums = paid_to(listed)
    for invoice_id, item in invoices_of(listed).items():
        payee = payees[invoice_id]
        payee.check_active()
        if payee.needs_confirmation(created_by, sums[item.vendor_iban]):
            raise PayeeNotConfirmed(item.vendor_id)
        if payee.iban != item.vendor_iban:
            raise PayeeChanged(item.vendor_id)


def check_givers(
    items: Iterable[RunItem], payables: Iterable[Payable], approver: UUID | None
) -> None:
    """Refuse an approval by who gave a payee the first IBAN, which nobody else has seen."""
    listed = list(items)
    ibans = {invoice_id: item.vendor_iban for invoice_id, item in invoices_of(listed).items()}
    sums = paid_to(listed)
    for payable in payables:
        if payable.payee.is_given_by(approver, sums[ibans[payable.invoice_id]]):
            raise PayeeNotConfirmed(payable.payee.vendor_id)
