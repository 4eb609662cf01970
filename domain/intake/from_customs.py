"""The extraction of a customs assessment: duty and import VAT, each a line of its own kind."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from domain.intake.extraction import Extraction
from domain.intake.lines import LONGEST, ExtractedLine, TaxShare
from domain.money import ZERO
from domain.reading.customs import Assessment, Charge, ChargeKind, words_of_tax_account
from domain.reading.document_type import DocumentType
from domain.reading.finding import Finding, Severity
from domain.reading.layout import Layout, Passage
from domain.reading.origin import Origin, by_rule, from_page

_STRENGTH, _RULE = Decimal("0.90"), Decimal("0.80")
_ONE = Decimal(1)
_NEVER = ("vendor_vat_id", "vendor_tax_id", "vendor_address", "prepaid_amount", "rounding_amount")


def as_assessment(page: Extraction, found: Assessment, layout: Layout) -> Extraction:
    """What was read of a page, as the assessment that it is.

    What it owes is no tax of an invoice: net is gross. What is on the tax account (AT) is owed
    there: a line takes it off again, so that nothing of it is paid to customs.
    """
    total = found.sum - found.taken
    stated = by_rule(_RULE, "sum of what is assessed")
    number = page.invoice_number if found.number is None else found.number.text
    origins = {name: origin for name, origin in page.origins.items() if name not in _NEVER}
    origins |= dict.fromkeys(("total_net", "total_tax", "total_gross", "document_type"), stated)
    origins["vendor_name"] = _at(layout, found.office)
    if found.number is not None:
        origins["invoice_number"] = _at(layout, found.number)
    return replace(
        page,
        **dict.fromkeys(_NEVER),  # type: ignore[arg-type]
        vendor_name=found.office.text,
        vendor_country=found.country,
        invoice_number=number,
        document_type=DocumentType.INVOICE,
        total_net=total,
        total_tax=ZERO,
        total_gross=total,
        amount_due=total,
        payee=None,
        terms=(),
        taxes=(TaxShare(ZERO, total, ZERO),),
        notes=_notes(page.notes, found.account_words),
        line_items=tuple(_lines(found, layout)),
        origins=origins,
        findings=(*(each for each in page.findings if not _is_of_totals(each)), *_findings(found)),
    )


def _notes(notes: str, said: str | None) -> str:
    """The notes with what stands on several lines, so that rules read it as the assessment does."""
    if said is None or words_of_tax_account(" ".join(notes.split())) is not None:
        return notes
    return "\n".join(filter(None, (notes, said)))


def _lines(found: Assessment, layout: Layout) -> Iterator[ExtractedLine]:
    for charge in found.charges:
        yield _line(charge, layout)
    if found.vat_taken:
        yield _taken("Einfuhrumsatzsteuer", found.vat_taken, ChargeKind.IMPORT_VAT)
    if found.duty_taken:
        yield _taken("Zoll", found.duty_taken, ChargeKind.DUTY_ON_ACCOUNT)


def _taken(name: str, amount: Decimal, kind: ChargeKind) -> ExtractedLine:
    return ExtractedLine(
        f"{name} auf dem Abgabenkonto",
        _ONE,
        -amount,
        ZERO,
        ZERO,
        -amount,
        {"line_total": by_rule(_RULE, "owed on the tax account")},
        supply_kind=kind.value,
    )


def _line(charge: Charge, layout: Layout) -> ExtractedLine:
    return ExtractedLine(
        charge.name[:LONGEST],
        _ONE,
        charge.amount,
        ZERO,
        ZERO,
        charge.amount,
        {"line_total": _at(layout, charge.passage)},
        supply_kind=charge.kind.value,
    )


def _at(layout: Layout, passage: Passage) -> Origin:
    return from_page(layout, passage, _STRENGTH)


def _is_of_totals(finding: Finding) -> bool:
    """Net, tax and gross of an invoice are what an assessment does not have."""
    return finding.code == "TOTALS_DISAGREE"


def _findings(found: Assessment) -> Iterator[Finding]:
    if not found.is_reached:
        missed = found.missed
        stated = "no sum that was understood" if missed is None else missed
        yield Finding(
            "CUSTOMS_SUM_DIFFERS",
            f"The assessment states {stated}; what was read of it comes to {found.sum}.",
            Severity.BLOCKING,
            ("line_items", "total_gross"),
        )
    if found.asks_whole:
        yield Finding(
            "CUSTOMS_ASKS_WHOLE",
            f"The assessment puts {found.taken} on the tax account, and asks for all of {found.sum}"
            " to be paid: one of them is wrong, or it would be paid twice.",
            Severity.BLOCKING,
            ("line_items", "amount_due"),
            "§ 26 Abs. 3 Z 2 UStG",
        )
