"""Numbers, money and days as a family writes them."""

import re
from datetime import date
from decimal import Decimal

from tests.generated_documents.family import Family

_MONTHS = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "en": "January February March April May June July August September October November December",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre"
    " dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre"
    " diciembre",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października"
    " listopada grudnia",
    "cs": "ledna února března dubna května června července srpna září října listopadu prosince",
    "hu": "január február március április május június július augusztus szeptember október"
    " november december",
    "sl": "januar februar marec april maj junij julij avgust september oktober november december",
}
_SEPARATORS = {
    "1.234,56": (".", ","), "1 234,56": ("\u00a0", ","), "1'234.56": ("'", "."),
    "1,234.56": (",", "."), "1234,56": ("", ","), "1 234": ("\u00a0", ","),
}  # fmt: skip


_PART = re.compile(r"[A-Za-z]+")


def day(value: date, family: Family) -> str:
    """A day; the form is made of d, dd, M, mm, MMM, MMMM, yy, yyyy and other words (`de`)."""
    month = _MONTHS[family.language].split()[value.month - 1]
    parts = {
        "yyyy": f"{value.year}",
        "MMMM": month,
        "MMM": month[:3].capitalize() if family.language in ("de", "en") else month[:3],
        "dd": f"{value.day:02}",
        "mm": f"{value.month:02}",
        "yy": f"{value.year % 100:02}",
        "d": f"{value.day}",
        "m": f"{value.month}",
        "M": f"{value.month}",
    }
    return _PART.sub(lambda word: parts.get(word[0], word[0]), family.dates)


def amount(value: Decimal, family: Family, places: int = 2) -> str:
    """An amount without its currency."""
    if family.amounts == "1 234":
        places = 0
    group, point = _SEPARATORS[family.amounts]
    text = f"{value:,.{places}f}".replace(",", "\0").replace(".", point)
    return text.replace("\0", group)


def money(value: Decimal, family: Family) -> str:
    """An amount as it stands in the sums, with its currency if the family writes it."""
    return family.money.format(n=amount(value, family))


def quantity(value: Decimal, family: Family) -> str:
    """A quantity, with decimals only where it has some, or always as some families do."""
    always = family.look("quantity").random() < 0.3
    if value == value.to_integral_value() and not always:
        return amount(value, family, 0) if value > 999 else f"{value:.0f}"
    if family.amounts == "1 234":
        return f"{value:f}".replace(".", ",")
    return amount(value, family)


def price(value: Decimal, family: Family) -> str:
    """A price, with as many decimals as it needs."""
    exponent = value.normalize().as_tuple().exponent
    places = -exponent if isinstance(exponent, int) else 2
    return amount(value, family, max(2, places))


def percent(value: Decimal, family: Family) -> str:
    """A percentage without its sign."""
    text = f"{value.normalize():f}"
    return text.replace(".", _SEPARATORS[family.amounts][1])
