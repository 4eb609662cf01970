"""ebInterface, the Austrian invoice format, versions 4.0 to 6.1.

Net and tax are sums over the tax items, for the format has no totals of their own.
Versions differ in names: `Item` or `VATItem` or `TaxItem`, `VATRate` or `TaxPercent`.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from lxml import etree

from domain.formats.invoice_record import (
    HUNDRED,
    InvoiceRecord,
    RecordLine,
    RecordParty,
    RecordPayment,
    RecordTax,
    RecordTotals,
)
from domain.formats.tree import attribute, day, node, nodes, number, text, texts
from domain.formats.xml import namespace
from domain.money import cents

NAMESPACE = "http://www.ebinterface.at/schema/"
_RATE = "TaxPercent|VATRate|TaxRate"
_ITEMS = ("Tax/TaxItem", "Tax/VAT/VATItem|Item|TaxItem")
_CREDIT_NOTES = frozenset({"CreditMemo", "FinalSettlementCredit"})


def read(root: etree._Element) -> InvoiceRecord:
    """Record of a tree whose root is in a namespace below `NAMESPACE`."""
    taxes = tuple(_taxes(root))
    kind = attribute(root, "DocumentType")
    return InvoiceRecord(
        syntax="ebInterface",
        profile=namespace(root),
        type_code=kind,
        number=text(root, "InvoiceNumber"),
        issue_date=day(root, "InvoiceDate"),
        delivery_date=_delivery_date(root),
        currency=attribute(root, "InvoiceCurrency"),
        seller=_party(root, "Biller"),
        buyer=_party(root, "InvoiceRecipient"),
        totals=RecordTotals(
            net=_sum(tax.basis for tax in taxes),
            tax=_sum(tax.amount for tax in taxes),
            gross=number(root, "TotalGrossAmount"),
            prepaid=number(root, "PrepaidAmount"),
            payable=number(root, "PayableAmount"),
        ),
        payment=_payment(root),
        taxes=taxes,
        lines=tuple(_line(line) for line in nodes(root, "Details/ItemList/ListLineItem")),
        adjustments=tuple(_adjustments(root)),
        references=_references(root),
        notes=texts(root, "Comment"),
    )


def is_credit_note(record: InvoiceRecord) -> bool:
    """Whether the document type of an ebInterface record is a credit note."""
    return record.type_code in _CREDIT_NOTES


def _sum(values: Iterable[Decimal | None]) -> Decimal | None:
    found = [value for value in values if value is not None]
    return sum(found, Decimal()) if found else None


def _party(root: etree._Element, name: str) -> RecordParty:
    party = node(root, name)
    country = node(party, "Address/Country")
    return RecordParty(
        name=text(party, "Address/Name", "Contact/Name"),
        vat_id=text(party, "VATIdentificationNumber"),
        street=text(party, "Address/Street"),
        postcode=text(party, "Address/ZIP"),
        city=text(party, "Address/Town"),
        country=attribute(country, "CountryCode"),
    )


def _delivery_date(root: etree._Element) -> date | None:
    return day(root, "Delivery/Date", "Delivery/Period/ToDate")


def _payment(root: etree._Element) -> RecordPayment:
    method = node(root, "PaymentMethod")
    account = "UniversalBankTransaction/BeneficiaryAccount|BeneficiaryAccount"
    return RecordPayment(
        due_date=day(root, "PaymentConditions/DueDate"),
        ibans=texts(method, f"{account}/IBAN") or texts(method, "BeneficiaryAccount/IBAN"),
        direct_debit=node(method, "SEPADirectDebit|DirectDebit") is not None,
        terms=text(root, "PaymentConditions/Comment", "PaymentMethod/Comment"),
    )


def _taxes(root: etree._Element) -> Iterator[RecordTax]:
    for path in _ITEMS:
        for item in nodes(root, path):
            basis, rate = number(item, "TaxableAmount|TaxedAmount"), number(item, _RATE)
            percent = node(item, _RATE)
            yield RecordTax(
                category=attribute(percent, "TaxCategoryCode"),
                rate=rate,
                basis=basis,
                amount=_tax(number(item, "TaxAmount|Amount"), basis, rate),
                exemption_reason=text(item, "TaxExemption|Comment"),
            )


def _tax(amount: Decimal | None, basis: Decimal | None, rate: Decimal | None) -> Decimal | None:
    """The stated tax; since 5.0 it may be left out and follows from the rate."""
    if amount is not None or basis is None or rate is None:
        return amount
    return cents(basis * rate / HUNDRED)


def _line(line: etree._Element) -> RecordLine:
    price = node(line, "UnitPrice")
    per = attribute(price, "BaseQuantity")
    amount = number(line, "UnitPrice")
    base = Decimal(per) if per and per.replace(".", "", 1).isdigit() else Decimal(1)
    return RecordLine(
        description=" ".join(texts(line, "Description")),
        quantity=number(line, "Quantity"),
        unit_price=amount / base if amount is not None and base else amount,
        net=number(line, "LineItemAmount"),
        rate=number(line, _RATE, f"TaxItem/{_RATE}"),
    )


def _adjustments(root: etree._Element) -> Iterator[RecordLine]:
    """Reductions and surcharges of the whole document; reductions with a negative sum."""
    for found in nodes(root, "ReductionAndSurchargeDetails/Reduction|Surcharge"):
        amount = number(found, "Amount")
        if amount is not None:
            yield RecordLine(
                description=text(found, "Comment") or "",
                net=-amount if found.tag.endswith("Reduction") else amount,
                rate=number(found, _RATE, f"TaxItem/{_RATE}"),
            )


def _references(root: etree._Element) -> tuple[str, ...]:
    """Payment reference and order, in this order."""
    found = (
        text(root, "PaymentMethod/UniversalBankTransaction/PaymentReference"),
        text(root, "InvoiceRecipient/OrderReference/OrderID"),
    )
    return tuple(reference for reference in found if reference)
