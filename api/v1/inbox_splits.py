"""How a file with several invoices becomes several documents: they arrive as the whole closes."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from starlette.concurrency import run_in_threadpool

from api.http.at_once import at_once
from api.http.dependencies import CallerDep, ReadDep
from api.http.uploads import BlobsDep
from api.schemas.inbox import ReceivedOut
from api.v1.inbox_uploads import InboxUploadsDep, KeptFile
from api.v1.intake_orders import IntakeOrdersDep, IntakesDep, check_document
from domain.documents import views as documents
from domain.formats import pdf_parts
from domain.intake import inbox_views
from domain.intake.arrival import Arrival, Channel, to_json
from domain.intake.inbox import InboxStatus
from domain.intake.splitting import Part, check_parts, part_name, reason_of


@dataclass(frozen=True, slots=True)
class InboxSplits:
    """Splits documents of the inbox of the caller's tenant."""

    caller: CallerDep
    blobs: BlobsDep
    read: ReadDep
    uploads: InboxUploadsDep
    orders: IntakeOrdersDep
    intakes: IntakesDep

    async def split(
        self, inbox_id: UUID, parts: Sequence[Part], left_out: Sequence[int]
    ) -> list[ReceivedOut]:
        """Close the whole, in one with which the parts arrive, and file them.

        What has arrived is filed even if nobody is left to do it here; who did not hear of it asks
        again.
        """
        item = await self.read.in_thread(inbox_views.item, inbox_id)
        check_document(item)
        cut = await run_in_threadpool(self._cut, item, parts, left_out)
        said = {"reason": reason_of(parts, left_out), "parts": to_json(cut)}
        await self.orders.on_item(inbox_id, self.intakes.reject, InboxStatus.REJECTED, said)
        kept = [KeptFile(each.original_name or "", each.sha256, each.received_at) for each in cut]
        told = await asyncio.gather(*map(self.uploads.file, kept))
        return [row for rows in told for row in rows]

    def _cut(
        self, item: inbox_views.InboxItem, parts: Sequence[Part], left_out: Sequence[int]
    ) -> list[Arrival]:
        """What is to arrive; the bytes lie in the object store."""
        tenant_id, at = self.caller.tenant_id, datetime.now(UTC)
        whole = self.read(documents.document, item.document_id)
        content = self.blobs.get(tenant_id, whole.sha256)
        check_parts(parts, left_out, pdf_parts.page_count(content))
        cut = pdf_parts.cut(content, [(part.first_page, part.last_page) for part in parts])
        return [
            Arrival(
                sha256=self.blobs.put(tenant_id, each),
                size_bytes=len(each),
                channel=Channel.UPLOAD,
                received_at=at,
                original_name=part_name(item.original_name, part),
                source_email=item.source_email,
            )
            for part, each in zip(parts, cut, strict=True)
        ]


InboxSplitsDep = Annotated[InboxSplits, at_once(InboxSplits)]
