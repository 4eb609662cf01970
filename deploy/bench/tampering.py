"""Changes of an honest e-invoice, one value at a time; its page stays as it is."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from domain.formats.invoice_record import InvoiceRecord, RecordMeans

_OTHER_IBAN = "AT611904300234573201"


def changed(record: InvoiceRecord) -> Iterator[tuple[str, InvoiceRecord]]:
    """Field and record with that one value changed, for every value that it has."""
    for field, change in _CHANGES:
        other = change(record)
        if other is not None and other != record:
            yield field, other


def _number(record: InvoiceRecord, change: Callable[[str], str]) -> InvoiceRecord | None:
    return replace(record, number=change(record.number)) if record.number else None


def _seller(record: InvoiceRecord, name: str, change: Callable[[str], str]) -> InvoiceRecord | None:
    value = getattr(record.seller, name)
    return (
        replace(record, seller=replace(record.seller, **{name: change(value)})) if value else None
    )


def _day(record: InvoiceRecord, name: str) -> InvoiceRecord | None:
    value = getattr(record, name)
    return replace(record, **{name: value - timedelta(days=400)}) if value else None


def _due(record: InvoiceRecord) -> InvoiceRecord | None:
    due = record.payment.due_date
    if due is None:
        return None
    return replace(record, payment=replace(record.payment, due_date=due + timedelta(400), steps=()))


def _total(record: InvoiceRecord, name: str, factor: str, more: str) -> InvoiceRecord | None:
    value = getattr(record.totals, name)
    if not value:
        return None
    other = value * Decimal(factor) + Decimal(more)
    return replace(record, totals=replace(record.totals, **{name: other}))


def _accounts(record: InvoiceRecord, *, keep: bool) -> InvoiceRecord:
    kept = record.payment.means if keep else ()
    means = (*kept, RecordMeans(iban=_OTHER_IBAN))
    return replace(record, payment=replace(record.payment, means=means))


def _last_digit(value: str) -> str:
    at = max(place for place, sign in enumerate(value) if sign.isdigit())
    return f"{value[:at]}{(int(value[at]) + 1) % 10}{value[at + 1 :]}"


def _has_digit(value: str | None) -> bool:
    return value is not None and any(sign.isdigit() for sign in value)


_CHANGES: list[tuple[str, Callable[[InvoiceRecord], InvoiceRecord | None]]] = [
    (
        "invoice_number",
        lambda record: _number(record, _last_digit) if _has_digit(record.number) else None,
    ),
    ("invoice_number", lambda record: _number(record, lambda value: f"{value}-1")),
    ("invoice_date", lambda record: _day(record, "issue_date")),
    ("delivery_date", lambda record: _day(record, "delivery_date")),
    ("due_date", _due),
    ("vendor_name", lambda record: _seller(record, "name", lambda _: "Andere Firma GmbH")),
    ("vendor_name", lambda record: _seller(record, "name", lambda name: f"{name} Zweite")),
    (
        "vendor_vat_id",
        lambda record: (
            _seller(record, "vat_id", _last_digit) if _has_digit(record.seller.vat_id) else None
        ),
    ),
    ("vendor_iban", lambda record: _accounts(record, keep=True)),
    ("vendor_iban", lambda record: _accounts(record, keep=False)),
    ("currency", lambda record: replace(record, currency="USD")),
    ("currency", lambda record: replace(record, currency="CHF")),
    ("total_net", lambda record: _total(record, "net", "1", "100.00")),
    ("total_tax", lambda record: _total(record, "tax", "1", "0.01")),
    ("total_gross", lambda record: _total(record, "gross", "10", "0")),
    ("amount_due", lambda record: _total(record, "payable", "10", "0")),
    ("amount_due", lambda record: _total(record, "payable", "1", "0.01")),
    (
        "recipient_name",
        lambda record: replace(record, buyer=replace(record.buyer, name="Andere Firma GmbH")),
    ),
]
FIELDS = tuple(dict.fromkeys(field for field, _ in _CHANGES))
"""Fields that are changed."""
