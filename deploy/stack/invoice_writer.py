"""Writes an invoice in every form that suppliers send: XRechnung, Factur-X, a page, a scan.

For the demo and for tests. One value is written in all forms, so that page and XML tell the same
story unless somebody wants them to differ; rules of the service are not used to write it.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from xml.sax.saxutils import escape

import pikepdf
import pypdfium2
from PIL import Image, ImageFilter
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from domain.money import cents

_RATE = Decimal(19)
_HUNDRED = Decimal(100)
_SCAN_DPI = 200
_SCAN_DEGREES = 0.6
_FACTURX = "factur-x.xml"
_COMFORT = "urn:cen.eu:en16931:2017"
_XRECHNUNG = f"{_COMFORT}#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
_PEPPOL = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"


@dataclass(frozen=True, slots=True)
class Party:
    """A company with its address; ids as the law writes them."""

    name: str
    vat_id: str
    street: str
    postcode: str
    city: str
    email: str
    iban: str = ""
    contact: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One line: so many units at a net price."""

    text: str
    quantity: Decimal
    price: Decimal

    @property
    def net(self) -> Decimal:
        """Net amount of the line."""
        return cents(self.quantity * self.price)


@dataclass(frozen=True, slots=True)
class WrittenInvoice:
    """One invoice at 19 percent; `prepaid` was paid in advance."""

    seller: Party
    buyer: Party
    number: str
    day: date
    items: tuple[Item, ...]
    prepaid: Decimal = Decimal()
    days_to_pay: int = 30

    @property
    def net(self) -> Decimal:
        """Sum of the lines."""
        return sum((item.net for item in self.items), Decimal())

    @property
    def tax(self) -> Decimal:
        """Tax on the whole."""
        return cents(self.net * _RATE / _HUNDRED)

    @property
    def gross(self) -> Decimal:
        """Net and tax."""
        return self.net + self.tax

    @property
    def due(self) -> Decimal:
        """What is left to pay (BR-CO-16)."""
        return self.gross - self.prepaid

    @property
    def due_date(self) -> date:
        """Last day to pay."""
        return self.day + timedelta(days=self.days_to_pay)


def iban(bank_code: str, account: str) -> str:
    """German IBAN of an account, with its check digits (ISO 13616).

    >>> iban("37040044", "0532013000")
    'DE89370400440532013000'
    """
    basic = bank_code + account
    return f"DE{98 - int(basic + '131400') % 97:02d}{basic}"


def vat_id(eight: str) -> str:
    """German VAT id of eight digits, with its check digit (ISO 7064, MOD 11,10).

    >>> vat_id("13669597")
    'DE136695976'
    """
    product = 10
    for digit in eight:
        total = (int(digit) + product) % 10 or 10
        product = 2 * total % 11
    return f"DE{eight}{(11 - product) % 10}"


def page(invoice: WrittenInvoice) -> bytes:
    """The invoice as a page that a person reads."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, invariant=True)
    canvas.setTitle(f"Rechnung {invoice.number}")
    _head(canvas, invoice)
    bottom = _table(canvas, invoice, 165 * mm)
    _totals(canvas, invoice, bottom)
    _foot(canvas, invoice)
    canvas.save()
    return stream.getvalue()


def _head(canvas: Canvas, invoice: WrittenInvoice) -> None:
    seller = invoice.seller
    _lines(canvas, 20, 280, [seller.name], 14)
    _lines(canvas, 20, 273, [seller.street, f"{seller.postcode} {seller.city}"], 9)
    _lines(
        canvas,
        20,
        245,
        [
            invoice.buyer.name,
            invoice.buyer.street,
            f"{invoice.buyer.postcode} {invoice.buyer.city}",
        ],
        11,
        leading=5.5,
    )
    facts = [
        f"Rechnungsnummer: {invoice.number}",
        f"Rechnungsdatum: {invoice.day:%d.%m.%Y}",
        f"Lieferdatum: {invoice.day:%d.%m.%Y}",
        f"Ihre USt-IdNr.: {invoice.buyer.vat_id}",
    ]
    _lines(canvas, 125, 245, facts, 10, leading=5.5)
    _lines(canvas, 20, 205, ["Rechnung"], 16)


def _table(canvas: Canvas, invoice: WrittenInvoice, top: float) -> float:
    columns = [(20, "Bezeichnung"), (120, "Menge"), (150, "Einzelpreis"), (188, "Betrag")]
    y = top + 25 * mm
    _row(canvas, y, columns, bold=True)
    for item in invoice.items:
        y -= 7 * mm
        cells = [item.text, f"{item.quantity:f}", german(item.price), german(item.net)]
        _row(canvas, y, list(zip((20, 120, 150, 188), cells, strict=True)))
    return y - 6 * mm


def _row(
    canvas: Canvas, y: float, cells: Sequence[tuple[float, str]], *, bold: bool = False
) -> None:
    canvas.setFont("Helvetica-Bold" if bold else "Helvetica", 10)
    for at, (x, text) in enumerate(cells):
        draw = canvas.drawString if at == 0 else canvas.drawRightString
        draw(x * mm, y, text)


def _totals(canvas: Canvas, invoice: WrittenInvoice, y: float) -> None:
    rows = [
        ("Nettobetrag", invoice.net),
        (f"zzgl. {_RATE} % USt.", invoice.tax),
        ("Gesamtbetrag", invoice.gross),
    ]
    if invoice.prepaid:
        rows += [("Bereits bezahlt", invoice.prepaid), ("Zu zahlen", invoice.due)]
    for name, amount in rows:
        y -= 6 * mm
        _row(canvas, y, [(120, name), (188, f"{german(amount)} EUR")], bold=name == "Gesamtbetrag")


def _foot(canvas: Canvas, invoice: WrittenInvoice) -> None:
    seller = invoice.seller
    spaced = " ".join(seller.iban[at : at + 4] for at in range(0, len(seller.iban), 4))
    lines = [
        f"Zahlbar ohne Abzug bis {invoice.due_date:%d.%m.%Y}.",
        f"Bankverbindung: {seller.name}, IBAN {spaced}",
        f"USt-IdNr.: {seller.vat_id}   {seller.email}   {seller.phone}",
    ]
    _lines(canvas, 20, 40, lines, 9, leading=5)


def _lines(
    canvas: Canvas, x: float, y: float, texts: Sequence[str], size: float, leading: float = 4.5
) -> None:
    canvas.setFont("Helvetica", size)
    for at, text in enumerate(texts):
        canvas.drawString(x * mm, (y - at * leading) * mm, text)


def german(amount: Decimal) -> str:
    """An amount as a German page shows it.

    >>> german(Decimal("1234.50"))
    '1.234,50'
    """
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


def scan(document: bytes) -> bytes:
    """A page as a scanner sees it: pixels, slightly askew and soft."""
    with pypdfium2.PdfDocument(document) as pdf:
        picture = pdf[0].render(scale=_SCAN_DPI / 72, grayscale=True).to_pil()
    askew = picture.rotate(_SCAN_DEGREES, fillcolor=255, resample=Image.Resampling.BICUBIC)
    stream = io.BytesIO()
    askew.filter(ImageFilter.GaussianBlur(0.6)).save(stream, "PDF", resolution=_SCAN_DPI)
    return stream.getvalue()


def hybrid(shown: WrittenInvoice, stated: WrittenInvoice) -> bytes:
    """A page of one invoice with the XML of another inside: Factur-X where they are the same."""
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(page(shown))) as pdf:
        attached = pikepdf.AttachedFileSpec(
            pdf,
            cii(stated),
            description="Factur-X",
            filename=_FACTURX,
            mime_type="text/xml",
            creation_date="",
            mod_date="",
        )
        pdf.attachments[_FACTURX] = attached
        pdf.save(stream, deterministic_id=True)
    return stream.getvalue()


def ubl(invoice: WrittenInvoice) -> bytes:
    """The invoice as XRechnung in UBL."""
    cbc, cac = partial(_element, "cbc"), partial(_element, "cac")
    money = _ubl_money
    lines = "".join(
        cac(
            "InvoiceLine",
            cbc("ID", str(at))
            + f'<cbc:InvoicedQuantity unitCode="C62">{item.quantity:f}</cbc:InvoicedQuantity>'
            + money("LineExtensionAmount", item.net)
            + cac("Item", cbc("Name", item.text) + _ubl_category("ClassifiedTaxCategory"))
            + cac("Price", money("PriceAmount", item.price)),
        )
        for at, item in enumerate(invoice.items, 1)
    )
    totals = [
        ("LineExtensionAmount", invoice.net),
        ("TaxExclusiveAmount", invoice.net),
        ("TaxInclusiveAmount", invoice.gross),
        *([("PrepaidAmount", invoice.prepaid)] if invoice.prepaid else []),
        ("PayableAmount", invoice.due),
    ]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Invoice'
        ' xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"'
        ' xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"'
        ' xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">'
        + cbc("CustomizationID", _XRECHNUNG)
        + cbc("ProfileID", _PEPPOL)
        + cbc("ID", invoice.number)
        + cbc("IssueDate", invoice.day.isoformat())
        + cbc("DueDate", invoice.due_date.isoformat())
        + cbc("InvoiceTypeCode", "380")
        + cbc("DocumentCurrencyCode", "EUR")
        + cbc("BuyerReference", "04011000-12345-34")
        + cac("AccountingSupplierParty", _ubl_party(invoice.seller))
        + cac("AccountingCustomerParty", _ubl_party(invoice.buyer))
        + cac("Delivery", cbc("ActualDeliveryDate", invoice.day.isoformat()))
        + cac(
            "PaymentMeans",
            cbc("PaymentMeansCode", "58")
            + cbc("PaymentID", invoice.number)
            + cac("PayeeFinancialAccount", cbc("ID", invoice.seller.iban)),
        )
        + cac(
            "TaxTotal",
            money("TaxAmount", invoice.tax)
            + cac(
                "TaxSubtotal",
                money("TaxableAmount", invoice.net)
                + money("TaxAmount", invoice.tax)
                + _ubl_category("TaxCategory"),
            ),
        )
        + cac("LegalMonetaryTotal", "".join(money(name, amount) for name, amount in totals))
        + lines
        + "</Invoice>\n"
    ).encode()


def _element(prefix: str, name: str, content: str) -> str:
    text = content if content.startswith("<") else escape(content)
    return f"<{prefix}:{name}>{text}</{prefix}:{name}>"


def _ubl_money(name: str, amount: Decimal) -> str:
    return f'<cbc:{name} currencyID="EUR">{amount:.2f}</cbc:{name}>'


def _ubl_category(name: str) -> str:
    return (
        f"<cac:{name}><cbc:ID>S</cbc:ID><cbc:Percent>{_RATE}</cbc:Percent>"
        f"<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:{name}>"
    )


def _ubl_party(party: Party) -> str:
    cbc, cac = partial(_element, "cbc"), partial(_element, "cac")
    contact = (
        cac(
            "Contact",
            cbc("Name", party.contact)
            + cbc("Telephone", party.phone)
            + cbc("ElectronicMail", party.email),
        )
        if party.contact
        else ""
    )
    return cac(
        "Party",
        f'<cbc:EndpointID schemeID="EM">{party.email}</cbc:EndpointID>'
        + cac(
            "PostalAddress",
            cbc("StreetName", party.street)
            + cbc("CityName", party.city)
            + cbc("PostalZone", party.postcode)
            + cac("Country", cbc("IdentificationCode", "DE")),
        )
        + cac(
            "PartyTaxScheme",
            cbc("CompanyID", party.vat_id) + cac("TaxScheme", cbc("ID", "VAT")),
        )
        + cac("PartyLegalEntity", cbc("RegistrationName", party.name))
        + contact,
    )


def cii(invoice: WrittenInvoice) -> bytes:
    """The invoice as CII in the profile EN 16931."""
    ram = partial(_element, "ram")
    lines = "".join(
        ram(
            "IncludedSupplyChainTradeLineItem",
            ram("AssociatedDocumentLineDocument", ram("LineID", str(at)))
            + ram("SpecifiedTradeProduct", ram("Name", item.text))
            + ram(
                "SpecifiedLineTradeAgreement",
                ram("NetPriceProductTradePrice", ram("ChargeAmount", f"{item.price:.2f}")),
            )
            + ram(
                "SpecifiedLineTradeDelivery",
                f'<ram:BilledQuantity unitCode="C62">{item.quantity:f}</ram:BilledQuantity>',
            )
            + ram(
                "SpecifiedLineTradeSettlement",
                ram("ApplicableTradeTax", _cii_tax())
                + ram(
                    "SpecifiedTradeSettlementLineMonetarySummation",
                    ram("LineTotalAmount", f"{item.net:.2f}"),
                ),
            ),
        )
        for at, item in enumerate(invoice.items, 1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rsm:CrossIndustryInvoice'
        ' xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"'
        ' xmlns:ram="urn:un:unece:uncefact:data:standard:'
        'ReusableAggregateBusinessInformationEntity:100"'
        ' xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">'
        "<rsm:ExchangedDocumentContext>"
        + ram("GuidelineSpecifiedDocumentContextParameter", ram("ID", _COMFORT))
        + "</rsm:ExchangedDocumentContext><rsm:ExchangedDocument>"
        + ram("ID", invoice.number)
        + ram("TypeCode", "380")
        + ram("IssueDateTime", _cii_day(invoice.day))
        + "</rsm:ExchangedDocument><rsm:SupplyChainTradeTransaction>"
        + lines
        + ram(
            "ApplicableHeaderTradeAgreement",
            ram("SellerTradeParty", _cii_party(invoice.seller))
            + ram("BuyerTradeParty", _cii_party(invoice.buyer)),
        )
        + ram(
            "ApplicableHeaderTradeDelivery",
            ram(
                "ActualDeliverySupplyChainEvent",
                ram("OccurrenceDateTime", _cii_day(invoice.day)),
            ),
        )
        + ram("ApplicableHeaderTradeSettlement", _cii_settlement(invoice))
        + "</rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>\n"
    ).encode()


def _cii_settlement(invoice: WrittenInvoice) -> str:
    ram = partial(_element, "ram")
    sums = [
        ("LineTotalAmount", invoice.net),
        ("TaxBasisTotalAmount", invoice.net),
    ]
    return (
        ram("InvoiceCurrencyCode", "EUR")
        + ram(
            "SpecifiedTradeSettlementPaymentMeans",
            ram("TypeCode", "58")
            + ram("PayeePartyCreditorFinancialAccount", ram("IBANID", invoice.seller.iban)),
        )
        + ram(
            "ApplicableTradeTax",
            ram("CalculatedAmount", f"{invoice.tax:.2f}")
            + ram("TypeCode", "VAT")
            + ram("BasisAmount", f"{invoice.net:.2f}")
            + ram("CategoryCode", "S")
            + ram("RateApplicablePercent", str(_RATE)),
        )
        + ram("SpecifiedTradePaymentTerms", ram("DueDateDateTime", _cii_day(invoice.due_date)))
        + ram(
            "SpecifiedTradeSettlementHeaderMonetarySummation",
            "".join(ram(name, f"{amount:.2f}") for name, amount in sums)
            + f'<ram:TaxTotalAmount currencyID="EUR">{invoice.tax:.2f}</ram:TaxTotalAmount>'
            + ram("GrandTotalAmount", f"{invoice.gross:.2f}")
            + (ram("TotalPrepaidAmount", f"{invoice.prepaid:.2f}") if invoice.prepaid else "")
            + ram("DuePayableAmount", f"{invoice.due:.2f}"),
        )
    )


def _cii_tax() -> str:
    return (
        "<ram:TypeCode>VAT</ram:TypeCode><ram:CategoryCode>S</ram:CategoryCode>"
        f"<ram:RateApplicablePercent>{_RATE}</ram:RateApplicablePercent>"
    )


def _cii_day(day: date) -> str:
    return f'<udt:DateTimeString format="102">{day:%Y%m%d}</udt:DateTimeString>'


def _cii_party(party: Party) -> str:
    ram = partial(_element, "ram")
    return (
        ram("Name", party.name)
        + ram(
            "PostalTradeAddress",
            ram("PostcodeCode", party.postcode)
            + ram("LineOne", party.street)
            + ram("CityName", party.city)
            + ram("CountryID", "DE"),
        )
        + ram("SpecifiedTaxRegistration", f'<ram:ID schemeID="VA">{party.vat_id}</ram:ID>')
    )
