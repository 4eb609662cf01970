"""Walks the served description: every operation with a body that it would take."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the served description."""

    method: str
    path: str
    described: dict[str, Any]
    id_parameters: tuple[str, ...]
    body: Any = None
    query: dict[str, Any] = field(default_factory=dict)
    takes_file: bool = False


def operations(document: dict[str, Any]) -> Iterator[Operation]:
    """Every operation, with the smallest body and query that its schema allows."""
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            yield Operation(
                method.upper(),
                path,
                described,
                _ids(described),
                _body(described, document),
                _query(described, document),
                "multipart/form-data" in described.get("requestBody", {}).get("content", {}),
            )


def sample(schema: dict[str, Any], document: dict[str, Any]) -> Any:
    """Smallest value that a schema allows."""
    if "$ref" in schema:
        return sample(
            document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], document
        )
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return sample(schema[choice][0], document)
    if schema.get("enum") or "const" in schema:
        return schema.get("const", (schema.get("enum") or [None])[0])
    if schema.get("examples"):
        return schema["examples"][0]
    return _plain(schema, document)


def _plain(schema: dict[str, Any], document: dict[str, Any]) -> Any:
    kind = schema.get("type")
    if kind == "object":
        known = schema.get("properties", {})
        needed = schema.get("required") or list(known)[:1]
        return {name: sample(known[name], document) for name in needed}
    if kind == "array":
        return [sample(schema["items"], document) for _ in range(schema.get("minItems", 0))]
    if kind == "string":
        return _text(schema)
    return {"integer": schema.get("minimum", 1), "number": 1, "boolean": True}.get(str(kind))


def _text(schema: dict[str, Any]) -> str:
    known = {"date": date(2026, 3, 2).isoformat(), "uuid": str(UUID(int=1))}
    return known.get(schema.get("format", ""), "1" * max(1, int(schema.get("minLength", 1))))


def _ids(described: dict[str, Any]) -> tuple[str, ...]:
    parameters = described.get("parameters", [])
    return tuple(
        each["name"]
        for each in parameters
        if each["in"] == "path" and each["schema"].get("format") == "uuid"
    )


def _body(described: dict[str, Any], document: dict[str, Any]) -> Any:
    content = described.get("requestBody", {}).get("content", {}).get("application/json")
    return sample(content["schema"], document) if content else None


def _query(described: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    return {
        each["name"]: sample(each["schema"], document)
        for each in described.get("parameters", [])
        if each["in"] == "query" and each.get("required")
    }
