"""One message on its way in: who gets it, and what is kept of it before the sender hears 250."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import structlog
from opentelemetry.trace import NoOpTracer, SpanKind, Tracer
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from domain.access import address_views
from domain.actor import Actor
from domain.database.blobs import Blobs
from domain.database.pg_text import pg_text
from domain.database.session import write_session
from domain.errors import DomainError
from domain.formats.mail import Outcome
from domain.intake import arrival_store, ingestion_store
from domain.intake.arrival import Arrival, Channel
from domain.intake.ingestion_store import LogEntry
from workflows.mail_ingestion.client import Mails

log = structlog.get_logger("mailroom")


class NotNow(Exception):
    """A part that is needed is away: the sender is to try again."""


@dataclass(frozen=True, slots=True)
class Postbox:
    """Keeps messages for tenants and starts their ingestion."""

    engine: Engine
    blobs: Blobs
    mails: Mails
    domain: str
    tracer: Tracer = field(default_factory=NoOpTracer)

    async def owner_of(self, address: str) -> UUID | None:
        """Tenant of an address of our domain; None for every other. Raises NotNow."""
        local_part, _, domain = address.rpartition("@")
        if domain.lower() != self.domain.lower() or not local_part.isprintable():
            return None
        try:
            return await asyncio.to_thread(address_views.owner_of, self.engine, local_part)
        except SQLAlchemyError as error:
            log.warning("the database does not answer", error=type(error).__name__)
            raise NotNow from error

    async def keep(self, tenants: Iterable[UUID], raw: bytes, sender: str | None = None) -> None:
        """Store a message for each tenant, with its row, and start its ingestion. Raises NotNow."""
        with self.tracer.start_as_current_span("SMTP DATA", kind=SpanKind.SERVER):
            await self._keep(tenants, raw, sender)

    async def _keep(self, tenants: Iterable[UUID], raw: bytes, sender: str | None) -> None:
        received_at = datetime.now(UTC)
        for tenant_id in tenants:
            try:
                sha256 = await asyncio.to_thread(self._store, tenant_id, raw, received_at, sender)
                await self.mails.ingest(tenant_id, sha256, received_at)
            except DomainError as error:
                log.warning("message deferred", tenant=str(tenant_id), code=error.code)
                raise NotNow from error
            except SQLAlchemyError as error:
                log.warning("the database does not answer", error=type(error).__name__)
                raise NotNow from error

    def _store(self, tenant_id: UUID, raw: bytes, at: datetime, sender: str | None) -> str:
        """Bytes first, then the row that names them: what is told as taken is never lost.

        Temporal may lose its store; whoever resumes finds the row.
        """
        sha256 = self.blobs.put(tenant_id, raw)
        arrival = Arrival(
            sha256=sha256,
            size_bytes=len(raw),
            channel=Channel.MAIL,
            received_at=at,
            source_email=sender,
        )
        with write_session(self.engine, tenant_id, Actor.system("mail")) as session:
            arrival_store.keep(session, arrival)
        return sha256

    async def note(
        self, tenants: Iterable[UUID], outcome: Outcome, detail: str, sender: str | None
    ) -> None:
        """Log what was refused, where a tenant is known. A log that is away stops no mail."""
        at, sender = datetime.now(UTC), pg_text(sender)
        for tenant_id in tenants:
            entry = LogEntry(
                key=f"{outcome}/{sender}/{at.isoformat()}",
                received_at=at,
                outcome=outcome,
                detail=detail,
                source_email=sender,
            )
            try:
                await asyncio.to_thread(self._log, tenant_id, entry)
            except SQLAlchemyError as error:
                log.warning("refusal not logged", error=type(error).__name__)

    def _log(self, tenant_id: UUID, entry: LogEntry) -> None:
        with write_session(self.engine, tenant_id, Actor.system("mail")) as session:
            ingestion_store.log(session, entry)
