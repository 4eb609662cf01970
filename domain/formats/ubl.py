"""Universal Business Language 2.1: Invoice and CreditNote (EN 16931, XRechnung, Peppol)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from lxml import etree

from domain.formats.invoice_record import (
    InvoiceRecord,
    RecordLine,
    RecordParty,
    RecordPayment,
    RecordTax,
    RecordTotals,
)
from domain.formats.tree import (
    attribute,
    day,
    decimal_of,
    node,
    nodes,
    number,
    plain,
    text,
    texts,
)
from domain.formats.xml import local_name

NAMESPACES = (
    "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2",
    "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2",
)
_DIRECT_DEBIT = frozenset({"49", "59"})
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
        currency=currency,
        seller=_party(root, "AccountingSupplierParty/Party"),
        buyer=_party(root, "AccountingCustomerParty/Party"),
        totals=_totals(root, currency),
        payment=_payment(root),
        taxes=tuple(_taxes(root, currency)),
        lines=tuple(_line(line) for line in nodes(root, f"{kind}Line")),
        adjustments=tuple(_adjustments(root)),
        references=_references(root),
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
        payable=number(total, "PayableAmount"),
    )


def _tax_total(root: etree._Element, currency: str | None) -> Decimal | None:
    """The tax in the document's currency; a second one may be in the accounting currency."""
    for found in nodes(root, "TaxTotal/TaxAmount"):
        if attribute(found, "currencyID") in (None, "", currency):
            return decimal_of(plain(found))
    return None


def _payment(root: etree._Element) -> RecordPayment:
    codes = set(texts(root, "PaymentMeans/PaymentMeansCode"))
    return RecordPayment(
        due_date=day(root, "DueDate", "PaymentMeans/PaymentDueDate", "PaymentTerms/PaymentDueDate"),
        ibans=texts(root, "PaymentMeans/PayeeFinancialAccount/ID"),
        direct_debit=bool(codes & _DIRECT_DEBIT),
        terms=text(root, "PaymentTerms/Note"),
        payee_name=text(root, "PayeeParty/PartyName/Name"),
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
            )


def _line(line: etree._Element) -> RecordLine:
    amount, per = number(line, "Price/PriceAmount"), number(line, "Price/BaseQuantity")
    return RecordLine(
        description=text(line, "Item/Name", "Item/Description") or "",
        quantity=number(line, "InvoicedQuantity|CreditedQuantity"),
        unit_price=amount / per if amount is not None and per else amount,
        net=number(line, "LineExtensionAmount"),
        rate=number(line, f"Item/{_TAX}/Percent", "TaxTotal/TaxSubtotal/TaxCategory/Percent"),
        category=text(line, f"Item/{_TAX}/ID", "TaxTotal/TaxSubtotal/TaxCategory/ID"),
    )


def _adjustments(root: etree._Element) -> Iterator[RecordLine]:
    """Allowances and charges of the whole document; allowances with a negative sum."""
    for found in nodes(root, "AllowanceCharge"):
        amount = number(found, "Amount")
        if amount is not None:
            charge = text(found, "ChargeIndicator") == "true"
            yield RecordLine(
                description=text(found, "AllowanceChargeReason") or "",
                net=amount if charge else -amount,
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


def _unreadable(root: etree._Element) -> Iterator[str]:
    """Names of amounts and dates that are there but in a form of nobody's standard."""
    for found in root.iter():
        name, value = local_name(found), plain(found) if local_name(found) else ""
        if value and name.endswith("Amount") and decimal_of(value) is None:
            yield name
        if value and name in ("IssueDate", "DueDate") and day(found.getparent(), name) is None:
            yield name
