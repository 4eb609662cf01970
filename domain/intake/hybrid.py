"""A hybrid invoice says everything twice: each value of the XML has to be seen on the page.

Whoever looks sees the page, and what is booked and paid is the XML: a value that only the XML has
is tampering until a person has said otherwise. Form is free, content is not (decision 0042).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from domain.formats.invoice_record import InvoiceRecord
from domain.iban import grouped, written
from domain.intake.due import contrary_finding
from domain.intake.extraction import Extraction, weighed
from domain.intake.vendor_match import bare_name
from domain.money import BASE_CURRENCY, ZERO
from domain.reading.finding import Finding, Severity
from domain.reading.layout import Layout, Source
from domain.reading.shown import Shown

DIFFER = "PAGE_AND_XML_DIFFER"
_BASIS = "GoBD Rz. 131"
_DOUBTED = Decimal("0.30")
_SURE = Decimal("0.90")
_UNSIGNED = "currency"  # that of the books needs no sign


@dataclass(frozen=True, slots=True)
class _Compared:
    """One value of the XML, whether the page shows it, and how much it matters."""

    field: str
    value: object
    is_shown: bool
    severity: Severity = Severity.BLOCKING


def differences(record: InvoiceRecord, page: Extraction, layout: Layout) -> Iterator[Finding]:
    """Values of the XML that the page does not show, and accounts that only the page shows.

    Identity (number, day, vendor) and money block; other days and the buyer are worth a look.
    """
    shown = Shown(layout)
    compared = list(_compared(record, page, shown))
    if not any(one.is_shown for one in compared if one.field != _UNSIGNED):
        yield _nothing_shown(shown)
        return
    for one in compared:
        if not one.is_shown:
            yield _difference(one, page)
    yield from _other_accounts(record, shown)
    yield from contrary_finding(record, page.payment_method)


def doubted(stated: Extraction, findings: tuple[Finding, ...]) -> Extraction:
    """The extraction, less sure of every value that the page does not show."""
    doubts = [found.fields or tuple(stated.origins) for found in findings if _doubts(found)]
    fields = {name for names in doubts for name in names}
    origins = {
        name: replace(origin, confidence=min(origin.confidence, _DOUBTED))
        if name in fields
        else origin
        for name, origin in stated.origins.items()
    }
    return weighed(replace(stated, origins=origins)) if fields else stated


def _doubts(finding: Finding) -> bool:
    return finding.severity is not Severity.HINT


def _compared(record: InvoiceRecord, page: Extraction, shown: Shown) -> Iterator[_Compared]:
    yield from _identity(record, page, shown)
    yield from _accounts(record, shown)
    yield from _money(record, shown)
    yield from _days(record, page, shown)


def _identity(record: InvoiceRecord, page: Extraction, shown: Shown) -> Iterator[_Compared]:
    """Who sent what to whom. A tax number that no page must show is only worth knowing."""
    seller, buyer = record.seller, record.buyer
    if record.number:
        is_shown = shown.has_number(record.number) and not _is_part(record.number, page)
        yield _Compared("invoice_number", record.number, is_shown)
    if seller.name:
        yield _Compared("vendor_name", seller.name, shown.has_words(bare_name(seller.name)))
    if seller.vat_id:
        yield _Compared("vendor_vat_id", seller.vat_id, shown.has_id(seller.vat_id))
    if seller.tax_id:
        weight = Severity.BLOCKING if page.vendor_tax_id else Severity.HINT
        yield _Compared("vendor_tax_id", seller.tax_id, shown.has_id(seller.tax_id), weight)
    if buyer.name:
        is_shown = shown.has_words(bare_name(buyer.name))
        yield _Compared("recipient_name", buyer.name, is_shown, Severity.WARNING)
    if buyer.vat_id:
        yield _Compared("recipient_vat_id", buyer.vat_id, shown.has_id(buyer.vat_id), Severity.HINT)


def _is_part(number: str, page: Extraction) -> bool:
    """Whether the page surely has a longer number of which this is a part."""
    read = page.invoice_number
    return (
        read is not None and _is_sure(page, "invoice_number") and number != read and number in read
    )


def _is_sure(page: Extraction, field: str) -> bool:
    return page.confidence.fields.get(field, ZERO) >= _SURE


def _accounts(record: InvoiceRecord, shown: Shown) -> Iterator[_Compared]:
    """Where the money goes; whose account it is may be written in another way than the vendor."""
    payment = record.payment
    for iban in dict.fromkeys(map(written, payment.ibans)):
        is_shown = shown.has_id(iban) or _shown_as_bank_code(iban, shown)
        yield _Compared("vendor_iban", grouped(iban), is_shown)
    if payment.payee_name:
        name = payment.payee_name
        yield _Compared("payee", name, shown.has_words(bare_name(name)))
    for holder in dict.fromkeys(means.holder for means in payment.means if means.holder):
        is_shown = shown.has_words(bare_name(holder))
        yield _Compared("payee", holder, is_shown, Severity.WARNING)


def _shown_as_bank_code(iban: str, shown: Shown) -> bool:
    """Whether bank code and account number stand there as Austrians and Germans wrote them."""
    length = {"AT": 5, "DE": 8}.get(iban[:2])
    if length is None:
        return False
    bank, account = iban[4 : 4 + length], iban[4 + length :]
    return shown.has_id(bank) and any(map(shown.has_id, (account, account.lstrip("0"))))


def _money(record: InvoiceRecord, shown: Shown) -> Iterator[_Compared]:
    """Currency and totals. A sum that pages leave out may follow from what they show."""
    totals = record.totals
    if record.currency:
        yield _Compared("currency", record.currency, _currency_shown(record, shown))
    if totals.net is not None:
        yield _Compared("total_net", totals.net, _net_shown(record, shown))
    if totals.tax is not None:
        yield _Compared("total_tax", totals.tax, _tax_shown(record, shown))
    if totals.gross is not None:
        yield _Compared("total_gross", totals.gross, shown.has_amount(totals.gross))
    if totals.payable is not None:
        yield _Compared("amount_due", totals.payable, _due_shown(record, shown))


def _currency_shown(record: InvoiceRecord, shown: Shown) -> bool:
    """The one that the page states, else one beside the totals, else one that it names at all."""
    totals = record.totals
    amounts = [sum_ for sum_ in (totals.gross, totals.payable, totals.net) if sum_]
    beside = frozenset().union(*map(shown.currencies_of, amounts))
    for found in (shown.stated_currencies, beside, shown.currencies):
        if found:
            return record.currency in found
    return record.currency == BASE_CURRENCY


def _net_shown(record: InvoiceRecord, shown: Shown) -> bool:
    totals = record.totals
    bases = [tax.basis for tax in record.taxes if tax.basis is not None]
    return (
        shown.has_amount(totals.net or ZERO)
        or _parts_shown(bases, totals.net, shown)
        or _follows(totals.gross, [totals.tax], totals.net, shown)
    )


def _tax_shown(record: InvoiceRecord, shown: Shown) -> bool:
    totals = record.totals
    amounts = [tax.amount for tax in record.taxes if tax.amount is not None]
    return (
        shown.has_amount(totals.tax or ZERO)
        or _parts_shown(amounts, totals.tax, shown)
        or _follows(totals.gross, [totals.net], totals.tax, shown)
    )


def _due_shown(record: InvoiceRecord, shown: Shown) -> bool:
    """An amount that nobody printed may follow from the gross total and what is paid already."""
    totals = record.totals
    added = -((totals.rounding or ZERO) + (totals.third_party or ZERO))
    return shown.has_amount(totals.payable or ZERO) or _follows(
        totals.gross, [totals.prepaid or ZERO, added], totals.payable, shown
    )


def _parts_shown(parts: list[Decimal], total: Decimal | None, shown: Shown) -> bool:
    """Whether a total that nobody printed is the sum of parts that the page shows."""
    return (
        len(parts) > 1
        and sum(parts, ZERO) == total
        and all(shown.has_amount(part) for part in parts)
    )


def _follows(
    whole: Decimal | None, parts: list[Decimal | None], rest: Decimal | None, shown: Shown
) -> bool:
    """Whether the rest is what is left of a whole that the page shows after parts it shows."""
    known = [part for part in parts if part is not None]
    if not whole or rest is None or len(known) < len(parts):
        return False
    shown_all = all(shown.has_amount(value) for value in (whole, *known) if value)
    return shown_all and whole - sum(known, ZERO) == rest


def _days(record: InvoiceRecord, page: Extraction, shown: Shown) -> Iterator[_Compared]:
    """Days, which others on the page may equal: what stands beside the right words decides."""
    issued, supplied = record.issue_date, record.delivery_date
    stated = (issued, supplied, *_due_days(record))
    if issued is not None:
        is_shown = shown.has_date(issued) and not _other_day(page, "invoice_date", stated)
        yield _Compared("invoice_date", issued, is_shown)
    for due in _due_days(record):
        is_shown = shown.has_date(due) or _by_terms(issued, due, page, shown)
        is_shown = is_shown and not _other_day(page, "due_date", stated)
        yield _Compared("due_date", due, is_shown, Severity.WARNING)
    if supplied is not None:
        is_shown = shown.has_date(supplied) or shown.has_month(supplied)
        yield _Compared("delivery_date", supplied, is_shown, Severity.WARNING)


def _due_days(record: InvoiceRecord) -> tuple[date, ...]:
    payment = record.payment
    days = (payment.due_date, *(step.due_date for step in payment.steps))
    return tuple(dict.fromkeys(day for day in days if day is not None))


def _by_terms(issued: date | None, due: date, page: Extraction, shown: Shown) -> bool:
    """Whether it follows from a term of days, on a page that names no other day."""
    origin = page.origins.get("due_date")
    named = page.due_date if origin is not None and origin.source is not Source.RULE else None
    return issued is not None and named in (None, due) and shown.has_term(issued, due)


def _other_day(page: Extraction, field: str, stated: tuple[date | None, ...]) -> bool:
    """Whether the page surely says a day here that the XML says nowhere."""
    return getattr(page, field) not in (None, *stated) and _is_sure(page, field)


def _difference(one: _Compared, page: Extraction) -> Finding:
    if one.severity is Severity.HINT:
        message = f"The XML says {one.value}; no page mentions it."
        return Finding("ONLY_IN_XML", message, one.severity, (one.field,), _BASIS)
    read = getattr(page, one.field, None)
    instead = f" It shows {read}." if read is not None and str(read) != str(one.value) else ""
    message = f"The XML says {one.value}, which the page does not show.{instead}"
    return Finding(DIFFER, message, one.severity, (one.field,), _BASIS)


def _nothing_shown(shown: Shown) -> Finding:
    """A blank page, a cover or another document: what a person sees is not what is booked."""
    return Finding(
        "PAGE_SHOWS_NOTHING" if shown.is_empty else DIFFER,
        "The page shows no value of the XML.",
        Severity.BLOCKING,
        basis=_BASIS,
    )


def _other_accounts(record: InvoiceRecord, shown: Shown) -> Iterator[Finding]:
    """Accounts of the page beside those of the XML; the one to be debited is the customer's."""
    stated = {written(iban) for iban in record.payment.ibans}
    payers = {written(means.payer_iban) for means in record.payment.means if means.payer_iban}
    for iban in sorted(shown.ibans - stated - payers) if stated else ():
        yield Finding(
            "OTHER_IBAN_ON_PAGE",
            f"The page shows {grouped(iban)}, which the XML does not name.",
            Severity.WARNING,
            ("vendor_iban",),
            _BASIS,
        )
