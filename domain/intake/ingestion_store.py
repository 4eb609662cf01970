"""Writes what arrived by mail: the message, its documents, their inbox items and the log."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from domain.database import audit
from domain.database.pg_text import pg_text
from domain.database.session import tenant_of
from domain.documents import store as documents
from domain.documents.rows import DocumentRow
from domain.documents.store import NewDocument
from domain.formats.mail import Attachment, Mail, MailKind, Outcome, clean_name
from domain.formats.xml_attachments import XmlAttachment
from domain.ids import derived_id
from domain.intake import arrival_store, review_store, statement_item_store
from domain.intake.arrival import Channel, arrival_id
from domain.intake.inbox import InboxStatus
from domain.intake.rows import InboxAttachmentRow, InboxItemRow, IngestionLogRow, MailMessageRow

NOT_OPENED = "NOT_OPENED"
"""Why there is no reading of a file that waits in the inbox to be seen."""

_SEEN_BEFORE = "the document is in the inbox already"
_REJECTED_BEFORE = "the document was rejected before; whoever wants it after all reopens it"
_SENT_BEFORE = "the same message came before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What arrived, as it was taken; `delivery` names the run that files it, `at` when."""

    sha256: str
    size_bytes: int
    received_at: datetime
    delivery: str
    at: datetime | None = None
    channel: Channel = Channel.MAIL
    source_email: str | None = None


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
    """What a mail has left: items still to be read, statements to be imported, rows logged.

    A statement is the id of its import, and its bytes; `unopened` are items to be seen, not read.
    """

    waiting: tuple[tuple[UUID, UUID], ...]
    logged: int
    statements: tuple[tuple[UUID, str], ...] = ()
    unopened: frozenset[UUID] = frozenset()


def file_mail(session: Session, mail: Mail, receipt: Receipt) -> Filed:
    """File a mail whose documents lie in the object store; repeated, change nothing.

    The same message in another delivery is filed as a duplicate, row by row.
    """
    mail_id = arrival_id(tenant_of(session), receipt.sha256)
    first = _keep_message(session, mail_id, mail, receipt)
    entries = list(_entries(session, mail, mail_id, receipt, is_first=first))
    for entry in entries:
        log(session, entry)
    arrival_store.split(session, receipt.sha256, receipt.at or receipt.received_at)
    statements = statement_item_store.to_be_imported(session, mail_id)
    waiting = _waiting(session, mail_id)
    return Filed(
        tuple((inbox_id, document_id) for inbox_id, document_id, _ in waiting),
        len(entries),
        tuple(statements),
        frozenset(each for each, _, status in waiting if status != InboxStatus.PROCESSING),
    )


def log(session: Session, entry: LogEntry) -> None:
    """Add a row to the ingestion log; the same key adds one."""
    tenant_id = tenant_of(session)
    values = {name: pg_text(getattr(entry, name)) for name in LogEntry.__slots__ if name != "key"}
    values |= {
        "tenant_id": tenant_id,
        "id": derived_id("ingestion", tenant_id, entry.key),
        "outcome": entry.outcome.value,
    }
    session.execute(insert(IngestionLogRow).values(values).on_conflict_do_nothing())


def entry_id(tenant_id: UUID, sha256: str, delivery: str, position: int) -> UUID:
    """Id of the row that a delivery has left for one of its files; 0 for the whole."""
    key = f"{arrival_id(tenant_id, sha256)}/{delivery}/{position}"
    return derived_id("ingestion", tenant_id, key)


def log_unreadable(session: Session, inbox_id: UUID, key: str, detail: str, at: datetime) -> None:
    """Log that an item could not be read, and note with the item why."""
    tenant_id = tenant_of(session)
    item = session.get_one(InboxItemRow, (tenant_id, inbox_id))
    item.notice = detail
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
    if not _has_a_usable_one(mail):
        yield LogEntry(
            key=f"{mail_id}/{receipt.delivery}/0",
            received_at=receipt.received_at,
            outcome=Outcome.NO_ATTACHMENT,
            detail=mail.detail or "nothing in it is a document",
            source_email=mail.sender or receipt.source_email,
            source_subject=mail.subject,
            message_id=mail.message_id,
            size_bytes=receipt.size_bytes,
            sha256=receipt.sha256,
        )


def _has_a_usable_one(mail: Mail) -> bool:
    """Whether the rows of its files say enough; those of a file that came alone always do.

    The row of a mail that is shown as a whole says that no file came with it.
    """
    if mail.kind is MailKind.FILE:
        return bool(mail.attachments)
    enough = {Outcome.ACCEPTED, Outcome.DUPLICATE, Outcome.NO_ATTACHMENT}
    return any(item.outcome in enough for item in mail.attachments)


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
    if outcome is Outcome.ACCEPTED or item.is_shown:
        document_id, inbox_id = _file(session, mail, item, place)
    if outcome is Outcome.ACCEPTED:
        if told := _came_before(session, inbox_id, place):
            outcome, detail = Outcome.DUPLICATE, told
        _keep_inside(session, inbox_id, item.inside, place)
    return LogEntry(
        key=f"{place.mail_id}/{place.receipt.delivery}/{place.position}",
        received_at=place.receipt.received_at,
        position=place.position,
        outcome=outcome,
        detail=detail,
        source_email=item.sender or mail.sender or place.receipt.source_email,
        source_subject=mail.subject,
        message_id=mail.message_id,
        original_name=item.name,
        mime_type=item.mime_type,
        size_bytes=len(item.content),
        sha256=item.sha256,
        document_id=document_id,
        inbox_id=inbox_id,
    )


def _came_before(session: Session, inbox_id: UUID | None, place: _Place) -> str | None:
    """What to say of a document that waited, or was decided, before this delivery."""
    item = session.exec(
        select(InboxItemRow.mail_id, InboxItemRow.status).where(
            col(InboxItemRow.tenant_id) == tenant_of(session), col(InboxItemRow.id) == inbox_id
        )
    ).one()
    owner, status = item
    if owner == place.mail_id and place.is_first:
        return None
    if status == InboxStatus.REJECTED:
        return _REJECTED_BEFORE
    return _SENT_BEFORE if owner == place.mail_id else _SEEN_BEFORE


def _file(session: Session, mail: Mail, item: Attachment, place: _Place) -> tuple[UUID, UUID]:
    """Document and its inbox item; what could not be opened waits there as unreadable."""
    tenant_id = tenant_of(session)
    new = NewDocument(
        sha256=item.sha256,
        mime_type=item.mime_type,
        original_name=item.name,
        size_bytes=len(item.content),
        source=place.receipt.channel.value,
    )
    document_id = documents.add(session, new, place.receipt.received_at)
    inbox_id = derived_id("inbox", tenant_id, item.sha256)
    values = {
        "tenant_id": tenant_id,
        "id": inbox_id,
        "document_id": document_id,
        "mail_id": place.mail_id,
        "status": InboxStatus.PROCESSING.value,
        "source_email": item.sender or mail.sender or place.receipt.source_email,
        "source_subject": mail.subject,
        "original_name": item.name,
        "notice": item.detail if item.is_shown else None,
        "created_at": place.receipt.received_at,
    }
    if item.is_statement:
        is_held = place.receipt.channel.is_mail
        values |= statement_item_store.announced(session, item.sha256, is_held=is_held)

    stored = session.execute(
        insert(InboxItemRow).values(values).on_conflict_do_nothing().returning(col(InboxItemRow.id))
    )
    if stored.first() is not None:
        audit.record(session, "inbox_item.received", "inbox_item", inbox_id)
        if item.is_shown:
            _show_unopened(session, inbox_id, document_id, place)
    return document_id, inbox_id


def _show_unopened(session: Session, inbox_id: UUID, document_id: UUID, place: _Place) -> None:
    """Let a file that was not opened wait for a person, with an empty reading."""
    failed = documents.Reading(failure=NOT_OPENED)
    at = place.receipt.received_at
    documents.keep_reading(session, document_id, NOT_OPENED, failed, at)
    review_store.check(session, inbox_id, at)


def _keep_inside(
    session: Session, inbox_id: UUID | None, inside: tuple[XmlAttachment, ...], place: _Place
) -> None:
    """Tie files that an e-invoice carries to its item; log what of them was not taken out."""
    for number, file in enumerate(inside, 1):
        if file.fault is None:
            _tie(session, inbox_id, number, file, place)
        else:
            entry = LogEntry(
                key=f"{place.mail_id}/{place.receipt.delivery}/{place.position}/{number}",
                received_at=place.receipt.received_at,
                position=place.position,
                outcome=Outcome.UNSUPPORTED_TYPE,
                detail=f"a file inside the e-invoice: {file.fault}",
                original_name=file.name or None,
                mime_type=file.mime_type,
                inbox_id=inbox_id,
            )
            log(session, entry)


def _tie(
    session: Session, inbox_id: UUID | None, number: int, file: XmlAttachment, place: _Place
) -> None:
    new = NewDocument(
        sha256=file.sha256,
        mime_type=file.mime_type,
        original_name=clean_name(file.name) or f"attachment-{number}",
        size_bytes=len(file.content),
        source="embedded",
    )
    values = {
        "tenant_id": tenant_of(session),
        "inbox_id": inbox_id,
        "document_id": documents.add(session, new, place.receipt.received_at),
        "position": number,
        "original_name": new.original_name,
    }
    session.execute(insert(InboxAttachmentRow).values(values).on_conflict_do_nothing())


def _waiting(session: Session, mail_id: UUID) -> Sequence[tuple[UUID, UUID, str]]:
    """Items that nobody has read yet, or that cannot be: their intake is started, or goes on."""
    found = session.exec(
        select(InboxItemRow.id, InboxItemRow.document_id, InboxItemRow.status)
        .where(
            col(InboxItemRow.tenant_id) == tenant_of(session),
            col(InboxItemRow.mail_id) == mail_id,
            or_(
                col(InboxItemRow.status) == InboxStatus.PROCESSING,
                and_(
                    col(InboxItemRow.status) == InboxStatus.PENDING,
                    col(InboxItemRow.notice).is_not(None),
                    col(InboxItemRow.statement_batch_id).is_(None),
                ),
            ),
        )
        .order_by(col(InboxItemRow.id))
    )
    return [(inbox_id, document_id, status) for inbox_id, document_id, status in found]
