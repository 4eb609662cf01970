"""The ingestion of mail on the object store and PostgreSQL."""

from datetime import UTC, datetime

from sqlalchemy import Engine
from temporalio import activity

from activities.room import Room
from domain.actor import Actor
from domain.database.blobs import Blobs
from domain.database.session import read_session, write_session
from domain.formats import mail
from domain.formats.mail import Mail, Outcome
from domain.intake import arrival_store, ingestion_store
from domain.intake.arrival import Arrival, Channel
from workflows.mail_ingestion.steps import (
    FiledDocument,
    FiledMail,
    FiledStatement,
    MailActivities,
    SplitMail,
)

ROOM = 30 * 1024 * 1024
"""Bytes of mails that a worker takes apart at once: each takes some six times of that in memory."""


class PostgresMail(MailActivities):
    """Splits what arrived: bytes into the object store first, then all rows in one transaction."""

    def __init__(self, engine: Engine, blobs: Blobs) -> None:
        self._engine = engine
        self._blobs = blobs
        self._room = Room(ROOM)

    @activity.defn(name="mail.split", no_thread_cancel_exception=True)
    def split(self, step: SplitMail) -> FiledMail:
        """Store every document of a mail; repeated, find what is there."""
        with read_session(self._engine, step.tenant_id) as session:
            arrival = arrival_store.found(session, step.sha256)
        with self._room.taken(arrival.size_bytes if arrival else ROOM):
            return self._split(step, arrival)

    def _split(self, step: SplitMail, arrival: Arrival | None) -> FiledMail:
        raw = self._blobs.get(step.tenant_id, step.sha256)
        read = _read(arrival, raw)
        self._keep(step, read)
        receipt = ingestion_store.Receipt(
            sha256=step.sha256,
            size_bytes=len(raw),
            received_at=step.received_at,
            delivery=step.delivery,
            at=datetime.now(UTC),
            channel=arrival.channel if arrival else Channel.MAIL,
            source_email=arrival.source_email if arrival else None,
        )
        with write_session(self._engine, step.tenant_id, Actor.system("mail")) as session:
            filed = ingestion_store.file_mail(session, read, receipt)
        return FiledMail(
            documents=tuple(
                FiledDocument(
                    inbox_id=inbox_id,
                    document_id=document_id,
                    is_unopened=inbox_id in filed.unopened,
                )
                for inbox_id, document_id in filed.waiting
            ),
            logged=filed.logged,
            statements=tuple(
                FiledStatement(batch_id=batch_id, sha256=sha256)
                for batch_id, sha256 in filed.statements
            ),
        )

    def _keep(self, step: SplitMail, read: Mail) -> None:
        """Store the bytes of all that gets a row of its own."""
        for item in read.attachments:
            if item.outcome is Outcome.ACCEPTED or item.is_shown:
                self._blobs.put(step.tenant_id, item.content)
            for file in item.inside:
                if file.fault is None:
                    self._blobs.put(step.tenant_id, file.content)


def _read(arrival: Arrival | None, raw: bytes) -> Mail:
    if arrival is None or arrival.channel.is_mail:
        return mail.read(raw)
    return mail.read_file(arrival.original_name, raw)
