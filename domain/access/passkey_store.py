"""Keeps passkeys, and the questions put to them."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select, update

from domain.access import passkey_views
from domain.access.passkey import (
    MOST,
    NewPasskey,
    PasskeyKnown,
    PasskeyNotFound,
    TooManyPasskeys,
    named,
)
from domain.access.rows import PasskeyRow
from domain.access.token import hash_of
from domain.database import audit
from domain.database.session import tenant_of

_BEGIN = text("SELECT begin_challenge(:hash, :asked_of)")
_TAKE = text("SELECT take_challenge(:hash, :answered_by, :form)")


def ask(bind: Engine, challenge: bytes, asked_of: str) -> None:
    """Keep a question for five minutes; `asked_of` says whom it is put to."""
    with bind.begin() as connection:
        connection.execute(_BEGIN, {"hash": hash_of(challenge.hex()), "asked_of": asked_of})


def answered(bind: Engine, challenge: bytes, answered_by: str, form: str) -> str | None:
    """Use a question up, `first` or, by the same form sent twice, `again`.

    None where it counts no more, or was never put to whom answers.
    """
    told = {"hash": hash_of(challenge.hex()), "answered_by": answered_by, "form": hash_of(form)}
    with bind.begin() as connection:
        taken: str | None = connection.execute(_TAKE, told).scalar_one()
    return taken


def add(session: Session, user_id: UUID, name: str, new: NewPasskey) -> UUID:
    """Keep a passkey. Raises InvalidInput, TooManyPasskeys and PasskeyKnown."""
    if len(passkey_views.held(session, user_id)) >= MOST:
        raise TooManyPasskeys
    row = PasskeyRow(
        tenant_id=tenant_of(session),
        id=uuid4(),
        user_id=user_id,
        credential_id=new.credential_id,
        public_key=new.public_key,
        sign_count=new.sign_count,
        name=named(name),
        created_at=datetime.now(UTC),
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise PasskeyKnown from error
    audit.record(session, "passkey.added", "user", user_id, after={"name": row.name})
    return row.id


def used(session: Session, passkey_id: UUID, before: int, after: int) -> bool:
    """Note an answer and the counter it carried; False where another one was faster."""
    row = PasskeyRow
    noted = session.exec(
        update(row)
        .where(
            col(row.tenant_id) == tenant_of(session),
            col(row.id) == passkey_id,
            col(row.removed_at).is_(None),
            col(row.sign_count) == before,
        )
        .values(sign_count=after, last_used_at=datetime.now(UTC))
        .execution_options(synchronize_session=False)
    )
    return noted.rowcount == 1


def remove(session: Session, user_id: UUID, passkey_id: UUID) -> None:
    """Let one's own passkey count no more; removed before, it stays so. Raises PasskeyNotFound."""
    row = session.exec(
        select(PasskeyRow)
        .where(
            PasskeyRow.tenant_id == tenant_of(session),
            PasskeyRow.id == passkey_id,
            PasskeyRow.user_id == user_id,
        )
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise PasskeyNotFound
    if row.removed_at is None:
        row.removed_at = datetime.now(UTC)
        audit.record(session, "passkey.removed", "user", user_id, before={"name": row.name})


def remove_all(session: Session, user_id: UUID) -> int:
    """The same for all that a person has; how many they were."""
    held = passkey_views.held(session, user_id)
    for each in held:
        remove(session, user_id, each.id)
    return len(held)
