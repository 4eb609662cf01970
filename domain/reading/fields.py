"""All that a layout says about an invoice, each value with its origin."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.reading import amounts, dates, identity, vendor
from domain.reading.arithmetic import TaxGroup, Totals, confidence_of, totals
from domain.reading.document_type import DocumentType
from domain.reading.layout import Layout, Passage
from domain.reading.origin import OwnParty, Reading, by_rule, from_page
from domain.reading.table import Row, rows_in
from domain.reading.values import DATE


@dataclass(frozen=True)
class PageFields:
    """Values by the names of the contract; lines and tax groups as the page has them."""

    document_type: Reading[DocumentType]
    texts: dict[str, Reading[str]]
    dates: dict[str, Reading[date]]
    amounts: dict[str, Reading[Decimal]]
    groups: tuple[TaxGroup, ...]
    rows: tuple[Row, ...]
    totals_agree: bool


_TYPES = {
    DocumentType.REMINDER: r"mahnung|zahlungserinnerung|(?:payment\s)?reminder|dunning",
    DocumentType.CREDIT_NOTE: r"gutschrift|rechnungs-?korrektur|storno|credit\s?(?:note|memo)",
    DocumentType.INVOICE: r"rechnung|invoice|facture|faktura|factuur|fatura|honorarnote",
    DocumentType.DELIVERY_NOTE: r"lieferschein|delivery\s?note|packing\s?slip",
    DocumentType.ORDER_CONFIRMATION: r"(?:auftrags|bestell)best\u00e4tigung|order\s?confirmation",
    DocumentType.RECEIPT: r"quittung|kassenbon|\bbon-?nr|beleg-?nr|receipt|\bkasse\b",
}
_TYPE_PATTERNS = tuple((kind, re.compile(words, re.IGNORECASE)) for kind, words in _TYPES.items())
_HEADING_WORDS = 6
_TERMS = re.compile(
    r"zahlbar|zahlungsbedingung|zahlungsziel|payment\s+terms|skonto|payable|remit|f\u00e4llig|binnen",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"(?:verwendungszweck|zahlungsreferenz|referenz|payment\s+reference|reference|ihre\s+"
    r"(?:bestell|auftrags)\w*|bestell-?\s?(?:nr|nummer)\.?|(?:your\s+)?order(?:\s+no\.?)?)"
    r"(?:\s*\([^)]*\))?[:.]?\s*(?P<value>(?=\S*\d)[\w./-]{3,40})",
    re.IGNORECASE,
)
_SURE, _FAIR, _FAINT = Decimal("0.95"), Decimal("0.80"), Decimal("0.50")


def read_fields(layout: Layout, own: OwnParty) -> PageFields:
    """Everything the layout says; what belongs to the recipient is left out."""
    chosen = totals(list(amounts.amounts_in(layout)), amounts.groups_in(layout))
    return PageFields(
        document_type=_document_type(layout),
        texts=_texts(layout, own),
        dates=dates.dates_in(layout),
        amounts=dict(_amounts(layout, chosen)),
        groups=chosen.groups,
        rows=rows_in(layout, [found.value for found in chosen.amounts]),
        totals_agree=chosen.agreed,
    )


def _texts(layout: Layout, own: OwnParty) -> dict[str, Reading[str]]:
    name = vendor.vendor_name(layout, own)
    found = {
        "vendor_name": name,
        "vendor_vat_id": identity.vendor_vat_id(layout, own),
        "vendor_tax_id": identity.vendor_tax_id(layout),
        "vendor_iban": identity.vendor_iban(layout, own),
        "vendor_address": vendor.vendor_address(layout, name),
        "invoice_number": identity.invoice_number(layout),
        "currency": _currency(layout),
        "payment_terms": _line_with(layout, _TERMS),
        "reference_text": _reference(layout),
    }
    return {field: reading for field, reading in found.items() if reading is not None}


def _amounts(layout: Layout, chosen: Totals) -> Iterator[tuple[str, Reading[Decimal]]]:
    for amount in chosen.amounts:
        strength = confidence_of(amount, agreed=chosen.agreed)
        if amount.passage is None:
            yield (
                amount.role.value,
                Reading(amount.value, by_rule(strength, "sum of the tax groups")),
            )
        else:
            yield (
                amount.role.value,
                Reading(amount.value, from_page(layout, amount.passage, strength)),
            )


def _currency(layout: Layout) -> Reading[str] | None:
    code = amounts.currency_in(layout)
    passage = amounts.currency_passage(layout, code) if code is not None else None
    if code is None or passage is None:
        return None
    return Reading(code, from_page(layout, passage, _SURE))


def _document_type(layout: Layout) -> Reading[DocumentType]:
    """The word in a short line; else the first such word anywhere."""
    for short in (True, False):
        for line in layout.lines:
            for cell in line.cells if short else (line,):
                if short and len(cell.words) > _HEADING_WORDS:
                    continue
                for kind, pattern in _TYPE_PATTERNS:
                    found = pattern.search(cell.text)
                    if found is not None:
                        passage = cell.passage(found.start(), found.end())
                        strength = _SURE if short else _FAIR
                        return Reading(kind, from_page(layout, passage, strength))
    return Reading(DocumentType.OTHER, by_rule(_FAINT))


def _line_with(layout: Layout, words: re.Pattern[str]) -> Reading[str] | None:
    for line in layout.lines:
        if words.search(line.text) and (DATE.search(line.text) or re.search(r"\d", line.text)):
            passage: Passage = line.passage(0, len(line.text))
            return Reading(line.text, from_page(layout, passage, _FAIR))
    return None


def _reference(layout: Layout) -> Reading[str] | None:
    for line in layout.lines:
        found = _REFERENCE.search(line.text)
        if found is not None and not DATE.fullmatch(found["value"]):
            passage = line.passage(found.start("value"), found.end("value"))
            return Reading(found["value"], from_page(layout, passage, _FAIR))
    return None
