"""The description can be read and tried: words and a valid example for everything."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from api.http.examples import example_of
from api.main import ROUTERS
from tests.described import DOCUMENT, OPERATIONS
from tests.schema import violations

Spec = dict[str, Any]

SCHEMAS: Spec = DOCUMENT["components"]["schemas"]
each_operation = pytest.mark.parametrize("call", OPERATIONS)


def contents(parts: Iterator[Spec]) -> Iterator[Spec]:
    """Every content of bodies or answers, whatever its media type."""
    for part in parts:
        yield from part.get("content", {}).values()


def shown(example: Spec) -> Spec:
    """Problem document of an example, which may be shared by many operations."""
    shared: Spec = DOCUMENT["components"]["examples"]
    found: Spec = shared.get(example.get("$ref", "").rpartition("/")[2], example)["value"]
    return found


def answers(call: str, *, good: bool) -> Iterator[Spec]:
    """Answers of an operation."""
    responses = OPERATIONS[call]["responses"].items()
    return (answer for status, answer in responses if (status < "300") is good)


def bodied() -> dict[str, Any]:
    """Type of the body of each operation that takes JSON."""
    routes = (route for area in ROUTERS for route in area.router.routes)
    bodies = {
        f"{method} {route.path}": route.body_field.field_info.annotation
        for route in routes
        if isinstance(route, APIRoute) and route.body_field
        for method in route.methods or ()
    }
    return {call: body for call, body in bodies.items() if json_of(call)}


def json_of(call: str) -> Spec:
    """JSON body of an operation, as described."""
    found: Spec = OPERATIONS[call]["requestBody"]["content"].get("application/json", {})
    return found


@each_operation
def test_an_operation_says_what_it_does(call: str) -> None:
    """In a name and in a sentence."""
    operation = OPERATIONS[call]
    assert operation["summary"]
    assert operation["description"].rstrip().endswith((".", "`"))


@each_operation
def test_parameters_and_group_are_described(call: str) -> None:
    """Words that many operations share stand in api/schemas/descriptions.py."""
    operation = OPERATIONS[call]
    known = {tag["name"] for tag in DOCUMENT["tags"] if tag["description"]}
    silent = [each["name"] for each in operation.get("parameters", []) if not each["description"]]
    assert silent == []
    assert set(operation["tags"]) <= known


@each_operation
def test_body_and_answer_have_a_valid_example(call: str) -> None:
    """The example is one that the schema takes."""
    parts = iter([OPERATIONS[call].get("requestBody", {}), *answers(call, good=True)])
    for content in contents(parts):
        assert list(violations(content["example"], content.get("schema", {}), SCHEMAS)) == []


@each_operation
def test_each_of_several_answers_has_a_valid_example(call: str) -> None:
    """A report of another form shows itself with its own schema."""
    for content in contents(answers(call, good=True)):
        for other in content.get("schema", {}).get("anyOf", ())[1:]:
            schema = SCHEMAS[other["$ref"].rpartition("/")[2]]
            (example,) = schema["examples"]
            assert list(violations(example, schema, SCHEMAS)) == []
            assert '"…"' not in json.dumps(example, ensure_ascii=False)


@pytest.mark.parametrize(("call", "body"), bodied().items())
def test_the_operation_itself_takes_its_example(call: str, body: Any) -> None:
    """Rules that no schema tells, such as one side for each line, hold too."""
    TypeAdapter(body).validate_python(json_of(call)["example"])


@each_operation
def test_every_refusal_has_a_valid_example(call: str) -> None:
    """Each status names its codes, and each code shows its problem document."""
    refusals = list(contents(answers(call, good=False)))
    assert refusals
    for content in refusals:
        assert content["examples"]
        for code, example in content["examples"].items():
            value = shown(example)
            assert value["code"] == code
            assert list(violations(value, content["schema"], SCHEMAS)) == []


@each_operation
def test_no_example_is_a_blank(call: str) -> None:
    """Whoever adds a field says what it looks like (api/schemas/examples.py)."""
    parts = iter([OPERATIONS[call].get("requestBody", {}), *answers(call, good=True)])
    for content in contents(parts):
        assert '"…"' not in json.dumps(content["example"], ensure_ascii=False)


def test_a_word_names_the_same_thing_everywhere() -> None:
    """The invoice of a payment run is the invoice that is shown."""
    run = example_of(SCHEMAS["PaymentRunOut"], SCHEMAS, "PaymentRunOut")
    invoice = example_of(SCHEMAS["InvoiceOut"], SCHEMAS, "InvoiceOut")
    assert UUID(run["items"][0]["invoice_id"]) == UUID(invoice["id"])
    assert run["items"][0]["vendor_id"] == invoice["vendor_id"]


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        (1, {"type": "string"}),
        (True, {"type": "integer"}),
        ("x", {"enum": ["y"]}),
        ("x", {"type": "string", "format": "uuid"}),
        ("2026-13-01", {"type": "string", "format": "date"}),
        ("abc", {"type": "string", "pattern": "^[0-9]+$"}),
        ({}, {"type": "object", "required": ["id"]}),
        ({"x": 1}, {"type": "object", "additionalProperties": False}),
        ([], {"type": "array", "items": {}, "minItems": 1}),
        (0, {"type": "integer", "minimum": 1}),
        (None, {"anyOf": [{"type": "string"}, {"type": "integer"}]}),
    ],
)
def test_a_bad_example_would_be_found(value: object, schema: Spec) -> None:
    """The check itself refuses what a schema refuses."""
    assert list(violations(value, schema, {}))


def test_the_description_is_the_golden_one(golden: Callable[[str, bytes], None]) -> None:
    """A change of the API shows in review."""
    text = json.dumps(DOCUMENT, indent=1, sort_keys=True, ensure_ascii=False)
    golden("openapi.json", text.encode() + b"\n")


def test_names_of_operations_are_unique() -> None:
    """Generated clients need them."""
    names = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"\w+", name) for name in names)


def test_operations_are_called_as_their_handlers() -> None:
    """A generated client has a name for each call that a person would choose."""
    handlers = {
        route.name
        for area in ROUTERS
        for route in area.router.routes
        if isinstance(route, APIRoute)
    }
    assert {operation["operationId"] for operation in OPERATIONS.values()} <= handlers


def test_no_two_schemas_share_a_name() -> None:
    """Otherwise their names hold paths of our modules, and generated clients drop them."""
    assert [name for name in SCHEMAS if "__" in name] == []


def test_generated_clients_keep_every_call() -> None:
    """What generators choke on is not there: a name twice, a module's path, a reference to nothing.

    An operation is called as its handler is; two schemas never share a name, in whatever case a
    language writes them.
    """
    ids = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len({re.sub("_", "", each).lower() for each in ids}) == len(ids)
    assert all(re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", each) for each in ids)
    of_forms = "Body_"  # what the framework calls a form with files
    names = {name.removeprefix(of_forms) if name.startswith(of_forms) else name for name in SCHEMAS}
    assert [each for each in names if "__" in each or "." in each or not each.isascii()] == []
    assert len({name.lower() for name in SCHEMAS}) == len(SCHEMAS)
    referred = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(DOCUMENT)))
    assert referred - set(SCHEMAS) == set()
    assert DOCUMENT["servers"] == [{"url": "http://127.0.0.1:8000"}]


def test_every_reference_leads_somewhere() -> None:
    """To schemas and to shared examples alike."""
    for pointer in set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(DOCUMENT))):
        place: Any = DOCUMENT
        for part in pointer.split("/"):
            place = place[part.replace("~1", "/").replace("~0", "~")]


def test_names_stay_apart_in_every_language() -> None:
    """Fields and parameters as camelCase, schemas beside what languages call their own types."""
    taken = {"any", "array", "blob", "boolean", "date", "error", "file", "function", "list", "map",
             "model", "none", "number", "object", "promise", "record", "request", "response", "set",
             "string", "type", "union"}  # fmt: skip
    assert {name.lower() for name in SCHEMAS} & taken == set()
    for name, schema in SCHEMAS.items():
        assert len({_bare(each) for each in schema.get("properties", {})}) == len(
            schema.get("properties", {})
        ), name
    for call, operation in OPERATIONS.items():
        named = [_bare(each["name"]) for each in operation.get("parameters", [])]
        assert len(set(named)) == len(named), call


def test_every_name_of_a_field_is_an_identifier() -> None:
    """No generator has to invent another."""
    names = {name for schema in SCHEMAS.values() for name in schema.get("properties", {})}
    assert [
        name for name in sorted(names) if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name)
    ] == []


def _bare(name: str) -> str:
    """A name as it is left when a language writes it its own way."""
    return re.sub(r"[^a-z0-9]", "", name.lower())
