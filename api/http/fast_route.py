"""A short way through the framework for the calls that come in thousands."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from fastapi import Request, Response
from fastapi.params import Security
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect

from api.http.auth import recalled
from api.http.dependencies import Reader
from api.http.idempotent_writes import IDEMPOTENCY_KEY, ask_of
from api.http.json_bodies import ExactRequest, ExactRoute, limited
from domain.access.scope import allows

_JSON = "application/json"


class QuickRoute(ExactRoute):
    """A route that hands good calls to its endpoint directly.

    Its endpoint takes (body, caller, ask, read, queue). It is declared like any other, and
    whatever is not plainly good (a caller who is not remembered or lacks the scope, another
    content type, an odd key, a body that does not arrive or validate) goes the framework's
    way, which knows how to refuse it.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Try the short way first."""
        usual = super(ExactRoute, self).get_route_handler()
        endpoint: Callable[..., Coroutine[Any, Any, Response]] = self.endpoint
        body_type: type[BaseModel] = endpoint.__annotations__["body"]
        scopes = [
            scope
            for each in self.dependencies
            if isinstance(each, Security)
            for scope in each.scopes or ()
        ]
        if not scopes:
            raise ValueError(f"{self.path} says nothing about scopes.")

        async def quick(request: Request) -> Response:
            exact = ExactRequest(request.scope, limited(request))
            arguments = await _arguments(exact, body_type, scopes)
            return await (usual(exact) if arguments is None else endpoint(**arguments))

        return quick


async def _arguments(
    request: Request, body_type: type[BaseModel], scopes: Sequence[str]
) -> dict[str, Any] | None:
    key = request.headers.get("idempotency-key")
    caller = recalled(request)
    if (
        caller is None
        or not all(allows(caller.scopes, scope) for scope in scopes)
        or request.headers.get("content-type") != _JSON
        or (key is not None and not IDEMPOTENCY_KEY.fullmatch(key))
    ):
        return None
    try:
        body = body_type.model_validate(await request.json())
    except (ValidationError, ValueError, ClientDisconnect):
        return None
    return {
        "body": body,
        "caller": caller,
        "ask": await ask_of(request, key),
        "read": Reader(request, caller),
        "queue": request.app.state.queue,
    }
