"""Which items of a run make one transfer: credits are taken from what their vendor is paid."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from domain.money import ZERO
from domain.payments.run import InvoiceNotEligible, Payable, RunItem


def added_credits(named: Sequence[Payable], open_: Sequence[Payable]) -> list[Payable]:
    """Credit notes that lower what their vendors are paid, beside those that are named.

    Who owes us as much as it is paid is not paid: the two are set off instead. Raises
    INVOICE_NOT_ELIGIBLE.
    """
    known = {payable.invoice_id for payable in named}
    added = [credit for credit in open_ if credit.invoice_id not in known]
    left: defaultdict[UUID, Decimal] = defaultdict(Decimal)
    for payable in (*named, *added):
        left[payable.payee.vendor_id] += payable.remaining_amount
    for payable in named:
        if left[payable.payee.vendor_id] <= ZERO:
            raise InvoiceNotEligible(payable.invoice_id, "credit_exceeds_invoices")
    return added


def grouped(items: Sequence[RunItem]) -> tuple[RunItem, ...]:
    """Number the transfers of a run, and give credit notes the account that they lower.

    Invoices of a vendor with credit notes are paid by one transfer for each account, the others
    by one each. Raises INVOICE_NOT_ELIGIBLE where credit notes leave nothing to be paid.
    """
    sums: defaultdict[tuple[UUID, str], Decimal] = defaultdict(Decimal)
    for item in items:
        if item.amount > ZERO:
            sums[item.vendor_id, item.vendor_iban] += item.amount
    netted = {item.vendor_id for item in items if item.amount < ZERO}
    placed = [_placed(item, sums) if item.amount < ZERO else item for item in items]
    _check_left(placed, netted)
    numbers: dict[object, int] = {}
    return tuple(
        replace(item, transfer=numbers.setdefault(_key(item, netted), len(numbers) + 1))
        for item in placed
    )


def _key(item: RunItem, netted: set[UUID]) -> object:
    is_alone = item.vendor_id not in netted
    return item.item_id if is_alone else (item.vendor_id, item.vendor_iban)


def _placed(item: RunItem, sums: dict[tuple[UUID, str], Decimal]) -> RunItem:
    """A credit note at the account of its vendor that is paid most."""
    accounts = [
        (amount, iban) for (vendor, iban), amount in sums.items() if vendor == item.vendor_id
    ]
    if not accounts:
        raise InvoiceNotEligible(item.invoice_id or item.item_id, "credit_exceeds_invoices")
    return replace(item, vendor_iban=max(accounts)[1])


def _check_left(items: Iterable[RunItem], netted: set[UUID]) -> None:
    left: defaultdict[tuple[UUID, str], Decimal] = defaultdict(Decimal)
    last: dict[tuple[UUID, str], UUID] = {}
    for item in items:
        if item.vendor_id in netted:
            left[item.vendor_id, item.vendor_iban] += item.amount
            key = item.vendor_id, item.vendor_iban
            last[key] = item.invoice_id or last.get(key) or item.item_id
    for key, amount in left.items():
        if amount <= ZERO:
            raise InvoiceNotEligible(last[key], "credit_exceeds_invoices")
