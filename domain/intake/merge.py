"""A part of a document put into the whole, as RFC 7396 (JSON Merge Patch) says."""

from collections.abc import Mapping
from typing import Any


def merged(target: Any, patch: Any) -> Any:
    """The target with what the patch says; null takes a member away, lists are replaced.

    >>> merged({"a": 1, "b": {"c": 2, "d": 3}}, {"b": {"c": None}, "e": [4]})
    {'a': 1, 'b': {'d': 3}, 'e': [4]}
    """
    if not isinstance(patch, Mapping):
        return patch
    result = dict(target) if isinstance(target, Mapping) else {}
    for name, part in patch.items():
        if part is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), part)
    return result
