"""Looks credentials up before a tenant is known, through narrow server-side functions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, Row, TextClause, text
from sqlmodel import Session, col, select

from domain.access.scope import scopes_of_role
from domain.tables.access import ApiKeyRow, TenantRow, UserRow
from domain.tables.bound import tenant_of

_KEY = text("SELECT * FROM find_api_key(:hash)")
_SESSION = text("SELECT * FROM find_session(:hash)")
_LOGIN = text("SELECT * FROM find_login(:address)")
_TOKEN = text("SELECT * FROM find_password_token(:hash)")


@dataclass(frozen=True, slots=True)
class Credential:
    """Who stands behind a bearer token, and what it may do."""

    tenant_id: UUID
    country: str
    user_id: UUID
    scopes: frozenset[str]
    key_prefix: str | None = None


@dataclass(frozen=True, slots=True)
class Login:
    """A mail address that is known: whose it is, and the hash of the password."""

    tenant_id: UUID
    user_id: UUID
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class PasswordTokenFound:
    """A token that has not been used: whose it is, and when it ends."""

    tenant_id: UUID
    user_id: UUID
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person sees of themselves after login."""

    email: str
    role: str
    company_name: str


def api_key(bind: Engine, key_hash: str) -> Credential | None:
    """Find a key that has not been revoked, of a person who is active."""
    row = _found(bind, _KEY, hash=key_hash)
    if row is None:
        return None
    scopes = frozenset(row.scopes)
    return Credential(row.tenant_id, row.country, row.user_id, scopes, row.display_prefix)


def session_token(bind: Engine, token_hash: str) -> Credential | None:
    """Find a login that has neither ended nor expired, of a person who is active."""
    row = _found(bind, _SESSION, hash=token_hash)
    if row is None:
        return None
    return Credential(row.tenant_id, row.country, row.user_id, scopes_of_role(row.role))


def login(bind: Engine, address: str) -> Login | None:
    """Find an active person by mail address."""
    row = _found(bind, _LOGIN, address=address)
    return None if row is None else Login(row.tenant_id, row.user_id, row.password_hash)


def password_token(bind: Engine, token_hash: str) -> PasswordTokenFound | None:
    """Find an invitation or a reset that has not been used, expired or not."""
    row = _found(bind, _TOKEN, hash=token_hash)
    if row is None:
        return None
    return PasswordTokenFound(row.tenant_id, row.user_id, row.expires_at)


def profile(session: Session, user_id: UUID) -> Profile:
    """Describe a person of the session's tenant."""
    tenant_id = tenant_of(session)
    user = session.get_one(UserRow, (tenant_id, user_id))
    tenant = session.get_one(TenantRow, tenant_id)
    return Profile(user.email, user.role, tenant.company_name)


def is_one_person(session: Session) -> bool:
    """Whether the tenant has a single active person, who then may approve alone."""
    query = select(UserRow.id).where(
        UserRow.tenant_id == tenant_of(session), col(UserRow.active).is_(True)
    )
    return len(session.exec(query.limit(2)).all()) == 1


@dataclass(frozen=True, slots=True)
class User:
    """A person of a tenant."""

    id: UUID
    email: str
    name: str
    role: str
    active: bool


@dataclass(frozen=True, slots=True)
class Key:
    """What may be shown of an API key."""

    id: UUID
    display_prefix: str
    email: str
    name: str
    scopes: tuple[str, ...]
    revoked_at: datetime | None


def company(session: Session) -> str:
    """Name of the tenant's company."""
    return session.get_one(TenantRow, tenant_of(session)).company_name


def users(session: Session) -> list[User]:
    """The people of a tenant by mail address, those shut out included."""
    query = select(UserRow).where(UserRow.tenant_id == tenant_of(session))
    rows = session.exec(query.order_by(UserRow.email))
    return [User(row.id, row.email, row.name, row.role, row.active) for row in rows]


def keys(session: Session) -> list[Key]:
    """The keys of a tenant in the order they were given out, those revoked included."""
    query = (
        select(ApiKeyRow, UserRow.email)
        .join(
            UserRow,
            (col(UserRow.tenant_id) == col(ApiKeyRow.tenant_id))
            & (col(UserRow.id) == col(ApiKeyRow.user_id)),
        )
        .where(ApiKeyRow.tenant_id == tenant_of(session))
        .order_by(col(ApiKeyRow.created_at), col(ApiKeyRow.id))
    )
    return [
        Key(row.id, row.display_prefix, email, row.name, tuple(row.scopes), row.revoked_at)
        for row, email in session.exec(query)
    ]


def _found(bind: Engine, query: TextClause, **asked: str) -> Row[Any] | None:
    """Look up in one round trip, without a transaction around it."""
    with bind.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        return connection.execute(query, asked).one_or_none()
