"""Finding values in a tree of XML by local names, whatever namespace a version uses."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from lxml import etree

from domain.dates import believable
from domain.formats.xml import local_name

_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,20}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})")
TEXT_LIMIT = 4000
"""So many characters of a text are read."""
# Attached files in base64 are no texts.
_NOT_READ = frozenset({"", "EmbeddedDocumentBinaryObject", "AttachmentBinaryObject"})


def nodes(element: etree._Element | None, path: str) -> Iterator[etree._Element]:
    """Descendants along a path of local names; `|` separates spellings of one step.

    >>> tree = etree.fromstring(b"<a><b><c>1</c></b><x><c>2</c></x></a>")
    >>> [found.text for found in nodes(tree, "b|x/c")]
    ['1', '2']
    """
    head, _, rest = path.partition("/")
    names = head.split("|")
    for child in element if element is not None else ():
        if local_name(child) in names:
            if rest:
                yield from nodes(child, rest)
            else:
                yield child


def node(element: etree._Element | None, path: str) -> etree._Element | None:
    """The first element along the path; None where nothing is, as everywhere here."""
    return next(nodes(element, path), None)


def text(element: etree._Element | None, *paths: str) -> str | None:
    """Text of the first path that leads to some; blanks of any kind become one blank."""
    for path in paths:
        for found in nodes(element, path):
            value = plain(found)
            if value:
                return value
    return None


def texts(element: etree._Element | None, path: str) -> tuple[str, ...]:
    """All texts along the path, without empty ones."""
    return tuple(value for value in map(plain, nodes(element, path)) if value)


def plain(element: etree._Element) -> str:
    """Text of one element without its children, blanks folded, bounded."""
    return " ".join((element.text or "").split())[:TEXT_LIMIT]


def cut_texts(root: etree._Element) -> tuple[str, ...]:
    """Names of elements whose text is longer than what `plain` gives, each once."""
    long = (
        local_name(found)
        for found in root.iter()
        if local_name(found) not in _NOT_READ
        and found.text
        and len(" ".join(found.text.split())) > TEXT_LIMIT
    )
    return tuple(dict.fromkeys(long))


def attribute(element: etree._Element | None, name: str) -> str | None:
    """An attribute by its local name, since some write it with a prefix."""
    for key, value in element.attrib.items() if element is not None else ():
        if etree.QName(str(key)).localname == name:
            return str(value)
    return None


def number(element: etree._Element | None, *paths: str) -> Decimal | None:
    """A decimal number in the way of XML Schema; None where there is none.

    >>> number(etree.fromstring(b"<a><b>12.50</b></a>"), "b")
    Decimal('12.50')
    """
    return decimal_of(text(element, *paths))


def decimal_of(value: str | None) -> Decimal | None:
    """The number a text is, None for anything else: no exponents, no more digits than money has.

    >>> decimal_of("-0.50"), decimal_of("1e400"), decimal_of("1_000"), decimal_of("9" * 30)
    (Decimal('-0.50'), None, None, None)
    """
    return Decimal(value) if value is not None and _NUMBER.fullmatch(value) else None


def boolean(element: etree._Element | None, path: str) -> bool | None:
    """A truth value in one of the four spellings of XML Schema; None where there is none.

    >>> tree = etree.fromstring(b"<a><b>1</b><c>false</c><d>yes</d></a>")
    >>> boolean(tree, "b"), boolean(tree, "c"), boolean(tree, "d")
    (True, False, None)
    """
    return {"true": True, "1": True, "false": False, "0": False}.get(text(element, path) or "")


def day(element: etree._Element | None, *paths: str) -> date | None:
    """A date written `YYYY-MM-DD` or `YYYYMMDD`, with or without a time; None otherwise."""
    return day_of(text(element, *paths))


def day_of(value: str | None) -> date | None:
    """The date a text is, None for anything else.

    >>> day_of("20160404"), day_of("2016-04-04T00:00:00"), day_of("201613"), day_of("9999-12-31")
    (datetime.date(2016, 4, 4), datetime.date(2016, 4, 4), None, None)
    """
    found = _DAY.match(value or "")
    if found is None:
        return None
    try:
        return believable(datetime.strptime("".join(found.groups()), "%Y%m%d").date())  # noqa: DTZ007
    except ValueError:
        return None


def other_currencies(
    total: etree._Element | None, currency: str | None, but: str = ""
) -> tuple[str, ...]:
    """Currencies that the amounts within an element name instead of that of the document."""
    found = () if total is None else total.iterchildren("{*}*")
    named = (
        (attribute(each, "currencyID") or "").strip() for each in found if local_name(each) != but
    )
    own = (currency or "").strip().upper()
    return tuple(sorted({name for name in named if name and own and name.upper() != own}))
