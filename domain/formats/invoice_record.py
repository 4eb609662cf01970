"""A structured invoice as its XML states it, the same record for every syntax."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class RecordParty:
    """Seller or buyer; `trading_name` is another name that it goes by (BT-28, BT-45)."""

    name: str | None = None
    vat_id: str | None = None
    tax_id: str | None = None
    street: str | None = None
    postcode: str | None = None
    city: str | None = None
    country: str | None = None
    trading_name: str | None = None

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
    exemption_code: str | None = None


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One line; amounts net, `rate` in percent, the price for one unit.

    `adjusted` is what its own charges come to, less its allowances (BG-27, BG-28); `net` has it.
    `supply_date` is the last day of its own period (BT-135), else its first (BT-134).
    """

    description: str
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    net: Decimal | None = None
    rate: Decimal | None = None
    category: str | None = None
    adjusted: Decimal | None = None
    supply_date: date | None = None


def net_of(
    stated: Decimal | None,
    quantity: Decimal | None,
    price: Decimal | None,
    adjusted: Decimal | None,
) -> Decimal | None:
    """Net amount of a line as stated, else what quantity, price and its adjustments come to.

    >>> net_of(None, Decimal(2), Decimal("9.50"), Decimal(-1))
    Decimal('18.00')
    """
    if stated is not None or quantity is None or price is None:
        return stated
    return quantity * price + (adjusted or Decimal())


@dataclass(frozen=True, slots=True)
class RecordTotals:
    """BT-109, BT-110, BT-112, BT-113, BT-114 and BT-115 of EN 16931.

    `third_party` is what is owed to somebody else and collected with this invoice: BT-DEX-002 of
    the XRechnung extension, `BelowTheLineItem` of ebInterface. `other_currencies` are those that
    totals name instead of the currency of the document (BT-5); `tax_in_euro` is the tax in the
    accounting currency (BT-111) of a document in another.
    """

    net: Decimal | None = None
    tax: Decimal | None = None
    gross: Decimal | None = None
    prepaid: Decimal | None = None
    rounding: Decimal | None = None
    third_party: Decimal | None = None
    payable: Decimal | None = None
    other_currencies: tuple[str, ...] = ()
    tax_in_euro: Decimal | None = None


@dataclass(frozen=True, slots=True)
class RecordMeans:
    """One way to pay (BG-16): a code of UNTDID 4461, or the name of ebInterface's element.

    `iban`, `holder` and `bic` are of the account to pay to (BG-17); `payer_iban` is the one that a
    direct debit is drawn from (BT-91), `mandate` its reference (BT-89), `card` the card (BG-18).
    """

    code: str | None = None
    words: str | None = None
    iban: str | None = None
    holder: str | None = None
    bic: str | None = None
    payer_iban: str | None = None
    mandate: str | None = None
    card: str | None = None
    due_date: date | None = None


@dataclass(frozen=True, slots=True)
class RecordDiscount:
    """What may be deducted: until a `day`, or so many days, weeks or months (`unit`) from `since`.

    `percent` is of `basis`, or of the whole without one.
    """

    day: date | None = None
    percent: Decimal | None = None
    amount: Decimal | None = None
    basis: Decimal | None = None
    since: date | None = None
    period: Decimal | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class RecordTerm:
    """One term of payment as stated; `percent` is the share of an instalment."""

    note: str | None = None
    due_date: date | None = None
    instalment: Decimal | None = None
    percent: Decimal | None = None
    discounts: tuple[RecordDiscount, ...] = ()


def net_date(steps: Sequence[RecordTerm]) -> date | None:
    """The last day of terms without a discount; that of one with a discount when it is alone.

    Beside a term without discount, the day of a term with one is the last of the discount.

    >>> net_date([RecordTerm(due_date=date(2026, 12, 4)), RecordTerm(due_date=date(2026, 12, 20))])
    datetime.date(2026, 12, 20)
    """
    net = [step.due_date for step in steps if step.due_date and not step.discounts]
    alone = [steps[0].due_date] if len(steps) == 1 else []
    return max((found for found in net or alone if found), default=None)


@dataclass(frozen=True, slots=True)
class RecordPayment:
    """How, when and to whom it is to be paid; `due_date` is BT-9, all terms stand in `steps`.

    The payee (BG-10) is named where it is not the seller.
    """

    due_date: date | None = None
    means: tuple[RecordMeans, ...] = ()
    steps: tuple[RecordTerm, ...] = ()
    payee_name: str | None = None
    payee_id: str | None = None

    @property
    def ibans(self) -> tuple[str, ...]:
        """Accounts to pay to, in their order."""
        return tuple(each.iban for each in self.means if each.iban)

    @property
    def terms(self) -> str | None:
        """The words of all terms, None without any."""
        return "\n".join(step.note for step in self.steps if step.note) or None


@dataclass(frozen=True, slots=True)
class RecordPreceding:
    """An earlier invoice that this one refers to (BG-3): its number (BT-25) and day (BT-26).

    `is_cancelled` where the record says that it takes the place of that one.
    """

    number: str
    day: date | None = None
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class InvoiceRecord:
    """One structured invoice. `unreadable` names what is stated in a form nobody can read.

    `cut` names elements whose text is longer than what is read of it. `delivery_country` is the
    country to which goods are delivered (BT-80), `representative_vat_id` that of the seller's tax
    representative (BT-63).
    """

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
    preceding: tuple[RecordPreceding, ...] = ()
    notes: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()
    delivery_country: str | None = None
    representative_vat_id: str | None = None
