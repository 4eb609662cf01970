"""Sets a second factor up, uses its codes up, and takes it away."""

import secrets
from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlmodel import Session, col, or_, select, update

from domain.access import passkey_store, recovery
from domain.access.rows import RecoveryCodeRow, SecondFactorRow, UserRow
from domain.access.second_factor import NoSecondFactor, SecondFactorOn
from domain.access.store import end_other_logins, somebody_else
from domain.access.token import hash_of
from domain.database import audit
from domain.database.session import actor_of, tenant_of


def begin(session: Session, user_id: UUID, sealed: bytes) -> UUID:
    """Keep a new secret until its first code; an older one that waited is gone.

    Raises SecondFactorOn.
    """
    _one_at_a_time(session, user_id)
    held = _held(session, user_id)
    if held is not None and held.confirmed_at is not None:
        raise SecondFactorOn
    if held is not None:
        _end(session, held)
        session.flush()
    factor_id = uuid4()
    session.add(
        SecondFactorRow(
            tenant_id=tenant_of(session),
            id=factor_id,
            user_id=user_id,
            sealed=sealed,
            created_at=datetime.now(UTC),
        )
    )
    audit.record(session, "second_factor.begun", "user", user_id)
    return factor_id


def confirm(session: Session, user_id: UUID, factor_id: UUID, step: int, login: str) -> list[str]:
    """Let a second factor count, for which a code was shown; the codes for its loss, told once.

    All logins of the person but `login`, named by its hash, end. Raises NoSecondFactor and
    SecondFactorOn.
    """
    row = _held(session, user_id)
    if row is None or row.id != factor_id:
        raise NoSecondFactor
    if row.confirmed_at is not None:
        raise SecondFactorOn
    row.confirmed_at, row.last_step = datetime.now(UTC), step
    end_other_logins(session, user_id, login)
    audit.record(session, "second_factor.confirmed", "user", user_id)
    return _codes(session, row)


def renew_codes(session: Session, user_id: UUID) -> list[str]:
    """New codes for the loss; the older ones end. Raises NoSecondFactor."""
    row = _counting(session, user_id)
    _end_codes(session, row)
    audit.record(session, "second_factor.codes_renewed", "user", user_id)
    return _codes(session, row)


def use_step(session: Session, factor_id: UUID, step: int, use: str) -> bool:
    """Use the code of a half minute up; False if it was, or a later one was.

    `use` names the form that carries it: the same form sent twice is one use.
    """
    row = SecondFactorRow
    used = session.exec(
        update(row)
        .where(
            col(row.tenant_id) == tenant_of(session),
            col(row.id) == factor_id,
            col(row.ended_at).is_(None),
            or_(
                col(row.last_step) < step,
                (col(row.last_step) == step) & (col(row.last_use) == use),
            ),
        )
        .values(last_step=step, last_use=use)
        .execution_options(synchronize_session=False)
    )
    return used.rowcount == 1


def use_recovery(session: Session, factor_id: UUID, typed: str, use: str) -> bool:
    """Use a code for the loss up; False if there is none, or it was used by another form."""
    row = RecoveryCodeRow
    used = session.exec(
        update(row)
        .where(
            col(row.tenant_id) == tenant_of(session),
            col(row.code_hash) == hash_of(recovery.normalized(typed)),
            col(row.factor_id) == factor_id,
            or_(col(row.used_at).is_(None), col(row.last_use) == use),
        )
        .values(used_at=datetime.now(UTC), last_use=use)
        .execution_options(synchronize_session=False)
    )
    if used.rowcount == 1:
        audit.record(session, "second_factor.recovery_used", "user", actor_of(session).user_id)
    return used.rowcount == 1


def end(session: Session, user_id: UUID) -> None:
    """Ask this person for no more codes. Raises NoSecondFactor."""
    _end(session, _counting(session, user_id))
    audit.record(session, "second_factor.ended", "user", user_id)


def take_away(session: Session, user_id: UUID) -> None:
    """The same for somebody who has lost it, and their passkeys; their logins end.

    Raises OwnAccount, NotFound, and NoSecondFactor where there is neither.
    """
    somebody_else(session, user_id)
    row = _held(session, user_id)
    passkeys = passkey_store.remove_all(session, user_id)
    if not passkeys and (row is None or row.confirmed_at is None):
        raise NoSecondFactor
    if row is not None:
        _end(session, row)
    end_other_logins(session, user_id, "")
    audit.record(session, "second_factor.taken_away", "user", user_id)


def _one_at_a_time(session: Session, user_id: UUID) -> None:
    """Two clicks at once make one after the other: the row of the person is held."""
    session.exec(
        select(UserRow.id)
        .where(UserRow.tenant_id == tenant_of(session), UserRow.id == user_id)
        .with_for_update()
    ).one()


def _held(session: Session, user_id: UUID) -> SecondFactorRow | None:
    """What a person has, counting or waiting, locked."""
    return session.exec(
        select(SecondFactorRow)
        .where(
            SecondFactorRow.tenant_id == tenant_of(session),
            SecondFactorRow.user_id == user_id,
            col(SecondFactorRow.ended_at).is_(None),
        )
        .with_for_update()
    ).one_or_none()


def _counting(session: Session, user_id: UUID) -> SecondFactorRow:
    row = _held(session, user_id)
    if row is None or row.confirmed_at is None:
        raise NoSecondFactor
    return row


def _end(session: Session, row: SecondFactorRow) -> None:
    """Forget the secret: nothing needs it any more."""
    row.ended_at, row.sealed = datetime.now(UTC), None
    _end_codes(session, row)


def _end_codes(session: Session, row: SecondFactorRow) -> None:
    session.exec(
        update(RecoveryCodeRow)
        .where(
            col(RecoveryCodeRow.tenant_id) == row.tenant_id,
            col(RecoveryCodeRow.factor_id) == row.id,
            col(RecoveryCodeRow.used_at).is_(None),
        )
        .values(used_at=datetime.now(UTC))
        .execution_options(synchronize_session=False)
    )


def _codes(session: Session, row: SecondFactorRow) -> list[str]:
    codes = [recovery.made(secrets.choice) for _ in range(recovery.COUNT)]
    session.flush()
    session.add_all(
        RecoveryCodeRow(
            tenant_id=row.tenant_id,
            code_hash=hash_of(recovery.normalized(code)),
            factor_id=row.id,
            created_at=datetime.now(UTC),
        )
        for code in codes
    )
    return codes
