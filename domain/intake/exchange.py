"""Invoices in foreign currency: their rate, and their lines in EUR."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from domain.errors import InvalidInput
from domain.formats.ecb_rates import ECB
from domain.ledger.booking import Line
from domain.ledger.intent import Exchange, Side
from domain.money import BASE_CURRENCY, CENT, ZERO, cents, currency_of
from domain.payables.normalized import NormalizedInvoice
from domain.reading.finding import Finding, Severity

_RATE = Decimal("0.000001")


def exchange_of(invoice: NormalizedInvoice, gross: Decimal) -> Exchange | None:
    """The exchange of an invoice in foreign currency, None for one in EUR.

    Raises InvalidInput for a currency that nobody knows, and without a rate.
    """
    currency, fx = known_currency(invoice), invoice.fx
    if currency == BASE_CURRENCY:
        return None
    if fx is None:
        raise InvalidInput("/normalized_invoice/fx", f"is needed: the invoice is in {currency}")
    return Exchange(currency, gross, fx.rate, fx.rate_date, fx.source)


def known_currency(invoice: NormalizedInvoice) -> str:
    """The currency; nobody has accepted away that it is not known."""
    known = currency_of(invoice.currency)
    if known is None:
        raise InvalidInput("/normalized_invoice/currency", "is not known")
    return known


def tax_findings(invoice: NormalizedInvoice, in_euro: Decimal | None) -> Iterator[Finding]:
    """Tell that the document converts its tax at another rate than the books.

    Deducted is the tax that it states in EUR (BT-111): § 11 Abs. 1 Z 3 lit. f and § 20 Abs. 6 UStG
    in Austria, § 16 Abs. 6 UStG in Germany. A cent for each line is rounding.
    """
    fx, tax = invoice.fx, invoice.total_tax
    if in_euro is None or fx is None or not tax or not in_euro or not fx.rate:
        return
    booked, stated = cents(abs(tax) / fx.rate), abs(in_euro)
    if abs(booked - stated) > CENT * max(1, len(invoice.line_items)):
        rate = (abs(tax) / stated).quantize(_RATE).normalize()
        yield Finding(
            "FX_TAX_DIFFERS",
            f"The invoice states {stated:.2f} EUR of tax; at the rate of the books it is"
            f" {booked:.2f}. At {rate:f} it is what the invoice states.",
            Severity.WARNING,
            ("fx", "total_tax"),
            "EN 16931 BT-111",
        )


def without_stale_rate(before: NormalizedInvoice, after: NormalizedInvoice) -> NormalizedInvoice:
    """The invoice after a change without a rate that was of another currency or another day."""
    was, fx = before.fx, after.fx
    if fx is None or fx != was:
        return after
    moved = fx.source == ECB and before.invoice_date != after.invoice_date
    return replace(after, fx=None) if moved or before.currency != after.currency else after


def in_euro(lines: Sequence[Line], rate: Decimal) -> tuple[Line, ...]:
    """The lines in EUR; the last, what is owed, is exact, the largest other takes the rest.

    >>> both = [Line("5800", Side.DEBIT, Decimal(110)), Line("3300", Side.CREDIT, Decimal(110))]
    >>> [str(each.amount) for each in in_euro(both, Decimal("1.1"))]
    ['100.00', '100.00']
    """
    found = [_converted(line, rate) for line in lines]
    rest = sum((line.amount if line.side is Side.DEBIT else -line.amount for line in found), ZERO)
    largest = max(range(len(found) - 1), key=lambda at: found[at].amount)
    sign = -1 if found[largest].side is Side.DEBIT else 1
    found[largest] = replace(found[largest], amount=found[largest].amount + sign * rest)
    return tuple(line for line in found if line.amount)


def _converted(line: Line, rate: Decimal) -> Line:
    tax = line.tax_amount
    return replace(
        line,
        amount=cents(line.amount / rate),
        tax_amount=cents(tax / rate) if tax is not None else None,
    )
