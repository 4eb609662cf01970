"""Refusals as problem documents (RFC 9457); the only place that knows their statuses."""

from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, cast

import psycopg
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from api.http.json_bodies import BodyRefused
from api.http.paths import allowed_methods, is_fixed
from api.schemas.problem import ProblemOut
from domain.database import audit
from domain.database.outages import DatabaseUnavailable, DatabaseUnfit, outage_of, state_of
from domain.errors import (
    Conflict,
    DomainError,
    Failed,
    FieldError,
    Forbidden,
    Invalid,
    InvalidInput,
    NotFound,
    Stale,
    Throttled,
    TooLarge,
    Unauthorized,
    Unavailable,
    Unprocessable,
)
from domain.logs import way_of

STATUS: Mapping[type[DomainError], int] = {
    Invalid: 400,
    Unauthorized: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Stale: 412,
    TooLarge: 413,
    Unprocessable: 422,
    Throttled: 429,
    Failed: 500,
    Unavailable: 503,
}
MEDIA_TYPE = "application/problem+json"

_HTTP_CODES = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}
_log = structlog.get_logger("api.http.errors")


class InternalError(Failed):
    """A bug; the log knows more under the request id."""

    code = "INTERNAL_ERROR"

    def __init__(self) -> None:
        super().__init__("Something went wrong on our side.")


def install(app: FastAPI) -> None:
    """Answer every refusal, and whatever else goes wrong, with a problem document."""
    app.add_exception_handler(DomainError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(ClientDisconnect, _cut_off)
    app.add_exception_handler(DBAPIError, _database)
    app.add_exception_handler(PoolTimeout, _database)
    app.add_exception_handler(psycopg.Error, _database)


def status_of(error: DomainError | type[DomainError]) -> int:
    """HTTP status of a refusal's kind."""
    kind = error if isinstance(error, type) else type(error)
    return next((status for base, status in STATUS.items() if issubclass(kind, base)), 500)


def problem(request: Request, error: DomainError) -> Response:
    """Problem document of a refusal."""
    return _answer(
        request,
        status_of(error),
        error.code,
        error.message,
        errors=[{"pointer": each.pointer, "detail": each.detail} for each in error.fields],
        context=dict(error.context),
    )


def responses(*refusals: type[DomainError]) -> dict[int | str, dict[str, Any]]:
    """What an operation may refuse, for its OpenAPI description."""
    found: dict[int | str, dict[str, Any]] = {}
    for refusal in refusals:
        status = status_of(refusal)
        entry = found.setdefault(status, _described(status))
        examples = entry["content"][MEDIA_TYPE]["examples"]
        examples[refusal.code] = _example(status, refusal)
    return found


def unexpected(request: Request, error: Exception) -> Response:
    """Answer a bug without a word about it; the log gets its class and its way, no values."""
    _log_unexpected(error)
    return problem(request, InternalError())


async def _refused(request: Request, error: Exception) -> Response:
    refusal = cast(DomainError, error)
    await note(request, refusal)
    return problem(request, refusal)


async def note(request: Request, refusal: DomainError) -> None:
    """Keep what operators and auditors want to know of a refusal."""
    if isinstance(refusal, Forbidden):
        await run_in_threadpool(_remember, request, refusal)
    if isinstance(refusal, Unavailable):
        cause = refusal.__cause__
        status = getattr(getattr(cause, "status", None), "name", None)
        _log.warning("away", refusal=type(refusal).__name__, kind=type(cause).__name__, rpc=status)


async def _invalid(request: Request, error: Exception) -> Response:
    wrong = {each["loc"][0] for each in cast(RequestValidationError, error).errors()}
    if "path" in wrong and is_fixed(request):
        return _not_allowed(request)
    fields = tuple(_fields(cast(RequestValidationError, error)))
    detail = "; ".join(f"{each.pointer or 'body'}: {each.detail}" for each in fields[:3])
    return problem(request, InvalidInput.restored(detail, fields, {}))


async def _http(request: Request, error: Exception) -> Response:
    http = cast(HTTPException, error)
    if isinstance(http, BodyRefused):
        return problem(request, http.refusal)
    if http.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return _not_allowed(request)
    code = _HTTP_CODES.get(http.status_code, "INVALID_INPUT")
    answer = _answer(request, http.status_code, code, str(http.detail))
    answer.headers.update(http.headers or {})
    return answer


async def _cut_off(request: Request, _: Exception) -> Response:
    """Whoever went away in the middle of a body hears nothing; the log must not call it a bug."""
    return problem(request, InvalidInput("", "the body did not arrive in full"))


def _not_allowed(request: Request) -> Response:
    """Every method that the path takes, whichever of its routes takes it."""
    code = _HTTP_CODES[HTTPStatus.METHOD_NOT_ALLOWED]
    answer = _answer(request, HTTPStatus.METHOD_NOT_ALLOWED, code, "Method Not Allowed")
    answer.headers["Allow"] = ", ".join(allowed_methods(request))
    return answer


async def _database(request: Request, error: Exception) -> Response:
    return problem(request, refusal_of(error))


def refusal_of(error: Exception) -> DomainError:
    """What an error means to whoever asked; a bug is INTERNAL_ERROR, and the log knows more."""
    if isinstance(error, DomainError):
        return error
    if isinstance(error, DataError | psycopg.DataError):
        return InvalidInput("", "a value cannot be stored")
    if (outage := outage_of(error)) is not None:
        _tell(outage, error)
        return outage
    _log_unexpected(error)
    return InternalError()


def _remember(request: Request, refusal: Forbidden) -> None:
    """Write a refused attempt to the audit log; it must not change the answer if that fails."""
    caller = getattr(request.state, "caller", None)
    if caller is None:
        return
    action = f"{request.method} {getattr(request.scope.get('route'), 'path', '')}"
    subject_id = ",".join(str(value) for value in request.path_params.values())
    try:
        audit.record_refusal(
            request.app.state.engine,
            caller.tenant_id,
            caller.actor,
            action,
            "request",
            subject_id,
            refusal,
        )
    except DBAPIError as error:
        _log_unexpected(error)


def _fields(error: RequestValidationError) -> list[FieldError]:
    """What is wrong with each field, said once, however many kinds of values it may take."""
    found: dict[str, FieldError] = {}
    for each in error.errors():
        where, *path = each["loc"]
        if where == "body":
            path = list(_path_as_sent(path, error.body, each["type"]))
        if each["type"] == "json_invalid":
            path = []
        parts = [str(part).replace("~", "~0").replace("/", "~1") for part in path]
        pointer = "".join(f"/{part}" for part in parts)
        if where != "body":
            pointer = f"{where}{pointer}"
        found.setdefault(pointer, FieldError(pointer, _reason(each)))
    return list(found.values())


def _path_as_sent(path: Iterable[str | int], body: Any, kind: str) -> Iterator[str | int]:
    """The path as far as it leads through what was sent; names of our own types follow it."""
    for part in path:
        try:
            body = body[part]
        except (LookupError, TypeError):
            if kind == "missing":
                yield part
            return
        yield part


def _reason(each: Mapping[str, Any]) -> str:
    known = {
        "extra_forbidden": "is not known",
        "missing": "is required",
        "json_invalid": "is not JSON",
        "model_attributes_type": "must be a JSON object (Content-Type: application/json)",
    }
    return known.get(each["type"]) or str(each["msg"]).removeprefix("Value error, ")


def _answer(
    request: Request, status: int, code: str, detail: str, **facts: dict[str, Any] | list[Any]
) -> Response:
    document = {
        "type": _type_of(code),
        "title": _title_of(code),
        "status": status,
        "detail": detail,
        "instance": request.url.path,
        "code": code,
        "request_id": getattr(request.state, "request_id", None),
        **{name: fact for name, fact in facts.items() if fact},
    }
    return JSONResponse(document, status, _headers(status, facts.get("context")), MEDIA_TYPE)


def _type_of(code: str) -> str:
    return f"urn:belegfluss:problem:{code.lower().replace('_', '-')}"


def _title_of(code: str) -> str:
    return code.replace("_", " ").capitalize()


def _headers(status: int, context: object) -> dict[str, str]:
    if status == HTTPStatus.UNAUTHORIZED:
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(context, dict) and "retry_after" in context:
        return {"Retry-After": str(context["retry_after"])}
    return {}


def _described(status: int) -> dict[str, Any]:
    return {
        "model": ProblemOut,
        "description": HTTPStatus(status).phrase,
        "content": {MEDIA_TYPE: {"examples": {}}},
    }


def _example(status: int, refusal: type[DomainError]) -> dict[str, Any]:
    summary = (refusal.__doc__ or "").strip().splitlines()[0]
    return {
        "summary": summary,
        "value": {
            "type": _type_of(refusal.code),
            "title": _title_of(refusal.code),
            "status": status,
            "detail": summary,
            "code": refusal.code,
        },
    }


def _tell(outage: DatabaseUnavailable, error: Exception) -> None:
    """Log an outage; one that an operator has to mend, or we, with the place of the statement."""
    kind, state = type(error).__name__, state_of(error)
    if isinstance(outage, DatabaseUnfit):
        _log.error("database unfit", kind=kind, state=state, way=way_of(error))
    else:
        _log.warning("database away", kind=kind, state=state)


def _log_unexpected(error: Exception) -> None:
    kind, state = type(error).__name__, state_of(error)
    _log.error("unexpected error", kind=kind, state=state, way=way_of(error))
