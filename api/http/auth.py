"""Bearer tokens to a caller with scopes."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes
from starlette.concurrency import run_in_threadpool

from domain.access import views as access
from domain.access.scope import allows
from domain.access.token import KEY_PREFIX, hash_of
from domain.actor import Actor
from domain.dates import local_day
from domain.errors import InsufficientScope, Unauthorized

_LONGEST = 200
_REMEMBERED = 10_000
_REMEMBERED_NS = 10 * 10**9

bearer = HTTPBearer(
    auto_error=False, description="An API key (`ll_…`) or the token of a login (12 hours)."
)


class NotAuthenticated(Unauthorized):
    """No credential, or one that is unknown, revoked or expired."""

    code = "UNAUTHORIZED"

    def __init__(self) -> None:
        super().__init__("A valid API key or session token is needed.")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, for which tenant, and what they may do."""

    tenant_id: UUID
    user_id: UUID
    scopes: frozenset[str]
    actor: Actor
    country: str
    token_hash: str

    @property
    def today(self) -> date:
        """The day it is where the tenant is."""
        return local_day(datetime.now(UTC), self.country)


def identify(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)],
) -> Caller:
    """Find who stands behind the bearer token, else UNAUTHORIZED; once for a request."""
    secret = _token_of(credentials)
    known: Caller | None = getattr(request.state, "caller", None)
    if known is not None:
        return known
    return _caller(request, hash_of(secret), _looked_up(request, secret))


async def recognise(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)],
) -> Caller:
    """Find the caller in memory: for calls whose credential is checked again as they write.

    What is remembered saves the way to the database, never its word: a credential that has
    ended meanwhile is refused in the transaction that it asked for.
    """
    secret = _token_of(credentials)
    hashed = hash_of(secret)
    remembered: Remembered = request.app.state.remembered
    found = remembered.find(hashed)
    if found is None:
        found = await run_in_threadpool(_looked_up, request, secret)
        remembered.keep(hashed, found)
    return _caller(request, hashed, found)


def recalled(request: Request) -> Caller | None:
    """The caller, if remembered; for the calls of `recognise`."""
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret:
        return None
    hashed = hash_of(secret)
    remembered: Remembered = request.app.state.remembered
    found = remembered.find(hashed)
    return None if found is None else _caller(request, hashed, found)


class Remembered:
    """Credentials that were found lately, each for some seconds."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[int, access.Credential]] = {}

    def find(self, hashed: str) -> access.Credential | None:
        """The credential, unless it was found too long ago."""
        at, found = self._found.get(hashed, (-_REMEMBERED_NS, None))
        return found if time.monotonic_ns() - at < _REMEMBERED_NS else None

    def keep(self, hashed: str, found: access.Credential) -> None:
        """Remember a credential."""
        if len(self._found) >= _REMEMBERED:
            self._found.clear()
        self._found[hashed] = (time.monotonic_ns(), found)


def _token_of(credentials: HTTPAuthorizationCredentials | None) -> str:
    secret = credentials.credentials if credentials else ""
    if not secret or len(secret) > _LONGEST:
        raise NotAuthenticated
    return secret


def _looked_up(request: Request, secret: str) -> access.Credential:
    find = access.api_key if secret.startswith(KEY_PREFIX) else access.session_token
    found = find(request.app.state.engine, hash_of(secret))
    if found is None:
        raise NotAuthenticated
    return found


def _caller(request: Request, hashed: str, found: access.Credential) -> Caller:
    caller = Caller(
        found.tenant_id,
        found.user_id,
        found.scopes,
        Actor(found.user_id, "person", "api", found.key_prefix, request.state.request_id),
        found.country,
        hashed,
    )
    request.state.caller = caller
    return caller


CallerDep = Annotated[Caller, Depends(identify)]


async def authorise(needed: SecurityScopes, caller: CallerDep) -> Caller:
    """Refuse a caller who lacks a scope (INSUFFICIENT_SCOPE)."""
    check_scopes(caller, needed.scopes)
    return caller


def check_scopes(caller: Caller, needed: Iterable[str]) -> None:
    """Refuse a caller who lacks one of these scopes (INSUFFICIENT_SCOPE)."""
    for scope in needed:
        if not allows(caller.scopes, scope):
            raise InsufficientScope(f"The credential lacks the scope {scope}.", scope=scope)


async def authorise_any(needed: SecurityScopes, caller: CallerDep) -> Caller:
    """Refuse a caller who holds none of the scopes (INSUFFICIENT_SCOPE)."""
    if not any(allows(caller.scopes, scope) for scope in needed.scopes):
        names = " or ".join(needed.scopes)
        raise InsufficientScope(f"The credential lacks the scope {names}.", scope=names)
    return caller


RecognisedDep = Annotated[Caller, Depends(recognise)]


async def authorise_recognised(needed: SecurityScopes, caller: RecognisedDep) -> Caller:
    """Refuse a recognised caller who lacks a scope (INSUFFICIENT_SCOPE)."""
    return await authorise(needed, caller)


def require_any(*scopes: str) -> Any:
    """Let only callers in who hold at least one of the scopes."""
    return Security(authorise_any, scopes=list(scopes))


def require_recognised(*scopes: str) -> Any:
    """Let only callers in who hold every scope, as far as is remembered of them."""
    return Security(authorise_recognised, scopes=list(scopes))


def require(*scopes: str) -> Any:
    """Let only callers in who hold every scope: `dependencies=[require("journal:write")]`."""
    return Security(authorise, scopes=list(scopes))
