"""The served description says what the contract says, operation by operation."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.main import create_app
from api.settings import Settings

Spec = dict[str, Any]

FOLDER = Path(__file__).parent
CONTRACT: list[Spec] = json.loads((FOLDER / "endpoints.json").read_text("utf-8"))
NOT_BUILT = set((FOLDER / "not_built.txt").read_text("utf-8").splitlines())
OURS = {
    "GET /v1/journal/{intent_id}/proof",
    "POST /v1/auth/logout",
    "POST /v1/bookings/batch",
    "GET /v1/periods/{period}/proof",
    "GET /v1/reports/entries",
    "GET /v1/reports/layout",
    "POST /v1/vendors/{vendor_id}/confirm-iban",
}
"""What we serve beyond the contract."""

DEVIATIONS: dict[str, set[str]] = {}
"""What an operation does not say as the contract does, and knows it."""


def call_of(entry: Spec) -> str:
    """Method and path."""
    return f"{entry['method']} {entry['path']}"


def served() -> dict[str, Spec]:
    """Every operation of the served description by method and path."""
    app = create_app(Settings.model_validate({"database_url": "postgresql://nobody@127.0.0.1:1/x"}))
    document = app.openapi()
    return {
        f"{method.upper()} {path}": {**operation, "schemas": document["components"]["schemas"]}
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


SERVED = served()
BUILT = [entry for entry in CONTRACT if call_of(entry) in SERVED]


def test_what_is_served_is_in_the_contract() -> None:
    """Nothing is served under a path that the contract does not know."""
    known = {call_of(entry) for entry in CONTRACT}
    assert {call for call in SERVED if call.split()[1].startswith("/v1/")} - known == OURS


def test_what_is_missing_is_known() -> None:
    """What is not served yet is on the list, and nothing else is."""
    assert {call_of(entry) for entry in CONTRACT} - set(SERVED) == NOT_BUILT


@pytest.mark.parametrize("entry", BUILT, ids=call_of)
def test_an_operation_is_described_as_agreed(entry: Spec) -> None:
    """Status, parameters, body, answer, refusals and scope."""
    operation = SERVED[call_of(entry)]
    assert set(differences(entry, operation)) == DEVIATIONS.get(call_of(entry), set())


def differences(entry: Spec, operation: Spec) -> Iterator[str]:
    """What the contract wants and the description lacks."""
    schemas = operation["schemas"]
    if str(entry["status"]) not in operation["responses"]:
        yield f"status {entry['status']}"
    for place in ("query", "path"):
        names = {each["name"] for each in operation.get("parameters", []) if each["in"] == place}
        yield from _lacking(place, set(entry[f"{place}_schema"]), names)
    body = _content(operation.get("requestBody", {}), schemas)
    yield from _fields("body", entry["body_schema"], body, schemas)
    answer = _content(operation["responses"].get(str(entry["status"]), {}), schemas)
    if entry["response_array"]:
        answer = _resolved(answer, schemas).get("items", {})
    yield from _fields("answer", entry["response_schema"], answer, schemas)
    wanted = {f"{error['status']} {error['code']}" for error in entry["errors"]}
    yield from _lacking("error", wanted, set(_codes(operation)))
    yield from _scope(entry, operation)


def _lacking(what: str, wanted: set[str], found: set[str]) -> Iterator[str]:
    yield from (f"{what} {name}" for name in wanted - found)


def _fields(place: str, wanted: Spec, schema: Spec, schemas: Spec) -> Iterator[str]:
    """Fields by name, all the way down."""
    known = _resolved(schema, schemas).get("properties", {})
    for name, spec in wanted.items():
        if name not in known:
            yield f"{place}.{name}"
        elif inner := spec.get("fields") or _item_fields(spec):
            found = _resolved(known[name], schemas)
            yield from _fields(f"{place}.{name}", inner, found.get("items", found), schemas)


def _item_fields(spec: Spec) -> Spec:
    items = spec.get("items")
    fields: Spec = items.get("fields", {}) if isinstance(items, dict) else {}
    return fields


def _resolved(schema: Spec, schemas: Spec) -> Spec:
    """Follow references, and look past `null`."""
    while True:
        if "$ref" in schema:
            schema = schemas[schema["$ref"].rpartition("/")[2]]
        elif "anyOf" in schema:
            schema = next(each for each in schema["anyOf"] if each.get("type") != "null")
        elif "allOf" in schema:
            schema = schema["allOf"][0]
        else:
            return schema


def _content(part: Spec, schemas: Spec) -> Spec:
    """Schema of a body; where several media types are taken, all of their fields."""
    contents = part.get("content", {}).values()
    found = [_resolved(each.get("schema", {}), schemas) for each in contents]
    properties: Spec = {}
    for each in found:
        properties |= each.get("properties", {})
    return {**found[0], "properties": properties} if found else {}


def _codes(operation: Spec) -> Iterator[str]:
    for status, answer in operation["responses"].items():
        for content in answer.get("content", {}).values():
            yield from (f"{status} {code}" for code in content.get("examples", {}))


def _scope(entry: Spec, operation: Spec) -> Iterator[str]:
    schemes = [scopes for each in operation.get("security", []) for scopes in each.values()]
    held = {scope for scopes in schemes for scope in scopes}
    if entry["scope"] and entry["scope"] not in held:
        yield f"scope {entry['scope']}"
    if entry.get("public") and operation.get("security"):
        yield "public"
