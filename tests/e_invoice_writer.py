"""Writes e-invoices (UBL 2.1, EN 16931) from their lines; sums and breakdown follow from them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from xml.sax.saxutils import escape

_SPACE = "urn:oasis:names:specification:ubl:schema:xsd"
_CENT = Decimal("0.01")
_REASONS = {
    "AE": "Steuerschuldnerschaft des Leistungsempfängers",
    "K": "Innergemeinschaftliche Lieferung",
    "G": "Ausfuhrlieferung",
    "E": "Steuerfrei",
    "O": "Nicht steuerbar",
}


@dataclass(frozen=True, slots=True)
class Party:
    """A company with its seat."""

    name: str
    country: str
    vat_id: str | None = None
    city: str = "Stadt"
    postcode: str = "1000"


@dataclass(frozen=True, slots=True)
class Item:
    """One line: net amount, rate in percent, category."""

    text: str
    net: str
    rate: str = "20"
    category: str = "S"

    @property
    def amount(self) -> Decimal:
        """Net of the line."""
        return Decimal(self.net)


@dataclass(frozen=True, slots=True, kw_only=True)
class EInvoice:
    """An invoice or, with type 381, a credit note; `reason` replaces the usual words of no tax."""

    number: str
    seller: Party
    buyer: Party
    items: tuple[Item, ...]
    day: date
    type_code: str = "380"
    currency: str = "EUR"
    reason: str | None = None
    note: str | None = None
    prepaid: str | None = None
    rounding: str | None = None
    tax: str | None = None
    terms: str | None = None

    @property
    def groups(self) -> dict[tuple[str, str], Decimal]:
        """Base by category and rate."""
        found: dict[tuple[str, str], Decimal] = {}
        for item in self.items:
            key = item.category, item.rate
            found[key] = found.get(key, Decimal()) + item.amount
        return found

    @property
    def net(self) -> Decimal:
        """Sum of the lines."""
        return sum((item.amount for item in self.items), Decimal())

    @property
    def total_tax(self) -> Decimal:
        """Sum of the groups, or as it is to be stated."""
        if self.tax is not None:
            return Decimal(self.tax)
        return sum((_tax(base, rate) for (_, rate), base in self.groups.items()), Decimal())

    @property
    def gross(self) -> Decimal:
        """Net and tax."""
        return self.net + self.total_tax

    @property
    def due(self) -> Decimal:
        """BR-CO-16."""
        return self.gross - Decimal(self.prepaid or 0) + Decimal(self.rounding or 0)


def ubl(invoice: EInvoice) -> bytes:
    """As UBL."""
    kind = "CreditNote" if invoice.type_code == "381" else "Invoice"
    return "".join(_parts(invoice, kind)).encode()


def _parts(one: EInvoice, kind: str) -> Iterator[str]:
    yield (
        f'<?xml version="1.0" encoding="UTF-8"?><{kind} xmlns="{_SPACE}:{kind}-2"'
        f' xmlns:cac="{_SPACE}:CommonAggregateComponents-2"'
        f' xmlns:cbc="{_SPACE}:CommonBasicComponents-2">'
    )
    yield _b("CustomizationID", "urn:cen.eu:en16931:2017")
    yield _b("ID", one.number) + _b("IssueDate", one.day)
    yield _b(f"{kind}TypeCode", one.type_code)
    yield _b("Note", one.note) + _b("DocumentCurrencyCode", one.currency)
    yield _b("BuyerReference", "B-77")
    yield f"<cac:AccountingSupplierParty>{_party(one.seller)}</cac:AccountingSupplierParty>"
    yield f"<cac:AccountingCustomerParty>{_party(one.buyer)}</cac:AccountingCustomerParty>"
    yield f"<cac:Delivery>{_b('ActualDeliveryDate', one.day)}{_to(one)}</cac:Delivery>"
    yield (
        "<cac:PaymentMeans><cbc:PaymentMeansCode>58</cbc:PaymentMeansCode><cac:PayeeFinancialAccount>"
        "<cbc:ID>AT353400000000012345</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>"
    )
    terms = one.terms or "30 Tage netto"
    yield f"<cac:PaymentTerms>{_b('Note', terms)}</cac:PaymentTerms>"
    yield f"<cac:TaxTotal>{_m('TaxAmount', one.total_tax, one)}{_breakdown(one)}</cac:TaxTotal>"
    yield (
        "<cac:LegalMonetaryTotal>"
        + _m("LineExtensionAmount", one.net, one)
        + _m("TaxExclusiveAmount", one.net, one)
        + _m("TaxInclusiveAmount", one.gross, one)
        + (_m("PrepaidAmount", one.prepaid, one) if one.prepaid else "")
        + (_m("PayableRoundingAmount", one.rounding, one) if one.rounding else "")
        + _m("PayableAmount", one.due, one)
        + "</cac:LegalMonetaryTotal>"
    )
    yield from _lines(one, kind)
    yield f"</{kind}>"


def _to(one: EInvoice) -> str:
    """Where the goods went (BT-80): needed for what crosses a border inside the Union."""
    if not any(item.category == "K" for item in one.items):
        return ""
    address = f"<cac:Address>{_country(one.buyer)}</cac:Address>"
    return f"<cac:DeliveryLocation>{address}</cac:DeliveryLocation>"


def _party(party: Party) -> str:
    number = ""
    if party.vat_id:
        number = (
            f"<cac:PartyTaxScheme>{_b('CompanyID', party.vat_id)}{_scheme()}</cac:PartyTaxScheme>"
        )
    return (
        f"<cac:Party><cac:PostalAddress>{_b('StreetName', 'Gasse 1')}{_b('CityName', party.city)}"
        f"{_b('PostalZone', party.postcode)}{_country(party)}</cac:PostalAddress>{number}"
        f"<cac:PartyLegalEntity>{_b('RegistrationName', party.name)}"
        f"{_b('CompanyID', 'FN 1234a')}</cac:PartyLegalEntity></cac:Party>"
    )


def _country(party: Party) -> str:
    return f"<cac:Country>{_b('IdentificationCode', party.country)}</cac:Country>"


def _breakdown(one: EInvoice) -> str:
    return "".join(
        f"<cac:TaxSubtotal>{_m('TaxableAmount', base, one)}"
        f"{_m('TaxAmount', one.tax or _tax(base, rate), one)}<cac:TaxCategory>"
        f"{_category(category, rate)}{_why(one, category)}{_scheme()}"
        "</cac:TaxCategory></cac:TaxSubtotal>"
        for (category, rate), base in one.groups.items()
    )


def _why(one: EInvoice, category: str) -> str:
    return _b("TaxExemptionReason", one.reason or _REASONS[category]) if category != "S" else ""


def _category(category: str, rate: str) -> str:
    return _b("ID", category) + (_b("Percent", rate) if category != "O" else "")


def _lines(one: EInvoice, kind: str) -> Iterable[str]:
    quantity = "InvoicedQuantity" if kind == "Invoice" else "CreditedQuantity"
    for position, item in enumerate(one.items, 1):
        sign = -1 if item.amount < 0 else 1
        yield (
            f'<cac:{kind}Line>{_b("ID", position)}<cbc:{quantity} unitCode="C62">{sign}'
            f"</cbc:{quantity}>"
            f"{_m('LineExtensionAmount', item.net, one)}<cac:Item>{_b('Name', item.text)}"
            f"<cac:ClassifiedTaxCategory>{_category(item.category, item.rate)}{_scheme()}"
            "</cac:ClassifiedTaxCategory></cac:Item>"
            f"<cac:Price>{_m('PriceAmount', abs(item.amount), one)}</cac:Price></cac:{kind}Line>"
        )


def _scheme() -> str:
    return "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"


def _b(name: str, value: object) -> str:
    return "" if value is None else f"<cbc:{name}>{escape(str(value))}</cbc:{name}>"


def _m(name: str, value: object, one: EInvoice) -> str:
    return f'<cbc:{name} currencyID="{one.currency}">{Decimal(str(value)):.2f}</cbc:{name}>'


def _tax(base: Decimal, rate: str) -> Decimal:
    return (base * Decimal(rate) / 100).quantize(_CENT, ROUND_HALF_UP)
