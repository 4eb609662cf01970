"""Keeps mailboxes, and which of their messages were fetched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from domain.database import audit
from domain.database.session import tenant_of
from domain.intake.mailbox import DuplicateMailbox, Mailbox, MailboxNotFound, Place, Security
from domain.intake.rows import MailboxMessageRow, MailboxRow


@dataclass(frozen=True, slots=True)
class KeptMailbox:
    """A mailbox with how its last poll went."""

    id: UUID
    mailbox: Mailbox
    polled_at: datetime | None
    problem: str | None


def add(session: Session, mailbox: Mailbox, at: datetime) -> UUID:
    """Have a mailbox polled. Raises DuplicateMailbox."""
    for each in active(session):
        if _key(each.mailbox) == _key(mailbox):
            raise DuplicateMailbox(each.id)
    row = MailboxRow(
        tenant_id=tenant_of(session),
        id=uuid4(),
        host=mailbox.host,
        port=mailbox.port,
        security=mailbox.security.value,
        username=mailbox.username,
        secret=mailbox.secret,
        folder=mailbox.folder,
        move_to=mailbox.move_to,
        created_at=at,
    )
    session.add(row)
    session.flush()
    audit.record(session, "mailbox.added", "mailbox", row.id, after={"host": mailbox.host})
    return row.id


def remove(session: Session, mailbox_id: UUID) -> None:
    """Have a mailbox polled no more; what was fetched stays. Raises MailboxNotFound."""
    one(session, mailbox_id)
    _change(session, mailbox_id, is_active=False)
    audit.record(session, "mailbox.removed", "mailbox", mailbox_id)


def active(session: Session) -> list[KeptMailbox]:
    """Mailboxes that are polled, the oldest first."""
    rows = session.exec(
        select(MailboxRow)
        .where(MailboxRow.tenant_id == tenant_of(session), col(MailboxRow.is_active))
        .order_by(col(MailboxRow.created_at), col(MailboxRow.id))
    )
    return [_kept(row) for row in rows]


def one(session: Session, mailbox_id: UUID) -> KeptMailbox:
    """A mailbox that is polled. Raises MailboxNotFound."""
    row = session.get(MailboxRow, (tenant_of(session), mailbox_id))
    if row is None or not row.is_active:
        raise MailboxNotFound(mailbox_id)
    return _kept(row)


def polled(session: Session, mailbox_id: UUID, at: datetime, problem: str | None) -> None:
    """Note how a poll went."""
    _change(session, mailbox_id, polled_at=at, problem=problem)


def known(session: Session, mailbox_id: UUID, uid_validity: int) -> set[Place]:
    """Places whose messages were fetched, as the server numbers them now."""
    rows = session.exec(
        select(MailboxMessageRow).where(
            MailboxMessageRow.tenant_id == tenant_of(session),
            MailboxMessageRow.mailbox_id == mailbox_id,
            MailboxMessageRow.uid_validity == uid_validity,
        )
    )
    return {Place(row.uid_validity, row.uid, row.message_id, row.size_bytes) for row in rows}


def seen(
    session: Session, mailbox_id: UUID, messages: Sequence[tuple[Place, str]], at: datetime
) -> None:
    """Note fetched messages with the hashes of their bytes; known ones change nothing."""
    for place, sha256 in messages:
        values = {
            "tenant_id": tenant_of(session),
            "mailbox_id": mailbox_id,
            "uid_validity": place.uid_validity,
            "uid": place.uid,
            "message_id": place.message_id,
            "size_bytes": place.size_bytes,
            "sha256": sha256,
            "seen_at": at,
        }
        session.execute(insert(MailboxMessageRow).values(values).on_conflict_do_nothing())


def _change(session: Session, mailbox_id: UUID, **values: object) -> None:
    session.execute(
        update(MailboxRow)
        .where(col(MailboxRow.tenant_id) == tenant_of(session), col(MailboxRow.id) == mailbox_id)
        .values(**values)
    )


def _key(mailbox: Mailbox) -> tuple[str, str, str]:
    return mailbox.host, mailbox.username, mailbox.folder


def _kept(row: MailboxRow) -> KeptMailbox:
    mailbox = Mailbox(
        host=row.host,
        port=row.port,
        username=row.username,
        secret=row.secret,
        security=Security(row.security),
        folder=row.folder,
        move_to=row.move_to,
    )
    return KeptMailbox(row.id, mailbox, row.polled_at, row.problem)
