"""All that a layout says about an invoice, each value with its origin."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from domain.money import CENT
from domain.reading import currency
from domain.reading.address import vendor_address
from domain.reading.candidate import Candidate
from domain.reading.candidates import Candidates, candidates_of
from domain.reading.choice import (
    GROSS,
    NET,
    ROLES,
    TAX,
    Option,
    best_of,
    chosen_dates,
    chosen_totals,
    options,
)
from domain.reading.correction import Direction, correction_on
from domain.reading.date_candidates import UNSURE_ORDER, order_of
from domain.reading.document_type import DocumentType
from domain.reading.id_candidates import tax_numbers
from domain.reading.layout import Layout, Passage, Source
from domain.reading.model import Model, trained
from domain.reading.no_invoice import (
    HEAD_LINES,
    is_bill,
    is_of_newsletter,
    is_title_of_other,
    is_void,
)
from domain.reading.origin import OwnParty, Reading, by_rule, from_page
from domain.reading.page_titles import titles_of
from domain.reading.places import FIELDS as PLACED
from domain.reading.places import MOST, Alternative, Place, nearest, place_of
from domain.reading.preceding import own_numbers_on, preceding_on
from domain.reading.rate_totals import all_rates
from domain.reading.table import rows_in
from domain.reading.table_rows import Row
from domain.reading.tax_groups import (
    TaxGroup,
    apart,
    making,
    proven,
    shared,
    tax_lines_in,
    tipped,
    totals_with_tip,
)
from domain.reading.values import AMOUNT, DATE, amount_of, date_of

TEXTS = ("vendor_name", "vendor_vat_id", "vendor_iban", "invoice_number")
DATES = ("invoice_date", "due_date")


@dataclass(frozen=True)
class PageFields:
    """Values by the names of the contract; lines and tax groups as the page has them.

    `cut` names the fields of which the pages may hold more than was weighed; `alternatives` are
    the likeliest values of a field, `learned` the fields that a place of earlier documents decided,
    `ibans` all accounts but the recipient's. `is_month_first` says how days with slashes are read,
    `correction` which way the sum of a correction goes. `other_rows` are those of a table where
    net is not on the page, and none come to what follows for it from gross and tax.
    """

    document_type: Reading[DocumentType]
    texts: dict[str, Reading[str]]
    dates: dict[str, Reading[date]]
    amounts: dict[str, Reading[Decimal]]
    groups: tuple[TaxGroup, ...]
    rows: tuple[Row, ...]
    totals_agree: bool
    is_batch: bool
    first_pages: tuple[int, ...]
    cut: tuple[str, ...] = ()
    alternatives: dict[str, tuple[Alternative, ...]] = field(default_factory=dict)
    learned: tuple[str, ...] = ()
    ibans: tuple[str, ...] = ()
    is_month_first: bool = False
    correction: Direction | None = None
    other_rows: tuple[Row, ...] = ()


_TYPES = {
    DocumentType.REMINDER: r"mahnung|zahlungserinnerung|(?:payment\s)?reminder|dunning",
    DocumentType.CREDIT_NOTE: r"gutschrift|rechnungs-?korrektur|storno|credit\s?(?:note|memo)",
    DocumentType.INVOICE: (
        r"rechnung|invoice|facture|fattura|factura|faktura|factuur|fatura|honorarnote"
        r"|(?:miet(?:zins)?|betriebskosten|pacht|haus|\bmonats)?vorschreibung\b"
    ),
    DocumentType.DELIVERY_NOTE: r"lieferschein|delivery\s?note|packing\s?slip",
    DocumentType.ORDER_CONFIRMATION: (
        r"(?:auftrags|bestell)best(?:\u00e4|ae)tigung|order\s?confirmation"
    ),
    DocumentType.RECEIPT: r"quittung|kassenbon|\bbon-?nr|beleg-?nr|receipt|\bkasse\b",
}
_TYPE_PATTERNS = tuple((kind, re.compile(words, re.IGNORECASE)) for kind, words in _TYPES.items())
_HEADING_WORDS = 6
_CORRECTIONS = frozenset({DocumentType.CREDIT_NOTE, DocumentType.INVOICE, DocumentType.RECEIPT})
# What asks for no money, or not yet, is told by its title: the rest looks like an invoice.
_NUMBERED = r"(?:\s{0,3}(?:nr|no|nummer|number)?[.:]{0,3}\s{0,3}(?=[\w./-]{0,30}\d)[\w./-]{1,40})?"
_PRO_FORMA_WORDS = (
    r"pro-?\s?forma(?:[\s-]*(?:rechnung|invoice|facture|faktura))?"
    r"|(?:facture|fattura|factura|faktura)[\s-]*pro-?\s?forma"
)
_NO_INVOICE = re.compile(
    rf"(?:{_PRO_FORMA_WORDS}|(?:preis)?angebot|offerte?|kostenvoranschlag|devis|preventivo|presupuesto"
    rf"|quot(?:e|ation)|(?:cost\s)?estimate){_NUMBERED}",
    re.IGNORECASE,
)
_PRO_FORMA = re.compile(rf"(?:{_PRO_FORMA_WORDS}){_NUMBERED}", re.IGNORECASE)
_INVOICE_TITLE = re.compile(rf"(?:{_TYPES[DocumentType.INVOICE]}){_NUMBERED}", re.IGNORECASE)
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
_OF_BILL = re.compile(
    rf"\b(?:rechnung\s+vom|invoice\s+(?:of|dated))\s+{DATE.pattern}", re.IGNORECASE
)
_CLEAR = 0.75
_SEVERAL = 2
_LIKELY = 0.1  # of a number beside another one, which a credit note names
_LEARNED = 0.97  # the chance of a value at a place that a person corrected: what adds up may differ
_UNSURE_ORDER = Decimal("0.60")  # of a day that may be another in the other order
_CUT = Decimal("0.75")  # of a value that other pages may contradict
_DELIVERED = (
    (frozenset({"l0:delivery_date:next", "l0:delivery_date:cell"}), Decimal("0.95")),
    (
        frozenset({"l0:delivery_date:near", "u:delivery_date:1", "u:delivery_date:2"}),
        Decimal("0.85"),
    ),
)
_TAUGHT = Decimal("0.90")
_LABELLED = 0.9  # chance of the number that a credit note calls its own
_SURE, _FAIR, _FAINT = Decimal("0.95"), Decimal("0.80"), Decimal("0.50")


def read_fields(layout: Layout, own: OwnParty, model: Model | None = None) -> PageFields:
    """Everything the layout says; what belongs to the recipient is left out."""
    model = model or trained()
    correction = correction_on(layout)
    kind = _as_corrected(_document_type(layout), layout, correction)
    candidates = candidates_of(layout, own)
    weighed = options_of(candidates, model)
    if correction is not None or kind.value is DocumentType.CREDIT_NOTE:
        weighed["invoice_number"] = _own_numbers(weighed["invoice_number"], layout)
        weighed["invoice_date"] = _own_dates(weighed["invoice_date"], layout, kind.value)
    chosen = chosen_among(weighed, candidates, model)
    learned: tuple[str, ...] = ()
    if own.places:
        taught = _taught(weighed, candidates, own.places)
        after = chosen_among({**weighed, **taught}, candidates, model)
        if _add_up(chosen) and not _add_up(after):
            taught = {name: found for name, found in taught.items() if name not in ROLES}
            after = chosen_among({**weighed, **taught}, candidates, model)
        learned = tuple(name for name in taught if after[name].value != chosen[name].value)
        chosen = after if learned else chosen
    readings = {
        name: reading
        for name, option in chosen.items()
        if (reading := _reading(layout, name, option, model, is_cut=name in candidates.cut))
        is not None
    }
    readings |= {name: _as_learned(readings[name]) for name in learned if name in readings}
    amounts = dict(
        _completed(
            layout, candidates.groups, {role: readings[role] for role in ROLES if role in readings}
        )
    )
    if not set(ROLES) & set(learned):
        amounts = all_rates(layout, candidates, amounts)
    rows = rows_in(
        candidates.tables, [amounts[role].value for role in (NET, GROSS) if role in amounts]
    )
    return PageFields(
        document_type=kind,
        texts=_texts(layout, candidates, readings),
        dates={
            **{name: readings[name] for name in DATES if name in readings},
            **dict(_delivery(layout, candidates)),
        },
        amounts=amounts,
        groups=_groups(layout, candidates, amounts),
        rows=rows,
        totals_agree=_agree(amounts),
        is_batch=is_batch(candidates, model),
        first_pages=tuple(first_pages(candidates, model)),
        cut=candidates.cut,
        alternatives=_alternatives(candidates, weighed),
        learned=tuple(name for name in learned if name in readings),
        ibans=tuple(dict.fromkeys(each.value for each in candidates.ibans)),
        is_month_first=order_of(candidates.around).month_first,
        correction=None if correction is None else correction[1],
        other_rows=_other_rows(candidates, amounts) if not rows else (),
    )


def _other_rows(candidates: Candidates, amounts: Mapping[str, Reading[Decimal]]) -> tuple[Row, ...]:
    net, gross = amounts.get(NET), amounts.get(GROSS)
    if gross is None or (net is not None and net.origin.source is not Source.RULE):
        return ()
    below = sorted(each for each in candidates.sums.rows if 0 < each < gross.value)
    return rows_in(candidates.tables, below)


def _as_corrected(
    kind: Reading[DocumentType], layout: Layout, correction: tuple[Passage, Direction] | None
) -> Reading[DocumentType]:
    """A correction is what its words make of it; where they do not tell, as it was titled.

    `Beleg-Nr.` above it makes no receipt of it.
    """
    if correction is None or kind.value not in _CORRECTIONS:
        return kind
    title, direction = correction
    if direction is Direction.UNSAID and kind.value is not DocumentType.RECEIPT:
        return kind
    gives = direction is Direction.BACK
    found = DocumentType.CREDIT_NOTE if gives else DocumentType.INVOICE
    return Reading(found, from_page(layout, title, _FAIR))


def _own_numbers(found: list[Option[str]], layout: Layout) -> list[Option[str]]:
    """A credit note or correction is not called as the invoice before it: `Gutschrift zu RE-17`.

    What is left is its number only where a word for a credit note says so, or where that was likely
    beside the other; else it has none.
    """
    named = preceding_on(layout, None, gives_back=True)
    earlier = tuple(each.number for each in named if each.number is not None)
    if not earlier:
        return found
    sure = own_numbers_on(layout)
    labelled = [each for each in found if each.value in sure and each.value not in earlier]
    if len({each.value for each in labelled}) == 1:
        first = replace(labelled[0], chance=max(labelled[0].chance, _LABELLED))
        return [first, *(e for e in found if e.value != first.value and e.value not in earlier)]
    # nor is it called as the end of that number: 17
    own = [
        each
        for each in found
        if each.value is None or each.value in sure or not _ends_one(each.value, earlier)
    ]
    if len(own) == len(found):
        return found
    likely = any(
        each.value is not None and (each.value in sure or each.chance >= _LIKELY) for each in own
    )
    whole = sum(each.chance for each in own)
    left = [
        replace(each, chance=each.chance / whole)
        if likely
        else replace(each, chance=each.chance + (each.value is None) * (1 - whole))
        for each in own
    ]
    return sorted(left, key=lambda each: each.chance, reverse=True)


def _own_dates(found: list[Option[date]], layout: Layout, kind: DocumentType) -> list[Option[date]]:
    """The day of the invoice before a credit note or correction is not its own, beside another."""
    days = {each.day for each in preceding_on(layout, None, gives_back=True)}
    if kind is DocumentType.CREDIT_NOTE:
        days |= {date_of(each) for each in _OF_BILL.finditer(layout.text)}
    own = [each for each in found if each.value is None or each.value not in days]
    whole = sum(each.chance for each in own)
    if len(own) == len(found) or not any(e.value is not None for e in own) or not whole:
        return found
    return [replace(each, chance=each.chance / whole) for each in own]


def _ends_one(value: str, numbers: Sequence[str]) -> bool:
    """Whether a value is one of the numbers, or its last part.

    >>> _ends_one("17", ["RE-17"]), _ends_one("17", ["RE-2017"])
    (True, False)
    """
    return any(
        number.endswith(value) and not number[: -len(value)][-1:].isalnum() for number in numbers
    )


def options_of(candidates: Candidates, model: Model) -> dict[str, list[Option[Any]]]:
    """For every field its values with their chances, the best first."""
    fields: dict[str, Sequence[Candidate[Any]]] = {
        "vendor_name": candidates.names,
        "vendor_vat_id": candidates.vat_ids,
        "vendor_iban": candidates.ibans,
        "invoice_number": candidates.numbers,
        "invoice_date": candidates.dates,
        "due_date": candidates.dates,
        **{role: candidates.of_role(role) for role in ROLES},
    }
    return {name: options(name, found, model) for name, found in fields.items()}


def chosen_of(candidates: Candidates, model: Model) -> dict[str, Option[Any]]:
    """The best value of every field that candidates compete for, None where the page has none."""
    return chosen_among(options_of(candidates, model), candidates, model)


def chosen_among(
    weighed: Mapping[str, list[Option[Any]]], candidates: Candidates, model: Model
) -> dict[str, Option[Any]]:
    """The best of weighed values; days and totals are chosen together."""
    issued, due = chosen_dates(weighed["invoice_date"], weighed["due_date"])
    by_role = {role: weighed[role] for role in ROLES}
    return {
        **{name: best_of(name, weighed[name]) for name in TEXTS},
        "invoice_date": issued,
        "due_date": due,
        **chosen_totals(by_role, candidates.sums, model),
    }


def _taught(
    weighed: Mapping[str, list[Option[Any]]],
    candidates: Candidates,
    places: Mapping[str, Place],
) -> dict[str, list[Option[Any]]]:
    """The values of fields for which a candidate stands where a person found the right one."""
    found: dict[str, list[Option[Any]]] = {}
    for name, place in places.items():
        own = _of_field(candidates, name)
        at = nearest(place, [place_of(candidates.around, each) for each in own])
        if at is not None:
            value = own[at].value
            others = (each for each in weighed[name] if each.value != value)
            rest = [replace(each, chance=each.chance * (1 - _LEARNED)) for each in others]
            found[name] = [Option(value, own[at], _LEARNED), *rest]
    return found


def _add_up(chosen: Mapping[str, Option[Any]]) -> bool:
    """Whether the chosen totals make each other."""
    net, tax, gross = (chosen[role].value for role in ROLES)
    if net is None or tax is None or gross is None:
        return False
    return bool(abs(net + tax - gross) <= CENT)


def _of_field(candidates: Candidates, name: str) -> Sequence[Candidate[Any]]:
    if name in ROLES:
        return candidates.amounts
    return candidates.numbers if name == "invoice_number" else candidates.dates


def _as_learned(reading: Reading[Any]) -> Reading[Any]:
    """A value that an earlier correction decided: as sure as one correction makes it."""
    confidence = min(reading.origin.confidence, _TAUGHT)
    origin = replace(reading.origin, source=Source.LEARNED, confidence=confidence)
    return replace(reading, origin=origin)


def _alternatives(
    candidates: Candidates, weighed: Mapping[str, list[Option[Any]]]
) -> dict[str, tuple[Alternative, ...]]:
    """The likeliest values of fields whose place can be learned, each with its place."""
    found: dict[str, tuple[Alternative, ...]] = {}
    for name in PLACED:
        stated = [each for each in weighed[name] if each.candidate is not None][:MOST]
        found[name] = tuple(
            Alternative(str(each.value), place)
            for each in stated
            if each.candidate is not None
            and (place := place_of(candidates.around, each.candidate)) is not None
        )
    return found


def is_batch(candidates: Candidates, model: Model) -> bool:
    """Whether pages contradict each other: in the number, the VAT ids, the accounts or the title.

    An invoice and a credit note, each with totals of its own, are two documents.
    """
    pages = [page.number for page in candidates.around.layout.pages]
    titles = [titles_of(page) for page in candidates.around.layout.pages]
    numbers = [_sure_number(candidates, page, model) for page in pages]
    vat_ids = [_values(candidates.vat_ids, page) for page in pages]
    ibans = [_values(candidates.ibans, page) for page in pages]
    return len(pages) > 1 and any(map(_are_apart, (numbers, vat_ids, ibans, titles)))


def first_pages(candidates: Candidates, model: Model) -> Iterator[int]:
    """Pages on which another one seems to begin: number or title there are not those before.

    Pages without a number belong to the one before.
    """
    before: set[str] = set()
    called: set[str] = set()
    for page in candidates.around.layout.pages:
        found = _sure_number(candidates, page.number, model)
        title = titles_of(page)
        is_renamed = bool(called and title) and called.isdisjoint(title)
        if (found and before and found != before) or is_renamed:
            yield page.number
        before, called = found or before, title or called


def _sure_number(candidates: Candidates, page: int, model: Model) -> set[str]:
    """The number of a page that is clearly one, were it the only page."""
    own = [each for each in candidates.numbers if each.passage and each.passage.page == page]
    best = options("invoice_number", own, model)[0]
    return {best.value} if best.value is not None and best.chance >= _CLEAR else set()


def _values(candidates: Sequence[Candidate[str]], page: int) -> set[str]:
    return {each.value for each in candidates if each.passage and each.passage.page == page}


def _are_apart(pages: list[set[str]]) -> bool:
    """Whether two pages that state something have nothing in common."""
    stated = [values for values in pages if values]
    return any(one.isdisjoint(other) for one, other in pairwise(stated))


def _reading(
    layout: Layout, field: str, option: Option[Any], model: Model, *, is_cut: bool
) -> Reading[Any] | None:
    """A chosen value with its place and what its chance is worth."""
    if option.value is None or option.candidate is None:
        return None
    confidence = model.confidence(field, option.chance)
    confidence = min(confidence, _CUT) if is_cut else confidence
    if UNSURE_ORDER in option.candidate.features:
        confidence = min(confidence, _UNSURE_ORDER)
    passage = option.candidate.passage
    if passage is None:
        return Reading(option.value, by_rule(confidence, option.candidate.raw_text))
    return Reading(option.value, from_page(layout, passage, confidence))


def _completed(
    layout: Layout,
    groups: Sequence[TaxGroup],
    amounts: dict[str, Reading[Decimal]],
) -> Iterator[tuple[str, Reading[Decimal]]]:
    """The totals; a net amount that is nowhere stated is what tax leaves of gross.

    Tax that was not found, too, is what its rates make of the gross total, where that is stated.
    """
    amounts = amounts | dict(_with_tip(layout))
    gross, tax, net = (amounts.get(role) for role in (GROSS, TAX, NET))
    # Where no net amount was read, one of two taxes may have been taken for the whole.
    if gross is not None and (net is None or net.value == gross.value):
        whole = _proven_tax(layout, gross, None, at_least=2 if tax is not None else 1)
        if whole is not None and (tax is None or abs(whole.value) > abs(tax.value)):
            tax, net = whole, None
    if gross is not None and tax is None:
        tax = _proven_tax(layout, gross, net)
    if gross is not None and (tax is None or net is None or not _makes(net, tax, gross)):
        told = (
            _proven_tax(layout, gross, None, at_least=2)
            or _tax_of_shares(layout, gross)
            or _tax_apart(layout, gross, net)
        )
        tax, net = (tax, net) if told is None else (told, None)
    if tax is not None and net is not None and _is_with_tax(groups, net, tax):
        net = None
    told = _tax_of_groups(groups, gross) if gross is not None else None
    if told is not None and (tax is None or tax.value != told.value):
        tax, net = told, None
    if gross is not None and tax is not None and net is None:
        sure = min(gross.origin.confidence, tax.origin.confidence)
        net = Reading(gross.value - tax.value, by_rule(sure, "gross without tax"))
    found = ((NET, net), (TAX, tax), (GROSS, gross))
    yield from ((role, reading) for role, reading in found if reading is not None)


def _with_tip(layout: Layout) -> Iterator[tuple[str, Reading[Decimal]]]:
    """The totals of a receipt with a tip, which no rate of it makes: net is what is not tax."""
    for passage in totals_with_tip(layout):
        found = AMOUNT.fullmatch(passage.text)
        if found is None:
            continue
        whole = amount_of(found)
        tax = sum((group.amount for group in tipped(layout, whole)), Decimal())
        yield GROSS, Reading(whole, from_page(layout, passage, _FAIR))
        yield TAX, Reading(tax, by_rule(_FAIR, "sum of the taxes"))
        yield NET, Reading(whole - tax, by_rule(_FAIR, "gross without tax"))
        return


def _tax_of_groups(found: Sequence[TaxGroup], gross: Reading[Decimal]) -> Reading[Decimal] | None:
    """The tax of all rates where each has its line, and all of them come to the gross total."""
    rates = {group.rate.normalize() for group in found}
    whole = sum((group.basis + group.amount for group in found), Decimal())
    if len(found) < _SEVERAL or len(rates) < len(found) or whole != gross.value:
        return None
    total = sum((group.amount for group in found), Decimal())
    return Reading(total, by_rule(min(gross.origin.confidence, _FAIR), "sum of the taxes"))


def _is_with_tax(groups: Sequence[TaxGroup], net: Reading[Decimal], tax: Reading[Decimal]) -> bool:
    """Whether a tax is within what was taken for net: `10 % USt aus 110,00   10,00`."""
    return any(
        group.amount == tax.value and group.basis + group.amount == net.value for group in groups
    )


def _makes(net: Reading[Decimal], tax: Reading[Decimal], gross: Reading[Decimal]) -> bool:
    return abs(net.value + tax.value - gross.value) <= CENT


def _tax_of_shares(layout: Layout, gross: Reading[Decimal]) -> Reading[Decimal] | None:
    """Tax within the gross shares that a small receipt shows for each rate."""
    found = shared(layout, gross.value)
    if not found:
        return None
    total = sum((group.amount for group in found), Decimal())
    return Reading(total, by_rule(min(gross.origin.confidence, _FAIR), "within its gross shares"))


def _tax_apart(
    layout: Layout, gross: Reading[Decimal], net: Reading[Decimal] | None
) -> Reading[Decimal] | None:
    """Tax that a rate on another line proves."""
    found = apart(layout, gross.value, None if net is None else net.value)
    if found is None:
        return None
    sure = min(gross.origin.confidence, _FAIR)
    return Reading(found.amount, from_page(layout, found.passage, sure))


def _proven_tax(
    layout: Layout,
    gross: Reading[Decimal],
    net: Reading[Decimal] | None,
    *,
    at_least: int = 1,
) -> Reading[Decimal] | None:
    """Tax that rates beside it prove, all of it on one line or summed up."""
    found = proven(tax_lines_in(layout), None if net is None else net.value, gross.value)
    if len(found) < at_least:
        return None
    sure = min(gross.origin.confidence, _FAIR)
    if len(found) == 1:
        return Reading(found[0].amount, from_page(layout, found[0].passage, sure))
    total = sum((group.amount for group in found), Decimal())
    return Reading(total, by_rule(sure, "sum of the taxes"))


def _groups(
    layout: Layout, candidates: Candidates, amounts: dict[str, Reading[Decimal]]
) -> tuple[TaxGroup, ...]:
    """The tax groups, if they come to the chosen totals; otherwise those were other amounts.

    Where no line states a basis, the taxes themselves say what they were made of.
    """
    net, tax, gross = (amounts.get(role) for role in ROLES)
    if net is None or tax is None:
        return candidates.groups
    found = making(candidates.groups, net.value, tax.value)
    if found or gross is None:
        return found
    taxed = proven(tax_lines_in(layout), net.value, gross.value)
    # Of one rate net and tax tell the rate.
    several = taxed if len(taxed) > 1 else ()
    for some in (several, shared(layout, gross.value), tipped(layout, gross.value)):
        if some and sum((group.amount for group in some), Decimal()) == tax.value:
            return some
    return ()


def _delivery(layout: Layout, candidates: Candidates) -> Iterator[tuple[str, Reading[date]]]:
    """The day that a label calls that of the delivery; of a period, the first."""
    for near, strength in _DELIVERED:
        for candidate in candidates.dates:
            if candidate.passage is not None and near & set(candidate.features):
                origin = from_page(layout, candidate.passage, strength)
                yield "delivery_date", Reading(candidate.value, origin)
                return


def _agree(amounts: dict[str, Reading[Decimal]]) -> bool:
    if not set(ROLES) <= amounts.keys():
        return False
    net, tax, gross = (amounts[role].value for role in ROLES)
    return abs(net + tax - gross) <= CENT


def _texts(
    layout: Layout, candidates: Candidates, readings: dict[str, Reading[Any]]
) -> dict[str, Reading[str]]:
    found = {
        **{name: readings.get(name) for name in TEXTS},
        "vendor_tax_id": _tax_number(layout, candidates),
        "vendor_address": vendor_address(layout, readings.get("vendor_name")),
        "currency": _currency(layout),
        "payment_terms": _line_with(layout, _TERMS),
        "reference_text": _reference(layout),
    }
    return {field: reading for field, reading in found.items() if reading is not None}


def _tax_number(layout: Layout, candidates: Candidates) -> Reading[str] | None:
    passage = next(tax_numbers(candidates.around), None)
    return Reading(passage.text, from_page(layout, passage, _SURE)) if passage else None


def _currency(layout: Layout) -> Reading[str] | None:
    code = currency.currency_in(layout)
    passage = currency.currency_passage(layout, code) if code is not None else None
    if code is None or passage is None:
        return None
    return Reading(code, from_page(layout, passage, _SURE))


def _document_type(layout: Layout) -> Reading[DocumentType]:
    """The word in a short line; else the first such word anywhere."""
    if (title := _no_invoice(layout)) is not None:
        return Reading(DocumentType.OTHER, from_page(layout, title, _SURE))
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


def _no_invoice(layout: Layout) -> Passage | None:
    """A title that stands alone in its line, above any that says invoice, and says otherwise.

    A stamp over an invoice that calls it a draft, or cancelled, may stand anywhere.
    """
    void = next((line for line in layout.lines if is_void(line.text.strip())), None)
    if void is not None:
        return void.passage(0, len(void.text))
    for place, line in enumerate(layout.lines):
        title = line.text.strip()
        is_single = len(line.cells) == 1
        is_head = place < HEAD_LINES and is_single
        is_other = is_head and is_title_of_other(title, layout.text)
        if is_other or (is_single and _NO_INVOICE.fullmatch(title)):
            return line.passage(0, len(line.text))
        if any(_INVOICE_TITLE.fullmatch(cell.text.strip()) for cell in line.cells):
            return None
    return _pro_forma(layout) or _parting_words(layout)


def _pro_forma(layout: Layout) -> Passage | None:
    """A pro forma invoice that other cells stand beside, where nothing calls itself an invoice."""
    cells = (cell for line in layout.lines[:HEAD_LINES] for cell in line.cells)
    found = next((cell for cell in cells if _PRO_FORMA.fullmatch(cell.text.strip())), None)
    return None if found is None else found.passage(0, len(found.text))


def _parting_words(layout: Layout) -> Passage | None:
    """A line that only letters to many have (to unsubscribe), on pages that number no invoice."""
    if is_bill(layout.text):
        return None
    found = (line for line in layout.lines if is_of_newsletter(line.text.strip()))
    line = next(found, None)
    return None if line is None else line.passage(0, len(line.text))


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
