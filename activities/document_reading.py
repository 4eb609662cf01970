"""Reading of documents: bytes from the object store, a subprocess, and what it found."""

from dataclasses import replace

from sqlalchemy import Engine
from temporalio import activity
from temporalio.exceptions import CancelledError

from activities.recognition import recognise
from domain.actor import Actor
from domain.database.blobs import Blobs
from domain.database.session import read_session, write_session
from domain.documents import store as documents
from domain.documents import views
from domain.documents.store import Reading
from domain.documents.views import Document
from domain.errors import DomainError, Unavailable
from domain.intake import ingestion_store
from domain.intake.assessment_store import proposed_invoice, vendor_of
from domain.intake.extraction import Extraction
from domain.intake.learned import contradicted, keeping_blocks
from domain.intake.two_readings import SecondEngine
from domain.intake.vendor_views import own_party
from domain.payables import learned_value_views
from domain.reading.limits import READING_UNFINISHED, OcrFailed
from domain.reading.origin import OwnParty
from domain.reading.places import Place
from workflows.document_reading.steps import (
    ReadingActivities,
    ReadResult,
    ReadStep,
    UnreadableActivities,
)

_UNFINISHED = "the reader of the document was interrupted again and again; have it read once more"
_UNFIT = "what was read breaks the rules that it is checked by"


class SubprocessReading(ReadingActivities):
    """Reads each document in a process of its own; what it refuses is kept as the outcome."""

    def __init__(self, engine: Engine, blobs: Blobs, second: SecondEngine) -> None:
        self._engine = engine
        self._blobs = blobs
        self._second = second

    @activity.defn(name="intake.read", no_thread_cancel_exception=True)
    def read(self, step: ReadStep) -> ReadResult:
        """Read a document; under the same key it is read once."""
        with read_session(self._engine, step.tenant_id) as session:
            version = documents.version_of(session, step.document_id, step.key)
            if version is not None:
                known = views.extraction(session, step.document_id, version)
                return ReadResult(version=version, failure=known.failure if known else None)
            document = views.document(session, step.document_id)
            own = own_party(session)
        try:
            found = self._recognise(step, document, own)
        except Unavailable:
            raise
        except DomainError as refusal:
            return keep_failure(self._engine, step, refusal.code, refusal.message)
        with write_session(self._engine, step.tenant_id, Actor.system("workflow")) as session:
            version = documents.keep_reading(session, step.document_id, step.key, found, step.at)
        return ReadResult(version=version)

    def _recognise(self, step: ReadStep, document: Document, own: OwnParty) -> Reading:
        activity.heartbeat("fetching")
        data = self._blobs.get(step.tenant_id, document.sha256)
        activity.heartbeat("reading")
        read = self._read(data, document, own)
        taught = self._taught(step, read)
        if taught:
            activity.heartbeat("reading as learned")
            again = self._read(data, document, replace(own, places=taught))
            read = keeping_blocks(read, again)
        fields = read.to_json()
        raw_text = fields.pop("raw_markdown")
        return Reading(fields=fields, raw_text=raw_text)

    def _read(self, data: bytes, document: Document, own: OwnParty) -> Extraction:
        return recognise(
            data, document.mime_type, own, second=self._second, on_page=_told
        ).extraction

    def _taught(self, step: ReadStep, read: Extraction) -> dict[str, Place]:
        """Places where people found other values of this vendor than the ones just read."""
        if not any(read.alternatives.values()):
            return {}
        with read_session(self._engine, step.tenant_id) as session:
            vendor_id = vendor_of(session, proposed_invoice(read)).vendor_id
            return contradicted(read, learned_value_views.places(session, vendor_id))


def _told(number: int, count: int) -> None:
    """Tell that a page was read. Raises CancelledError where nobody waits for the others."""
    activity.heartbeat(number, count)
    if activity.is_cancelled():
        raise CancelledError("Nobody waits for this reading any more.")


class PostgresUnreadable(UnreadableActivities):
    """Keeps what became of documents whose reader never answered."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @activity.defn(name="intake.give_up", no_thread_cancel_exception=True)
    def give_up(self, step: ReadStep) -> ReadResult:
        """Store that nothing usable was read; repeated, find the first note."""
        code, reason = (
            (OcrFailed.code, _UNFIT) if step.is_unfit else (READING_UNFINISHED, _UNFINISHED)
        )
        return keep_failure(self._engine, step, code, reason)


def keep_failure(engine: Engine, step: ReadStep, code: str, message: str) -> ReadResult:
    """Keep why a document could not be read, and say so in the ingestion log."""
    with write_session(engine, step.tenant_id, Actor.system("workflow")) as session:
        failed = Reading(failure=code)
        version = documents.keep_reading(session, step.document_id, step.key, failed, step.at)
        if step.inbox_id is not None:
            ingestion_store.log_unreadable(
                session,
                step.inbox_id,
                f"{step.document_id}/{version}",
                f"{code}: {message}",
                step.at,
            )
    return ReadResult(version=version, failure=code)
