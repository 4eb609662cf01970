"""The extraction of a structured invoice: what its XML states, held against its own sums."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from domain.formats.countries import country_code
from domain.formats.ebinterface import is_credit_note
from domain.formats.invoice_record import HUNDRED, InvoiceRecord
from domain.formats.tree import TEXT_LIMIT
from domain.iban import is_iban, written
from domain.intake import due, several_accounts
from domain.intake.extraction import FIELDS, Extraction, Recipient, turned_positive, weighed
from domain.intake.lines import LONGEST, TaxShare, record_lines
from domain.intake.preceding import relation_of
from domain.money import CENT, ZERO, cents, currency_of
from domain.payables.invoice import NUMBER_LENGTH
from domain.reading.document_type import DocumentType, type_of_code
from domain.reading.finding import Finding, Severity
from domain.reading.layout import Source
from domain.reading.origin import SURE, Origin, by_rule
from domain.reading.preceding import Preceding, Relation
from domain.reading.values import is_vat_id_checked, vat_id_written

NO_INVOICE = "NO_INVOICE"
_EN16931 = "EN 16931"
_MOST_CURRENCIES, _MOST_PRECEDING = 3, 20
_EBINTERFACE = "ebInterface"
_BY_WORDS = Decimal("0.75")
_POOR_PROFILES = ("minimum", "basicwl")


def extraction_of(record: InvoiceRecord) -> Extraction:
    """Extraction of a record. What the XML states has confidence 1, right or wrong."""
    shares = tuple(_shares(record))
    totals, when = record.totals, due.terms_of(record)
    stated = Extraction(
        vendor_name=record.seller.name,
        vendor_vat_id=vat_id_written(record.seller.vat_id or "") or None,
        vendor_tax_id=record.seller.tax_id,
        vendor_iban=_iban(record),
        vendor_address=record.seller.address,
        vendor_country=country_code(record.seller.country or "") or None,
        vendor_bic=_bic(record),
        invoice_number=record.number,
        invoice_date=record.issue_date,
        due_date=when.due_date,
        delivery_date=record.delivery_date,
        total_net=_money(totals.net),
        total_tax=_money(_tax(record)),
        total_gross=_money(totals.gross),
        prepaid_amount=_money(totals.prepaid),
        rounding_amount=_money(totals.rounding),
        amount_due=_money(due.amount_due(totals)),
        tax_in_euro=_money(totals.tax_in_euro),
        currency=None if record.totals.other_currencies else currency_of(record.currency),
        payment_method=due.method_of(record),
        payee=due.payee_of(record),
        terms=when.terms,
        payment_terms=record.payment.terms,
        reference_text=next(iter(record.references), None),
        document_type=_type(record),
        line_items=record_lines(record, shares),
    )
    described = replace(
        stated,
        origins=_origins(stated) | _by_words(when),
        recipient=Recipient(
            name=record.buyer.name,
            vat_id=vat_id_written(record.buyer.vat_id or "") or None,
            address=record.buyer.address,
        ),
        taxes=shares,
        notes=_notes(record),
        type_code=record.type_code,
        representative_vat_id=vat_id_written(record.representative_vat_id or "") or None,
        delivery_country=country_code(record.delivery_country or "") or None,
        syntax=record.syntax,
        profile=record.profile,
        findings=(*_findings(record), *when.findings),
        preceding=tuple(_preceding(record)),
    )
    return weighed(turned_positive(described))


def _by_words(when: due.DueTerms) -> dict[str, Origin]:
    """The day on which it is due follows by rule where only words say it."""
    return {"due_date": by_rule(_BY_WORDS, when.words[:200])} if when.words else {}


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
        "Due amount": record.totals.payable,
        "IBAN": next(iter(record.payment.ibans), None),
        "Due": record.payment.due_date,
    }
    head = [f"{name}: {value}  " for name, value in rows.items() if value is not None]
    lines = [f"- {line.description}: {line.net}" for line in record.lines]
    return "\n".join([*head, "", *lines]).replace("<", r"\<")


def _iban(record: InvoiceRecord) -> str | None:
    """The first account to pay to; one that is no IBAN is only named in a finding."""
    return next((iban for iban in map(written, record.payment.ibans) if is_iban(iban)), None)


def _bic(record: InvoiceRecord) -> str | None:
    """BIC of the account that is paid to."""
    iban = _iban(record)
    found = (means for means in record.payment.means if written(means.iban or "") == iban)
    return next((means.bic for means in found if means.bic), None)


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


def _preceding(record: InvoiceRecord) -> Iterator[Preceding]:
    """The earlier invoices that it names; a corrected one that names none is one all the same."""
    is_negative = (record.totals.gross or ZERO) < ZERO
    gives_back = is_negative or _type(record) is DocumentType.CREDIT_NOTE
    for each in record.preceding[:_MOST_PRECEDING]:
        relation = relation_of(
            record.type_code, gives_back=gives_back, is_replaced=each.is_cancelled
        )
        yield Preceding(relation, each.number[:NUMBER_LENGTH], each.day)
    without = relation_of(record.type_code, gives_back=gives_back, is_replaced=False)
    if not record.preceding and without is Relation.CORRECTS:
        yield Preceding(without)


def _shares(record: InvoiceRecord) -> Iterator[TaxShare]:
    """The tax breakdown; without one, net and tax as a single group."""
    for tax in record.taxes:
        if tax.basis is not None:
            rate = (tax.rate or ZERO) / HUNDRED
            amount = tax.amount if tax.amount is not None else cents(tax.basis * rate)
            yield TaxShare(
                rate,
                tax.basis,
                amount,
                tax.category,
                tax.exemption_reason,
                tax.exemption_code,
            )
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
    yield from _kind_findings(record)
    for name in record.unreadable:
        yield Finding(
            "UNREADABLE_VALUE",
            f"{name} is stated in a form that cannot be read.",
            Severity.BLOCKING,
            basis=record.syntax,
        )
    yield from _cut_findings(record)
    if (record.profile or "").lower().replace("-", "").endswith(_POOR_PROFILES):
        yield Finding(
            "PROFILE_WITHOUT_LINES",
            "The profile has no lines; by German law this is no e-invoice.",
            Severity.HINT,
            ("line_items",),
            "UStG \u00a7 14 Abs. 1 (DE)",
        )
    if record.totals.other_currencies:
        named = ", ".join(record.totals.other_currencies[:_MOST_CURRENCIES])
        yield Finding(
            "CURRENCY_CONTRADICTS",
            f"The invoice is in {record.currency}, its totals are in {named}.",
            Severity.BLOCKING,
            ("currency", "total_gross"),
            f"{_EN16931} BT-5",
        )
    yield from _sign_findings(record)
    yield from due.method_findings(record)


def _kind_findings(record: InvoiceRecord) -> Iterator[Finding]:
    """A code that is of no invoice; the case stops as what it is."""
    if _type(record) is DocumentType.OTHER:
        yield Finding(
            NO_INVOICE,
            f"By its type code {record.type_code} this is no invoice.",
            Severity.WARNING,
            ("document_type",),
            "§ 15 Abs. 1 Nr. 1 UStG (DE), § 12 Abs. 1 Z 1 UStG (AT)",
        )


def _cut_findings(record: InvoiceRecord) -> Iterator[Finding]:
    """What is too long or too much to be kept."""
    texts = (
        ("line_items", (line.description for line in record.lines), LONGEST),
        ("preceding", (each.number for each in record.preceding), NUMBER_LENGTH),
    )
    for name, values, length in texts:
        longest = max(map(len, values), default=0)
        if longest > length:
            yield Finding(
                "CUT_TO_BOUND",
                f"A text has {longest} characters; the first {length} are kept.",
                Severity.WARNING,
                (name,),
            )
    if len(record.preceding) > _MOST_PRECEDING:
        yield Finding(
            "CUT_TO_BOUND",
            f"It names {len(record.preceding)} earlier invoices; the first {_MOST_PRECEDING} are"
            " kept.",
            Severity.WARNING,
            ("preceding",),
        )
    for name in record.cut:
        yield Finding(
            "CUT_TO_BOUND",
            f"{name} is longer than {TEXT_LIMIT} characters; the rest is not read.",
            Severity.WARNING,
        )


def _sign_findings(record: InvoiceRecord) -> Iterator[Finding]:
    """A credit note with a negative sum: by the standard a debit, by habit of many a credit."""
    is_en16931 = record.syntax != _EBINTERFACE
    is_credit = is_en16931 and _type(record) is DocumentType.CREDIT_NOTE
    if is_credit and (record.totals.gross or ZERO) < ZERO:
        yield Finding(
            "CREDIT_NOTE_SIGN",
            f"It is a credit note of {cents(record.totals.gross or ZERO)}: a negative one asks for "
            "money by the standard, and many who send it mean a credit. Ask which it is.",
            Severity.BLOCKING,
            ("document_type", "total_gross"),
            f"{_EN16931} BT-3, UNTDID 1001 (381)",
        )


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
    yield from several_accounts.of_record(record, _iban(record))
    if is_vat_id_checked(vat_id_written(record.seller.vat_id or "")) is False:
        yield Finding(
            "VAT_ID_CHECK_DIGIT",
            "The check digit of the vendor's VAT id is wrong.",
            Severity.WARNING,
            ("vendor_vat_id",),
        )
