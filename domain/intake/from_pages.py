"""The extraction of a document without structured data: what its pages say."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from domain.formats.invoice_record import HUNDRED
from domain.intake.extraction import Extraction, Recipient, turned_positive, weighed
from domain.intake.lines import ExtractedLine, TaxShare, gross_of, settled, summary_lines
from domain.money import BASE_CURRENCY, CENT, ZERO, cents
from domain.reading.fields import PageFields, read_fields
from domain.reading.finding import Finding, Severity
from domain.reading.identity import is_batch
from domain.reading.layout import Layout
from domain.reading.origin import Origin, OwnParty, by_rule, from_page
from domain.reading.table import Row
from domain.reading.values import is_vat_id_checked
from domain.reading.vendor import is_same_name

_RULE = Decimal("0.60")
_UNTAXED = re.compile(
    r"kleinunternehmer|\u00a7\s*6\s*abs\.?\s*1\s*z\.?\s*27|\u00a7\s*19\s*(?:abs|ustg)|reverse\s+charge"
    r"|\u00fcbergang\s+der\s+steuerschuld|steuerschuldnerschaft|steuerfrei|tax\s+exempt|innergemeinschaftlich",
    re.IGNORECASE,
)
_KNOWN_RATES = tuple(Decimal(rate) for rate in ("0.20", "0.19", "0.13", "0.10", "0.07", "0.049"))
_ROW_STRENGTH = Decimal("0.85")
_NOTES = 20


def extraction_of(layout: Layout, own: OwnParty) -> Extraction:
    """Extraction of pages; everything with its place and an honest confidence."""
    fields = _completed(read_fields(layout, own), layout)
    origins = _origins(fields)
    shares = tuple(_shares(fields))
    extraction = Extraction(
        **{name: reading.value for name, reading in fields.texts.items()},  # type: ignore[arg-type]
        **{name: reading.value for name, reading in fields.dates.items()},  # type: ignore[arg-type]
        **{name: reading.value for name, reading in fields.amounts.items()},  # type: ignore[arg-type]
        document_type=fields.document_type.value,
        line_items=tuple(_lines(layout, fields, shares)),
        origins=origins,
        recipient=_recipient(layout, own),
        taxes=shares,
        notes=_notes(layout),
        findings=(*_batch_findings(layout), *_findings(fields)),
        raw_markdown=layout.markdown(),
    )
    if extraction.currency is None and extraction.total_gross is not None:
        extraction = replace(
            extraction,
            currency=BASE_CURRENCY,
            origins={**origins, "currency": by_rule(_RULE, "the currency of the books")},
        )
    return weighed(turned_positive(extraction))


def _completed(fields: PageFields, layout: Layout) -> PageFields:
    """Net and tax that follow from the gross total: nothing is taxed, and the page says why."""
    amounts = fields.amounts
    gross = amounts.get("total_gross") or amounts.get("total_net")
    if gross is None or "total_tax" in amounts or not _UNTAXED.search(layout.text):
        return fields
    derived = {
        "total_gross": gross,
        "total_net": amounts.get("total_net") or replace(gross, origin=by_rule(_RULE)),
        "total_tax": replace(gross, value=ZERO, origin=by_rule(_RULE, "no tax is shown")),
    }
    return replace(fields, amounts=derived)


def _origins(fields: PageFields) -> dict[str, Origin]:
    return {
        **{name: reading.origin for name, reading in fields.texts.items()},
        **{name: reading.origin for name, reading in fields.dates.items()},
        **{name: reading.origin for name, reading in fields.amounts.items()},
        "document_type": fields.document_type.origin,
    }


def _shares(fields: PageFields) -> Iterator[TaxShare]:
    """The tax groups that were found; else the one rate that net and tax speak for."""
    if fields.groups and fields.totals_agree:
        for group in fields.groups:
            yield TaxShare(group.rate / HUNDRED, group.basis, group.amount)
        return
    net, tax = fields.amounts.get("total_net"), fields.amounts.get("total_tax")
    if net is not None and tax is not None:
        rate = _rate(net.value, tax.value)
        if rate is not None:
            yield TaxShare(rate, net.value, tax.value)


def _rate(net: Decimal, tax: Decimal) -> Decimal | None:
    if tax == 0:
        return ZERO
    return next((rate for rate in _KNOWN_RATES if abs(cents(net * rate) - tax) <= 2 * CENT), None)


def _lines(
    layout: Layout, fields: PageFields, shares: Sequence[TaxShare]
) -> Iterator[ExtractedLine]:
    """The rows of the table, if their rates are known; else one line for each rate."""
    lines = [_line(layout, row, fields, shares) for row in fields.rows]
    if lines and all(line is not None for line in lines):
        found = [line for line in lines if line is not None]
        yield from settled(found, shares)
        return
    number = fields.texts.get("invoice_number")
    origin = by_rule(_RULE, "from the totals: the lines were not understood")
    yield from summary_lines(
        number.value if number is not None else None, shares, {"line_total": origin}
    )


def _line(
    layout: Layout, row: Row, fields: PageFields, shares: Sequence[TaxShare]
) -> ExtractedLine | None:
    rate = _row_rate(row, shares)
    if rate is None:
        return None
    origin = from_page(layout, row.passage, _ROW_STRENGTH)
    if _is_gross(fields):
        tax = row.total - cents(row.total / (1 + rate))
        total = row.total
    else:
        tax, total = gross_of(row.total, rate)
    return ExtractedLine(
        row.description,
        row.quantity,
        row.price,
        rate,
        tax,
        total,
        {"description": origin, "line_total": origin},
    )


def _row_rate(row: Row, shares: Sequence[TaxShare]) -> Decimal | None:
    rates = [share.rate for share in shares]
    stated = row.rate / HUNDRED if row.rate is not None else None
    if stated is not None and stated in rates:
        return stated
    return rates[0] if len(rates) == 1 else None


def _is_gross(fields: PageFields) -> bool:
    """Whether the rows come to the gross total and not to the net one."""
    gross, net = fields.amounts.get("total_gross"), fields.amounts.get("total_net")
    total = sum((row.total for row in fields.rows), ZERO)
    if gross is None:
        return False
    return net is None or abs(total - gross.value) < abs(total - net.value)


def _recipient(layout: Layout, own: OwnParty) -> Recipient:
    """The recipient, if the document names it as the tenant is called."""
    for line in layout.lines:
        for cell in line.cells:
            if own.name and is_same_name(cell.text, own.name):
                return Recipient(name=cell.text, vat_id=_own_vat_id(layout, own))
    return Recipient(vat_id=_own_vat_id(layout, own))


def _own_vat_id(layout: Layout, own: OwnParty) -> str | None:
    squeezed = re.sub(r"\s", "", layout.text)
    return own.vat_id if own.vat_id and own.vat_id in squeezed else None


def _notes(layout: Layout) -> str:
    found = [line.text for line in layout.lines if _UNTAXED.search(line.text)]
    return "\n".join(found[:_NOTES])


def _batch_findings(layout: Layout) -> Iterator[Finding]:
    """Several invoices scanned in one go are several documents."""
    if is_batch(layout):
        yield Finding(
            "SEVERAL_DOCUMENTS",
            "The pages contradict each other: the file may hold more than one invoice.",
            Severity.BLOCKING,
            ("invoice_number",),
        )


def _findings(fields: PageFields) -> Iterator[Finding]:
    if {"total_net", "total_tax", "total_gross"} <= fields.amounts.keys():
        net, tax, gross = (
            fields.amounts[name].value for name in ("total_net", "total_tax", "total_gross")
        )
        if abs(net + tax - gross) > CENT:
            yield Finding(
                "TOTALS_DISAGREE",
                "Net and tax do not make gross.",
                Severity.BLOCKING,
                ("total_gross", "total_net", "total_tax"),
            )
    vat_id = fields.texts.get("vendor_vat_id")
    if vat_id is not None and is_vat_id_checked(vat_id.value) is False:
        yield Finding(
            "VAT_ID_CHECK_DIGIT",
            "The check digit of the vendor's VAT id is wrong.",
            Severity.WARNING,
            ("vendor_vat_id",),
        )
