"""What was read, cut to what the books can hold: texts, amounts, figures (BOUNDED).

Texts lose what is not seen and changes what is seen: a document is shown as it looks.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from domain.formats.countries import country_code
from domain.money import LIMIT, cents, currency_of
from domain.payables.invoice import NUMBER_LENGTH
from domain.payables.normalized import (
    NormalizedInvoice,
    NormalizedLine,
    NormalizedTax,
    NormalizedVendor,
)
from domain.payables.terms import Payee, PaymentTerm
from domain.plain_text import as_it_looks, turns_around, unseen_in
from domain.reading.finding import Finding, Severity

MOST_LINES = 10_000
_TEXT = 500
_NAME = 255
_ID = 20
_IBAN = 34
_BIC = 11
_CODE = 50
_TERMS = 100
_GROUPS = 100
_AMOUNTS = (
    "total_net", "total_tax", "total_gross", "prepaid_amount", "rounding_amount", "amount_due",
)  # fmt: skip
_IDENTITY = frozenset({"invoice_number", "vendor_name", "vendor_vat_id", "vendor_tax_id", "payee"})
_FINE = Decimal("0.000001")


def within_bounds(invoice: NormalizedInvoice) -> NormalizedInvoice:
    """The same invoice; what is too long is cut, what is no amount of money is unknown."""
    lines = tuple(filter(None, map(_line, invoice.line_items[:MOST_LINES])))
    amounts: dict[str, Any] = {name: _amount(getattr(invoice, name)) for name in _AMOUNTS}
    return replace(
        invoice,
        vendor=_vendor(invoice.vendor),
        invoice_number=_cut(invoice.invoice_number, NUMBER_LENGTH),
        currency=currency_of(invoice.currency),
        payee=_payee(invoice.payee),
        terms=tuple(map(_term, invoice.terms[:_TERMS])),
        payment_terms=_cut(invoice.payment_terms, _TEXT),
        reference_text=_cut(invoice.reference_text, _TEXT),
        taxes=tuple(filter(None, map(_tax, invoice.taxes[:_GROUPS]))),
        line_items=lines,
        **amounts,
    ).renumbered()


def cuts(invoice: NormalizedInvoice) -> Iterator[Finding]:
    """What `within_bounds` takes off an invoice, so that nothing is cut without a word."""
    count = len(invoice.line_items)
    if count > MOST_LINES:
        yield _cut_finding(
            f"The invoice has {count} lines; the first {MOST_LINES} are kept.",
            "line_items",
            Severity.BLOCKING,
        )
    kept = sum(_line(line) is not None for line in invoice.line_items[:MOST_LINES])
    if kept < min(count, MOST_LINES):
        yield _cut_finding(
            f"{min(count, MOST_LINES) - kept} lines have an impossible figure and are left out.",
            "line_items",
            Severity.BLOCKING,
        )
    yield from _impossible(invoice)
    for term in invoice.terms:
        if term.percent is not None and _term(term).percent is None:
            yield Finding(
                "UNREADABLE_VALUE",
                f"A discount of {term.percent} % is none: its rate is unknown.",
                Severity.WARNING,
                ("terms",),
            )
    yield from _text_cuts(invoice)


def _impossible(invoice: NormalizedInvoice) -> Iterator[Finding]:
    """Figures that no invoice has: a misread one, or one that is meant to do harm."""
    for name in _AMOUNTS:
        value = getattr(invoice, name)
        if value is not None and _amount(value) is None:
            yield _unreadable(f"An amount of {value:.2e} is none.", name)
    if any(not 0 <= line.tax_rate <= 1 for line in invoice.line_items[:MOST_LINES]):
        yield _unreadable("A line has a rate of tax that is none; it is shown as 0.", "line_items")
    left_out = len(invoice.taxes) - sum(_tax(each) is not None for each in invoice.taxes[:_GROUPS])
    if left_out:
        yield _unreadable(
            f"{left_out} groups of the tax have an impossible figure, or are too many; "
            "they are left out.",
            "taxes",
        )


def _unreadable(message: str, name: str) -> Finding:
    return Finding("UNREADABLE_VALUE", message, Severity.BLOCKING, (name,))


def _text_cuts(invoice: NormalizedInvoice) -> Iterator[Finding]:
    for name, texts, length in _texts(invoice):
        longest = max(texts, key=len, default="")
        if len(longest) > length:
            yield _cut_finding(
                f"A text has {len(longest)} characters; the first {length} are kept.", name
            )
        sign = next(filter(None, map(unseen_in, texts)), None)
        if sign is not None:
            turns = name in _IDENTITY and any(map(turns_around, texts))
            severity = Severity.BLOCKING if turns else Severity.WARNING
            message = f"A text has a sign that is not seen ({sign}); it is left out."
            yield Finding("UNSEEN_SIGN", message, severity, (name,))


def _texts(invoice: NormalizedInvoice) -> Iterator[tuple[str, list[str], int]]:
    """Texts by field, each with the length that is kept."""
    vendor, payee = invoice.vendor, invoice.payee
    found: tuple[tuple[str, Iterable[str | None], int], ...] = (
        ("invoice_number", (invoice.invoice_number,), NUMBER_LENGTH),
        ("payment_terms", (invoice.payment_terms,), _TEXT),
        ("reference_text", (invoice.reference_text,), _TEXT),
        ("vendor_name", (vendor.name,), _NAME),
        ("vendor_vat_id", (vendor.vat_id,), _ID),
        ("vendor_tax_id", (vendor.tax_id,), _ID),
        ("vendor_address", (vendor.address,), _TEXT),
        ("payee", (payee.name,) if payee else (), _NAME),
        ("line_items", (line.description for line in invoice.line_items), _TEXT),
        ("taxes", (each.exemption_reason for each in invoice.taxes), _TEXT),
        ("taxes", (each.exemption_code for each in invoice.taxes), _CODE),
    )
    yield from ((name, [*filter(None, texts)], length) for name, texts, length in found)


def _cut_finding(message: str, name: str, severity: Severity = Severity.WARNING) -> Finding:
    return Finding("CUT_TO_BOUND", message, severity, (name,))


def _vendor(vendor: NormalizedVendor) -> NormalizedVendor:
    return NormalizedVendor(
        name=_cut(vendor.name, _NAME),
        vat_id=_cut(vendor.vat_id, _ID),
        tax_id=_cut(vendor.tax_id, _ID),
        iban=_cut(vendor.iban, _IBAN),
        address=_cut(vendor.address, _TEXT),
        country=country_code(vendor.country or "") or None,
        bic=_cut(vendor.bic, _BIC),
    )


def _payee(payee: Payee | None) -> Payee | None:
    if payee is None:
        return None
    return Payee(as_it_looks(payee.name)[:_NAME], _cut(payee.iban, _IBAN), _cut(payee.bic, _BIC))


def _term(term: PaymentTerm) -> PaymentTerm:
    """A percentage that is none is unknown, as is an amount that is none."""
    percent = term.percent if term.percent is not None and 0 <= term.percent <= 100 else None  # noqa: PLR2004
    return replace(
        term,
        percent=None if percent is None else _figure(percent),
        amount=_amount(term.amount),
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
        description=as_it_looks(line.description)[:_TEXT],
        quantity=quantity,
        unit_price=price,
        tax_rate=rate.quantize(Decimal("0.00001")).normalize() + 0,
        tax_amount=tax,
        line_total=total,
    )


def _tax(group: NormalizedTax) -> NormalizedTax | None:
    """A group of the tax with an impossible figure is no group."""
    basis, amount = _amount(group.basis), _amount(group.amount)
    is_rate = group.rate is None or 0 <= group.rate <= 1
    if basis is None or amount is None or not is_rate:
        return None
    return replace(
        group,
        rate=None if group.rate is None else _figure(group.rate),
        basis=basis,
        amount=amount,
        exemption_reason=_cut(group.exemption_reason, _TEXT),
        exemption_code=_cut(group.exemption_code, _CODE),
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
    return as_it_looks(text)[:length] if text else None
