"""Universal Business Language 2.1: Invoice and CreditNote (EN 16931, XRechnung, Peppol)."""

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

NAMESPACES = (
    "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2",
    "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2",
)
_EXTENSION = "xrechnung:extension"
_TAX = "TaxCategory|ClassifiedTaxCategory"


def read(root: etree._Element) -> InvoiceRecord:
    """Record of a tree whose root is in one of `NAMESPACES`."""
    currency = text(root, "DocumentCurrencyCode")
    kind = local_name(root)
    return InvoiceRecord(
        syntax=f"UBL-{kind}",
        profile=text(root, "CustomizationID"),
        type_code=text(root, f"{kind}TypeCode") or ("381" if kind == "CreditNote" else None),
        number=text(root, "ID"),
        issue_date=day(root, "IssueDate"),
        delivery_date=_delivery_date(root),
        representative_vat_id=_party(root, "TaxRepresentativeParty").vat_id,
        delivery_country=text(root, "Delivery/DeliveryLocation/Address/Country/IdentificationCode"),
        currency=currency,
        seller=_party(root, "AccountingSupplierParty/Party"),
        buyer=_party(root, "AccountingCustomerParty/Party"),
        totals=_totals(root, currency),
        payment=_payment(root),
        taxes=tuple(_taxes(root, currency)),
        lines=tuple(_line(line) for line in nodes(root, f"{kind}Line")),
        adjustments=tuple(_adjustments(root)),
        references=_references(root),
        preceding=tuple(_preceding(root)),
        notes=texts(root, "Note"),
        unreadable=tuple(_unreadable(root)),
    )


def _party(root: etree._Element, path: str) -> RecordParty:
    party = node(root, path)
    ids = dict(_tax_ids(party))
    vat_id = ids.pop("VAT", None)
    return RecordParty(
        name=text(party, "PartyLegalEntity/RegistrationName", "PartyName/Name"),
        vat_id=vat_id,
        tax_id=next(iter(ids.values()), None),
        street=text(party, "PostalAddress/StreetName"),
        postcode=text(party, "PostalAddress/PostalZone"),
        city=text(party, "PostalAddress/CityName"),
        country=text(party, "PostalAddress/Country/IdentificationCode"),
        trading_name=text(party, "PartyName/Name"),
    )


def _tax_ids(party: etree._Element | None) -> Iterator[tuple[str, str]]:
    for scheme in nodes(party, "PartyTaxScheme"):
        value = text(scheme, "CompanyID")
        if value:
            yield text(scheme, "TaxScheme/ID") or "", value


def _delivery_date(root: etree._Element) -> date | None:
    return day(root, "Delivery/ActualDeliveryDate", "InvoicePeriod/EndDate", "TaxPointDate")


def _totals(root: etree._Element, currency: str | None) -> RecordTotals:
    total = node(root, "LegalMonetaryTotal")
    return RecordTotals(
        net=number(total, "TaxExclusiveAmount"),
        tax=_tax_total(root, currency),
        gross=number(total, "TaxInclusiveAmount"),
        prepaid=number(total, "PrepaidAmount"),
        rounding=number(total, "PayableRoundingAmount"),
        third_party=_third_party(root),
        payable=number(total, "PayableAmount"),
        other_currencies=other_currencies(total, currency),
        tax_in_euro=_tax_in_euro(root, currency),
    )


def _tax_total(root: etree._Element, currency: str | None) -> Decimal | None:
    """The tax in the document's currency; a second one may be in the accounting currency."""
    for found in nodes(root, "TaxTotal/TaxAmount"):
        if attribute(found, "currencyID") in (None, "", currency):
            return decimal_of(plain(found))
    return None


def _tax_in_euro(root: etree._Element, currency: str | None) -> Decimal | None:
    """BT-111: the tax of a document in another currency; an amount without currency is none."""
    if currency in (None, "EUR"):
        return None
    for found in nodes(root, "TaxTotal/TaxAmount"):
        if attribute(found, "currencyID") == "EUR":
            return decimal_of(plain(found))
    return None


def _third_party(root: etree._Element) -> Decimal | None:
    """BT-DEX-002; without the XRechnung extension the element lists what is in BT-113."""
    if _EXTENSION not in (text(root, "CustomizationID") or ""):
        return None
    amounts = map(decimal_of, texts(root, "PrepaidPayment/PaidAmount"))
    return sum((amount for amount in amounts if amount is not None), Decimal()) or None


def _payment(root: etree._Element) -> RecordPayment:
    party = node(root, "PayeeParty")
    means = tuple(_means(each) for each in nodes(root, "PaymentMeans"))
    steps = tuple(_term(each) for each in nodes(root, "PaymentTerms"))
    last = max((each.due_date for each in means if each.due_date), default=None)
    return RecordPayment(
        due_date=day(root, "DueDate") or last or net_date(steps),
        means=means,
        steps=steps,
        payee_name=text(party, "PartyName/Name", "PartyLegalEntity/RegistrationName"),
        payee_id=text(party, "PartyIdentification/ID", "PartyLegalEntity/CompanyID"),
    )


def _means(means: etree._Element) -> RecordMeans:
    account, mandate = node(means, "PayeeFinancialAccount"), node(means, "PaymentMandate")
    code = node(means, "PaymentMeansCode")
    return RecordMeans(
        code=text(means, "PaymentMeansCode"),
        words=attribute(code, "name") or text(means, "InstructionNote"),
        iban=text(account, "ID"),
        holder=text(account, "Name"),
        bic=text(account, "FinancialInstitutionBranch/ID|FinancialInstitution/ID"),
        payer_iban=text(mandate, "PayerFinancialAccount/ID"),
        mandate=text(mandate, "ID"),
        card=text(means, "CardAccount/PrimaryAccountNumberID"),
        due_date=day(means, "PaymentDueDate"),
    )


def _term(term: etree._Element) -> RecordTerm:
    """A term with the discount and the instalment that UBL has and EN 16931 has not."""
    percent = number(term, "SettlementDiscountPercent")
    amount = number(term, "SettlementDiscountAmount")
    period = node(term, "SettlementPeriod")
    discount = RecordDiscount(
        day=day(period, "EndDate"),
        percent=percent,
        amount=amount,
        since=day(period, "StartDate"),
        period=number(period, "DurationMeasure"),
        unit=attribute(node(period, "DurationMeasure"), "unitCode"),
    )
    return RecordTerm(
        note=text(term, "Note"),
        due_date=day(term, "PaymentDueDate|InstallmentDueDate"),
        instalment=number(term, "Amount"),
        percent=number(term, "PaymentPercent"),
        discounts=(discount,) if percent or amount else (),
    )


def _taxes(root: etree._Element, currency: str | None) -> Iterator[RecordTax]:
    for tax in nodes(root, "TaxTotal/TaxSubtotal"):
        amount = node(tax, "TaxAmount")
        if amount is not None and attribute(amount, "currencyID") in (None, "", currency):
            yield RecordTax(
                category=text(tax, "TaxCategory/ID"),
                rate=number(tax, "TaxCategory/Percent", "Percent"),
                basis=number(tax, "TaxableAmount"),
                amount=decimal_of(plain(amount)),
                exemption_reason=text(tax, "TaxCategory/TaxExemptionReason"),
                exemption_code=text(tax, "TaxCategory/TaxExemptionReasonCode"),
            )


def _line(line: etree._Element) -> RecordLine:
    amount, per = number(line, "Price/PriceAmount"), number(line, "Price/BaseQuantity")
    quantity = number(line, "InvoicedQuantity|CreditedQuantity")
    price = amount / per if amount is not None and per else amount
    adjusted = _adjusted(line)
    return RecordLine(
        description=text(line, "Item/Name", "Item/Description") or "",
        quantity=quantity,
        unit_price=price,
        net=net_of(number(line, "LineExtensionAmount"), quantity, price, adjusted),
        rate=number(line, f"Item/{_TAX}/Percent", "TaxTotal/TaxSubtotal/TaxCategory/Percent"),
        category=text(line, f"Item/{_TAX}/ID", "TaxTotal/TaxSubtotal/TaxCategory/ID"),
        adjusted=adjusted,
        supply_date=day(line, "InvoicePeriod/EndDate", "InvoicePeriod/StartDate"),
    )


def _adjusted(line: etree._Element) -> Decimal | None:
    """Charges of a line less its allowances, None without any."""
    amounts = [_signed(found) for found in nodes(line, "AllowanceCharge")]
    return sum((each for each in amounts if each is not None), Decimal()) if amounts else None


def _signed(found: etree._Element) -> Decimal | None:
    """A charge, or an allowance with a negative sum; an unread sign is told by `_unreadable`."""
    amount = number(found, "Amount")
    if amount is None:
        return None
    return amount if boolean(found, "ChargeIndicator") else -amount


def _adjustments(root: etree._Element) -> Iterator[RecordLine]:
    """Allowances and charges of the whole document; allowances with a negative sum."""
    for found in nodes(root, "AllowanceCharge"):
        amount = _signed(found)
        if amount is not None:
            yield RecordLine(
                description=text(found, "AllowanceChargeReason") or "",
                net=amount,
                rate=number(found, "TaxCategory/Percent"),
                category=text(found, "TaxCategory/ID"),
            )


def _references(root: etree._Element) -> tuple[str, ...]:
    """Payment reference, order and buyer's reference, in this order."""
    found = (
        text(root, "PaymentMeans/PaymentID"),
        text(root, "OrderReference/ID"),
        text(root, "BuyerReference"),
    )
    return tuple(reference for reference in found if reference)


def _preceding(root: etree._Element) -> Iterator[RecordPreceding]:
    """Invoices and credit notes that came before this one (BG-3)."""
    documents = "InvoiceDocumentReference|CreditNoteDocumentReference"
    for found in nodes(root, f"BillingReference/{documents}"):
        number = text(found, "ID")
        if number is not None:
            yield RecordPreceding(number, day(found, "IssueDate"))


def _unreadable(root: etree._Element) -> Iterator[str]:
    """Names of amounts and dates that are there but in a form of nobody's standard."""
    for found in root.iter():
        name, value = local_name(found), plain(found) if local_name(found) else ""
        if value and name.endswith("Amount") and decimal_of(value) is None:
            yield name
        if name == "AllowanceCharge" and boolean(found, "ChargeIndicator") is None:
            yield "ChargeIndicator"
        if value and name in ("IssueDate", "DueDate") and day(found.getparent(), name) is None:
            yield name
