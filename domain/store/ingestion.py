"""Writes what arrived by mail: the message, its documents, their inbox items and the log."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from domain.formats.mail import Attachment, Mail, Outcome
from domain.ids import derived_id
from domain.store import audit, documents
from domain.store.documents import NewDocument
from domain.store.storable import storable
from domain.tables.bound import tenant_of
from domain.tables.documents import DocumentRow
from domain.tables.intake import InboxItemRow, IngestionLogRow, MailMessageRow

_SEEN_BEFORE = "the document is in the inbox already"
_SENT_BEFORE = "the same message came before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A raw message as the mailroom took it; `delivery` names the run that files it."""

    sha256: str
    size_bytes: int
    received_at: datetime
    delivery: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """A row of the ingestion log beside what the mail itself says."""

    key: str
    received_at: datetime
    outcome: Outcome
    detail: str | None = None
    position: int = 0
    source_email: str | None = None
    source_subject: str | None = None
    message_id: str | None = None
    original_name: str | None = None
    mime_type: str | None = None
    size_bytes: int | None = None
    sha256: str | None = None
    document_id: UUID | None = None
    inbox_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Filed:
    """What a mail has left: items still to be read, and how many rows were logged."""

    waiting: tuple[tuple[UUID, UUID], ...]
    logged: int


def file_mail(session: Session, mail: Mail, receipt: Receipt) -> Filed:
    """File a mail whose documents lie in the object store; repeated, change nothing.

    The same message in another delivery is filed as a duplicate, row by row.
    """
    mail_id = derived_id("mail", tenant_of(session), receipt.sha256)
    first = _keep_message(session, mail_id, mail, receipt)
    entries = list(_entries(session, mail, mail_id, receipt, is_first=first))
    for entry in entries:
        log(session, entry)
    return Filed(_waiting(session, mail_id), len(entries))


def log(session: Session, entry: LogEntry) -> None:
    """Add a row to the ingestion log; the same key adds one."""
    tenant_id = tenant_of(session)
    values = {name: storable(getattr(entry, name)) for name in LogEntry.__slots__ if name != "key"}
    values |= {
        "tenant_id": tenant_id,
        "id": derived_id("ingestion", tenant_id, entry.key),
        "outcome": entry.outcome.value,
    }
    session.execute(insert(IngestionLogRow).values(values).on_conflict_do_nothing())


def log_unreadable(session: Session, inbox_id: UUID, key: str, detail: str, at: datetime) -> None:
    """Log that an item could not be read."""
    tenant_id = tenant_of(session)
    item = session.get_one(InboxItemRow, (tenant_id, inbox_id))
    document = session.get_one(DocumentRow, (tenant_id, item.document_id))
    entry = LogEntry(
        key=f"unreadable/{key}",
        received_at=at,
        outcome=Outcome.EXTRACTION_FAILED,
        detail=detail,
        source_email=item.source_email,
        source_subject=item.source_subject,
        original_name=item.original_name,
        mime_type=document.mime_type,
        size_bytes=document.size_bytes,
        sha256=document.sha256,
        document_id=document.id,
        inbox_id=inbox_id,
    )
    log(session, entry)


def _keep_message(session: Session, mail_id: UUID, mail: Mail, receipt: Receipt) -> bool:
    """Store the message; whether this delivery is its first."""
    values = {
        "tenant_id": tenant_of(session),
        "id": mail_id,
        "sha256": receipt.sha256,
        "size_bytes": receipt.size_bytes,
        "kind": mail.kind.value,
        "sender": mail.sender,
        "subject": mail.subject,
        "message_id": mail.message_id,
        "delivery": receipt.delivery,
        "received_at": receipt.received_at,
    }
    session.execute(insert(MailMessageRow).values(values).on_conflict_do_nothing())
    first = session.exec(
        select(MailMessageRow.delivery).where(
            col(MailMessageRow.tenant_id) == tenant_of(session), col(MailMessageRow.id) == mail_id
        )
    ).one()
    return first == receipt.delivery


def _entries(
    session: Session, mail: Mail, mail_id: UUID, receipt: Receipt, *, is_first: bool
) -> Iterator[LogEntry]:
    """One entry for each attachment, and one for the mail when nothing in it was usable."""
    for position, item in enumerate(mail.attachments, 1):
        yield _entry(session, mail, item, _Place(mail_id, receipt, position, is_first))
    usable = {Outcome.ACCEPTED, Outcome.DUPLICATE}
    if not any(item.outcome in usable for item in mail.attachments):
        yield LogEntry(
            key=f"{mail_id}/{receipt.delivery}/0",
            received_at=receipt.received_at,
            outcome=Outcome.NO_ATTACHMENT,
            detail=mail.detail or "nothing in the mail is a document",
            source_email=mail.sender,
            source_subject=mail.subject,
            message_id=mail.message_id,
            size_bytes=receipt.size_bytes,
            sha256=receipt.sha256,
        )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in which delivery of which mail an attachment stands."""

    mail_id: UUID
    receipt: Receipt
    position: int
    is_first: bool


def _entry(session: Session, mail: Mail, item: Attachment, place: _Place) -> LogEntry:
    outcome, detail = item.outcome, item.detail
    document_id = inbox_id = None
    if outcome is Outcome.ACCEPTED:
        document_id, inbox_id, owner = _file(session, mail, item, place)
        if owner != place.mail_id or not place.is_first:
            outcome = Outcome.DUPLICATE
            detail = _SENT_BEFORE if owner == place.mail_id else _SEEN_BEFORE
    return LogEntry(
        key=f"{place.mail_id}/{place.receipt.delivery}/{place.position}",
        received_at=place.receipt.received_at,
        position=place.position,
        outcome=outcome,
        detail=detail,
        source_email=item.sender or mail.sender,
        source_subject=mail.subject,
        message_id=mail.message_id,
        original_name=item.name,
        mime_type=item.mime_type,
        size_bytes=len(item.content),
        sha256=item.sha256,
        document_id=document_id,
        inbox_id=inbox_id,
    )


def _file(
    session: Session, mail: Mail, item: Attachment, place: _Place
) -> tuple[UUID, UUID, UUID | None]:
    """Document, its inbox item, and the mail that brought that item first."""
    tenant_id = tenant_of(session)
    new = NewDocument(
        sha256=item.sha256,
        mime_type=item.mime_type,
        original_name=item.name,
        size_bytes=len(item.content),
        source="mail",
    )
    document_id = documents.add(session, new, place.receipt.received_at)
    inbox_id = derived_id("inbox", tenant_id, item.sha256)
    values = {
        "tenant_id": tenant_id,
        "id": inbox_id,
        "document_id": document_id,
        "mail_id": place.mail_id,
        "status": "processing",
        "source_email": item.sender or mail.sender,
        "source_subject": mail.subject,
        "original_name": item.name,
        "created_at": place.receipt.received_at,
    }
    stored = session.execute(
        insert(InboxItemRow).values(values).on_conflict_do_nothing().returning(col(InboxItemRow.id))
    )
    if stored.first() is not None:
        audit.record(session, "inbox_item.received", "inbox_item", inbox_id)
    owner = session.exec(
        select(InboxItemRow.mail_id).where(
            col(InboxItemRow.tenant_id) == tenant_id, col(InboxItemRow.id) == inbox_id
        )
    ).one()
    return document_id, inbox_id, owner


def _waiting(session: Session, mail_id: UUID) -> tuple[tuple[UUID, UUID], ...]:
    """Items of the mail that nobody has read yet: their intake is started, if need be again."""
    found = session.exec(
        select(InboxItemRow.id, InboxItemRow.document_id)
        .where(
            col(InboxItemRow.tenant_id) == tenant_of(session),
            col(InboxItemRow.mail_id) == mail_id,
            col(InboxItemRow.status) == "processing",
        )
        .order_by(col(InboxItemRow.id))
    )
    return tuple((inbox_id, document_id) for inbox_id, document_id in found)
