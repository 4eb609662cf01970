"""People and their credentials. Secrets are handed out once and kept as hashes."""

import secrets
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, insert, select, update

from domain.access.person import address
from domain.access.rows import (
    ApiKeyRow,
    KnownDeviceRow,
    PasswordTokenRow,
    SessionTokenRow,
    UserRow,
)
from domain.access.scope import READER, checked, within_role
from domain.access.token import ALPHABET, KEY_PREFIX, LENGTH, Token
from domain.database import audit
from domain.database.session import actor_of, now_of, tenant_of
from domain.errors import Conflict, InvalidInput, NotFound

SESSION_LIFE = timedelta(hours=12)
IDLE_LIFE = timedelta(minutes=30)
"""How long the login of a browser lives on after the last page that was asked for."""
DEVICE_LIFE = timedelta(days=365)
"""How long the attempts of a device are counted by themselves."""
TOKEN_LIFE = {"reset": timedelta(minutes=60), "invitation": timedelta(days=7)}


class DuplicateUser(Conflict):
    """The mail address belongs to a user already, active or not, of this tenant or another."""

    def __init__(self) -> None:
        super().__init__("A user with this mail address exists already.")


class OwnAccount(Conflict):
    """Nobody can shut themselves out."""

    def __init__(self) -> None:
        super().__init__("Somebody else has to do this.")


def add_user(
    session: Session,
    *,
    email: str,
    name: str,
    role: str = "member",
    access_until: date | None = None,
) -> UUID:
    """Add a person who has no password yet; mail addresses are unique over all tenants.

    `access_until` is their last day; an auditor has one. Raises InvalidInput and DuplicateUser:
    only the constraint sees the people of other tenants.
    """
    _check_end(role, access_until)
    user_id = uuid4()
    row = UserRow(
        tenant_id=tenant_of(session),
        id=user_id,
        email=address(email),
        name=name,
        role=role,
        access_until=access_until,
        created_at=datetime.now(UTC),
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise DuplicateUser from error
    facts: dict[str, object] = {"role": role, **_ending(access_until)}
    audit.record(session, "user.created", "user", user_id, after=facts)
    return user_id


def admit_until(session: Session, user_id: UUID, last_day: date | None) -> None:
    """Say until when a person may come in; None for no end. Logins and keys hold as long.

    Raises OwnAccount, NotFound, and InvalidInput for an auditor without an end.
    """
    row = somebody_else(session, user_id)
    _check_end(row.role, last_day)
    before, row.access_until = row.access_until, last_day
    if last_day is not None and (before is None or last_day < before):
        row.shut_out_at = datetime.now(UTC)
    audit.record(
        session, "user.admitted", "user", user_id, before=_ending(before), after=_ending(last_day)
    )


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
    end_other_logins(session, user_id, "")
    _end_tokens(session, user_id)
    audit.record(session, "user.password_set", "user", user_id)


def deactivate_user(session: Session, user_id: UUID) -> None:
    """Shut a person out: logins and keys stop working at once, and stay for the record.

    Raises OwnAccount: the last who may do it would be gone otherwise.
    """
    row = somebody_else(session, user_id)
    if row.active:
        row.shut_out_at = datetime.now(UTC)
    row.active = False
    end_other_logins(session, user_id, "")
    audit.record(session, "user.deactivated", "user", user_id)


def issue_key(session: Session, user_id: UUID, *, name: str, scopes: list[str]) -> Token:
    """Give a person an API key with scopes of its own; the secret is never seen again.

    Raises InvalidInput for a scope that their role does not hold.
    """
    _check_within_role(session, user_id, checked(scopes))
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


def start_session(
    session: Session, user_id: UUID, life: timedelta = SESSION_LIFE
) -> tuple[Token, datetime]:
    """Log a person in: the token, and when it ends."""
    token, now = Token(_random()), now_of(session)
    session.add(
        SessionTokenRow(
            tenant_id=tenant_of(session),
            token_hash=token.hash,
            id=uuid4(),
            user_id=user_id,
            surface=actor_of(session).surface,
            created_at=now,
            expires_at=now + life,
        )
    )
    audit.record(session, "session.started", "user", user_id)
    return token, now + life


def prolong_session(session: Session, token_hash: str, life: timedelta = IDLE_LIFE) -> None:
    """Let a login that holds live on from now, never longer than any login does."""
    row, now = SessionTokenRow, now_of(session)
    session.exec(
        update(row)
        .where(
            col(row.tenant_id) == tenant_of(session),
            col(row.token_hash) == token_hash,
            col(row.ended_at).is_(None),
            col(row.expires_at) > now,
            col(row.expires_at) < now + life,
        )
        .values(expires_at=func.least(col(row.created_at) + SESSION_LIFE, now + life))
    )


def know_device(session: Session, user_id: UUID) -> Token:
    """Remember the device of a person who showed who they are; its token opens nothing.

    Attempts from it are counted by themselves, so that no stranger makes its owner wait.
    """
    token, now = Token(_random()), now_of(session)
    session.add(
        KnownDeviceRow(
            tenant_id=tenant_of(session),
            token_hash=token.hash,
            user_id=user_id,
            created_at=now,
            expires_at=now + DEVICE_LIFE,
        )
    )
    return token


def end_session(session: Session, token_hash: str) -> None:
    """Log a person out; a login that has ended stays ended."""
    row = session.get(SessionTokenRow, (tenant_of(session), token_hash))
    if row is not None and row.ended_at is None:
        row.ended_at = datetime.now(UTC)
        audit.record(session, "session.ended", "user", row.user_id)


def end_login(session: Session, login_id: UUID, owner: UUID | None = None) -> None:
    """Log out whoever holds a login, by its id; `owner` limits it to the logins of one person.

    What has ended stays ended. Raises NotFound.
    """
    row = session.exec(
        select(SessionTokenRow).where(
            SessionTokenRow.tenant_id == tenant_of(session), SessionTokenRow.id == login_id
        )
    ).one_or_none()
    if row is None or owner not in {None, row.user_id}:
        raise NotFound("There is no such login.")
    end_session(session, row.token_hash)


def issue_password_token(session: Session, user_id: UUID, purpose: str) -> Token:
    """Let a person set a password once; a newer token voids the older ones."""
    _end_tokens(session, user_id)
    token, now = Token(_random()), now_of(session)
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


def somebody_else(session: Session, user_id: UUID) -> UserRow:
    """A person who is not the one that acts. Raises OwnAccount and NotFound."""
    if actor_of(session).user_id == user_id:
        raise OwnAccount
    row = session.get(UserRow, (tenant_of(session), user_id))
    if row is None:
        raise NotFound("There is no such user.")
    return row


def end_other_logins(session: Session, user_id: UUID, kept: str) -> None:
    """End all logins of a person but the one whose hash is named; none is, where it is empty."""
    session.exec(
        update(SessionTokenRow)
        .where(
            col(SessionTokenRow.tenant_id) == tenant_of(session),
            col(SessionTokenRow.user_id) == user_id,
            col(SessionTokenRow.token_hash) != kept,
            col(SessionTokenRow.ended_at).is_(None),
        )
        .values(ended_at=datetime.now(UTC))
    )


def _check_end(role: str, access_until: date | None) -> None:
    if role == READER and access_until is None:
        raise InvalidInput("/access_until", "is required for an auditor")


def _check_within_role(session: Session, user_id: UUID, scopes: list[str]) -> None:
    owner = session.get(UserRow, (tenant_of(session), user_id))
    if owner is None:
        raise NotFound("There is no such user.")
    held = within_role(scopes, owner.role)
    for scope in scopes:
        if scope not in held:
            raise InvalidInput("/scopes", f"{scope} is more than the role {owner.role} holds")


def _ending(last_day: date | None) -> dict[str, object]:
    return {} if last_day is None else {"access_until": last_day.isoformat()}


def _random() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


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
