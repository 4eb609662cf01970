"""Reads letters, which of them are due, and to whom each goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine, func, text
from sqlmodel import Session, col, select

from domain.access.rows import UserRow
from domain.access.views import company
from domain.database.session import tenant_of
from domain.letters.contact import ContactMessage
from domain.letters.letter import AGAIN, LetterKind, LetterNotFound, LetterState
from domain.letters.rows import ContactMessageRow, LetterRow

_DUE = text("SELECT * FROM letters_due(:most)")
_MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class DueLetter:
    """A letter that is to be sent now."""

    tenant_id: UUID
    letter_id: UUID
    kind: LetterKind


@dataclass(frozen=True, slots=True)
class Reader:
    """To whom a letter goes, and the company that it speaks of."""

    email: str
    name: str
    company: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class ListedLetter:
    """A letter as people see it: no text, no address, no token."""

    id: UUID
    kind: str
    subject: str
    subject_id: UUID
    recipient_id: UUID | None
    state: str
    attempts: int
    failure: str | None
    due_at: datetime
    created_at: datetime
    decided_at: datetime | None


def due(bind: Engine) -> list[DueLetter]:
    """Letters of every tenant that are to be sent now, some at once."""
    with bind.connect() as connection:
        rows = connection.execute(_DUE, {"most": _MOST_AT_ONCE}).all()
    return [DueLetter(row.tenant_id, row.id, LetterKind(row.kind)) for row in rows]


def due_of(session: Session, now: datetime) -> list[DueLetter]:
    """Letters of the tenant that are to be sent now, those included that were handed over."""
    rows = session.exec(
        select(LetterRow.id, LetterRow.kind).where(
            LetterRow.tenant_id == tenant_of(session),
            LetterRow.state == LetterState.PENDING.value,
            LetterRow.due_at <= now + AGAIN,
        )
    )
    return [DueLetter(tenant_of(session), letter_id, LetterKind(kind)) for letter_id, kind in rows]


def letters(session: Session, *, limit: int, offset: int) -> tuple[Sequence[ListedLetter], int]:
    """Letters of the tenant, the newest first, and how many there are in all."""
    own = col(LetterRow.tenant_id) == tenant_of(session)
    total = session.exec(select(func.count()).select_from(LetterRow).where(own)).one()
    rows = session.exec(
        select(LetterRow)
        .where(own)
        .order_by(col(LetterRow.created_at).desc(), col(LetterRow.id))
        .limit(limit)
        .offset(offset)
    )
    return [_listed(row) for row in rows], total


def letter(session: Session, letter_id: UUID) -> ListedLetter:
    """One letter. Raises LetterNotFound."""
    row = session.get(LetterRow, (tenant_of(session), letter_id))
    if row is None:
        raise LetterNotFound
    return _listed(row)


def reader(session: Session, user_id: UUID) -> Reader:
    """The person whom a letter goes to."""
    row = session.get_one(UserRow, (tenant_of(session), user_id))
    return Reader(row.email, row.name, company(session), row.active)


def contact_message(session: Session, message_id: UUID) -> ContactMessage:
    """A message to whoever runs the service."""
    row = session.get_one(ContactMessageRow, (tenant_of(session), message_id))
    return ContactMessage(row.name, row.email, row.message)


def _listed(row: LetterRow) -> ListedLetter:
    return ListedLetter(*(getattr(row, name) for name in ListedLetter.__slots__))
