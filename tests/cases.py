"""Review cases by the stores alone, where no process and no reader is needed."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.database.session import tenant_of
from domain.documents import store as documents
from domain.formats.mail import Attachment, Mail, MailKind
from domain.intake import ingestion_store, review_store

AT = datetime(2026, 1, 2, tzinfo=UTC)


def a_case(session: Session, number: int = 0, content: bytes | None = None) -> UUID:
    """A case in exception: a document that came by mail and that nobody could read."""
    held = content or b"%%PDF-%d" % number
    item = Attachment("a.pdf", "application/pdf", held, sender="a@b.example")
    mail = Mail(MailKind.ORDINARY, "a@b.example", "Rechnung", None, (), (item,))
    receipt = ingestion_store.Receipt(
        sha256=item.sha256, size_bytes=1, received_at=AT, delivery="first"
    )
    ((inbox_id, document_id),) = ingestion_store.file_mail(session, mail, receipt).waiting
    documents.keep_reading(session, document_id, "first", documents.Reading(failure="X"), AT)
    review_store.match(session, inbox_id)
    review_store.check(session, inbox_id, AT)
    query = text("SELECT id FROM review_case WHERE tenant_id = :tenant AND inbox_id = :inbox")
    found: UUID = session.execute(
        query, {"tenant": tenant_of(session), "inbox": inbox_id}
    ).scalar_one()
    return found
