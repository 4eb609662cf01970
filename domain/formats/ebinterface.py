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
    RecordDiscount,
    RecordLine,
    RecordMeans,
    RecordParty,
    RecordPayment,
    RecordPreceding,
    RecordTax,
    RecordTerm,
    RecordTotals,
)
from domain.formats.tree import (
    attribute,
    day,
    decimal_of,
    node,
    nodes,
    number,
    text,
    texts,
)
from domain.formats.xml import local_name, namespace
from domain.money import cents

NAMESPACE = "http://www.ebinterface.at/schema/"
_TRANSFER = "UniversalBankTransaction"
_RATE = "TaxPercent|VATRate|TaxRate"
_ITEMS = ("Tax/TaxItem", "Tax/VAT/VATItem|Item|TaxItem")
# UNTDID 5305 has a code of its own for a lower and for a higher rate; EN 16931 calls both standard.
_STANDARD = frozenset({"AA", "H"})
_UNTAXED = "O"
_CREDIT_NOTES = frozenset({"CreditMemo", "SubsequentCredit", "FinalSettlementCredit"})


def read(root: etree._Element) -> InvoiceRecord:
    """Record of a tree whose root is in a namespace below `NAMESPACE`."""
    taxes = (*_taxes(root), *_beside_tax(root))
    kind = attribute(root, "DocumentType")
    return InvoiceRecord(
        syntax="ebInterface",
        profile=namespace(root),
        type_code=kind,
        number=text(root, "InvoiceNumber"),
        issue_date=day(root, "InvoiceDate"),
        delivery_date=_delivery_date(root),
        delivery_country=attribute(node(root, "Delivery/Address/Country"), "CountryCode"),
        currency=attribute(root, "InvoiceCurrency"),
        seller=_party(root, "Biller"),
        buyer=_party(root, "InvoiceRecipient"),
        totals=RecordTotals(
            net=_sum(tax.basis for tax in taxes),
            tax=_sum(tax.amount for tax in taxes),
            gross=number(root, "TotalGrossAmount"),
            prepaid=number(root, "PrepaidAmount"),
            rounding=number(root, "RoundingAmount"),
            third_party=_third_party(root),
            payable=number(root, "PayableAmount"),
        ),
        payment=_payment(root),
        taxes=taxes,
        lines=tuple(_line(line) for line in nodes(root, "Details/ItemList/ListLineItem")),
        adjustments=tuple(_adjustments(root)),
        references=_references(root),
        preceding=tuple(_preceding(root)),
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


def _third_party(root: etree._Element) -> Decimal | None:
    """What stands below the line is due with this invoice and is none of its supply."""
    amounts = map(decimal_of, texts(root, "Details/BelowTheLineItem/LineItemAmount"))
    return _sum(amounts) or None


def _payment(root: etree._Element) -> RecordPayment:
    conditions = node(root, "PaymentConditions")
    method = node(root, "PaymentMethod")
    note = text(conditions, "Comment") or text(method, "Comment")
    due_date = day(conditions, "DueDate")
    discounts = tuple(_discount(each) for each in nodes(conditions, "Discount"))
    return RecordPayment(
        due_date=due_date,
        means=tuple(_means(method)),
        steps=(RecordTerm(note, due_date, discounts=discounts),) if note or discounts else (),
    )


def _discount(found: etree._Element) -> RecordDiscount:
    return RecordDiscount(
        day=day(found, "PaymentDate"),
        percent=number(found, "Percentage"),
        amount=number(found, "Amount"),
        basis=number(found, "BaseAmount"),
    )


def _means(method: etree._Element | None) -> Iterator[RecordMeans]:
    """The way to pay by the name of its element; a transfer may name several accounts."""
    for found in method if method is not None else ():
        name = local_name(found)
        if name == "BeneficiaryAccount":
            yield _account(_TRANSFER, found)
        elif name == _TRANSFER:
            accounts = list(nodes(found, "BeneficiaryAccount"))
            yield from (_account(name, each) for each in accounts)
            if not accounts:
                yield RecordMeans(code=name)
        elif name and name != "Comment":
            yield _other_means(name, found)


def _account(name: str, account: etree._Element) -> RecordMeans:
    return RecordMeans(
        code=name,
        iban=text(account, "IBAN"),
        holder=text(account, "BankAccountOwner"),
        bic=text(account, "BIC"),
    )


def _other_means(name: str, found: etree._Element) -> RecordMeans:
    """A direct debit's account is the one that is drawn from."""
    return RecordMeans(
        code=name,
        payer_iban=text(found, "IBAN"),
        mandate=text(found, "MandateReference"),
        card=text(found, "PrimaryAccountNumber"),
        due_date=day(found, "DebitCollectionDate"),
    )


def _taxes(root: etree._Element) -> Iterator[RecordTax]:
    for path in _ITEMS:
        for item in nodes(root, path):
            basis, rate = number(item, "TaxableAmount|TaxedAmount"), number(item, _RATE)
            percent = node(item, _RATE)
            yield RecordTax(
                category=_category_of(percent),
                rate=rate,
                basis=basis,
                amount=_tax(number(item, "TaxAmount|Amount"), basis, rate),
                exemption_reason=text(item, "TaxExemption|Comment"),
                exemption_code=attribute(node(item, "TaxExemption"), "TaxExemptionCode"),
            )


def _beside_tax(root: etree._Element) -> tuple[RecordTax, ...]:
    """Taxes that are no VAT and bear none (`Ortstaxe`), where they make the gross total.

    Where they do not, nobody knows whether they are within the net amounts.
    """
    found = [
        RecordTax(_UNTAXED, Decimal(), amount, Decimal(), exemption_reason=text(each, "Comment"))
        for each in nodes(root, "Tax/OtherTax")
        if (amount := number(each, "TaxAmount|Amount"))
    ]
    asked = [part for tax in (*_taxes(root), *found) for part in (tax.basis, tax.amount)]
    return tuple(found) if _sum(asked) == number(root, "TotalGrossAmount") else ()


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
        category=_category(line),
        supply_date=day(line, "Delivery/Date", "Delivery/Period/ToDate"),
    )


def _category(item: etree._Element) -> str | None:
    """Category of EN 16931, since 5.0 an attribute of the rate."""
    percent = node(item, f"TaxItem/{_RATE}")
    return _category_of(percent if percent is not None else node(item, _RATE))


def _category_of(percent: etree._Element | None) -> str | None:
    category = attribute(percent, "TaxCategoryCode")
    return "S" if category in _STANDARD else category


def _adjustments(root: etree._Element) -> Iterator[RecordLine]:
    """Reductions, with a negative sum, and surcharges of the whole document, and other taxes."""
    for each in _beside_tax(root):
        yield RecordLine(each.exemption_reason or "", net=each.basis, rate=each.rate,
                         category=each.category)  # fmt: skip
    for found in nodes(root, "ReductionAndSurchargeDetails/Reduction|Surcharge"):
        amount = number(found, "Amount")
        if amount is not None:
            yield RecordLine(
                description=text(found, "Comment") or "",
                net=-amount if found.tag.endswith("Reduction") else amount,
                rate=number(found, _RATE, f"TaxItem/{_RATE}"),
                category=_category(found),
            )


def _references(root: etree._Element) -> tuple[str, ...]:
    """Payment reference and order, in this order."""
    found = (
        text(root, "PaymentMethod/UniversalBankTransaction/PaymentReference"),
        text(root, "InvoiceRecipient/OrderReference/OrderID"),
    )
    return tuple(reference for reference in found if reference)


def _preceding(root: etree._Element) -> Iterator[RecordPreceding]:
    """The document whose place this one takes, and others that it names as related."""
    for name in ("CancelledOriginalDocument", "RelatedDocument"):
        for found in nodes(root, name):
            number = text(found, "InvoiceNumber")
            if number is not None:
                cancelled = name == "CancelledOriginalDocument"
                yield RecordPreceding(number, day(found, "InvoiceDate"), is_cancelled=cancelled)
