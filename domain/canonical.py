"""The one byte form of a value that is hashed (RFC 8785, strings only)."""

import re
from functools import lru_cache
from unicodedata import normalize

import orjson

from domain.errors import Failed

_KEY = re.compile(r"[a-z0-9_]+")


class NotCanonical(Failed):
    """A value outside the model: numbers, odd keys, unknown types. A bug, not an input."""

    code = "INTERNAL_ERROR"


def canonical(value: object) -> bytes:
    """Canonical bytes of objects, arrays, strings, booleans and null; strings become NFC.

    Keys are sorted by code point, nothing stands between tokens, only what JSON must
    escape is escaped. Numbers are refused: amounts and integers are written as strings.

    >>> canonical({"b": "1.00", "a": [None, True]})
    b'{"a":[null,true],"b":"1.00"}'
    """
    return orjson.dumps(_checked(value), option=orjson.OPT_SORT_KEYS)


def _checked(value: object) -> object:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value if value.isascii() else normalize("NFC", value)
    if isinstance(value, dict):
        return {_key(key): _checked(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_checked(item) for item in value]
    raise NotCanonical(f"{type(value).__name__} has no canonical form.")


@lru_cache(maxsize=4096)
def _key(key: object) -> str:
    if isinstance(key, str) and _KEY.fullmatch(key):
        return key
    raise NotCanonical(f"{key!r} is not a canonical key.")
