"""The demo's invoices: made out to the demo's company, dated this month, one of each kind."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from deploy.stack.invoice_writer import (
    Item,
    Party,
    WrittenInvoice,
    hybrid,
    iban,
    page,
    scan,
    ubl,
    vat_id,
)


@dataclass(frozen=True, slots=True)
class DemoFile:
    """What a supplier attaches, and to which mail."""

    name: str
    content: bytes
    sender: str
    number: str


_NOTHING = Decimal()
BUYER = Party(
    "Nordlicht Technik GmbH",
    "DE136695976",
    "Hafenstraße 12",
    "20457",
    "Hamburg",
    "einkauf@nordlicht.example",
)


def _supplier(number: int, name: str, street: str, postcode: str, city: str) -> Party:
    word = name.split(maxsplit=1)[0].lower()
    return Party(
        name,
        vat_id(f"2{number:07d}"),
        street,
        postcode,
        city,
        f"rechnung@{word}.example",
        iban("37040044", f"{532013000 + number:010d}"),
        "Buchhaltung",
        f"+49 40 5550{number:03d}",
    )


PAPIER = _supplier(11, "Papierhaus Elbe GmbH", "Speicherstadt 4", "20457", "Hamburg")
WERKZEUG = _supplier(12, "Werkzeug Süd AG", "Industriestraße 8", "86153", "Augsburg")
DRUCK = _supplier(13, "Druckerei Weser OHG", "Am Wall 21", "28195", "Bremen")
SERVER = _supplier(14, "Rechenhof Hosting GmbH", "Datenweg 1", "60327", "Frankfurt am Main")
ANLAGEN = _supplier(15, "Anlagenbau Ruhr GmbH", "Zechenring 99", "44137", "Dortmund")
REINIGUNG = _supplier(16, "Hansa Gebäudereinigung GmbH", "Kaistraße 17", "20359", "Hamburg")

KAFFEE = _supplier(17, "Kaffeerösterei Elbe GmbH", "Deichstraße 2", "20459", "Hamburg")


def _invoice(
    seller: Party, number: str, day: date, items: tuple[Item, ...], prepaid: Decimal = _NOTHING
) -> WrittenInvoice:
    return WrittenInvoice(seller, BUYER, number, day, items, prepaid)


def _items(*lines: tuple[str, str, str]) -> tuple[Item, ...]:
    return tuple(Item(text, Decimal(quantity), Decimal(price)) for text, quantity, price in lines)


def ordinary(today: date) -> list[DemoFile]:
    """Four invoices that are in order, one of each kind that is read."""
    day = today - timedelta(days=3)
    paper = _invoice(
        PAPIER, "PE-2041", day, _items(("Kopierpapier A4", "40", "4.90"), ("Ordner", "25", "2.40"))
    )
    tools = _invoice(
        WERKZEUG,
        "WS/8813",
        day,
        _items(("Akkuschrauber", "6", "189.00"), ("Bitsatz", "6", "24.50")),
    )
    print_ = _invoice(DRUCK, "2207", day, _items(("Prospekte, 4-farbig", "2000", "0.38")))
    hosting = _invoice(
        SERVER,
        "RH-100482",
        day,
        _items(("Server, ein Monat", "3", "129.00"), ("Backup", "1", "49.00")),
    )
    return [
        _file("xrechnung_papierhaus.xml", paper, ubl(paper)),
        _file("facturx_werkzeug.pdf", tools, hybrid(tools, tools)),
        _file("text_druckerei.pdf", print_, page(print_)),
        _file("scan_rechenhof.pdf", hosting, scan(page(hosting))),
    ]


def tampered(today: date) -> DemoFile:
    """A page of 1,188.81; the XML in it orders ten times as much, to another account."""
    day = today - timedelta(days=2)
    honest = _invoice(WERKZEUG, "WS/8840", day, _items(("Wartung", "9", "111.00")))
    fraud = replace(
        honest,
        items=_items(("Wartung", "90", "111.00")),
        seller=replace(WERKZEUG, iban=iban("50010517", "5407324999")),
    )
    return _file("facturx_veraendert.pdf", honest, hybrid(honest, fraud))


def prepaid(today: date) -> DemoFile:
    """A plant of 11,900.00 of which 9,000.00 were paid in advance."""
    day = today - timedelta(days=2)
    invoice = _invoice(
        ANLAGEN,
        "AR-77-2",
        day,
        _items(("Lüftungsanlage, montiert", "1", "10000.00")),
        Decimal(9000),
    )
    return _file("xrechnung_anlagenbau.xml", invoice, ubl(invoice))


def spelt_otherwise(today: date) -> DemoFile:
    """The paper invoice again, as a page whose number is spelt another way."""
    day = today - timedelta(days=3)
    again = _invoice(
        PAPIER, "PE/2041", day, _items(("Kopierpapier A4", "40", "4.90"), ("Ordner", "25", "2.40"))
    )
    return _file("papierhaus_nochmal.pdf", again, page(again))


def monthly(today: date, number: int) -> DemoFile:
    """The cleaning of a month: the same supplier, the same amount, month after month."""
    day = today - timedelta(days=7 * (5 - number))
    invoice = _invoice(
        REINIGUNG,
        f"HG-{3100 + number}",
        day,
        _items((f"Unterhaltsreinigung {number}", "1", "480.00")),
    )
    return _file(f"xrechnung_reinigung_{number}.xml", invoice, ubl(invoice))


def unknown(today: date) -> DemoFile:
    """Coffee of a supplier that nobody knows yet: it waits for a person."""
    day = today - timedelta(days=1)
    invoice = _invoice(
        KAFFEE, "KR-1187", day, _items(("Espresso, kg", "12", "18.50"), ("Filter", "4", "6.25"))
    )
    return _file("kaffee.pdf", invoice, page(invoice))


def _file(name: str, invoice: WrittenInvoice, content: bytes) -> DemoFile:
    return DemoFile(name, content, invoice.seller.email, invoice.number)
