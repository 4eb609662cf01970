"""Dunning on PostgreSQL: one transaction a step; letters are drawn and kept in the object store."""

from sqlalchemy import Engine
from sqlmodel import Session
from temporalio import activity

from activities.commands import answered_once
from domain.actor import Actor
from domain.database.blobs import Blobs
from domain.database.session import read_session, write_session
from domain.documents import store as documents
from domain.documents.store import NewDocument
from domain.formats.printing import pdf_of
from domain.receivables import dunning_store as store
from domain.receivables import dunning_views as views
from domain.receivables.dunning import DebtorState, NoticeNotProposed, NoticeOutdated
from domain.receivables.dunning_letter import page_of
from workflows.dunning.steps import DunningActivities, LookStep, NoticeStep, ReleaseStep

_ACTOR = Actor.system("workflow")


class PostgresDunning(DunningActivities):
    """Moves letters to debtors through the database."""

    def __init__(self, engine: Engine, blobs: Blobs) -> None:
        self._engine = engine
        self._blobs = blobs

    @activity.defn(name="dunning.look", no_thread_cancel_exception=True)
    def look(self, step: LookStep) -> DebtorState:
        """Look at a debtor; repeated, it changes nothing."""
        with write_session(self._engine, step.tenant_id, _ACTOR) as session:
            return store.look(session, step.customer_id, step.at)

    @activity.defn(name="dunning.draw", no_thread_cancel_exception=True)
    def draw(self, step: NoticeStep) -> None:
        """Make the PDF; repeated, the first one stays."""
        with read_session(self._engine, step.tenant_id) as session:
            letter = views.letter(session, step.notice_id)
        content = pdf_of(page_of(letter))
        new = NewDocument(
            sha256=self._blobs.put(step.tenant_id, content),
            mime_type="application/pdf",
            original_name=f"dunning-{letter.day}-{letter.level}.pdf",
            size_bytes=len(content),
            source="dunning",
        )
        with write_session(self._engine, step.tenant_id, _ACTOR) as session:
            document_id = documents.add(session, new, step.at)
            store.drawn(session, step.notice_id, document_id)

    @activity.defn(name="dunning.release", no_thread_cancel_exception=True)
    def release(self, step: ReleaseStep) -> DebtorState:
        """Release a letter; repeated, answer as the first time."""

        def act(session: Session) -> DebtorState:
            return store.release(session, step.notice_id, step.at)

        return answered_once(self._engine, step.command, "dunning.release", DebtorState, act)

    @activity.defn(name="dunning.release_by_policy", no_thread_cancel_exception=True)
    def release_by_policy(self, step: NoticeStep) -> DebtorState:
        """Release a letter; one that is decided or outdated is only looked at."""
        try:
            with write_session(self._engine, step.tenant_id, _ACTOR) as session:
                return store.release(session, step.notice_id, step.at)
        except (NoticeNotProposed, NoticeOutdated):
            with write_session(self._engine, step.tenant_id, _ACTOR) as session:
                customer_id = views.notice(session, step.notice_id).notice.customer_id
                return store.look(session, customer_id, step.at)
