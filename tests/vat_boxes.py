"""From an extraction to postings and boxes without a database: what a case would book."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.intake.extraction import Extraction, normalized
from domain.intake.posting import ApprovedCase, booking_of
from domain.intake.tax_facts import TaxTenant, TaxVendor, around_of
from domain.intake.tax_proposal import TaxAdvice, advised
from domain.ledger.booking import Books, intent_of
from domain.ledger.chart import Chart, accounts
from domain.ledger.intent import Posting
from domain.payables.normalized import NormalizedInvoice
from domain.tax.code import system_codes
from domain.tax.vat_form import form_of
from domain.tax.vat_movement import CodePlaces, Movement, Version
from domain.tax.vat_return import vat_return

PAYABLES = "3300"


def books_of(chart: Chart) -> Books:
    """A chart as it comes."""
    known = {each.number: each for each in accounts(chart)}
    return Books(chart, 1, known, {code.code: code for code in system_codes(chart)}, 1)


def advice_of(read: Extraction, tenant: TaxTenant, chart: Chart) -> TaxAdvice:
    """What is proposed for what was read."""
    around = around_of(read)
    return advised(normalized(read), tenant, TaxVendor(), around, books_of(chart))


def posted(invoice: NormalizedInvoice, chart: Chart, cost: str | None = None) -> list[Posting]:
    """Postings of an approved invoice, its costs on an account where none is named."""
    case = ApprovedCase(
        intent_id=UUID(int=1),
        invoice=invoice,
        vendor_id=UUID(int=2),
        vendor_name=invoice.vendor.name or "",
        default_account=cost,
        payables_account="1600" if chart is Chart.DE_SKR03 else PAYABLES,
        rounding_accounts=("7790", "4890"),
        document_id=UUID(int=3),
        document_sha256="0" * 64,
        approved_by=None,
        approved_on=invoice.invoice_date or date(2026, 11, 2),
        fiscal_year_start=1,
        codes=books_of(chart).tax_codes,
    )
    return list(intent_of(booking_of(case), books_of(chart)).postings)


def entry(postings: Iterable[Posting]) -> dict[str, Decimal]:
    """Debit minus credit of each account."""
    sums: dict[str, Decimal] = {}
    for each in postings:
        sums[each.account] = sums.get(each.account, Decimal()) + each.signed
    return {number: amount for number, amount in sums.items() if amount}


def boxes(postings: Iterable[Posting], chart: Chart, day: date) -> dict[str, Decimal]:
    """Boxes of the return that are not zero, but for the result."""
    codes: dict[Version, CodePlaces] = {
        (code.code, None): CodePlaces.of(code, chart) for code in system_codes(chart)
    }
    moved = [
        Movement(each.account, each.tax_code, each.tax_part, each.signed, 1)
        for each in postings
        if each.tax_code
    ]
    country = "AT" if chart is Chart.AT_EKR else "DE"
    found = vat_return(form_of(country, day), codes, moved)
    assert not found.unassigned
    return {
        each.box.number: each.amount
        for each in found.boxes
        if each.amount and each.box.number != found.form.result
    }
