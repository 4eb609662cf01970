"""Calls that nobody would make, of every operation: each is answered as the description says.

Bodies and parameters are drawn from the served description, half of their values bent into
something else. BELEGFLUSS_DRAWN_CALLS says how many calls of each operation; a few by default.
"""

import json
import os
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, SearchStrategy

from api.main import create_app
from api.settings import Settings
from tests.builders import another_tenant
from tests.described import DOCUMENT, OPERATIONS
from tests.servers import Database

Spec = dict[str, Any]

CALLS = int(os.environ.get("BELEGFLUSS_DRAWN_CALLS", "4"))
EVERYWHERE = {405}
"""What the description of an operation cannot hold: it is about the path."""

odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        [0, -1, 2**31, 2**63, 10**40, 1e308, "", " ", "\x00", "\ud800", "\u202e", "1e400", "NaN"]
    ),
    st.sampled_from(["9999-12-31", "0001-01-01", "2026-02-30", "2026-01", "x" * 5000, "%00", "'"]),
    st.text(max_size=20),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
)


def resolved(schema: Spec) -> Spec:
    """Follow a reference."""
    name = schema.get("$ref", "").rpartition("/")[2]
    return resolved(DOCUMENT["components"]["schemas"][name]) if name else schema


def drawn(schema: Spec, depth: int = 0) -> SearchStrategy[Any]:
    """Values that a schema allows, and now and then one that it may not."""
    schema = resolved(schema)
    good = _good(schema, depth)
    return st.integers(0, 7).flatmap(lambda number: odd if number == 0 else good)


def _good(schema: Spec, depth: int) -> SearchStrategy[Any]:
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return st.one_of([drawn(each, depth) for each in schema[choice]])
    if "const" in schema or "enum" in schema:
        return st.sampled_from(schema.get("enum") or [schema["const"]])
    if depth > 5:
        return st.none()
    kinds: dict[str, Callable[[], SearchStrategy[Any]]] = {
        "object": lambda: _object(schema, depth),
        "array": lambda: st.lists(drawn(schema.get("items", {}), depth + 1), max_size=3),
        "string": lambda: _text(schema),
        "integer": lambda: st.integers(
            int(schema.get("minimum", -5)), int(schema.get("maximum", 3000))
        ),
        "number": lambda: st.decimals(-10, 10_000, places=2).map(float),
        "boolean": st.booleans,
        "null": st.none,
    }
    return kinds.get(str(schema.get("type")), lambda: odd)()


def _object(schema: Spec, depth: int) -> SearchStrategy[Spec]:
    known = schema.get("properties", {})
    needed = set(schema.get("required", ()))
    fields = {name: drawn(each, depth + 1) for name, each in known.items()}
    return st.fixed_dictionaries(
        {name: each for name, each in fields.items() if name in needed},
        optional={name: each for name, each in fields.items() if name not in needed},
    )


def _text(schema: Spec) -> SearchStrategy[str]:
    form = schema.get("format")
    if form == "uuid":
        return st.sampled_from([str(UUID(int=1)), str(UUID(int=0)), "x"])
    if form == "date":
        return st.dates().map(str)
    if form == "date-time":
        return st.datetimes().map(lambda at: f"{at.isoformat()}Z")
    examples = [each for each in schema.get("examples", ()) if isinstance(each, str)]
    words = st.text(min_size=schema.get("minLength", 0), max_size=30)
    return st.one_of(st.sampled_from(examples), words) if examples else words


@pytest.fixture(scope="module")
def client(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Call the application as it stands without Temporal."""
    told = {"database_url": database.url, "temporal_address": "127.0.0.1:1", "log_level": "ERROR"}
    told["blob_url"] = tmp_path_factory.mktemp("blobs").as_uri()
    app = create_app(Settings.model_validate(told))
    with TestClient(app) as called:
        yield called
    app.state.engine.dispose()


@pytest.fixture(scope="module")
def headers(database: Database) -> dict[str, str]:
    """Credential of somebody who may do everything."""
    key = another_tenant(database).people["admin"].api_key
    return {"Authorization": f"Bearer {key}"}


@pytest.mark.parametrize("call", OPERATIONS)
@settings(max_examples=CALLS, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_every_call_is_answered_as_described(
    client: TestClient, headers: dict[str, str], call: str, data: DataObject
) -> None:
    """No bug, no status and no code that the description does not name."""
    operation = OPERATIONS[call]
    method, path = call.split()
    sent = _body(operation, data)
    if "content" in sent:
        headers = {**headers, "Content-Type": "application/json"}
    answer = client.request(
        method,
        _path(path, operation, data),
        params=_query(operation, data),
        headers={**headers, **_key(operation)},
        **sent,
    )
    if answer.status_code in EVERYWHERE:
        return
    described = operation["responses"].get(str(answer.status_code))
    assert described, f"{answer.status_code} {answer.text[:500]}"
    if answer.status_code >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json"
        code = answer.json()["code"]
        assert code in described["content"]["application/problem+json"]["examples"], answer.text
        assert code != "INTERNAL_ERROR"


def _path(path: str, operation: Spec, data: DataObject) -> str:
    for each in operation.get("parameters", ()):
        if each["in"] == "path":
            value = str(data.draw(drawn(each["schema"]), each["name"]))
            safe = "".join(sign for sign in value if sign.isalnum() or sign in "-_.")[:100]
            # Dots alone would lead to another path.
            path = path.replace(f"{{{each['name']}}}", safe if safe.strip(".") else "x")
    return path


def _query(operation: Spec, data: DataObject) -> Spec:
    found = {}
    for each in operation.get("parameters", ()):
        if each["in"] == "query" and (each.get("required") or data.draw(st.booleans())):
            value = data.draw(drawn(each["schema"]), each["name"])
            found[each["name"]] = str(value).encode("utf-8", "replace").decode()
    return found


def _key(operation: Spec) -> dict[str, str]:
    names = {each["name"] for each in operation.get("parameters", ())}
    return {"Idempotency-Key": str(uuid4())} if "Idempotency-Key" in names else {}


def _body(operation: Spec, data: DataObject) -> Spec:
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        value = data.draw(drawn(content["application/json"].get("schema", {})), "body")
        return {"content": json.dumps(value).encode()}
    if "multipart/form-data" in content:
        sent = data.draw(st.one_of(st.binary(max_size=200), st.just(b"%PDF-1.7\n")), "file")
        return {"files": {"file": ("a.pdf", sent, "application/pdf")}}
    return {}
