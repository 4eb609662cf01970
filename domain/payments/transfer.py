"""From the items of a run to credit transfers."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from domain.formats import sepa
from domain.formats.pain001 import CreditTransfer, Initiation, Party
from domain.payments.run import Payable, RunItem

_CHECK_DIGITS = slice(2, 4)


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
    )


def message_id(run_id: UUID) -> str:
    """The one message id of a run.

    >>> len(message_id(UUID(int=1)))
    32
    """
    return run_id.hex


def initiation(
    run_id: UUID,
    created_at: datetime,
    execution_date: date,
    debtor: Party,
    items: Iterable[RunItem],
) -> Initiation:
    """All transfers of a run, in the order of its items."""
    return Initiation(
        message_id=message_id(run_id),
        created_at=created_at,
        execution_date=execution_date,
        debtor=debtor,
        transfers=tuple(_transfer(item) for item in items),
    )


def is_creditor_reference(value: str) -> bool:
    """Say whether a text is a creditor reference with right check digits (ISO 11649).

    >>> is_creditor_reference("RF18539007547034"), is_creditor_reference("RF19539007547034")
    (True, False)
    """
    compact = value.replace(" ", "")
    if not compact.isascii() or not compact.isalnum() or not compact.startswith("RF"):
        return False
    if len(compact) not in range(5, 26) or not compact[_CHECK_DIGITS].isdigit():
        return False
    return int("".join(str(int(sign, 36)) for sign in compact[4:] + compact[:4])) % 97 == 1


def _reference(payable: Payable) -> str:
    """A creditor reference alone; any other text, often an order's number, behind the invoice's."""
    number, words = payable.invoice_number, payable.payment_reference or ""
    if is_creditor_reference(words) or re.search(rf"(?<!\w){re.escape(number)}(?!\w)", words):
        return words
    return f"{number} {words}".strip()


def _transfer(item: RunItem) -> CreditTransfer:
    structured = is_creditor_reference(item.reference)
    return CreditTransfer(
        end_to_end_id=sepa.identifier(item.invoice_number),
        amount=item.amount,
        creditor=Party(item.vendor_name, item.vendor_iban, item.vendor_bic),
        remittance_information=item.reference,
        creditor_reference=item.reference.replace(" ", "") if structured else None,
    )
