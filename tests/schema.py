"""Holds values against JSON schemas, as far as our description uses them."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

Schema = Mapping[str, Any]

_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
_FORMATS: Mapping[str, Callable[[str], object]] = {
    "uuid": UUID,
    "date": date.fromisoformat,
    "date-time": datetime.fromisoformat,
}
_BOUNDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "minimum": lambda value, bound: value >= bound,
    "maximum": lambda value, bound: value <= bound,
    "exclusiveMinimum": lambda value, bound: value > bound,
    "minLength": lambda value, bound: len(value) >= bound,
    "maxLength": lambda value, bound: len(value) <= bound,
    "minItems": lambda value, bound: len(value) >= bound,
    "maxItems": lambda value, bound: len(value) <= bound,
    "pattern": lambda value, bound: re.search(bound, value) is not None,
}


def violations(value: Any, schema: Schema, schemas: Schema, at: str = "") -> Iterator[str]:
    """What a value does that its schema forbids, each with its place."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    if choices := schema.get("anyOf"):
        if all(list(violations(value, choice, schemas, at)) for choice in choices):
            yield f"{at}: none of the choices takes {value!r}"
        return
    if value not in schema.get("enum", [schema.get("const", value)]):
        yield f"{at}: {value!r} is not one of them"
    elif "type" in schema and not _is(value, schema["type"]):
        yield f"{at}: {value!r} is not of type {schema['type']}"
    else:
        yield from _bounds(value, schema, at)
        yield from _inside(value, schema, schemas, at)


def _is(value: object, kind: str) -> bool:
    fits = isinstance(value, _TYPES[kind])
    return fits and (kind == "boolean" or not isinstance(value, bool))


def _bounds(value: Any, schema: Schema, at: str) -> Iterator[str]:
    for name, holds in _BOUNDS.items():
        if name in schema and not holds(value, schema[name]):
            yield f"{at}: {value!r} is outside {name} {schema[name]}"
    if schema.get("format") in _FORMATS:
        try:
            _FORMATS[schema["format"]](value)
        except ValueError:
            yield f"{at}: {value!r} is no {schema['format']}"


def _inside(value: Any, schema: Schema, schemas: Schema, at: str) -> Iterator[str]:
    if isinstance(value, list):
        for position, item in enumerate(value):
            yield from violations(item, schema.get("items", {}), schemas, f"{at}/{position}")
    if isinstance(value, dict):
        known, rest = schema.get("properties", {}), schema.get("additionalProperties", True)
        yield from (
            f"{at}: lacks {name}" for name in schema.get("required", []) if name not in value
        )
        for name, field in value.items():
            if name not in known and rest is False:
                yield f"{at}/{name}: is not known"
            else:
                below = known.get(name) or (rest if isinstance(rest, dict) else {})
                yield from violations(field, below, schemas, f"{at}/{name}")
