"""Looks credentials up before a tenant is known, through narrow server-side functions."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy
from sqlalchemy import (
    ColumnElement,
    Engine,
    Row,
    TextClause,
    Uuid,
    and_,
    bindparam,
    func,
    or_,
    text,
)
from sqlmodel import Session, col, select

from domain.access.person import Colleague
from domain.access.rows import ApiKeyRow, SessionTokenRow, TenantRow, UserRow
from domain.access.scope import READER, ROLES, allows, scopes_of_role, within_role
from domain.actor import Actor
from domain.database.plain import TENANT, rows_of
from domain.database.session import tenant_of

ALONE_AFTER = timedelta(days=7)
"""How long whoever was shut out still counts as somebody who could have been asked."""

_KEY = text("SELECT * FROM find_api_key(:hash)")
_SESSION = text("SELECT * FROM find_session(:hash)")
_LOGIN = text("SELECT * FROM find_login(:address)")
_DEVICE = text("SELECT is_known_device(:account, :device) AS is_known")
_TOKEN = text("SELECT *, expires_at <= now() AS is_over FROM find_password_token(:hash)")


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
    """A token that has not been used: whose it is, and whether its time is over."""

    tenant_id: UUID
    user_id: UUID
    is_over: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person sees of themselves after login."""

    email: str
    role: str
    company_name: str
    name: str


def api_key(bind: Engine, key_hash: str) -> Credential | None:
    """Find a key that is not revoked, of a person who is admitted; never beyond their role."""
    row = _one_row(bind, _KEY, hash=key_hash)
    if row is None:
        return None
    scopes = within_role(row.scopes, row.role)
    return Credential(row.tenant_id, row.country, row.user_id, scopes, row.display_prefix)


def session_token(bind: Engine, token_hash: str) -> Credential | None:
    """Find a login that has neither ended nor expired, of a person who is admitted."""
    row = _one_row(bind, _SESSION, hash=token_hash)
    if row is None:
        return None
    return Credential(row.tenant_id, row.country, row.user_id, scopes_of_role(row.role))


def login(bind: Engine, address: str) -> Login | None:
    """Find a person who is admitted by mail address."""
    row = _one_row(bind, _LOGIN, address=address)
    return None if row is None else Login(row.tenant_id, row.user_id, row.password_hash)


def is_known_device(bind: Engine, account: str, device_hash: str) -> bool:
    """Whether the person of a mail address logged in with this device before."""
    row = _one_row(bind, _DEVICE, account=account, device=device_hash)
    return row is not None and bool(row.is_known)


def password_token(bind: Engine, token_hash: str) -> PasswordTokenFound | None:
    """Find an invitation or a reset that has not been used, expired or not."""
    row = _one_row(bind, _TOKEN, hash=token_hash)
    if row is None:
        return None
    return PasswordTokenFound(row.tenant_id, row.user_id, row.is_over)


def profile(session: Session, user_id: UUID) -> Profile:
    """Describe a person of the session's tenant."""
    tenant_id = tenant_of(session)
    user = session.get_one(UserRow, (tenant_id, user_id))
    tenant = session.get_one(TenantRow, tenant_id)
    return Profile(user.email, user.role, tenant.company_name, user.name)


def is_one_person(session: Session) -> bool:
    """Whether a single person of the tenant may decide, who then may approve alone.

    Nobody becomes that by shutting the others out: whoever was there lately still counts.
    """
    counts = or_(may_decide(), left_lately())
    rows = session.exec(
        select(may_decide()).where(UserRow.tenant_id == tenant_of(session), counts).limit(2)
    )
    return rows.all() == [True]


def is_admitted() -> ColumnElement[bool]:
    """Whether the person of a row may come in today."""
    admitted: ColumnElement[bool] = func.is_admitted(UserRow.active, UserRow.access_until)
    return admitted


def may_decide() -> ColumnElement[bool]:
    """Whether the person of a row may come in and do more than read."""
    return and_(is_admitted(), col(UserRow.role) != READER)


def _sees_cases() -> ColumnElement[bool]:
    roles = [role for role in ROLES if allows(scopes_of_role(role), "kreditoren:read")]
    return and_(is_admitted(), col(UserRow.role).in_(roles))


def left_lately() -> ColumnElement[bool]:
    """Whether the person of a row decided until some days ago, and was shut out or ran out."""
    today = func.current_date()
    is_fresh = or_(
        col(UserRow.shut_out_at) > func.now() - ALONE_AFTER,
        col(UserRow.access_until).between(today - ALONE_AFTER, today),
    )
    return and_(~is_admitted(), col(UserRow.role) != READER, is_fresh)


@dataclass(frozen=True, slots=True)
class User:
    """A person of a tenant."""

    id: UUID
    email: str
    name: str
    role: str
    active: bool
    access_until: date | None


@dataclass(frozen=True, slots=True)
class Key:
    """What may be shown of an API key."""

    id: UUID
    display_prefix: str
    email: str
    name: str
    scopes: tuple[str, ...]
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Held:
    """A login that holds: whose it is, where it began (`api` or `pages`), and until when."""

    id: UUID
    user_id: UUID
    user_name: str
    surface: str
    created_at: datetime
    expires_at: datetime
    token_hash: str = field(repr=False)


MOST_LOGINS = 500
"""How many logins are told at once."""


def names(session: Session) -> dict[UUID, str]:
    """Names of all people of a tenant, those shut out included, by their id."""
    query = select(UserRow.id, UserRow.name).where(UserRow.tenant_id == tenant_of(session))
    return dict(session.exec(query).all())


def colleagues(session: Session) -> list[Colleague]:
    """The people of a tenant by name, and who of them may come in today and see cases."""
    query = select(UserRow.id, UserRow.name, UserRow.email, _sees_cases())
    query = query.where(UserRow.tenant_id == tenant_of(session)).order_by(
        UserRow.name, col(UserRow.id)
    )
    return [Colleague(*row) for row in session.exec(query)]


def tenant(session: Session) -> TenantRow:
    """The company whose books they are."""
    return session.get_one(TenantRow, tenant_of(session))


def company(session: Session) -> str:
    """Name of the tenant's company."""
    return session.get_one(TenantRow, tenant_of(session)).company_name


def users(session: Session) -> list[User]:
    """The people of a tenant by mail address, those shut out included."""
    query = select(UserRow).where(UserRow.tenant_id == tenant_of(session))
    rows = session.exec(query.order_by(UserRow.email))
    return [_user(row) for row in rows]


def user(session: Session, user_id: UUID) -> User:
    """One of the people of a tenant."""
    return _user(session.get_one(UserRow, (tenant_of(session), user_id)))


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


def prefixes(session: Session, actor: Actor) -> list[str]:
    """How the keys of a person begin, those that hold no more as well."""
    return [prefix for (prefix,) in rows_of(session, _prefixes_query(), user=actor.user_id)]


@cache
def _prefixes_query() -> Any:
    return sqlalchemy.select(col(ApiKeyRow.display_prefix)).where(
        col(ApiKeyRow.tenant_id) == TENANT,
        col(ApiKeyRow.user_id) == bindparam("user", type_=Uuid()),
    )


def logins(session: Session, owner: UUID | None = None) -> list[Held]:
    """Logins that hold, the newest first; of one person where `owner` names them."""
    query = (
        select(SessionTokenRow, UserRow)
        .join(
            UserRow,
            (col(UserRow.tenant_id) == col(SessionTokenRow.tenant_id))
            & (col(UserRow.id) == col(SessionTokenRow.user_id)),
        )
        .where(
            SessionTokenRow.tenant_id == tenant_of(session),
            col(SessionTokenRow.ended_at).is_(None),
            col(SessionTokenRow.expires_at) > func.now(),
            is_admitted(),
        )
        .order_by(col(SessionTokenRow.created_at).desc(), col(SessionTokenRow.id))
        .limit(MOST_LOGINS)
    )
    if owner is not None:
        query = query.where(SessionTokenRow.user_id == owner)
    return [
        Held(
            row.id,
            person.id,
            person.name,
            row.surface,
            row.created_at,
            row.expires_at,
            row.token_hash,
        )
        for row, person in session.exec(query)
    ]


def _user(row: UserRow) -> User:
    return User(row.id, row.email, row.name, row.role, row.active, row.access_until)


def _one_row(bind: Engine, query: TextClause, **asked: str) -> Row[Any] | None:
    """Look up in one round trip, without a transaction around it."""
    with bind.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        return connection.execute(query, asked).one_or_none()
