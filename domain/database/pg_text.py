"""Text from strangers in the form that PostgreSQL can hold."""

from typing import Any

_NOT_TEXT = {0: None} | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


def pg_text(value: Any) -> Any:
    r"""The same JSON value without NUL and lone surrogates, which no column takes.

    >>> pg_text({"a": ["b\x00c", 1]})
    {'a': ['bc', 1]}
    """
    if isinstance(value, str):
        return value.translate(_NOT_TEXT)
    if isinstance(value, list | tuple):
        return [pg_text(item) for item in value]
    if isinstance(value, dict):
        return {pg_text(key): pg_text(item) for key, item in value.items()}
    return value
