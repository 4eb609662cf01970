"""How a file with several invoices becomes several documents: kept first, then the whole closes."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from starlette.concurrency import run_in_threadpool

from api.http.at_once import at_once
from api.http.dependencies import CallerDep, EngineDep, ReadDep
from api.http.uploads import BlobsDep
from api.schemas.inbox import ReceivedOut
from api.v1.inbox_uploads import InboxUploadsDep, KeptFile
from api.v1.intake_orders import IntakeOrdersDep, IntakesDep
from domain.database.session import write_session
from domain.documents import views as documents
from domain.errors import DomainError
from domain.formats import pdf_parts
from domain.intake import arrival_store, inbox, inbox_views
from domain.intake.arrival import Arrival, Channel
from domain.intake.inbox import InboxStatus
from domain.intake.splitting import Part, check_parts, part_name, reason_of


@dataclass(frozen=True, slots=True)
class InboxSplits:
    """Splits documents of the inbox of the caller's tenant."""

    caller: CallerDep
    engine: EngineDep
    blobs: BlobsDep
    read: ReadDep
    uploads: InboxUploadsDep
    orders: IntakeOrdersDep
    intakes: IntakesDep

    async def split(
        self, inbox_id: UUID, parts: Sequence[Part], left_out: Sequence[int]
    ) -> list[ReceivedOut]:
        """Keep each part as an arrival of its own, close the whole, and file the parts.

        What is kept is filed even if nobody is left to do it here. Where somebody has decided the
        whole meanwhile, the parts are dropped, and the refusal says so.
        """
        item = await self.read.in_thread(inbox_views.item, inbox_id)
        inbox.check_open(InboxStatus(item.status))
        kept = await run_in_threadpool(self._keep, item, parts, left_out)
        try:
            said = {"reason": reason_of(parts, left_out)}
            await self.orders.on_item(inbox_id, self.intakes.reject, InboxStatus.REJECTED, said)
        except DomainError:
            await run_in_threadpool(self._drop, kept)
            raise
        told = await asyncio.gather(*map(self.uploads.file, kept))
        return [row for rows in told for row in rows]

    def _keep(
        self, item: inbox_views.InboxItem, parts: Sequence[Part], left_out: Sequence[int]
    ) -> list[KeptFile]:
        tenant_id, at = self.caller.tenant_id, datetime.now(UTC)
        whole = self.read(documents.document, item.document_id)
        content = self.blobs.get(tenant_id, whole.sha256)
        check_parts(parts, left_out, pdf_parts.page_count(content))
        cut = pdf_parts.cut(content, [(part.first_page, part.last_page) for part in parts])
        names = [part_name(item.original_name, part) for part in parts]
        kept = [
            KeptFile(name, self.blobs.put(tenant_id, each), at)
            for name, each in zip(names, cut, strict=True)
        ]
        with write_session(self.engine, tenant_id, self.caller.actor) as session:
            for file, each in zip(kept, cut, strict=True):
                arrival = Arrival(
                    sha256=file.sha256,
                    size_bytes=len(each),
                    channel=Channel.UPLOAD,
                    received_at=at,
                    original_name=file.name,
                    source_email=item.source_email,
                )
                arrival_store.keep(session, arrival)
        return kept

    def _drop(self, kept: Sequence[KeptFile]) -> None:
        with write_session(self.engine, self.caller.tenant_id, self.caller.actor) as session:
            for file in kept:
                arrival_store.split(session, file.sha256, file.received_at)


InboxSplitsDep = Annotated[InboxSplits, at_once(InboxSplits)]
