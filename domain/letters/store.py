"""Writes letters beside what causes them, and notes what becomes of them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Engine, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from domain.access import throttle_store
from domain.access.origin import Origin
from domain.database import audit
from domain.database.session import tenant_of
from domain.ids import derived_id
from domain.letters.letter import (
    LetterKind,
    LetterNotFound,
    LetterState,
    LetterStatus,
    Note,
    after_failure,
    check_resendable,
    pause_after,
)
from domain.letters.rows import LetterRow

_WITHDRAW = text(
    "UPDATE letter SET state = 'withdrawn', decided_at = :at"
    " WHERE tenant_id = :tenant AND subject = :subject AND subject_id = :subject_id"
    " AND state = 'pending'"
)
_ASK_RESET = text("SELECT ask_reset(:address, :letter)")


def write(
    session: Session, note: Note, readers: Iterable[UUID | None], at: datetime, due_at: datetime
) -> list[UUID]:
    """Write one letter to each reader, to be sent when it is due; written before, it stays one.

    None stands for whoever runs the service, or for the debtor of a reminder.
    """
    rows = {_id_of(session, note, reader): reader for reader in readers}
    common = {
        "tenant_id": tenant_of(session),
        "kind": note.kind.value,
        "subject": note.subject,
        "subject_id": note.subject_id,
        "round": note.round,
        "facts": dict(note.facts),
        "state": LetterState.PENDING.value,
        "attempts": 0,
        "due_at": due_at,
        "created_at": at,
    }
    values = [{**common, "id": key, "recipient_id": reader} for key, reader in rows.items()]
    if values:
        session.execute(insert(LetterRow).values(values).on_conflict_do_nothing())
    return list(rows)


def ask_reset(bind: Engine, address: str, origin: Origin) -> None:
    """Write a letter for a new password if the address is known, one in five minutes at most.

    Known or not, the same transaction counts the attempt: no clock can tell them apart. Raises
    RateLimited.
    """
    with bind.begin() as connection:
        throttle_store.begin_in(connection, f"reset {address}", origin)
        connection.execute(_ASK_RESET, {"address": address, "letter": uuid4()})


def withdraw(session: Session, subject: str, subject_id: UUID, at: datetime) -> None:
    """Take back what was not sent yet on a subject that is decided."""
    named = {"tenant": tenant_of(session), "subject": subject, "subject_id": subject_id, "at": at}
    session.execute(_WITHDRAW, named)


def hand_over(session: Session, letter_id: UUID, again_at: datetime) -> None:
    """Note that a process was started for a letter; look again later whether it is still open."""
    session.execute(
        update(LetterRow)
        .where(
            col(LetterRow.tenant_id) == tenant_of(session),
            col(LetterRow.id) == letter_id,
            col(LetterRow.state) == LetterState.PENDING.value,
        )
        .values(due_at=again_at)
    )


def held(session: Session, letter_id: UUID) -> LetterRow:
    """A letter, locked. Raises LetterNotFound."""
    row = session.exec(
        select(LetterRow)
        .where(LetterRow.tenant_id == tenant_of(session), LetterRow.id == letter_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise LetterNotFound
    return row


def sent(session: Session, letter_id: UUID, at: datetime) -> LetterStatus:
    """Note that the relay has taken it; what was decided meanwhile stays."""
    row = held(session, letter_id)
    if row.state != LetterState.PENDING.value:
        return status_of(row)
    facts = {"attempts": row.attempts + 1, "failure": None}
    return _decide(session, row, LetterState.SENT, at, facts)


def failed(
    session: Session, letter_id: UUID, failure: str, at: datetime, *, is_final: bool
) -> LetterStatus:
    """Note a failed attempt; after some, or at once where it is final, it is given up."""
    row = held(session, letter_id)
    if row.state != LetterState.PENDING.value:
        return status_of(row)
    attempts = row.attempts + 1
    state = after_failure(LetterKind(row.kind), attempts, is_final=is_final)
    facts = {"attempts": attempts, "failure": failure}
    if state is LetterState.GAVE_UP:
        return _decide(session, row, state, at, facts)
    _update(session, letter_id, **facts)
    return LetterStatus(state, attempts, pause_after(attempts))


def void(session: Session, letter_id: UUID, at: datetime) -> LetterStatus:
    """Withdraw one letter whose reader is gone."""
    return _decide(session, held(session, letter_id), LetterState.WITHDRAWN, at, {})


def renew(session: Session, letter_id: UUID, at: datetime) -> LetterStatus:
    """Have a letter sent again, as if it were new. Raises LetterWithdrawn."""
    row = held(session, letter_id)
    check_resendable(LetterState(row.state))
    facts = {"attempts": 0, "failure": None, "due_at": at + timedelta(minutes=5)}
    return _decide(session, row, LetterState.PENDING, at, facts)


def status_of(row: LetterRow) -> LetterStatus:
    """Where a letter stands."""
    return LetterStatus(LetterState(row.state), row.attempts, pause_after(row.attempts))


def _decide(
    session: Session, row: LetterRow, state: LetterState, at: datetime, facts: dict[str, Any]
) -> LetterStatus:
    decided_at = None if state is LetterState.PENDING else at
    _update(session, row.id, state=state.value, decided_at=decided_at, **facts)
    verb = "renewed" if state is LetterState.PENDING else state.value
    audit.record(
        session,
        f"letter.{verb}",
        "letter",
        row.id,
        before={"state": row.state},
        after={"state": state, "kind": row.kind, "recipient_id": row.recipient_id},
    )
    return LetterStatus(state, facts.get("attempts", row.attempts))


def _update(session: Session, letter_id: UUID, **values: Any) -> None:
    session.execute(
        update(LetterRow)
        .where(col(LetterRow.tenant_id) == tenant_of(session), col(LetterRow.id) == letter_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _id_of(session: Session, note: Note, reader: UUID | None) -> UUID:
    named = (tenant_of(session), note.kind, note.subject_id, note.round, reader)
    return derived_id("letter", *named)
