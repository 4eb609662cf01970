"""One message on its way in: who gets it, and what is kept of it before the sender hears 250."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from domain.access.actor import Actor
from domain.errors import DomainError
from domain.formats.mail import Outcome
from domain.store import ingestion
from domain.store.blobs import Blobs
from domain.store.ingestion import LogEntry
from domain.store.storable import storable
from domain.store.transaction import transaction
from domain.views import inboxes
from workflows.clients.mails import Mails

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

    async def owner_of(self, address: str) -> UUID | None:
        """Tenant of an address of our domain; None for every other. Raises NotNow."""
        local_part, _, domain = address.rpartition("@")
        if domain.lower() != self.domain.lower() or not local_part.isprintable():
            return None
        try:
            return await asyncio.to_thread(inboxes.owner_of, self.engine, local_part)
        except SQLAlchemyError as error:
            log.warning("the database does not answer", error=type(error).__name__)
            raise NotNow from error

    async def keep(self, tenants: Iterable[UUID], raw: bytes) -> None:
        """Store a message for each tenant and start its ingestion. Raises NotNow."""
        received_at = datetime.now(UTC)
        for tenant_id in tenants:
            try:
                sha256 = await asyncio.to_thread(self.blobs.put, tenant_id, raw)
                await self.mails.ingest(tenant_id, sha256, received_at)
            except DomainError as error:
                log.warning("message deferred", tenant=str(tenant_id), code=error.code)
                raise NotNow from error

    async def note(
        self, tenants: Iterable[UUID], outcome: Outcome, detail: str, sender: str | None
    ) -> None:
        """Log what was refused, where a tenant is known. A log that is away stops no mail."""
        at, sender = datetime.now(UTC), storable(sender)
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
        with transaction(self.engine, tenant_id, Actor.system("mail")) as session:
            ingestion.log(session, entry)
