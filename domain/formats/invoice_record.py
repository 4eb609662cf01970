"""A structured invoice as its XML states it, the same record for every syntax."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class RecordParty:
    """Seller or buyer."""

    name: str | None = None
    vat_id: str | None = None
    tax_id: str | None = None
    street: str | None = None
    postcode: str | None = None
    city: str | None = None
    country: str | None = None

    @property
    def address(self) -> str | None:
        """Street, town and country in one line, None without any.

        >>> RecordParty(street="Gasse 1", postcode="1010", city="Wien", country="AT").address
        'Gasse 1, 1010 Wien, AT'
        """
        town = " ".join(part for part in (self.postcode, self.city) if part)
        return ", ".join(part for part in (self.street, town, self.country) if part) or None


@dataclass(frozen=True, slots=True)
class RecordTax:
    """One group of the tax breakdown; `rate` in percent."""

    category: str | None
    rate: Decimal | None
    basis: Decimal | None
    amount: Decimal | None
    exemption_reason: str | None = None


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One line; amounts net, `rate` in percent, the price for one unit."""

    description: str
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    net: Decimal | None = None
    rate: Decimal | None = None
    category: str | None = None


@dataclass(frozen=True, slots=True)
class RecordTotals:
    """BT-109, BT-110, BT-112, BT-113 and BT-115 of EN 16931."""

    net: Decimal | None = None
    tax: Decimal | None = None
    gross: Decimal | None = None
    prepaid: Decimal | None = None
    payable: Decimal | None = None


@dataclass(frozen=True, slots=True)
class RecordPayment:
    """How it is to be paid. The account a direct debit is drawn from is not in `ibans`."""

    due_date: date | None = None
    ibans: tuple[str, ...] = ()
    direct_debit: bool = False
    terms: str | None = None
    payee_name: str | None = None


@dataclass(frozen=True, slots=True)
class InvoiceRecord:
    """One structured invoice. `unreadable` names what is stated in a form nobody can read."""

    syntax: str
    profile: str | None
    type_code: str | None
    number: str | None
    issue_date: date | None
    delivery_date: date | None
    currency: str | None
    seller: RecordParty
    buyer: RecordParty
    totals: RecordTotals
    payment: RecordPayment
    taxes: tuple[RecordTax, ...] = ()
    lines: tuple[RecordLine, ...] = ()
    adjustments: tuple[RecordLine, ...] = ()
    references: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
