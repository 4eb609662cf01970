"""One person before one page: who they are, what they may, in which language, and their form."""

import asyncio
import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID, uuid4

from fastapi import Depends, Request
from sqlalchemy import Engine
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.http.auth import Caller
from api.http.dependencies import Reader
from api.http.passkeys import Party
from api.http.seal import Seal
from api.pages import browser
from api.pages.language import Language, wanted
from api.settings import Settings
from domain.access import store as credentials
from domain.access import views as access
from domain.access.scope import allows
from domain.access.token import hash_of
from domain.actor import Actor
from domain.command_key import IdempotencyKeyInUse
from domain.database.idempotency import answer_once
from domain.database.session import write_session
from domain.errors import Forbidden, InsufficientScope, Unauthorized
from workflows.shared.command import Command

SPOKEN = "language"
SECRET = {"csrf", "password", "again", "fresh", "code", "credential"}
"""Fields that no page, no record and no process ever holds."""
_LONGEST = 200
_SEAL = 16
_PROLONGED_EVERY = 60 * 10**9
_MOST_REMEMBERED = 10_000
_TIMES, _PAUSE = 50, 0.1
_BY_ITSELF = "/presence"
"""What an open page asks for with nobody before it: no login lives on by that."""

_P = ParamSpec("_P")
_T = TypeVar("_T")


class NotSignedIn(Unauthorized):
    """Nobody is signed in, or the login has ended."""

    code = "UNAUTHORIZED"

    def __init__(self) -> None:
        super().__init__("A login is needed.")


class CrossSite(Forbidden):
    """The form was not made by this site, or is older than the login."""

    def __init__(self) -> None:
        super().__init__("The form did not come from this site.")


@dataclass(frozen=True, slots=True)
class Visit:
    """A person who is signed in, before one page."""

    request: Request
    caller: Caller
    language: Language
    csrf: str
    now: datetime

    @property
    def engine(self) -> Engine:
        """Engine of the application's role."""
        engine: Engine = self.request.app.state.engine
        return engine

    @property
    def seal(self) -> Seal:
        """What opens secrets of second factors."""
        seal: Seal = self.request.app.state.seal
        return seal

    @property
    def party(self) -> Party:
        """For whom passkeys are made."""
        return party_of(self.request)

    @property
    def today(self) -> date:
        """The day it is where the tenant is."""
        return self.caller.today

    @property
    def reader(self) -> Reader:
        """What reads for the tenant."""
        return Reader(self.request, self.caller)

    def read(
        self, view: Callable[Concatenate[Session, _P], _T], *args: _P.args, **kwargs: _P.kwargs
    ) -> _T:
        """Read at once: in `def` handlers."""
        return self.reader(view, *args, **kwargs)

    async def in_thread(
        self, view: Callable[Concatenate[Session, _P], _T], *args: _P.args, **kwargs: _P.kwargs
    ) -> _T:
        """Read in a thread: in `async def` handlers."""
        return await self.reader.in_thread(view, *args, **kwargs)

    async def write(self, act: Callable[[Session], _T]) -> _T:
        """Write in one transaction, in a thread."""

        def write() -> _T:
            with write_session(self.engine, self.caller.tenant_id, self.caller.actor) as session:
                return act(session)

        return await run_in_threadpool(write)

    async def once(
        self, operation: str, form: FormData, act: Callable[[Session], dict[str, Any]]
    ) -> dict[str, Any]:
        """Write what a form orders; the same form sent again gives the first answer.

        Two clicks at once wait for each other. Raises IdempotencyKeyInUse beyond patience.
        """
        command = self.command(operation, form)

        def acted(session: Session) -> dict[str, Any]:
            return answer_once(
                session, operation, command.key, command.request_hash, lambda: act(session)
            )

        for _ in range(_TIMES):
            try:
                return await self.write(acted)
            except IdempotencyKeyInUse:
                await asyncio.sleep(_PAUSE)
        return await self.write(acted)

    def may(self, scope: str) -> bool:
        """Whether the person holds a scope."""
        return allows(self.caller.scopes, scope)

    def need(self, scope: str) -> None:
        """Refuse a person who lacks a scope (INSUFFICIENT_SCOPE)."""
        if not self.may(scope):
            raise InsufficientScope(f"The login lacks the scope {scope}.", scope=scope)

    def command(self, operation: str, form: FormData) -> Command:
        """The form as a command: sent twice, by two clicks or a reload, it is the same one."""
        items = form.multi_items()
        sent = sorted((name, str(value)) for name, value in items if name not in SECRET)
        key = str(form.get("key") or uuid4())[:100]
        return Command(
            tenant_id=self.caller.tenant_id,
            actor=self.caller.actor,
            operation=operation,
            key=key,
            request_hash=hashlib.sha256(repr(sent).encode()).hexdigest(),
        )

    def sealed(self, said: str) -> str:
        """What the next page says, for its address: nobody else can make it say a thing."""
        return f"{self._seal(said)}.{said}"

    def unsealed(self, told: str) -> str:
        """What `sealed` was given; empty for what this login did not say."""
        seal, _, said = told.partition(".")
        is_ours = hmac.compare_digest(seal.encode(), self._seal(said).encode())
        return said if is_ours else ""

    def _seal(self, said: str) -> str:
        told = f"said:{said}".encode()
        return hmac.new(self.csrf.encode(), told, hashlib.sha256).hexdigest()[:_SEAL]


def party_of(request: Request) -> Party:
    """For whom passkeys are made: the address at which people reach the pages."""
    settings: Settings = request.app.state.settings
    return Party.of(settings.public_url)


def secure(request: Request) -> bool:
    """Whether people reach the pages over TLS."""
    settings: Settings = request.app.state.settings
    return settings.public_url.startswith("https://") or request.url.scheme == "https"


def cookie_name(request: Request) -> str:
    """Name of the cookie; over TLS one that no other host can set."""
    return "__Host-belegfluss" if secure(request) else "belegfluss"


def device_cookie_name(request: Request) -> str:
    """Name of the cookie by which a browser is known, whoever signs in."""
    return f"{cookie_name(request)}-device"


def device_of(request: Request) -> str:
    """Token by which the browser is known; empty for one that is not."""
    shown = request.cookies.get(device_cookie_name(request), "")
    return shown if len(shown) <= _LONGEST else ""


def csrf_of(secret: str) -> str:
    """What a form of this login carries: only who reads the page knows it."""
    return hmac.new(secret.encode(), b"csrf", hashlib.sha256).hexdigest()


def language_of(request: Request, country: str) -> Language:
    """The language that was chosen here, else the browser's."""
    accepted = request.headers.get("accept-language", "")
    return Language(wanted(request.cookies.get(SPOKEN), accepted), country)


def visiting(request: Request) -> Visit:
    """Find the person behind the cookie, and let their login live on. Raises NotSignedIn."""
    secret = request.cookies.get(cookie_name(request), "")
    if not secret or len(secret) > _LONGEST:
        raise NotSignedIn
    hashed = hash_of(secret)
    found = access.session_token(request.app.state.engine, hashed)
    if found is None:
        raise NotSignedIn
    actor = Actor(found.user_id, "person", "pages", None, request.state.request_id)
    caller = Caller(found.tenant_id, found.user_id, found.scopes, actor, found.country, hashed)
    request.state.caller = caller
    if not request.url.path.endswith(_BY_ITSELF):
        _prolong(request, caller)
    language = language_of(request, found.country)
    return Visit(request, caller, language, csrf_of(secret), datetime.now(UTC))


VisitDep = Annotated[Visit, Depends(visiting)]


async def form_of(request: Request) -> FormData:
    """What was sent; a form of another site is refused (CROSS_SITE)."""
    if browser.is_stranger(request):
        raise CrossSite
    return await request.form(max_fields=5000, max_files=200)


async def signed_form(request: Request, visit: VisitDep) -> FormData:
    """What was sent from a page of this login. Raises CrossSite."""
    form = await form_of(request)
    if not hmac.compare_digest(str(form.get("csrf", "")).encode(), visit.csrf.encode()):
        raise CrossSite
    return form


OpenFormDep = Annotated[FormData, Depends(form_of)]
FormDep = Annotated[FormData, Depends(signed_form)]


def _prolong(request: Request, caller: Caller) -> None:
    """Once a minute, so that a look at a page is no write."""
    seen: dict[str, int] = request.app.state.prolonged
    now = time.monotonic_ns()
    if now - seen.get(caller.token_hash, -_PROLONGED_EVERY) < _PROLONGED_EVERY:
        return
    if len(seen) >= _MOST_REMEMBERED:
        seen.clear()
    seen[caller.token_hash] = now
    with write_session(request.app.state.engine, caller.tenant_id, caller.actor) as session:
        credentials.prolong_session(session, caller.token_hash)


def as_id(text: str) -> UUID | None:
    """An id from a form; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None
