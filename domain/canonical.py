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
    _check(value)
    data = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    # What is ASCII is in its normal form.
    return data if data.isascii() else orjson.dumps(_normal(value), option=orjson.OPT_SORT_KEYS)


def _check(value: object) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            _key(key)
            if item is not None and type(item) is not str:
                _check(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _check(item)
    elif value is not None and not isinstance(value, str | bool):
        raise NotCanonical(f"{type(value).__name__} has no canonical form.")


def _normal(value: object) -> object:
    if isinstance(value, str):
        return normalize("NFC", value)
    if isinstance(value, dict):
        return {key: _normal(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_normal(item) for item in value]
    return value


@lru_cache(maxsize=4096)
def _key(key: object) -> str:
    if isinstance(key, str) and _KEY.fullmatch(key):
        return key
    raise NotCanonical(f"{key!r} is not a canonical key.")
