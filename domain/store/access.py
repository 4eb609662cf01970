"""People and their credentials. Secrets are handed out once and kept as hashes."""

import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, insert, select, update

from domain.access.person import address
from domain.access.scope import checked
from domain.access.token import ALPHABET, KEY_PREFIX, LENGTH, Token
from domain.errors import Conflict, NotFound
from domain.store import audit
from domain.tables.access import ApiKeyRow, PasswordTokenRow, SessionTokenRow, UserRow
from domain.tables.bound import tenant_of

SESSION_LIFE = timedelta(hours=12)
TOKEN_LIFE = {"reset": timedelta(minutes=60), "invitation": timedelta(days=7)}


class DuplicateUser(Conflict):
    """The mail address belongs to a user already, active or not, of this tenant or another."""

    def __init__(self) -> None:
        super().__init__("A user with this mail address exists already.")


def add_user(session: Session, *, email: str, name: str, role: str = "member") -> UUID:
    """Add a person who has no password yet; mail addresses are unique over all tenants.

    Raises DuplicateUser: only the constraint sees the people of other tenants.
    """
    user_id = uuid4()
    row = UserRow(
        tenant_id=tenant_of(session),
        id=user_id,
        email=address(email),
        name=name,
        role=role,
        created_at=datetime.now(UTC),
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise DuplicateUser from error
    audit.record(session, "user.created", "user", user_id, after={"role": role})
    return user_id


def set_password(session: Session, user_id: UUID, password_hash: str) -> None:
    """Store a new password; all logins and all tokens of the person end."""
    tenant = tenant_of(session)
    changed = session.exec(
        update(UserRow)
        .where(col(UserRow.tenant_id) == tenant, col(UserRow.id) == user_id)
        .values(password_hash=password_hash)
    )
    if changed.rowcount != 1:
        raise NotFound("There is no such user.")
    _end_sessions(session, user_id)
    _end_tokens(session, user_id)
    audit.record(session, "user.password_set", "user", user_id)


def deactivate_user(session: Session, user_id: UUID) -> None:
    """Shut a person out: logins and keys stop working at once, and stay for the record."""
    row = session.get(UserRow, (tenant_of(session), user_id))
    if row is None:
        raise NotFound("There is no such user.")
    row.active = False
    _end_sessions(session, user_id)
    audit.record(session, "user.deactivated", "user", user_id)


def issue_key(session: Session, user_id: UUID, *, name: str, scopes: list[str]) -> Token:
    """Give a person an API key with scopes of its own; the secret is never seen again."""
    token = Token(KEY_PREFIX + _random())
    key_id = uuid4()
    session.execute(
        insert(ApiKeyRow).values(
            tenant_id=tenant_of(session),
            id=key_id,
            user_id=user_id,
            name=name,
            key_hash=token.hash,
            display_prefix=token.display_prefix,
            scopes=checked(scopes),
            created_at=datetime.now(UTC),
        )
    )
    facts: dict[str, object] = {"user_id": user_id, "key": token.display_prefix, "scopes": scopes}
    audit.record(session, "api_key.created", "api_key", key_id, after=facts)
    return token


def revoke_key(session: Session, key_id: UUID) -> None:
    """End an API key for good."""
    row = session.get(ApiKeyRow, (tenant_of(session), key_id))
    if row is None:
        raise NotFound("There is no such key.")
    row.revoked_at = row.revoked_at or datetime.now(UTC)
    audit.record(session, "api_key.revoked", "api_key", key_id)


def start_session(session: Session, user_id: UUID) -> tuple[Token, datetime]:
    """Log a person in: the token, and when it ends."""
    token, now = Token(_random()), datetime.now(UTC)
    session.add(
        SessionTokenRow(
            tenant_id=tenant_of(session),
            token_hash=token.hash,
            user_id=user_id,
            created_at=now,
            expires_at=now + SESSION_LIFE,
        )
    )
    audit.record(session, "session.started", "user", user_id)
    return token, now + SESSION_LIFE


def end_session(session: Session, token_hash: str) -> None:
    """Log a person out; a login that has ended stays ended."""
    row = session.get(SessionTokenRow, (tenant_of(session), token_hash))
    if row is not None and row.ended_at is None:
        row.ended_at = datetime.now(UTC)
        audit.record(session, "session.ended", "user", row.user_id)


def issue_password_token(session: Session, user_id: UUID, purpose: str) -> Token:
    """Let a person set a password once; a newer token voids the older ones."""
    _end_tokens(session, user_id)
    token, now = Token(_random()), datetime.now(UTC)
    session.add(
        PasswordTokenRow(
            tenant_id=tenant_of(session),
            token_hash=token.hash,
            user_id=user_id,
            purpose=purpose,
            created_at=now,
            expires_at=now + TOKEN_LIFE[purpose],
        )
    )
    audit.record(session, f"password_token.{purpose}", "user", user_id)
    return token


def claim_password_token(session: Session, token_hash: str) -> bool:
    """Use a token up; False when someone else was faster."""
    used = session.exec(
        select(PasswordTokenRow)
        .where(
            PasswordTokenRow.tenant_id == tenant_of(session),
            PasswordTokenRow.token_hash == token_hash,
            col(PasswordTokenRow.ended_at).is_(None),
        )
        .with_for_update()
    ).one_or_none()
    if used is not None:
        used.ended_at = datetime.now(UTC)
    return used is not None


def _random() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def _end_sessions(session: Session, user_id: UUID) -> None:
    session.exec(
        update(SessionTokenRow)
        .where(
            col(SessionTokenRow.tenant_id) == tenant_of(session),
            col(SessionTokenRow.user_id) == user_id,
            col(SessionTokenRow.ended_at).is_(None),
        )
        .values(ended_at=datetime.now(UTC))
    )


def _end_tokens(session: Session, user_id: UUID) -> None:
    session.exec(
        update(PasswordTokenRow)
        .where(
            col(PasswordTokenRow.tenant_id) == tenant_of(session),
            col(PasswordTokenRow.user_id) == user_id,
            col(PasswordTokenRow.ended_at).is_(None),
        )
        .values(ended_at=datetime.now(UTC))
    )
