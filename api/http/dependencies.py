"""What handlers ask for: the caller, a reader, a writer, senders, pages, the day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar
from uuid import uuid4

from fastapi import Depends, Query, Request, Response
from sqlalchemy import Engine
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from temporalio.client import Client

from api.http.at_once import at_once
from api.http.auth import Caller, CallerDep, RecognisedDep, require, require_any
from api.http.idempotent_writes import Ask, AskDep, IdempotencyKey, ProcessWriter, Writer
from api.settings import Settings
from domain.database.session import read_session
from domain.posting.queue_store import PostingQueue
from workflows.shared.command import Command

__all__ = [
    "Ask",
    "AskDep",
    "Caller",
    "CallerDep",
    "CommandDep",
    "EngineDep",
    "IdempotencyKey",
    "Page",
    "QueueDep",
    "ReadDep",
    "ReadRecognisedDep",
    "SettingsDep",
    "TemporalDep",
    "TodayDep",
    "WriteDep",
    "WriteProcessDep",
    "paging",
    "require",
    "require_any",
]

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Reader:
    """Runs a view in a read-only transaction of the caller's tenant."""

    def __init__(self, request: Request, caller: CallerDep) -> None:
        self._engine: Engine = request.app.state.engine
        self._caller = caller

    def __call__(
        self, view: Callable[Concatenate[Session, _P], _T], *args: _P.args, **kwargs: _P.kwargs
    ) -> _T:
        """Read at once: in `def` handlers."""
        with read_session(self._engine, self._caller.tenant_id) as session:
            return view(session, *args, **kwargs)

    async def in_thread(
        self, view: Callable[Concatenate[Session, _P], _T], *args: _P.args, **kwargs: _P.kwargs
    ) -> _T:
        """Read in a thread: in `async def` handlers."""
        return await run_in_threadpool(lambda: self(view, *args, **kwargs))


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list, and the header that says how long the list is."""

    limit: int
    offset: int
    response: Response

    def of(self, items: Sequence[_T], total: int) -> list[_T]:
        """Answer these items, and say how many there are in all (X-Total-Count)."""
        self.response.headers["X-Total-Count"] = str(total)
        return list(items)


def paging(default: int, maximum: int) -> Any:
    """Limit and offset of a list, within their bounds.

    A handler says `page: Annotated[Page, paging(200, 1000)]`.
    """

    def page(
        response: Response,
        limit: Annotated[int, Query(ge=1, le=maximum)] = default,
        offset: Annotated[int, Query(ge=0, le=2**31)] = 0,
    ) -> Page:
        return Page(limit, offset, response)

    return at_once(page)


async def recognised_reader(request: Request, caller: RecognisedDep) -> Reader:
    """A reader for a caller who is recognised, not looked up."""
    return Reader(request, caller)


async def queue_of(request: Request) -> PostingQueue:
    """The queue of this process."""
    queue: PostingQueue = request.app.state.queue
    return queue


def engine_of(request: Request) -> Engine:
    """The engine of the application's role."""
    engine: Engine = request.app.state.engine
    return engine


def settings_of(request: Request) -> Settings:
    """What the environment said."""
    settings: Settings = request.app.state.settings
    return settings


def temporal_of(request: Request) -> Client:
    """The client of the Temporal server."""
    client: Client = request.app.state.temporal
    return client


def today(caller: CallerDep) -> date:
    """The day it is where the tenant is."""
    return caller.today


def command(caller: CallerDep, ask: AskDep) -> Command:
    """The call as a command to a process; without a key it is a call of its own."""
    key = ask.key or str(uuid4())
    return Command(
        tenant_id=caller.tenant_id,
        actor=caller.actor,
        operation=ask.operation,
        key=key,
        request_hash=ask.request_hash,
    )


ReadDep = Annotated[Reader, at_once(Reader)]
ReadRecognisedDep = Annotated[Reader, Depends(recognised_reader)]
QueueDep = Annotated[PostingQueue, Depends(queue_of)]
WriteDep = Annotated[Writer, at_once(Writer)]
WriteProcessDep = Annotated[ProcessWriter, at_once(ProcessWriter)]
CommandDep = Annotated[Command, at_once(command)]
EngineDep = Annotated[Engine, at_once(engine_of)]
SettingsDep = Annotated[Settings, at_once(settings_of)]
TemporalDep = Annotated[Client, at_once(temporal_of)]
TodayDep = Annotated[date, at_once(today)]
