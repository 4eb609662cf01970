"""Keeps messages of the contact form, each with the letter that carries it to the operator."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, text
from sqlmodel import Session, col, select

from domain.database import audit
from domain.database.session import actor_of, tenant_of
from domain.letters import store
from domain.letters.contact import PER_HOUR, ContactMessage, check_rate
from domain.letters.letter import LetterKind, Note
from domain.letters.rows import ContactMessageRow

_CLAIM_CALLER = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('contact' || CAST(:caller AS text), 0))"
)


def send(session: Session, message_id: UUID, message: ContactMessage, at: datetime) -> UUID:
    """Store a message and the letter that carries it. Raises RATE_LIMITED.

    Calls of one caller wait for each other, so that none slips past the limit.
    """
    caller = actor_of(session).user_id
    session.execute(_CLAIM_CALLER, {"caller": caller})
    check_rate(_last(session, caller), at)
    session.execute(
        insert(ContactMessageRow).values(
            tenant_id=tenant_of(session),
            id=message_id,
            user_id=caller,
            name=message.name,
            email=message.email,
            message=message.message,
            created_at=at,
        )
    )
    store.write(session, Note(LetterKind.CONTACT, "contact_message", message_id), [None], at, at)
    audit.record(session, "contact_message.sent", "contact_message", message_id)
    return message_id


def _last(session: Session, caller: UUID | None) -> list[datetime]:
    query = (
        select(ContactMessageRow.created_at)
        .where(
            ContactMessageRow.tenant_id == tenant_of(session), ContactMessageRow.user_id == caller
        )
        .order_by(col(ContactMessageRow.created_at).desc())
        .limit(PER_HOUR)
    )
    return list(session.exec(query))
