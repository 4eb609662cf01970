"""The extraction of a document without structured data: what its pages say."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from domain.formats.invoice_record import HUNDRED
from domain.intake.beside_tax import beside_tax, rows_with, share_of, with_net, words_of
from domain.intake.due_on_pages import with_due
from domain.intake.extraction import Extraction, Recipient, turned_positive, weighed
from domain.intake.from_customs import as_assessment
from domain.intake.lines import ExtractedLine, TaxShare
from domain.intake.page_lines import page_lines, shares_of_rows
from domain.intake.tax_facts import speaks_of_tax
from domain.money import CENT, ZERO, cents
from domain.reading.correction import Direction
from domain.reading.customs import assessment_in
from domain.reading.document_type import DocumentType
from domain.reading.fields import PageFields, read_fields
from domain.reading.finding import Finding, Severity
from domain.reading.general_terms import without_general_terms
from domain.reading.id_candidates import broken_iban, customer_vat_ids
from domain.reading.layout import Layout, Source
from domain.reading.names import is_same_name
from domain.reading.origin import Origin, OwnParty, Reading, by_rule
from domain.reading.preceding import Preceding, Relation, preceding_on
from domain.reading.recipient import names_party, recipient_on
from domain.reading.tax_groups import fits, tipped
from domain.reading.tax_words import names_other_share, shows_tax
from domain.reading.untaxed import owes_no_tax, says_untaxed
from domain.reading.values import AMOUNT, PERCENT, amount_of, is_vat_id_checked, percent_of
from domain.tax.rates import KNOWN, small_up_to

LEARNED_VALUE = "LEARNED_VALUE"
_RULE = Decimal("0.60")
_KNOWN_RATES = tuple(rate * CENT for rate in KNOWN)
# `inkl. 20 % USt`: on a small receipt the rate stands for the tax (§ 11 Abs. 6 UStG, § 33 UStDV).
_INCLUDED = re.compile(
    r"\b(?:inkl|incl|enth\u00e4lt|enthalten|darin)\w*\.?\W{0,3}(?:\w+\W+){0,2}?"
    r"(\d{1,2}(?:[.,]\d)?)\s?%\s*(?:ust|mwst|umsatzsteuer|mehrwertsteuer|vat)\b",
    re.IGNORECASE,
)
_OF_TAX = re.compile(
    r"(\d{1,2}(?:[.,]\d)?)\s?%\s*(?:ust|mwst|umsatzsteuer|mehrwertsteuer|vat)\b"
    r"|\b(?:ust|mwst|umsatzsteuer|mehrwertsteuer|vat)\.?\s*(\d{1,2}(?:[.,]\d)?)\s?%",
    re.IGNORECASE,
)
_NOTES = 20
_SEVERAL = 2


def extraction_of(layout: Layout, own: OwnParty) -> Extraction:
    """Extraction of pages; everything with its place and an honest confidence.

    Pages of general terms are kept as text alone: nothing on them is of this invoice.
    """
    whole, layout = layout, without_general_terms(layout)
    fields = _with_tax_of_rows(_completed(read_fields(layout, own), layout), layout)
    beside = beside_tax(layout, fields)
    taxed = replace(fields, totals_agree=fields.totals_agree or bool(beside))
    fields = with_net(fields, beside)
    origins = _origins(fields)
    shares = tuple(_shares(taxed, layout))
    extraction = Extraction(
        **{name: reading.value for name, reading in fields.texts.items()},  # type: ignore[arg-type]
        **{name: reading.value for name, reading in fields.dates.items()},  # type: ignore[arg-type]
        **{name: reading.value for name, reading in fields.amounts.items()},  # type: ignore[arg-type]
        document_type=fields.document_type.value,
        line_items=_lines(layout, taxed, shares, beside),
        origins=origins,
        recipient=_recipient(layout, own, fields),
        taxes=(*shares, *share_of(beside)),
        notes=_notes(layout),
        findings=(
            *_batch_findings(fields),
            *_cut_findings(fields),
            *_findings(fields),
            *_kind_findings(fields),
            *_correction_findings(fields),
            *_learned_findings(fields),
            *_note_findings(layout),
            *_account_findings(layout, fields),
        ),
        raw_markdown=whole.markdown(),
        alternatives=fields.alternatives,
        preceding=_preceding(layout, fields),
    )
    read = with_due(extraction, layout, fields.ibans, is_month_first=fields.is_month_first)
    assessed = assessment_in(layout)
    if assessed is not None:
        return weighed(as_assessment(read, assessed, layout))
    return weighed(turned_positive(read))


def _lines(
    layout: Layout,
    taxed: PageFields,
    shares: tuple[TaxShare, ...],
    beside: tuple[ExtractedLine, ...],
) -> tuple[ExtractedLine, ...]:
    """The rows of the table, and what is beside the tax unless they hold it."""
    whole = rows_with(layout, taxed, beside) if beside else None
    if whole is not None:
        return tuple(page_lines(layout, whole, (*shares, *share_of(beside))))
    return (*page_lines(layout, taxed, shares), *beside)


def _preceding(layout: Layout, fields: PageFields) -> tuple[Preceding, ...]:
    """The earlier invoices that a page names as corrected or credited; a credit corrects none."""
    if not fields.document_type.value.is_invoice:
        return ()
    number, gross = fields.texts.get("invoice_number"), fields.amounts.get("total_gross")
    own = None if number is None else number.value
    is_back = fields.correction is Direction.BACK
    if is_back or (gross is not None and gross.value < ZERO):
        return preceding_on(layout, own, gives_back=True)
    named = preceding_on(layout, own, gives_back=False)
    if fields.document_type.value is not DocumentType.CREDIT_NOTE:
        corrected = tuple(each for each in named if each.relation is Relation.CORRECTS)
        is_unnamed = fields.correction is not None and not any(e.number for e in corrected)
        referred = preceding_on(layout, own, gives_back=True) if is_unnamed else ()
        return tuple(replace(e, relation=Relation.CORRECTS) for e in referred) or corrected
    if any(each.number is not None for each in named):
        return named
    taken_back = preceding_on(layout, own, gives_back=True)
    if not named:
        return taken_back
    return tuple(replace(each, relation=Relation.CORRECTS) for each in taken_back) or named


def _completed(fields: PageFields, layout: Layout) -> PageFields:
    """Net and tax that follow from the gross total: nothing is taxed, or one rate is included."""
    amounts = fields.amounts
    gross = amounts.get("total_gross") or amounts.get("total_net")
    if gross is None or "total_tax" in amounts:
        return fields
    if says_untaxed(layout.text) or _names_only_zero(layout.text):
        derived = {
            "total_gross": gross,
            "total_net": _untaxed_net(fields, layout) or replace(gross, origin=by_rule(_RULE)),
            "total_tax": replace(gross, value=ZERO, origin=by_rule(_RULE, "no tax is shown")),
        }
        return replace(fields, amounts=derived)
    net, rate = amounts.get("total_net", gross), _included(layout.text)
    if rate is None or net.value != gross.value:
        return fields
    if not ZERO < gross.value <= small_up_to([rate * HUNDRED]):
        return fields
    taxed, origin = cents(gross.value / (1 + rate)), by_rule(_RULE, "the rate is included")
    derived = {
        "total_gross": gross,
        "total_net": replace(gross, value=taxed, origin=origin),
        "total_tax": replace(gross, value=gross.value - taxed, origin=origin),
    }
    return replace(fields, amounts=derived)


def _with_tax_of_rows(fields: PageFields, layout: Layout) -> PageFields:
    """The tax of several rates that no line sums up, where the rates of the rows prove it.

    Each rate's tax has to be printed: what only a rate says is no tax that an invoice shows. A net
    amount that was derived (gross less the first of two taxes) is worth less than such a proof.
    """
    net, gross = fields.amounts.get("total_net"), fields.amounts.get("total_gross")
    rows = fields.rows or fields.other_rows
    is_derived = net is None or net.origin.source is Source.RULE
    if gross is None or not rows or (fields.totals_agree and not is_derived):
        return fields
    if any(names_other_share(row.description) for row in rows):
        return fields
    basis = sum((row.total for row in rows), ZERO) if net is None or is_derived else net.value
    if fields.totals_agree and net is not None and basis == net.value:
        return fields  # it was known, and with better reasons
    shares = shares_of_rows(rows, basis, gross.value - basis)
    printed = {amount_of(each) for line in layout.lines for each in AMOUNT.finditer(line.text)}
    if len(shares) < _SEVERAL or not printed.issuperset(share.amount for share in shares):
        return fields
    origin = by_rule(min(gross.origin.confidence, _RULE), "sum of the taxes of the rows' rates")
    amounts = {**fields.amounts, "total_tax": Reading(gross.value - basis, origin)}
    if is_derived:
        amounts["total_net"] = Reading(basis, origin)
    return replace(fields, amounts=amounts, groups=(), rows=rows, totals_agree=True)


def _untaxed_net(fields: PageFields, layout: Layout) -> Reading[Decimal] | None:
    """Net as it was read, unless its seller owes no tax and shows none: then it is gross."""
    is_gross = owes_no_tax(layout.text) and not shows_tax(layout)
    return None if is_gross else fields.amounts.get("total_net")


def _included(text: str) -> Decimal | None:
    """The one rate that a page says its total includes; None where it names another, too."""
    said = {percent_of(match) / HUNDRED for match in _INCLUDED.finditer(text)}
    named = {
        Decimal((match[1] or match[2]).replace(",", ".")) / HUNDRED
        for match in _OF_TAX.finditer(text)
    }
    one = said.pop() if len(said) == 1 else None
    return one if one in _KNOWN_RATES and not named - {one} else None


def _names_only_zero(text: str) -> bool:
    """Whether the rates that a page names are nothing but zero: `Umsatzsteuer 0 %`."""
    named = {Decimal((match[1] or match[2]).replace(",", ".")) for match in _OF_TAX.finditer(text)}
    return named == {ZERO}


def _origins(fields: PageFields) -> dict[str, Origin]:
    return {
        **{name: reading.origin for name, reading in fields.texts.items()},
        **{name: reading.origin for name, reading in fields.dates.items()},
        **{name: reading.origin for name, reading in fields.amounts.items()},
        "document_type": fields.document_type.origin,
    }


def _shares(fields: PageFields, layout: Layout) -> Iterator[TaxShare]:
    """The tax groups that were found; else the one rate that net and tax speak for.

    Groups that make the whole tax and not the whole net leave an amount that is not taxed. Where
    neither is so, the rates that the rows state.
    """
    if fields.groups and fields.totals_agree:
        for group in fields.groups:
            yield TaxShare(group.rate / HUNDRED, group.basis, group.amount)
        left = fields.amounts["total_net"].value - sum((g.basis for g in fields.groups), ZERO)
        if left > CENT * len(fields.groups):
            is_tip = tipped(layout, fields.amounts["total_gross"].value)
            reason = "Trinkgeld" if is_tip else words_of(layout, left)
            yield TaxShare(ZERO, left, ZERO, exemption_reason=reason)
        return
    net, tax = fields.amounts.get("total_net"), fields.amounts.get("total_tax")
    if net is not None and tax is not None:
        rate = _rate(net.value, tax.value, layout)
        if rate is not None:
            yield TaxShare(rate, net.value, tax.value)
        else:
            yield from shares_of_rows(fields.rows, net.value, tax.value)


def _rate(net: Decimal, tax: Decimal, layout: Layout) -> Decimal | None:
    """The rate that makes the tax: one of Austria and Germany, or one that the page states."""
    if tax == 0:
        return ZERO
    stated = [percent_of(match) / HUNDRED for match in PERCENT.finditer(layout.text)]
    rates = (*(rate for rate in _KNOWN_RATES if rate in stated), *_KNOWN_RATES, *stated)
    return next((rate for rate in rates if fits(net, rate * HUNDRED, tax)), None)


def _recipient(layout: Layout, own: OwnParty, fields: PageFields) -> Recipient:
    """The recipient: as the tenant is called, or somebody else where the page leaves no doubt."""
    for line in layout.lines:
        for cell in line.cells:
            if own.name and is_same_name(cell.text, own.name):
                return Recipient(name=cell.text, vat_id=_recipient_id(layout, own, fields))
    own_id = _own_vat_id(layout, own)
    if own_id is not None or own.name is None or names_party(layout, own.name):
        return Recipient(vat_id=_recipient_id(layout, own, fields))
    return _somebody_else(layout, fields)


def _somebody_else(layout: Layout, fields: PageFields) -> Recipient:
    vendor, sellers_id = fields.texts.get("vendor_name"), fields.texts.get("vendor_vat_id")
    name = recipient_on(layout, None if vendor is None else vendor.value)
    found = _customers_ids(layout, sellers_id)
    if name is None:
        return Recipient(vat_id=_one_checked(found))
    return Recipient(name=name, vat_id=found.pop() if len(found) == 1 else None)


def _recipient_id(layout: Layout, own: OwnParty, fields: PageFields) -> str | None:
    """Our VAT id where it stands, else the one that a label says is the customer's."""
    found = _customers_ids(layout, fields.texts.get("vendor_vat_id"))
    return _own_vat_id(layout, own) or _one_checked(found)


def _customers_ids(layout: Layout, sellers_id: Reading[str] | None) -> set[str]:
    found = set(customer_vat_ids(layout))
    return found - ({sellers_id.value} if sellers_id is not None else set())


def _one_checked(found: set[str]) -> str | None:
    """The one VAT id, unless a scan misread it."""
    one = next(iter(found)) if len(found) == 1 else None
    return one if one is not None and is_vat_id_checked(one) is not False else None


def _own_vat_id(layout: Layout, own: OwnParty) -> str | None:
    squeezed = re.sub(r"\s", "", layout.text)
    return own.vat_id if own.vat_id and own.vat_id in squeezed else None


def _notes(layout: Layout) -> str:
    return "\n".join(_noted(layout)[:_NOTES])


def _noted(layout: Layout) -> list[str]:
    """Lines that say why there is no tax, or what kind of bill it is."""
    said = (line.text for line in layout.lines)
    return [text for text in said if says_untaxed(text) or speaks_of_tax(text)]


def _note_findings(layout: Layout) -> Iterator[Finding]:
    count = len(_noted(layout))
    if count > _NOTES:
        yield Finding(
            "CUT_TO_BOUND",
            f"{count} lines speak of the tax; the first {_NOTES} are kept as notes.",
            Severity.WARNING,
        )


def _account_findings(layout: Layout, fields: PageFields) -> Iterator[Finding]:
    """An account that is none was read nowhere: without a word it would be missing, not wrong."""
    if "vendor_iban" not in fields.texts and broken_iban(layout) is not None:
        yield Finding(
            "INVALID_IBAN",
            "An account to pay to is no valid IBAN.",
            Severity.WARNING,
            ("vendor_iban",),
            "ISO 13616",
        )


def _batch_findings(fields: PageFields) -> Iterator[Finding]:
    """Several invoices scanned in one go are several documents."""
    if fields.is_batch:
        begins = fields.first_pages
        on = f" Another one seems to begin on page {', '.join(map(str, begins))}." if begins else ""
        yield Finding(
            "SEVERAL_DOCUMENTS",
            f"The pages contradict each other: the file may hold more than one invoice.{on}",
            Severity.BLOCKING,
            ("invoice_number",),
        )


def _cut_findings(fields: PageFields) -> Iterator[Finding]:
    """More values on the pages than are weighed: the right one may be among the others."""
    if fields.cut:
        yield Finding(
            "TOO_MANY_VALUES",
            "The pages hold more values than are weighed; the right ones may be among the others.",
            Severity.WARNING,
            fields.cut,
        )


def _learned_findings(fields: PageFields) -> Iterator[Finding]:
    """A value that a person's correction of an earlier document decided: it wants a look."""
    for name in fields.learned:
        yield Finding(
            LEARNED_VALUE,
            "It is read where a person found it on an earlier document of this vendor.",
            Severity.WARNING,
            (name,),
        )


def _kind_findings(fields: PageFields) -> Iterator[Finding]:
    """What a document that is no invoice calls itself."""
    kind = fields.document_type
    if kind.value is DocumentType.OTHER and kind.origin.page is not None:
        yield Finding(
            "NO_INVOICE",
            f"By its words this is no invoice: {kind.origin.raw_text}.",
            Severity.WARNING,
            ("document_type",),
        )


def _correction_findings(fields: PageFields) -> Iterator[Finding]:
    """A correction whose sum has no sign, and whose words do not say who owes it."""
    gross = fields.amounts.get("total_gross")
    is_signed = gross is not None and gross.value < ZERO
    if fields.correction is Direction.UNSAID and not is_signed:
        yield Finding(
            "CORRECTION_UNCLEAR",
            "A correction that does not say whether its sum is given back or asked for: say what "
            "the document is.",
            Severity.BLOCKING,
            ("document_type", "amount_due"),
            "UStG \u00a7 17 Abs. 1 (DE), \u00a7 16 Abs. 1 (AT)",
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
