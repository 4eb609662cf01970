"""The extraction of a structured invoice: what its XML states, held against its own sums."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from domain.formats.ebinterface import is_credit_note
from domain.formats.invoice_record import HUNDRED, InvoiceRecord
from domain.iban import is_iban, written
from domain.intake.extraction import FIELDS, Extraction, Recipient, turned_positive, weighed
from domain.intake.lines import TaxShare, record_lines
from domain.money import CENT, ZERO, cents
from domain.reading.dates import due_by_terms
from domain.reading.document_type import DocumentType, type_of_code
from domain.reading.finding import Finding, Severity
from domain.reading.layout import Source
from domain.reading.origin import SURE, Origin, Reading
from domain.reading.values import is_vat_id_checked, vat_id_written

_EN16931 = "EN 16931"
_EBINTERFACE = "ebInterface"
_POOR_PROFILES = ("minimum", "basicwl")


def extraction_of(record: InvoiceRecord) -> Extraction:
    """Extraction of a record. What the XML states has confidence 1, right or wrong."""
    shares = tuple(_shares(record))
    totals, payment = record.totals, record.payment
    stated = Extraction(
        vendor_name=record.seller.name,
        vendor_vat_id=vat_id_written(record.seller.vat_id or "") or None,
        vendor_tax_id=record.seller.tax_id,
        vendor_iban=_iban(record),
        vendor_address=record.seller.address,
        invoice_number=record.number,
        invoice_date=record.issue_date,
        due_date=payment.due_date,
        delivery_date=record.delivery_date,
        total_net=_money(totals.net),
        total_tax=_money(_tax(record)),
        total_gross=_money(totals.gross),
        currency=record.currency,
        payment_terms=payment.terms,
        reference_text=next(iter(record.references), None),
        document_type=_type(record),
        line_items=record_lines(record, shares),
    )
    described = replace(
        stated,
        origins=_origins(stated),
        recipient=Recipient(
            name=record.buyer.name,
            vat_id=vat_id_written(record.buyer.vat_id or "") or None,
            address=record.buyer.address,
        ),
        taxes=shares,
        notes=_notes(record),
        syntax=record.syntax,
        profile=record.profile,
        findings=tuple(_findings(record)),
    )
    return weighed(turned_positive(_due_by_terms(described)))


def _due_by_terms(extraction: Extraction) -> Extraction:
    """The day on which it is due, from terms in words, when no day is stated."""
    issued, terms = extraction.invoice_date, extraction.payment_terms
    if extraction.due_date is not None or issued is None or terms is None:
        return extraction
    found = due_by_terms(terms, Reading(issued, Origin(Source.XML, SURE)))
    if found is None:
        return extraction
    origins = {**extraction.origins, "due_date": found.origin}
    return replace(extraction, due_date=found.value, origins=origins)


def markdown_of(record: InvoiceRecord) -> str:
    """A structured invoice without a page, as text that a person can read."""
    rows = {
        "Number": record.number,
        "Date": record.issue_date,
        "Seller": record.seller.name,
        "Address": record.seller.address,
        "VAT id": record.seller.vat_id,
        "Buyer": record.buyer.name,
        "Net": record.totals.net,
        "Tax": record.totals.tax,
        "Gross": record.totals.gross,
        "Currency": record.currency,
        "IBAN": next(iter(record.payment.ibans), None),
        "Due": record.payment.due_date,
    }
    head = [f"{name}: {value}  " for name, value in rows.items() if value is not None]
    lines = [f"- {line.description}: {line.net}" for line in record.lines]
    return "\n".join([*head, "", *lines]).replace("<", r"\<")


def _iban(record: InvoiceRecord) -> str | None:
    """The first account to pay to; one that is no IBAN is only named in a finding."""
    return next((iban for iban in map(written, record.payment.ibans) if is_iban(iban)), None)


def _tax(record: InvoiceRecord) -> Decimal | None:
    """The stated tax; left out means none when net is gross."""
    if record.totals.tax is None and record.totals.net == record.totals.gross:
        return ZERO if record.totals.gross is not None else None
    return record.totals.tax


def _money(value: Decimal | None) -> Decimal | None:
    return cents(value) if value is not None else None


def _type(record: InvoiceRecord) -> DocumentType:
    if record.syntax == _EBINTERFACE:
        return DocumentType.CREDIT_NOTE if is_credit_note(record) else DocumentType.INVOICE
    return type_of_code(record.type_code)


def _shares(record: InvoiceRecord) -> Iterator[TaxShare]:
    """The tax breakdown; without one, net and tax as a single group."""
    for tax in record.taxes:
        if tax.basis is not None:
            rate = (tax.rate or ZERO) / HUNDRED
            amount = tax.amount if tax.amount is not None else cents(tax.basis * rate)
            yield TaxShare(rate, tax.basis, amount, tax.category, tax.exemption_reason)
    net, tax_total = record.totals.net, _tax(record)
    if not record.taxes and net is not None and tax_total is not None:
        rate = (tax_total / net).quantize(Decimal("0.01")) if net else ZERO
        yield TaxShare(rate, net, tax_total)


def _notes(record: InvoiceRecord) -> str:
    reasons = [tax.exemption_reason for tax in record.taxes if tax.exemption_reason]
    return "\n".join([*record.notes, *reasons])


def _origins(extraction: Extraction) -> dict[str, Origin]:
    return {
        name: Origin(Source.XML, SURE, raw_text=str(getattr(extraction, name))[:200])
        for name in FIELDS
        if getattr(extraction, name) is not None
    }


def _findings(record: InvoiceRecord) -> Iterator[Finding]:
    yield from _sum_findings(record)
    yield from _identity_findings(record)
    for name in record.unreadable:
        yield Finding(
            "UNREADABLE_VALUE",
            f"{name} is stated in a form that cannot be read.",
            Severity.BLOCKING,
            basis=record.syntax,
        )
    if (record.profile or "").lower().replace("-", "").endswith(_POOR_PROFILES):
        yield Finding(
            "PROFILE_WITHOUT_LINES",
            "The profile has no lines; by German law this is no e-invoice.",
            Severity.HINT,
            ("line_items",),
            "UStG \u00a7 14 Abs. 1 (DE)",
        )
    if record.payment.direct_debit:
        yield Finding("DIRECT_DEBIT", "The vendor collects the amount.", Severity.HINT)


def _sum_findings(record: InvoiceRecord) -> Iterator[Finding]:
    if not _totals_agree(record):
        yield Finding(
            "TOTALS_DISAGREE",
            "Net and tax do not make gross.",
            Severity.BLOCKING,
            ("total_gross", "total_net", "total_tax"),
            f"{_EN16931} BR-CO-15",
        )
    taxes = [item.amount for item in record.taxes if item.amount is not None]
    if not _comes_to(taxes, _tax(record)):
        yield Finding(
            "TAX_BREAKDOWN_DISAGREES",
            "The tax of all rates is not the total tax.",
            Severity.BLOCKING,
            ("total_tax",),
            f"{_EN16931} BR-CO-14",
        )
    items = (*record.lines, *record.adjustments) if record.lines else ()
    if not _comes_to([item.net for item in items if item.net is not None], record.totals.net):
        yield Finding(
            "LINES_DISAGREE",
            "The lines with allowances and charges are not the net total.",
            Severity.WARNING,
            ("line_items", "total_net"),
            f"{_EN16931} BR-CO-13",
        )


def _totals_agree(record: InvoiceRecord) -> bool:
    net, tax, gross = record.totals.net, _tax(record), record.totals.gross
    return net is None or tax is None or gross is None or abs(net + tax - gross) <= CENT


def _comes_to(parts: list[Decimal], total: Decimal | None) -> bool:
    """Whether parts make a total within a cent each; unknown ones contradict nothing."""
    return not parts or total is None or abs(sum(parts, ZERO) - total) <= CENT * len(parts)


def _identity_findings(record: InvoiceRecord) -> Iterator[Finding]:
    if any(not is_iban(written(iban)) for iban in record.payment.ibans):
        yield Finding(
            "INVALID_IBAN",
            "An account to pay to is no valid IBAN.",
            Severity.WARNING,
            ("vendor_iban",),
            "ISO 13616",
        )
    if is_vat_id_checked(vat_id_written(record.seller.vat_id or "")) is False:
        yield Finding(
            "VAT_ID_CHECK_DIGIT",
            "The check digit of the vendor's VAT id is wrong.",
            Severity.WARNING,
            ("vendor_vat_id",),
        )
