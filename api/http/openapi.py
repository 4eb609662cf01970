"""The served description: what every operation shares is added in one place."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.http.auth import NotAuthenticated
from api.http.errors import MEDIA_TYPE, InternalError, responses
from api.http.examples import add_examples
from api.http.json_bodies import PayloadTooLarge
from api.schemas.descriptions import PARAMETERS, TAGS
from domain.command_key import IdempotencyKeyInUse, IdempotencyKeyReused
from domain.database.outages import DatabaseUnavailable
from domain.errors import DomainError, InsufficientScope, InvalidInput

_SHARED: tuple[type[DomainError], ...] = (InvalidInput, InternalError, DatabaseUnavailable)
_SECURED: tuple[type[DomainError], ...] = (NotAuthenticated, InsufficientScope)
_KEYED: tuple[type[DomainError], ...] = (IdempotencyKeyReused, IdempotencyKeyInUse)
_REQUEST_ID = {
    "description": "Name of this call in logs and in the audit log",
    "schema": {"type": "string"},
}
_TOTAL = {"description": "Length of the whole list", "schema": {"type": "integer"}}
_PROBLEM = {"$ref": "#/components/schemas/ProblemOut"}


def describe(app: FastAPI) -> dict[str, Any]:
    """OpenAPI document of the whole service, made once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            servers=app.servers,
            routes=app.routes,
            tags=[{"name": name, "description": words} for name, words in TAGS.items()],
        )
        for operation in _operations(document):
            _complete(operation)
        document["components"]["schemas"].pop("HTTPValidationError", None)
        document["components"]["schemas"].pop("ValidationError", None)
        add_examples(document)
        app.openapi_schema = document
    return app.openapi_schema


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document["paths"].values():
        for method, operation in path.items():
            operation["x-method"] = method
            yield operation
            del operation["x-method"]


def _complete(operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    if _is_generic(answers.get("422")):
        del answers["422"]
    for status, entry in responses(*_refusals(operation)).items():
        _add(answers, str(status), entry)
    for answer in answers.values():
        _only_problems(answer)
        answer.setdefault("headers", {})["X-Request-Id"] = _REQUEST_ID
        if _is_list(answer):
            answer["headers"]["X-Total-Count"] = _TOTAL
    for parameter in operation.get("parameters", []):
        parameter.setdefault("description", PARAMETERS.get(parameter["name"], ""))


def _refusals(operation: dict[str, Any]) -> Iterator[type[DomainError]]:
    """What operations of its kind may refuse."""
    yield from _SHARED
    if operation.get("security"):
        yield from _SECURED
    if any(each["name"] == "Idempotency-Key" for each in operation.get("parameters", ())):
        yield from _KEYED
    if "requestBody" in operation:
        yield PayloadTooLarge


def _only_problems(answer: dict[str, Any]) -> None:
    """A refusal has one media type; FastAPI would describe it as plain JSON, too."""
    content = answer.get("content", {})
    if MEDIA_TYPE in content:
        content.pop("application/json", None)
        content[MEDIA_TYPE]["schema"] = _PROBLEM


def _is_list(answer: dict[str, Any]) -> bool:
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return bool(schema.get("type") == "array")


def _is_generic(answer: dict[str, Any] | None) -> bool:
    content = (answer or {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    return bool(schema.get("$ref", "").endswith("HTTPValidationError"))


def _add(answers: dict[str, Any], status: str, entry: dict[str, Any]) -> None:
    """Add shared refusals to those that the operation names itself."""
    own = answers.setdefault(status, {"description": entry["description"], "content": {}})
    for media_type, added in entry["content"].items():
        content = own.setdefault("content", {}).setdefault(media_type, {})
        content["schema"] = _PROBLEM
        content["examples"] = added["examples"] | content.get("examples", {})
