"""The one way to write: a transaction, the caller's key, and the first answer again (ONCE)."""

import hashlib
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar, cast

import orjson
from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from api.http.auth import Caller, CallerDep
from api.http.versions import MERGE_PATCH, is_merge_patch
from domain.command_key import CommandKey
from domain.database.idempotency import answer_once, first_answer, keep_answer
from domain.database.session import read_session, write_session
from domain.errors import InvalidInput

REPLAYED = "Idempotent-Replayed"
# Unique violation, serialisation failure, deadlock, a chart that changed under a posting.
_OVERTAKEN = {"23505", "40001", "40P01", "BF003"}
_TIMES = 4

IDEMPOTENCY_KEY = re.compile(r"^[\x20-\x7e]{1,255}$")
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=IDEMPOTENCY_KEY.pattern,
        description="A name for this call: sent again with the same body it gets the first"
        " answer again (`Idempotent-Replayed: true`), with another body 409.",
    ),
]

_Out = TypeVar("_Out", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Ask:
    """What makes two calls the same call: operation, key, and what was asked."""

    operation: str
    key: str | None
    request_hash: str

    @property
    def named(self) -> CommandKey | None:
        """The key with what was asked, where the caller sent one."""
        return None if self.key is None else CommandKey(self.operation, self.key, self.request_hash)


async def ask(request: Request, idempotency_key: IdempotencyKey = None) -> Ask:
    """Name the call."""
    return await ask_of(request, idempotency_key)


async def ask_of(request: Request, idempotency_key: str | None) -> Ask:
    """Name the call that came with a key which is well formed."""
    template = operation_path(request)
    hashed = await _request_hash(request) if idempotency_key else ""
    return Ask(f"{request.method} {template}", idempotency_key, hashed)


AskDep = Annotated[Ask, Depends(ask)]


class Writer:
    """Runs a plain write in one transaction of the caller; for `def` handlers."""

    def __init__(
        self, request: Request, response: Response, caller: CallerDep, ask: AskDep
    ) -> None:
        self._engine: Engine = request.app.state.engine
        self._response = response
        self._caller: Caller = caller
        self._ask = ask

    def __call__(self, act: Callable[[Session], _Out]) -> _Out:
        """Act and commit, or give the first answer again.

        Whoever was overtaken by another transaction (the same number taken, a deadlock) acts
        again, now sees what the other did, and gets the refusal that names it.
        """
        for _ in range(_TIMES - 1):
            try:
                return self._attempt(act)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _OVERTAKEN:
                    raise
        return self._attempt(act)

    async def in_thread(self, act: Callable[[Session], _Out]) -> _Out:
        """Act in a thread: in `async def` handlers."""
        return await run_in_threadpool(self, act)

    def _attempt(self, act: Callable[[Session], _Out]) -> _Out:
        with write_session(self._engine, self._caller.tenant_id, self._caller.actor) as session:
            if self._ask.key is None:
                return act(session)
            body = answer_once(
                session,
                self._ask.operation,
                self._ask.key,
                self._ask.request_hash,
                lambda: _json_of(act(session)),
            )
            replayed = session.info["replayed"]
        if replayed:
            self._response.headers[REPLAYED] = "true"
        return cast(_Out, body)


class ProcessWriter(Writer):
    """Runs a write that a process carries out; for `async def` handlers.

    The answer is stored after the process gave it. Two calls at once with one key reach one
    update of the process, which Temporal and the step's own transaction keep single.
    """

    async def perform(self, act: Callable[[], Awaitable[_Out]]) -> _Out:
        """Act, or give the first answer again."""
        first = await self.first()
        if first is not None:
            return cast(_Out, first)
        answer = await act()
        if self._ask.key is not None:
            await run_in_threadpool(self._keep, self._ask.key, _json_of(answer))
        return answer

    async def first(self) -> dict[str, Any] | None:
        """The first answer to the key, if there was one; for what must be asked before all else."""
        key = self._ask.key
        found = None if key is None else await run_in_threadpool(self._first, key)
        if found is not None:
            self._response.headers[REPLAYED] = "true"
        return found

    def _first(self, key: str) -> dict[str, Any] | None:
        with read_session(self._engine, self._caller.tenant_id) as session:
            return first_answer(session, self._ask.operation, key, self._ask.request_hash)

    def _keep(self, key: str, body: dict[str, Any]) -> None:
        with write_session(self._engine, self._caller.tenant_id, self._caller.actor) as session:
            keep_answer(session, self._ask.operation, key, self._ask.request_hash, body)


def operation_path(request: Request) -> str:
    """Path of the route as it is documented, with its parameters by name."""
    route = request.scope.get("route")
    path: str = getattr(route, "path", "")
    return path


def _json_of(answer: BaseModel) -> dict[str, Any]:
    return answer.model_dump(mode="json", by_alias=True)


async def _request_hash(request: Request) -> str:
    asked = [request.method, request.url.path, sorted(request.query_params.multi_items())]
    if is_merge_patch(request):  # the same text replaces the whole without it
        asked.append(MERGE_PATCH)
    return hashlib.sha256(_canonical_bytes([*asked, await _content(request)])).hexdigest()


def _canonical_bytes(asked: list[Any]) -> bytes:
    try:
        return orjson.dumps(asked, option=orjson.OPT_SORT_KEYS, default=str)
    except orjson.JSONEncodeError:  # longer numbers than it knows, or more depth
        pass
    try:
        return json.dumps(asked, sort_keys=True, default=str).encode()
    except RecursionError:
        raise InvalidInput("", "is nested too deeply") from None


async def _content(request: Request) -> Any:
    """What the body says, however it was written: key order, blanks and boundaries aside."""
    kind = request.headers.get("content-type", "")
    if kind.startswith("multipart/"):
        form = await request.form()
        return sorted([[name, await _part(value)] for name, value in form.multi_items()])
    body = await request.body()
    try:
        return await request.json() if body else None
    except json.JSONDecodeError:  # nobody wanted a body here; the same bytes are the same call
        return hashlib.sha256(body).hexdigest()


async def _part(value: UploadFile | str) -> str:
    if isinstance(value, str):
        return value
    digest = hashlib.sha256(await value.read()).hexdigest()
    await value.seek(0)
    return f"{value.filename} {value.content_type} {digest}"
