"""The ingestion of mail on the object store and PostgreSQL."""

from sqlalchemy import Engine
from temporalio import activity

from activities.stubs.mail import FiledDocument, FiledMail, MailActivities, SplitMail
from domain.access.actor import Actor
from domain.formats import mail
from domain.store import ingestion
from domain.store.blobs import Blobs
from domain.store.transaction import transaction


class PostgresMail(MailActivities):
    """Splits mail: bytes into the object store first, then all rows in one transaction."""

    def __init__(self, engine: Engine, blobs: Blobs) -> None:
        self._engine = engine
        self._blobs = blobs

    @activity.defn(name="mail.split", no_thread_cancel_exception=True)
    def split(self, step: SplitMail) -> FiledMail:
        """Store every document of a mail; repeated, find what is there."""
        raw = self._blobs.get(step.tenant_id, step.sha256)
        read = mail.read(raw)
        for document in read.documents:
            self._blobs.put(step.tenant_id, document.content)
        receipt = ingestion.Receipt(
            sha256=step.sha256,
            size_bytes=len(raw),
            received_at=step.received_at,
            delivery=step.delivery,
        )
        with transaction(self._engine, step.tenant_id, Actor.system("mail")) as session:
            filed = ingestion.file_mail(session, read, receipt)
        return FiledMail(
            documents=tuple(
                FiledDocument(inbox_id=inbox_id, document_id=document_id)
                for inbox_id, document_id in filed.waiting
            ),
            logged=filed.logged,
        )
