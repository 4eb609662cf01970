"""Reading of documents: bytes from the object store, a subprocess, and what it found."""

from sqlalchemy import Engine
from temporalio import activity

from activities.recognition import recognise
from activities.stubs.intake import ReadingActivities, ReadResult, ReadStep
from domain.access.actor import Actor
from domain.errors import DomainError, Unavailable
from domain.reading.origin import OwnParty
from domain.store import documents, ingestion
from domain.store.blobs import Blobs
from domain.store.documents import Reading
from domain.store.transaction import reading, transaction
from domain.views import documents as views
from domain.views.documents import Document
from domain.views.vendor_directory import own_party


class SubprocessReading(ReadingActivities):
    """Reads each document in a process of its own; what it refuses is kept as the outcome."""

    def __init__(self, engine: Engine, blobs: Blobs) -> None:
        self._engine = engine
        self._blobs = blobs

    @activity.defn(name="intake.read")
    def read(self, step: ReadStep) -> ReadResult:
        """Read a document; under the same key it is read once."""
        with reading(self._engine, step.tenant_id) as session:
            version = documents.version_of(session, step.document_id, step.key)
            if version is not None:
                known = views.extraction(session, step.document_id, version)
                return ReadResult(version=version, failure=known.failure if known else None)
            document = views.document(session, step.document_id)
            own = own_party(session)
        try:
            found = self._recognised(step, document, own)
        except Unavailable:
            raise
        except DomainError as refusal:
            return keep_failure(self._engine, step, refusal.code, refusal.message)
        with transaction(self._engine, step.tenant_id, Actor.system("workflow")) as session:
            version = documents.keep_reading(session, step.document_id, step.key, found, step.at)
        return ReadResult(version=version)

    def _recognised(self, step: ReadStep, document: Document, own: OwnParty) -> Reading:
        activity.heartbeat("fetching")
        data = self._blobs.get(step.tenant_id, document.sha256)
        activity.heartbeat("reading")
        found = recognise(data, document.mime_type, own, on_page=activity.heartbeat)
        fields = found.extraction.to_json()
        raw_text = fields.pop("raw_markdown")
        return Reading(fields=fields, raw_text=raw_text)


def keep_failure(engine: Engine, step: ReadStep, code: str, message: str) -> ReadResult:
    """Keep why a document could not be read, and say so in the ingestion log."""
    with transaction(engine, step.tenant_id, Actor.system("workflow")) as session:
        failed = Reading(failure=code)
        version = documents.keep_reading(session, step.document_id, step.key, failed, step.at)
        if step.inbox_id is not None:
            ingestion.log_unreadable(
                session,
                step.inbox_id,
                f"{step.document_id}/{version}",
                f"{code}: {message}",
                step.at,
            )
    return ReadResult(version=version, failure=code)
