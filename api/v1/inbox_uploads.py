"""How files reach the inbox over HTTP: kept first, then taken apart by the process of a mail."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from api.http.at_once import at_once
from api.http.dependencies import CallerDep, EngineDep, ReadDep, TemporalDep
from api.http.uploads import BlobsDep
from api.schemas.inbox import ReceivedOut, UploadedOut
from domain.database.session import write_session
from domain.errors import InvalidInput
from domain.formats.mail import DOCUMENTS, clean_name
from domain.intake import arrival_store, ingestion_views
from domain.intake.arrival import Arrival, Channel, arrival_id
from workflows.mail_ingestion.client import Mails

PATIENCE = timedelta(seconds=8)
"""How long an answer waits for the files to be taken apart; they are kept, whatever it says."""


def mail_sender(temporal: TemporalDep) -> Mails:
    """Make the sender to the ingestion."""
    return Mails(temporal)


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that is stored and has its row."""

    name: str
    sha256: str
    received_at: datetime


class InboxUploads:
    """Takes files for the inbox of the caller's tenant."""

    def __init__(
        self,
        caller: CallerDep,
        engine: EngineDep,
        blobs: BlobsDep,
        read: ReadDep,
        mails: Annotated[Mails, at_once(mail_sender)],
    ) -> None:
        self._caller = caller
        self._engine = engine
        self._blobs = blobs
        self._read = read
        self._mails = mails

    async def take(self, files: Sequence[UploadFile]) -> UploadedOut:
        """Keep every file before the first is opened, then tell what became of each."""
        if not 1 <= len(files) <= DOCUMENTS:
            raise InvalidInput("/files", f"between 1 and {DOCUMENTS} files are taken at once")
        kept = [await run_in_threadpool(self._keep, file) for file in files]
        told = await asyncio.gather(*map(self.file, kept))
        return UploadedOut(documents=[row for rows in told for row in rows])

    def _keep(self, file: UploadFile) -> KeptFile:
        content = file.file.read()
        tenant_id, at = self._caller.tenant_id, datetime.now(UTC)
        name = clean_name(file.filename or "") or "document"
        arrival = Arrival(
            sha256=self._blobs.put(tenant_id, content),
            size_bytes=len(content),
            channel=Channel.UPLOAD,
            received_at=at,
            original_name=name,
        )
        with write_session(self._engine, tenant_id, self._caller.actor) as session:
            arrival_store.keep(session, arrival)
        return KeptFile(name, arrival.sha256, at)

    async def file(self, kept: KeptFile) -> list[ReceivedOut]:
        """Have what is kept taken apart, and tell what became of it as far as it is known."""
        tenant_id = self._caller.tenant_id
        delivery = await self._mails.file(tenant_id, kept.sha256, kept.received_at, PATIENCE)
        if delivery is None:
            kept_id = arrival_id(tenant_id, kept.sha256)
            waiting = await self._read.in_thread(ingestion_views.arrived, kept_id)
            return [ReceivedOut.of(kept.name, waiting)]
        rows = await self._read.in_thread(ingestion_views.left_by, kept.sha256, delivery)
        return [ReceivedOut.of(kept.name, row) for row in rows]


InboxUploadsDep = Annotated[InboxUploads, at_once(InboxUploads)]
