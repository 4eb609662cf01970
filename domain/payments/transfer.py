"""From the items of a run to credit transfers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType
from uuid import UUID

from domain.banking.file_ids import end_to_end_id, message_id
from domain.formats import sepa
from domain.money import ZERO
from domain.payments.creditor_reference import creditor_reference
from domain.payments.pain001 import CreditTransfer, Initiation, Party, PostalAddress
from domain.payments.run import PLAIN, Manner, Payable, RunItem
from domain.payments.sepa_area import needs_details


def item_of(item_id: UUID, payable: Payable) -> RunItem:
    """Take an invoice into a run, as it stands now. Refuses what cannot be paid."""
    payable.check_eligible()
    return RunItem(
        item_id=item_id,
        invoice_id=payable.invoice_id,
        vendor_id=payable.payee.vendor_id,
        vendor_name=payable.payee.name,
        vendor_iban=payable.payee.iban or "",
        vendor_bic=payable.payee.bic,
        invoice_number=payable.invoice_number,
        amount=payable.remaining_amount,
        reference=_reference(payable),
        discount=payable.discount.amount if payable.discount else ZERO,
        discount_until=payable.discount.until if payable.discount else None,
    )


def initiation(  # noqa: PLR0913 (what a file is made of)
    run_id: UUID,
    created_at: datetime,
    execution_date: date,
    debtor: Party,
    items: Iterable[RunItem],
    *,
    addresses: Mapping[UUID, PostalAddress] = MappingProxyType({}),
    manner: Manner = PLAIN,
) -> Initiation:
    """All transfers of a run, in the order of its items; `addresses` are those of vendors.

    An address is written, and with it that of the debtor, where a payee is outside the EEA.
    """
    transfers: dict[int, list[RunItem]] = {}
    for item in items:
        transfers.setdefault(item.transfer, []).append(item)
    abroad = any(needs_details(of[0].vendor_iban) for of in transfers.values())
    return Initiation(
        message_id=message_id(run_id),
        created_at=created_at,
        execution_date=execution_date,
        debtor=debtor if abroad else replace(debtor, address=None),
        transfers=tuple(
            _transfer(end_to_end_id(run_id, number), of, addresses)
            for number, of in transfers.items()
        ),
        is_instant=manner.is_instant,
        is_batch_booked=manner.is_batch_booked,
    )


def _reference(payable: Payable) -> str:
    """A creditor reference alone; any other text, often an order's number, behind the invoice's."""
    number, words = payable.invoice_number, payable.payment_reference or ""
    if creditor_reference(words) or re.search(rf"(?<!\w){re.escape(number)}(?!\w)", words):
        return words
    return f"{number} {words}".strip()


def _transfer(
    id_: str, items: Sequence[RunItem], addresses: Mapping[UUID, PostalAddress]
) -> CreditTransfer:
    """One transfer over its items; a credit note alone has no account and names none."""
    first, first_amount = items[0], items[0].amount
    if first.amount <= ZERO:
        first = next((item for item in items if item.amount > ZERO), first)
    words = _remittance(items)
    structured = creditor_reference(words) if len(items) == 1 else None
    address = addresses.get(first.vendor_id) if needs_details(first.vendor_iban) else None
    return CreditTransfer(
        end_to_end_id=id_,
        amount=sum((item.amount for item in items[1:]), first_amount),
        creditor=Party(first.vendor_name, first.vendor_iban, first.vendor_bic, address),
        remittance_information=words,
        creditor_reference=structured,
    )


def _remittance(items: Sequence[RunItem]) -> str:
    """The reference of one item; of several the numbers of all, and how many do not fit in."""
    if len(items) == 1:
        return items[0].reference
    ordered = sorted(items, key=lambda item: item.amount < ZERO)
    numbers = [sepa.text(item.invoice_number) for item in ordered]
    for kept in range(len(numbers), 0, -1):
        rest = len(numbers) - kept
        words = " ".join([*numbers[:kept], *([f"+{rest}"] if rest else [])])
        if len(words) <= sepa.TEXT_LENGTH:
            return words
    return numbers[0]
