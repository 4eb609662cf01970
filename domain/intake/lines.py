"""Invoice lines from a structured record or from a page: gross, and adding up to the totals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from domain.formats.invoice_record import HUNDRED, InvoiceRecord, RecordLine
from domain.money import CENT, ZERO, cents
from domain.reading.origin import Origin

LONGEST = 500
_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class TaxShare:
    """Basis and tax of one rate; `rate` is a fraction."""

    rate: Decimal
    basis: Decimal
    amount: Decimal
    category: str | None = None
    exemption_reason: str | None = None
    exemption_code: str | None = None


@dataclass(frozen=True, slots=True)
class ExtractedLine:
    """One line; `tax_rate` is a fraction, `line_total` is gross, what is unknown is None.

    `category` is that of EN 16931, `supply_kind` a kind of the rules of VAT where the document is
    of that kind as a whole, `supply_date` the last day of its own supply where it has one.
    """

    description: str
    quantity: Decimal | None
    unit_price: Decimal | None
    tax_rate: Decimal | None
    tax_amount: Decimal | None
    line_total: Decimal | None
    origins: dict[str, Origin] = field(default_factory=dict)
    category: str | None = None
    supply_kind: str | None = None
    supply_date: date | None = None

    def negated(self) -> "ExtractedLine":
        """The same line with the opposite sign."""
        return replace(
            self,
            unit_price=_minus(self.unit_price),
            tax_amount=_minus(self.tax_amount),
            line_total=_minus(self.line_total),
        )


def record_lines(record: InvoiceRecord, shares: Sequence[TaxShare]) -> tuple[ExtractedLine, ...]:
    """The lines of a record with allowances and charges; the tax groups where it has none."""
    items = [item for item in (*record.lines, *record.adjustments) if item.net is not None]
    if not record.lines:
        return summary_lines(record.number, shares, {})
    only = shares[0] if len(shares) == 1 else _UNTAXED
    lines = [_taxed(item, only) for item in items]
    return settled(lines, shares)


def summary_lines(
    number: str | None, shares: Sequence[TaxShare], origins: dict[str, Origin]
) -> tuple[ExtractedLine, ...]:
    """One line for each rate, when the document's own lines are unknown."""
    return tuple(
        ExtractedLine(
            description=f"Invoice {number or ''}".strip() + f", {percent(share.rate)} %",
            quantity=_ONE,
            unit_price=cents(share.basis),
            tax_rate=share.rate,
            tax_amount=cents(share.amount),
            line_total=cents(share.basis + share.amount),
            origins=origins,
            category=share.category,
        )
        for share in shares
    )


def percent(rate: Decimal) -> str:
    """A fraction as people write it in percent.

    >>> percent(Decimal("0.20")), percent(Decimal("0.049"))
    ('20', '4.9')
    """
    return f"{(rate * HUNDRED).normalize():f}"


def gross_of(net: Decimal, rate: Decimal) -> tuple[Decimal, Decimal]:
    """Tax and gross of a net amount.

    >>> gross_of(Decimal("0.79"), Decimal("0.19"))
    (Decimal('0.15'), Decimal('0.94'))
    """
    tax = cents(net * rate)
    return tax, cents(net) + tax


def settled(
    lines: Iterable[ExtractedLine], shares: Sequence[TaxShare], *, is_gross: bool = False
) -> tuple[ExtractedLine, ...]:
    """The lines, with the cents that rounding each alone has cost put on the largest of a rate.

    Tax is computed for each rate as a whole (EN 16931, BR-CO-17); lines round one by one. Where
    prices are gross (`is_gross`) totals stand as they are, and only the tax within them changes.
    """
    found = list(lines)
    for share in shares:
        places = [at for at, line in enumerate(found) if line.tax_rate == share.rate]
        missing = share.amount - sum((found[at].tax_amount or ZERO for at in places), ZERO)
        if places and missing and abs(missing) <= CENT * len(places):
            largest = max(places, key=lambda at: abs(found[at].line_total or ZERO))
            found[largest] = _raised(found[largest], missing, is_gross=is_gross)
    return tuple(found)


def _raised(line: ExtractedLine, cents_more: Decimal, *, is_gross: bool) -> ExtractedLine:
    return replace(
        line,
        tax_amount=(line.tax_amount or ZERO) + cents_more,
        line_total=(line.line_total or ZERO) + (ZERO if is_gross else cents_more),
    )


_UNTAXED = TaxShare(ZERO, ZERO, ZERO)


def _taxed(item: RecordLine, only: TaxShare) -> ExtractedLine:
    net = item.net if item.net is not None else ZERO
    rate = item.rate / HUNDRED if item.rate is not None else only.rate
    tax, gross = gross_of(net, rate)
    quantity, price = _measured(item, net)
    description = item.description[:LONGEST] or "-"
    category = item.category or only.category
    return ExtractedLine(
        description,
        quantity,
        price,
        rate,
        tax,
        gross,
        category=category,
        supply_date=item.supply_date,
    )


def _measured(item: RecordLine, net: Decimal) -> tuple[Decimal, Decimal]:
    """Quantity and price; a returned quantity becomes a negative price."""
    if not item.quantity:
        return _ONE, net
    price = item.unit_price if item.unit_price is not None else net / item.quantity
    return (-item.quantity, -price) if item.quantity < 0 else (item.quantity, price)


def _minus(value: Decimal | None) -> Decimal | None:
    return -value if value is not None else None
