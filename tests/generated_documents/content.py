"""What stands in a document: parties, lines and sums that agree, drawn at random."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from domain.money import ZERO, cents
from tests.generated_documents.family import Family
from tests.generated_documents.identifiers import iban, vat_id

HUNDRED = Decimal(100)
_FIRST_DAY = date(2023, 1, 2)
_RATES = {
    "AT": ("20", "10"), "DE": ("19", "7"), "CH": ("8.1", "2.6"), "GB": ("20", "5"),
    "IE": ("23", "13.5"), "US": ("8", "5"), "FR": ("20", "5.5"), "IT": ("22", "10"),
    "NL": ("21", "9"), "BE": ("21", "6"), "ES": ("21", "10"), "PL": ("23", "8"),
    "CZ": ("21", "12"), "HU": ("27", "18"), "SI": ("22", "9.5"),
}  # fmt: skip
_CURRENCIES = {
    "CH": "CHF", "GB": "GBP", "US": "USD", "PL": "PLN", "CZ": "CZK", "HU": "HUF",
}  # fmt: skip
_DIALS = {
    "AT": "43", "DE": "49", "CH": "41", "GB": "44", "IE": "353", "US": "1", "FR": "33",
    "IT": "39", "NL": "31", "BE": "32", "ES": "34", "PL": "48", "CZ": "420", "HU": "36",
    "SI": "386",
}  # fmt: skip
_PRICES = {"receipt": (1, 30), "hotel": (20, 180), "telephone": (2, 60), "energy": (0, 1)}
_WHOLE = {"HUF"}


@dataclass(frozen=True, slots=True)
class Party:
    """Who sends or receives; what a country does not have is None."""

    name: str
    street: str
    postcode: str
    town: str
    country: str
    vat_id: str | None
    tax_id: str
    register: str
    phone: str
    mail: str
    web: str
    accounts: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One line; `total` without tax, or with it where prices are gross. Rates in percent."""

    description: str
    detail: str
    unit: str
    article: str
    day: date
    quantity: Decimal
    price: Decimal
    reduction: Decimal
    rate: Decimal
    total: Decimal

    @property
    def tax(self) -> Decimal:
        """Tax on top of a net total."""
        return cents(self.total * self.rate / HUNDRED)


@dataclass(frozen=True, slots=True)
class Group:
    """Basis and tax of one rate in percent."""

    rate: Decimal
    basis: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class Content:
    """One document before anybody laid it out."""

    kind: str
    vendor: Party
    buyer: Party
    number: str
    issued: date
    due: date
    days: int
    supplied: date
    ordered: date
    references: Mapping[str, str]
    items: tuple[Item, ...]
    discount: Decimal
    shipping: Decimal
    groups: tuple[Group, ...]
    prepaid: Decimal
    currency: str
    has: frozenset[str]

    @property
    def net(self) -> Decimal:
        """All bases."""
        return sum((group.basis for group in self.groups), ZERO)

    @property
    def tax(self) -> Decimal:
        """All taxes."""
        return sum((group.tax for group in self.groups), ZERO)

    @property
    def gross(self) -> Decimal:
        """Net and tax."""
        return self.net + self.tax

    @property
    def goods(self) -> Decimal:
        """The sum of the lines."""
        return sum((item.total for item in self.items), ZERO)

    @property
    def reduced(self) -> Decimal:
        """What the discount of the whole comes to."""
        return cents(self.goods * self.discount / HUNDRED)


def drawn(family: Family, chance: Random) -> Content:
    """A document of this family. Some of its options are left out now and then."""
    options = sorted(family.options)  # a set has another order in every process
    has = frozenset(each for each in options if each in _FIXED or chance.random() < 0.85)
    issued = _FIRST_DAY + timedelta(days=chance.randrange(1400))
    days = chance.choice((7, 8, 10, 14, 21, 30, 60))
    items = tuple(_items(family, has, issued, chance))
    content = Content(
        kind=_kind(family, chance),
        vendor=_vendor(family, chance),
        buyer=_buyer(family, chance),
        number=_numbered(family.numbers, issued, chance),
        issued=issued,
        due=issued + timedelta(days=days),
        days=days,
        supplied=issued - timedelta(days=chance.randrange(20)),
        ordered=issued - timedelta(days=chance.randrange(20, 60)),
        references=_references(chance),
        items=items,
        discount=Decimal(chance.choice((3, 5, 10)) if "discount" in has else 0),
        shipping=Decimal(chance.choice(("4.90", "9.90", "25.00"))) if "shipping" in has else ZERO,
        groups=(),
        prepaid=ZERO,
        currency=_CURRENCIES.get(family.country, "EUR"),
        has=has,
    )
    return _summed(content, chance)


_FIXED = {
    "gross_prices", "two_rates", "reverse", "untaxed", "no_vat_id", "carry", "footer", "long",
    "discount_lines", "details", "clock", "letterhead_picture", "page_numbers", "tax_id", "intro",
}  # fmt: skip


def _kind(family: Family, chance: Random) -> str:
    if family.genre in ("receipt", "hotel", "insurance", "telephone"):
        return "invoice"
    if "prepaid" in family.options:
        return "invoice"
    return chance.choices(("invoice", "credit_note", "prepayment"), (88, 8, 4))[0]


def _vendor(family: Family, chance: Random) -> Party:
    data = family.vendors
    word = chance.choice(data["words"])
    special = data["special"].get(family.genre)
    if special is not None:
        name = chance.choice(special).format(w=word)
    else:
        name = f"{word} {chance.choice(data['trades'][family.language])}"
    if family.genre != "receipt" or chance.random() < 0.5:
        name = f"{name} {chance.choice(family.names['forms'][family.country])}"
    return _party(name, family.country, family, chance)


def _buyer(family: Family, chance: Random) -> Party:
    country = chance.choice(("AT", "DE"))
    name = chance.choice(family.names["buyers"][country])
    return replace(_party(name, country, family, chance), accounts=())


def _party(name: str, country: str, family: Family, chance: Random) -> Party:
    names = family.names
    postcode, town = chance.choice(names["towns"][country])
    language = family.language if country == family.country else "de"
    street = chance.choice(names["streets"][language])
    first = name.partition(" ")[0].lower()
    domain = "".join(sign for sign in first if sign.isascii() and sign.isalpha())
    ending = {"GB": "co.uk", "US": "com"}.get(country, country.lower())
    accounts = [_account(country, names["banks"], chance) for _ in range(2)]
    return Party(
        name=name,
        street=street.format(n=chance.randrange(1, 199), m=chance.randrange(1, 30)),
        postcode=postcode,
        town=town,
        country=country,
        vat_id=vat_id(country, chance),
        tax_id="{} {}/{}".format(*(chance.randrange(10**n, 10 ** (n + 1)) for n in (1, 2, 3))),
        register=str(chance.randrange(10_000, 999_999)),
        phone=f"+{_DIALS[country]} {chance.randrange(1, 999)} {chance.randrange(10**5, 10**7)}",
        mail=f"office@{domain or 'firma'}.{ending}",
        web=f"www.{domain or 'firma'}.{ending}",
        accounts=tuple(each for each in accounts if each is not None),
    )


def _account(
    country: str, banks: Mapping[str, Sequence[str]], chance: Random
) -> tuple[str, str, str] | None:
    """Bank, IBAN and BIC."""
    number = iban(country, chance)
    if number is None:
        return None
    letters = "".join(chance.choice("ABCDEFGHKLMNOPRSTUVWXZ") for _ in range(4))
    bic = f"{letters}{country}{chance.choice(('2L', '22', 'WW', '2S', 'FF'))}"
    return chance.choice(banks[country]), number, bic


def _numbered(form: str, issued: date, chance: Random) -> str:
    digits = max(3, min(int("".join(filter(str.isdigit, form.partition("n:")[2][:3])) or 4), 12))
    number = chance.randrange(1, 10 ** min(digits, 5))
    if digits > 5:
        number = chance.randrange(10 ** (digits - 1), 10**digits)
    return form.format(n=number, y=issued.year, yy=issued.year % 100, m=issued.month)


def _references(chance: Random) -> dict[str, str]:
    """Numbers that are not the invoice's."""
    return {
        "order": chance.choice(("{}", "PO-{}", "B{}", "45{}")).format(
            chance.randrange(10**4, 10**6)
        ),
        "customer": chance.choice(("{}", "K{}", "D-{}")).format(chance.randrange(10**3, 10**6)),
        "contract": chance.choice(("{}", "V {}", "{}/01")).format(chance.randrange(10**6, 10**9)),
        "slip_number": str(chance.randrange(10**3, 10**6)),
        "desk": str(chance.randrange(1, 20)),
        "contact": chance.choice(("A. Berger", "Mag. Huber", "E. Novak", "P. Kranz", "S. Martin")),
    }


def _items(family: Family, has: frozenset[str], issued: date, chance: Random) -> Sequence[Item]:
    catalogue = family.goods[family.genre]
    offered = catalogue.get(family.language, catalogue["de"])
    count = chance.randrange(24, 60) if "long" in has else chance.randrange(1, 8)
    picked = chance.sample(offered, min(count, len(offered)))
    while len(picked) < count and ("long" in has or chance.random() < 0.3):
        picked.append(chance.choice(offered))
    return [_item(each, family, issued, chance) for each in picked]


def _item(row: Sequence[str], family: Family, issued: date, chance: Random) -> Item:
    description, detail, unit = row
    least, most = _PRICES.get(family.genre, (3, 900))
    exponent = 4 if family.genre == "energy" else 2
    steep = chance.random() ** 3  # most things are cheap
    price = Decimal(round(100 * (least + steep * (most - least)) + chance.randrange(90))).scaleb(-2)
    if family.genre == "energy":
        price = Decimal(chance.randrange(200, 4999)).scaleb(-exponent)
    quantity = _quantity(family, chance)
    if _CURRENCIES.get(family.country) in _WHOLE:
        price = (price * HUNDRED).quantize(Decimal(1))
    reduction = Decimal(
        chance.choice((0, 0, 5, 10, 15)) if "discount_lines" in family.options else 0
    )
    total = _rounded(quantity * price * (HUNDRED - reduction) / HUNDRED, family)
    return Item(
        description=description,
        detail=detail,
        unit=unit or "-",
        article=f"{chance.randrange(100, 999)}.{chance.randrange(100, 999)}"
        if chance.random() < 0.5
        else str(chance.randrange(10**4, 10**6)),
        day=issued - timedelta(days=chance.randrange(12)),
        quantity=quantity,
        price=price,
        reduction=reduction,
        rate=_rate(family, chance),
        total=total,
    )


def _quantity(family: Family, chance: Random) -> Decimal:
    columns = family.columns
    if "quantity" not in columns:
        return Decimal(1)
    if family.genre == "energy":
        return Decimal(chance.randrange(1, 9000))
    if family.genre == "services" and chance.random() < 0.4:
        return Decimal(chance.randrange(1, 80)).scaleb(0) / 4
    return Decimal(chance.choice((1, 1, 1, 2, 2, 3, 4, 5, 8, 10, 12, 25, 100)))


def _rate(family: Family, chance: Random) -> Decimal:
    if {"reverse", "untaxed"} & family.options:
        return ZERO
    if family.genre == "insurance":
        return Decimal(11)
    normal, reduced = _RATES[family.country]
    lower = "two_rates" in family.options and chance.random() < 0.45
    return Decimal(reduced if lower else normal)


def _rounded(value: Decimal, family: Family) -> Decimal:
    is_whole = _CURRENCIES.get(family.country) in _WHOLE
    return value.quantize(Decimal(1)) if is_whole else cents(value)


def _summed(content: Content, chance: Random) -> Content:
    """With tax by rate; the discount and the freight share it out among the rates."""
    rates = sorted({item.rate for item in content.items}, reverse=True)
    rest = [content.shipping, -content.reduced]
    groups = []
    for at, rate in enumerate(rates):
        lines = sum((item.total for item in content.items if item.rate == rate), ZERO)
        share = lines / content.goods if content.goods else Decimal(1)
        parts = [cents(each * share) if at + 1 < len(rates) else each for each in rest]
        rest = [each - part for each, part in zip(rest, parts, strict=True)]
        groups.append(_group(rate, lines + sum(parts, ZERO), content))
    summed = replace(content, groups=tuple(groups))
    if "prepaid" not in content.has:
        return summed
    part = Decimal(chance.choice((10, 20, 30, 50)))
    return replace(summed, prepaid=cents(summed.gross * part / HUNDRED))


def _group(rate: Decimal, lines: Decimal, content: Content) -> Group:
    step = Decimal(1) if content.currency in _WHOLE else Decimal("0.01")
    if "gross_prices" in content.has:
        basis = (lines / (1 + rate / HUNDRED)).quantize(step)
        return Group(rate, basis, lines - basis)
    return Group(rate, lines, (lines * rate / HUNDRED).quantize(step))


def truth_value(value: Any) -> str:
    """A value as a truth.json writes it."""
    if isinstance(value, Decimal):
        return f"{cents(value):f}"
    return str(value)
