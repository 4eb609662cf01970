"""What a person changed of an e-invoice that cannot be misread.

What stands in XML is what the sender says. Whoever changes it knows better, or wants another sum
paid: it is told on the case, and where more would be paid, or somebody else, it asks for a reason
(ANSWERED).
"""

from collections.abc import Iterator
from decimal import Decimal

from domain.intake.extraction import Extraction
from domain.payables.normalized import NormalizedInvoice
from domain.payables.terms import Payee, PaymentMethod
from domain.reading.document_type import DocumentType
from domain.reading.finding import Finding, Severity
from domain.reading.layout import Source

_TOLD = ("document_type", "currency", "total_gross", "amount_due", "payment_method", "payee")
# has no place of its own in every format, and is as sure as the totals beside it
_AS_SURE_AS_TOTALS = {"amount_due", "payment_method", "payee"}
_ORDERED = (None, PaymentMethod.TRANSFER)


def differences(
    read: Extraction, proposed: NormalizedInvoice, invoice: NormalizedInvoice
) -> Iterator[Finding]:
    """Values of an invoice that its XML says otherwise; `proposed` is what was read.

    A value that was cleared is one, too: an invoice without an amount due owes its whole total,
    one without a way to pay is transferred, one without a payee is paid to the vendor.
    """
    for name in _TOLD:
        said, now = _value(proposed, name), _value(invoice, name)
        is_stated = getattr(proposed, name) is not None or getattr(invoice, name) is not None
        if is_stated and said is not None and said != now and _is_sure(read, name):
            yield Finding(
                "DIFFERS_FROM_E_INVOICE",
                f"The e-invoice says {_text(said)}, the case says {_text(now)}.",
                Severity.BLOCKING if _pays_more(name, said, now) else Severity.WARNING,
                (name,),
            )


def _is_sure(read: Extraction, name: str) -> bool:
    origin = read.origins.get(name)
    if origin is None and name in _AS_SURE_AS_TOTALS:
        origin = read.origins.get("total_gross")
    return origin is not None and origin.source is Source.XML


def _value(invoice: NormalizedInvoice, name: str) -> object:
    """A value as it takes effect; the total of an invoice says what is due where nothing else."""
    if name == "amount_due" and invoice.amount_due is None and invoice.total_gross is not None:
        return invoice.owed_amount
    value: object = getattr(invoice, name)
    return value


def _pays_more(name: str, said: object, now: object) -> bool:
    """A credit note that is to be paid, more than is asked for, another money, or another payee."""
    if name == "document_type":
        return said is DocumentType.CREDIT_NOTE
    if name == "payment_method":
        return said not in _ORDERED and now in _ORDERED
    if isinstance(said, Decimal) and isinstance(now, Decimal):
        return now > said
    return name in {"currency", "payee"}


def _text(value: object) -> str:
    if isinstance(value, Payee):
        return " ".join(filter(None, (value.name, value.iban)))
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return "nothing" if value is None else str(value)
