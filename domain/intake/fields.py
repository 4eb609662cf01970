"""Fields of a proposed invoice by the names that findings use, and what counts as a change."""

import hashlib
import re
from collections.abc import Iterable
from typing import Any

from domain.canonical import canonical
from domain.payables.normalized import NormalizedInvoice

_OF_VENDOR = "vendor_"
_OF_PAYEE = "payee_"
_TERMS = "terms"
# Where a line is booked says nothing about what its document states.
_BOOKED = {"position", "account_number", "tax_code"}
# What documents that were read before it was known do not say is no other value.
_LATER = {"supply_date"}


def digest(invoice: NormalizedInvoice, names: Iterable[str]) -> str:
    """What a person has seen in these fields, in one short text; form aside.

    Case, blanks and trailing zeros are form: the same IBAN in groups of four is no other IBAN.
    """
    stored = invoice.to_json()
    values = [[name, _formless(_value(stored, name))] for name in sorted(set(names))]
    return hashlib.sha256(canonical({"values": values})).hexdigest()


def is_changed(before: NormalizedInvoice, after: NormalizedInvoice, names: Iterable[str]) -> bool:
    """Whether one of these fields says something else now; a name nobody knows never does."""
    wanted = list(names)
    return before is not after and digest(before, wanted) != digest(after, wanted)


def _value(stored: dict[str, Any], name: str) -> Any:
    """Value of a field; `line_items/2/tax_rate` leads to one of the third line."""
    head, *path = re.split(r"[/.\[\]]+", name.strip("/]"))
    if head in stored:
        value = stored[head] if path or head != _TERMS else _beside_net(stored[head])
    elif head.startswith(_OF_VENDOR):
        value = stored["vendor"].get(head.removeprefix(_OF_VENDOR))
    elif head.startswith(_OF_PAYEE):
        value = (stored["payee"] or {}).get(head.removeprefix(_OF_PAYEE))
    else:
        return None
    return _within(value, path)


def _beside_net(terms: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Terms but for the day on which all is due, which is a field of its own."""
    return [term for term in terms if term["kind"] != "net"]


def _within(value: Any, path: list[str]) -> Any:
    for part in path:
        if isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        elif isinstance(value, dict):
            value = value.get(part)
        else:
            return None
    return value


def _formless(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _formless(item) for name, item in value.items() if _counts(name, item)}
    if isinstance(value, list):
        return [_formless(item) for item in value]
    if isinstance(value, str):
        return _plain(value)
    return None if value is None else str(value)


def _counts(name: str, item: Any) -> bool:
    return name not in _BOOKED and not (name in _LATER and item is None)


def _plain(text: str) -> str:
    """A text without form.

    >>> _plain("AT61 1904"), _plain("120.00") == _plain("120"), _plain("0.200")
    ('at611904', True, '0.2')
    """
    squeezed = re.sub(r"\s+", "", text).casefold()
    if re.fullmatch(r"-?[0-9]+\.[0-9]+", squeezed):
        return squeezed.rstrip("0").rstrip(".")
    return squeezed
