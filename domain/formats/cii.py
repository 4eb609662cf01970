"""UN/CEFACT Cross Industry Invoice: D16B (XRechnung, Factur-X, ZUGFeRD 2) and ZUGFeRD 1.0.

ZUGFeRD 1.0 has other names for the same groups, so each step of a path knows both.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from lxml import etree

from domain.formats.invoice_record import (
    InvoiceRecord,
    RecordDiscount,
    RecordLine,
    RecordMeans,
    RecordParty,
    RecordPayment,
    RecordPreceding,
    RecordTax,
    RecordTerm,
    RecordTotals,
    net_date,
    net_of,
)
from domain.formats.tree import (
    attribute,
    boolean,
    day,
    day_of,
    decimal_of,
    node,
    nodes,
    number,
    other_currencies,
    plain,
    text,
    texts,
)
from domain.formats.xml import local_name

ROOTS = ("CrossIndustryInvoice", "CrossIndustryDocument")

_DOCUMENT = "ExchangedDocument|HeaderExchangedDocument"
_TRANSACTION = "SupplyChainTradeTransaction|SpecifiedSupplyChainTradeTransaction"
_AGREEMENT = "ApplicableHeaderTradeAgreement|ApplicableSupplyChainTradeAgreement"
_DELIVERY = "ApplicableHeaderTradeDelivery|ApplicableSupplyChainTradeDelivery"
_SETTLEMENT = "ApplicableHeaderTradeSettlement|ApplicableSupplyChainTradeSettlement"
_SUMMATION = (
    "SpecifiedTradeSettlementHeaderMonetarySummation|SpecifiedTradeSettlementMonetarySummation"
)
_CONTEXT = "ExchangedDocumentContext|SpecifiedExchangedDocumentContext"
_PERCENT = "RateApplicablePercent|ApplicablePercent"
_DATE = "DateTimeString|DateString|DateTime"
_LINE_AGREEMENT = "SpecifiedLineTradeAgreement|SpecifiedSupplyChainTradeAgreement"
_LINE_DELIVERY = "SpecifiedLineTradeDelivery|SpecifiedSupplyChainTradeDelivery"
_LINE_SETTLEMENT = "SpecifiedLineTradeSettlement|SpecifiedSupplyChainTradeSettlement"
_LINE_SUM = (
    "SpecifiedTradeSettlementLineMonetarySummation|SpecifiedTradeSettlementMonetarySummation"
)
_ADJUSTMENT = "SpecifiedTradeAllowanceCharge|SpecifiedLogisticsServiceCharge"
_CHARGE = "ChargeIndicator/Indicator"
_DATE_FORMATS = frozenset({"102", "610", "616", None})
_MONTH_LENGTH = len("YYYYMM")


def read(root: etree._Element) -> InvoiceRecord:
    """Record of a tree whose root is one of `ROOTS`."""
    document = node(root, _DOCUMENT)
    transaction = node(root, _TRANSACTION)
    if transaction is None:
        transaction = root
    agreement = node(transaction, _AGREEMENT)
    settlement = node(transaction, _SETTLEMENT)
    currency = text(settlement, "InvoiceCurrencyCode")
    return InvoiceRecord(
        syntax="CII" if root.tag.endswith("Invoice") else "ZUGFeRD1-CII",
        profile=text(root, f"{_CONTEXT}/GuidelineSpecifiedDocumentContextParameter/ID"),
        type_code=text(document, "TypeCode"),
        number=text(document, "ID"),
        issue_date=day(document, f"IssueDateTime/{_DATE}"),
        delivery_date=_delivery_date(transaction, settlement),
        representative_vat_id=_party(agreement, "SellerTaxRepresentativeTradeParty").vat_id,
        delivery_country=text(
            transaction, f"{_DELIVERY}/ShipToTradeParty/PostalTradeAddress/CountryID"
        ),
        currency=currency,
        seller=_party(agreement, "SellerTradeParty"),
        buyer=_party(agreement, "BuyerTradeParty"),
        totals=_totals(settlement, currency),
        payment=_payment(settlement),
        taxes=tuple(_taxes(settlement)),
        lines=tuple(_lines(transaction)),
        adjustments=tuple(_adjustments(settlement)),
        references=_references(agreement, settlement),
        preceding=tuple(_preceding(settlement)),
        notes=texts(document, "IncludedNote/Content"),
        unreadable=tuple(_unreadable(root)),
    )


def _party(agreement: etree._Element | None, name: str) -> RecordParty:
    party = node(agreement, name)
    ids = {attribute(found, "schemeID"): plain(found) for found in _registrations(party)}
    return RecordParty(
        name=text(party, "Name"),
        vat_id=ids.get("VA"),
        tax_id=ids.get("FC"),
        street=text(party, "PostalTradeAddress/LineOne"),
        postcode=text(party, "PostalTradeAddress/PostcodeCode"),
        city=text(party, "PostalTradeAddress/CityName"),
        country=text(party, "PostalTradeAddress/CountryID"),
        trading_name=text(party, "SpecifiedLegalOrganization/TradingBusinessName"),
    )


def _registrations(party: etree._Element | None) -> Iterator[etree._Element]:
    return (found for found in nodes(party, "SpecifiedTaxRegistration/ID") if plain(found))


def _delivery_date(transaction: etree._Element, settlement: etree._Element | None) -> date | None:
    delivered = f"{_DELIVERY}/ActualDeliverySupplyChainEvent/OccurrenceDateTime/{_DATE}"
    period_end = f"BillingSpecifiedPeriod/EndDateTime/{_DATE}"
    return day(transaction, delivered) or day(settlement, period_end)


def _totals(settlement: etree._Element | None, currency: str | None) -> RecordTotals:
    summation = node(settlement, _SUMMATION)
    return RecordTotals(
        net=number(summation, "TaxBasisTotalAmount"),
        tax=_tax_total(summation, currency),
        gross=number(summation, "GrandTotalAmount"),
        prepaid=number(summation, "TotalPrepaidAmount"),
        rounding=number(summation, "RoundingAmount"),
        payable=number(summation, "DuePayableAmount"),
        other_currencies=other_currencies(summation, currency, but="TaxTotalAmount"),
        tax_in_euro=_tax_in_euro(summation, currency),
    )


def _tax_total(summation: etree._Element | None, currency: str | None) -> Decimal | None:
    """The tax in the document's currency; a second one may be in the accounting currency."""
    for found in nodes(summation, "TaxTotalAmount"):
        if attribute(found, "currencyID") in (None, "", currency):
            return decimal_of(plain(found))
    return None


def _tax_in_euro(summation: etree._Element | None, currency: str | None) -> Decimal | None:
    """BT-111: the tax of a document in another currency; an amount without currency is none."""
    if currency in (None, "EUR"):
        return None
    for found in nodes(summation, "TaxTotalAmount"):
        if attribute(found, "currencyID") == "EUR":
            return decimal_of(plain(found))
    return None


def _payment(settlement: etree._Element | None) -> RecordPayment:
    steps = tuple(_term(each) for each in nodes(settlement, "SpecifiedTradePaymentTerms"))
    means = tuple(_all_means(settlement))
    party = node(settlement, "PayeeTradeParty")
    return RecordPayment(
        due_date=net_date(steps),
        means=means,
        steps=steps,
        payee_name=text(party, "Name"),
        payee_id=text(party, "ID|GlobalID", "SpecifiedLegalOrganization/ID"),
    )


def _all_means(settlement: etree._Element | None) -> Iterator[RecordMeans]:
    """Every way to pay; the mandate of a direct debit stands with the terms."""
    mandate = text(settlement, "SpecifiedTradePaymentTerms/DirectDebitMandateID")
    for means in nodes(settlement, "SpecifiedTradeSettlementPaymentMeans"):
        account = node(means, "PayeePartyCreditorFinancialAccount")
        yield RecordMeans(
            code=text(means, "TypeCode"),
            words=text(means, "Information"),
            iban=text(account, "IBANID"),
            holder=text(account, "AccountName"),
            bic=text(means, "PayeeSpecifiedCreditorFinancialInstitution/BICID"),
            payer_iban=text(means, "PayerPartyDebtorFinancialAccount/IBANID"),
            mandate=mandate,
            card=text(means, "ApplicableTradeSettlementFinancialCard/ID"),
        )


def _term(term: etree._Element) -> RecordTerm:
    return RecordTerm(
        note=text(term, "Description"),
        due_date=_first_day(term, f"DueDateDateTime/{_DATE}"),
        instalment=number(term, "PartialPaymentAmount"),
        discounts=tuple(
            _discount(each) for each in nodes(term, "ApplicableTradePaymentDiscountTerms")
        ),
    )


def _discount(terms: etree._Element) -> RecordDiscount:
    period = node(terms, "BasisPeriodMeasure")
    return RecordDiscount(
        percent=number(terms, "CalculationPercent"),
        amount=number(terms, "ActualDiscountAmount"),
        basis=number(terms, "BasisAmount"),
        since=_first_day(terms, f"BasisDateTime/{_DATE}"),
        period=number(terms, "BasisPeriodMeasure"),
        unit=attribute(period, "unitCode"),
    )


def _first_day(element: etree._Element | None, path: str) -> date | None:
    return next((found for found in map(day_of, texts(element, path)) if found), None)


def _taxes(settlement: etree._Element | None) -> Iterator[RecordTax]:
    for tax in nodes(settlement, "ApplicableTradeTax"):
        yield RecordTax(
            category=text(tax, "CategoryCode"),
            rate=number(tax, _PERCENT),
            basis=number(tax, "BasisAmount"),
            amount=number(tax, "CalculatedAmount"),
            exemption_reason=text(tax, "ExemptionReason"),
            exemption_code=text(tax, "ExemptionReasonCode"),
        )


def _lines(transaction: etree._Element) -> Iterator[RecordLine]:
    for line in nodes(transaction, "IncludedSupplyChainTradeLineItem"):
        if _is_amounts_line(line):
            yield _line(line)


def _is_amounts_line(line: etree._Element) -> bool:
    """Whether the line counts: comments have no sum, group and information lines repeat others."""
    kind = text(line, "AssociatedDocumentLineDocument/LineStatusReasonCode")
    return kind not in ("GROUP", "INFORMATION") and _line_sum(line) is not None


def _line_sum(line: etree._Element) -> Decimal | None:
    stated = number(line, f"{_LINE_SETTLEMENT}/{_LINE_SUM}/LineTotalAmount")
    return net_of(stated, _quantity(line), _price(line), _adjusted(line))


def _quantity(line: etree._Element) -> Decimal | None:
    return number(line, f"{_LINE_DELIVERY}/BilledQuantity")


def _price(line: etree._Element) -> Decimal | None:
    price = f"{_LINE_AGREEMENT}/NetPriceProductTradePrice"
    amount, per = number(line, f"{price}/ChargeAmount"), number(line, f"{price}/BasisQuantity")
    return amount / per if amount is not None and per else amount


def _adjusted(line: etree._Element) -> Decimal | None:
    """Charges of a line less its allowances, None without any."""
    amounts = [_signed(found) for found in nodes(line, f"{_LINE_SETTLEMENT}/{_ADJUSTMENT}")]
    return sum((each for each in amounts if each is not None), Decimal()) if amounts else None


def _signed(found: etree._Element) -> Decimal | None:
    """A charge, or an allowance with a negative sum; an unread sign is told by `_unreadable`."""
    amount = number(found, "ActualAmount|AppliedAmount")
    if amount is None:
        return None
    charge = boolean(found, _CHARGE) or found.tag.endswith("LogisticsServiceCharge")
    return amount if charge else -amount


def _line(line: etree._Element) -> RecordLine:
    tax = f"{_LINE_SETTLEMENT}/ApplicableTradeTax"
    return RecordLine(
        description=text(
            line,
            "SpecifiedTradeProduct/Name",
            "SpecifiedTradeProduct/Description",
            "AssociatedDocumentLineDocument/IncludedNote/Content",
        )
        or "",
        quantity=_quantity(line),
        unit_price=_price(line),
        net=_line_sum(line),
        rate=number(line, f"{tax}/{_PERCENT}"),
        category=text(line, f"{tax}/CategoryCode"),
        adjusted=_adjusted(line),
        supply_date=_line_day(line),
    )


def _line_day(line: etree._Element) -> date | None:
    """Last day of the line's own period, else its first; the extended profile has a delivery."""
    period = f"{_LINE_SETTLEMENT}/BillingSpecifiedPeriod"
    ends = (f"{period}/EndDateTime/{_DATE}", f"{period}/StartDateTime/{_DATE}")
    delivered = f"{_LINE_DELIVERY}/ActualDeliverySupplyChainEvent/OccurrenceDateTime/{_DATE}"
    return day(line, *ends, delivered)


def _adjustments(settlement: etree._Element | None) -> Iterator[RecordLine]:
    """Allowances and charges of the whole document; allowances with a negative sum."""
    for found in nodes(settlement, _ADJUSTMENT):
        amount = _signed(found)
        if amount is not None:
            yield RecordLine(
                description=text(found, "Reason|Description") or "",
                net=amount,
                rate=number(found, f"CategoryTradeTax|AppliedTradeTax/{_PERCENT}"),
                category=text(found, "CategoryTradeTax|AppliedTradeTax/CategoryCode"),
            )


def _references(
    agreement: etree._Element | None, settlement: etree._Element | None
) -> tuple[str, ...]:
    """Payment reference, order and buyer's reference, in this order."""
    order = "BuyerOrderReferencedDocument/IssuerAssignedID|ID"
    found = (
        text(settlement, "PaymentReference"),
        text(agreement, order),
        text(agreement, "BuyerReference"),
    )
    return tuple(reference for reference in found if reference)


def _preceding(settlement: etree._Element | None) -> Iterator[RecordPreceding]:
    """Invoices that came before this one (BG-3); ZUGFeRD 1 has the number in another element."""
    for found in nodes(settlement, "InvoiceReferencedDocument"):
        number = text(found, "IssuerAssignedID|ID")
        if number is not None:
            dated = ("FormattedIssueDateTime/DateTimeString", f"IssueDateTime/{_DATE}")
            yield RecordPreceding(number, day(found, *dated, "IssueDateTime"))


def _unreadable(root: etree._Element) -> Iterator[str]:
    """Names of amounts and dates that are there but in a form of nobody's standard."""
    for found in root.iter():
        name, value = local_name(found), plain(found) if local_name(found) else ""
        if value and name.endswith("Amount") and decimal_of(value) is None:
            yield name
        if name == "SpecifiedTradeAllowanceCharge" and boolean(found, _CHARGE) is None:
            yield "ChargeIndicator"
        if value and name == "DateTimeString" and not _is_day(found, value):
            # The element around it says which day it is.
            around = found.getparent()
            yield name if around is None else local_name(around)


def _is_day(element: etree._Element, value: str) -> bool:
    return attribute(element, "format") in _DATE_FORMATS and (
        len(value) == _MONTH_LENGTH or day_of(value) is not None
    )
