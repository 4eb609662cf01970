"""Examples of bodies and answers, built from the schemas and one example for each word."""

import re
from collections.abc import Mapping
from typing import Any

from api.schemas.examples import ANSWERS, FILES, IDENTITIES, VARIED, WORDS
from domain.ids import derived_id

Schema = Mapping[str, Any]

_REQUEST_ID = "req-8f14e45f"
_FORMATS = {"date": "2026-03-02", "date-time": "2026-03-02T09:15:00Z", "binary": "(bytes)"}
_PLAIN = {"string": "…", "integer": 1, "number": 1.0, "boolean": True, "null": None}
_VARIANTS = re.compile(r"(?<=[a-z])(Audited|Created|Detail|Listed|Shown)?(In|Out)$")


def add_examples(document: dict[str, Any]) -> None:
    """Give each body, each answer and each refusal of a description an example."""
    schemas = document["components"]["schemas"]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            call = f"{method.upper()} {path}"
            for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
                _exemplify(content, media_type, schemas, {})
            for status, answer in operation["responses"].items():
                for media_type, content in answer.get("content", {}).items():
                    if status.startswith("2"):
                        _exemplify(content, media_type, schemas, ANSWERS.get(call, {}))
                    else:
                        _share(content, status, document["components"])


def example_of(schema: Schema, schemas: Schema, model: str = "", word: str = "") -> Any:
    """Build the example of a schema; `word` is the field of the model that it describes."""
    for name in (f"{model}.{word}", word):
        if name in WORDS:
            return WORDS[name]
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return example_of(schemas[name], schemas, schemas[name].get("title", name))
    if choices := schema.get("anyOf"):
        return example_of({**choices[0], **_known(schema)}, schemas, model, word)
    if schema.get("type") == "array":
        return _list(schema, schemas, model, word)
    if schema.get("type") == "object":
        return _object(schema, schemas, model)
    return _value(schema, model, word)


def _object(schema: Schema, schemas: Schema, model: str) -> Any:
    fields = schema.get("properties", {})
    if not fields and isinstance(schema.get("additionalProperties"), Mapping):
        return {"total_gross": example_of(schema["additionalProperties"], schemas)}
    return {name: example_of(field, schemas, model, name) for name, field in fields.items()}


def _list(schema: Schema, schemas: Schema, model: str, word: str) -> Any:
    item = example_of(schema["items"], schemas, *_inside(schema["items"], model, word))
    return [item | varied if varied else item for varied in VARIED.get(f"{model}.{word}", ({},))]


def _inside(items: Schema, model: str, word: str) -> tuple[str, str]:
    """Where an element stands: one that has a model of its own is not called like its list."""
    return (model, word) if items.get("format") == "uuid" else (items.get("title", ""), "")


def _value(schema: Schema, model: str, word: str) -> Any:
    kind = schema.get("format", "")
    if kind == "uuid":
        return str(derived_id("example", _identity(model, word)))
    if kind in _FORMATS:
        return _FORMATS[kind]
    if "const" in schema:
        return schema["const"]
    known = schema.get("enum") or schema.get("examples")
    return known[0] if known else _PLAIN[schema["type"]]


def _identity(model: str, word: str) -> str:
    """Name of what an id names: the invoice of `invoice_id`, and of `id` in an invoice."""
    if word != "id":
        snake = re.sub(r"(?<=[a-z])([A-Z])", r"_\1", word).lower()
        return IDENTITIES.get(word) or snake.removesuffix("_id")
    plain = re.sub(r"(?<=[a-z])([A-Z])", r"_\1", _VARIANTS.sub("", model)).lower()
    return IDENTITIES.get(model) or plain


def _known(schema: Schema) -> dict[str, Any]:
    return {"examples": schema["examples"]} if "examples" in schema else {}


def _exemplify(
    content: dict[str, Any], media_type: str, schemas: Schema, differing: Mapping[str, Any]
) -> None:
    if media_type in FILES:
        content["example"] = FILES[media_type]
        return
    schema = content.get("schema", {"type": "string"})
    found = example_of(schema, schemas)
    content["example"] = found | differing if differing else found
    for other in schema.get("anyOf", ())[1:]:
        _exemplify_model(other, schemas)


def _exemplify_model(schema: Schema, schemas: Schema) -> None:
    """An answer that is one of several shows its example with its own schema."""
    if "$ref" in schema:
        schemas[schema["$ref"].rpartition("/")[2]]["examples"] = [example_of(schema, schemas)]


def _share(content: dict[str, Any], status: str, components: dict[str, Any]) -> None:
    """Keep the example of a refusal once for all operations; it comes from its class."""
    shared = components.setdefault("examples", {})
    for code, example in content.get("examples", {}).items():
        name = f"{code}.{status}"
        value = example["value"] | {"request_id": _REQUEST_ID}
        if shared.setdefault(name, {**example, "value": value})["summary"] == example["summary"]:
            content["examples"][code] = {"$ref": f"#/components/examples/{name}"}
