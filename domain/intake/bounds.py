"""What was read, cut to what the books can hold: texts, amounts, figures (BOUNDED)."""

from dataclasses import replace
from decimal import Decimal

from domain.invoicing.invoice import NUMBER_LENGTH
from domain.invoicing.normalized import NormalizedInvoice, NormalizedLine, NormalizedVendor
from domain.money import BASE_CURRENCY, LIMIT, cents

MOST_LINES = 10_000
_TEXT = 500
_NAME = 255
_ID = 20
_IBAN = 34
_FINE = Decimal("0.000001")
_CURRENCY = 3


def within_bounds(invoice: NormalizedInvoice) -> NormalizedInvoice:
    """The same invoice; what is too long is cut, what is no amount of money is unknown."""
    lines = tuple(filter(None, map(_line, invoice.line_items[:MOST_LINES])))
    known = len(invoice.currency) == _CURRENCY and invoice.currency.isalpha()
    return replace(
        invoice,
        vendor=_vendor(invoice.vendor),
        invoice_number=_cut(invoice.invoice_number, NUMBER_LENGTH),
        currency=invoice.currency.upper() if known else BASE_CURRENCY,
        total_net=_amount(invoice.total_net),
        total_tax=_amount(invoice.total_tax),
        total_gross=_amount(invoice.total_gross),
        payment_terms=_cut(invoice.payment_terms, _TEXT),
        reference_text=_cut(invoice.reference_text, _TEXT),
        line_items=lines,
    ).renumbered()


def _vendor(vendor: NormalizedVendor) -> NormalizedVendor:
    return NormalizedVendor(
        name=_cut(vendor.name, _NAME),
        vat_id=_cut(vendor.vat_id, _ID),
        tax_id=_cut(vendor.tax_id, _ID),
        iban=_cut(vendor.iban, _IBAN),
        address=_cut(vendor.address, _TEXT),
    )


def _line(line: NormalizedLine) -> NormalizedLine | None:
    """A line with an impossible figure is no line."""
    tax, total = _amount(line.tax_amount), _amount(line.line_total)
    quantity, price = _figure(line.quantity), _figure(line.unit_price)
    if tax is None or total is None or quantity is None or price is None:
        return None
    rate = line.tax_rate if 0 <= line.tax_rate <= 1 else Decimal()
    return replace(
        line,
        description=line.description[:_TEXT],
        quantity=quantity,
        unit_price=price,
        tax_rate=rate.quantize(Decimal("0.00001")).normalize() + 0,
        tax_amount=tax,
        line_total=total,
    )


def _amount(value: Decimal | None) -> Decimal | None:
    if value is None or not value.is_finite() or abs(value) >= LIMIT:
        return None
    return cents(value)


def _figure(value: Decimal) -> Decimal | None:
    if not value.is_finite() or abs(value) >= LIMIT:
        return None
    return value.quantize(_FINE).normalize() + 0


def _cut(text: str | None, length: int) -> str | None:
    return text[:length] if text else None
