"""Workflow ids, task queues and search attributes.

Ids are business keys: a second start is the same process.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from domain.ids import derived_id

LEDGER_QUEUE = "ledger"
DOCUMENTS_QUEUE = "documents"

TENANT = SearchAttributeKey.for_keyword("BelegflussTenant")
PROCESS = SearchAttributeKey.for_keyword("BelegflussProcess")
STAGE = SearchAttributeKey.for_keyword("BelegflussStage")
DOCUMENT = SearchAttributeKey.for_keyword("BelegflussDocument")
SEARCH_ATTRIBUTES = (TENANT, PROCESS, STAGE, DOCUMENT)
"""Registered at start-up; all of type Keyword, holding ids and states only."""


class Process(StrEnum):
    """The kinds of process, as the search attribute and the first part of the id name them."""

    MAIL = "mail"
    INTAKE = "intake"
    READING = "reading"
    PAYMENT_RUN = "payment-run"
    PERIOD_LOCK = "period-lock"


@dataclass(frozen=True, slots=True)
class ProcessId:
    """Which process of which tenant.

    >>> str(ProcessId(Process.PERIOD_LOCK, UUID(int=0), "2026-03"))
    'period-lock/00000000-0000-0000-0000-000000000000/2026-03'
    """

    process: Process
    tenant_id: UUID
    key: str

    def __str__(self) -> str:
        return f"{self.process}/{self.tenant_id}/{self.key}"

    def search_attributes(
        self, stage: str, document_id: UUID | None = None
    ) -> TypedSearchAttributes:
        """Attributes at the start of the process."""
        pairs = [
            SearchAttributePair(TENANT, str(self.tenant_id)),
            SearchAttributePair(PROCESS, str(self.process)),
            SearchAttributePair(STAGE, stage),
        ]
        if document_id:
            pairs.append(SearchAttributePair(DOCUMENT, str(document_id)))
        return TypedSearchAttributes(pairs)


def mail_id(tenant_id: UUID, sha256: str) -> ProcessId:
    """Id of the ingestion of one raw message."""
    return ProcessId(Process.MAIL, tenant_id, sha256)


def intake_id(tenant_id: UUID, inbox_id: UUID) -> ProcessId:
    """Id of the way of one document into the books."""
    return ProcessId(Process.INTAKE, tenant_id, str(inbox_id))


def reading_id(tenant_id: UUID, document_id: UUID, key: str) -> ProcessId:
    """Id of one reading of a document that somebody asked for."""
    return ProcessId(Process.READING, tenant_id, f"{document_id}/{derived_id(key)}")


def payment_run_id(tenant_id: UUID, run_id: UUID) -> ProcessId:
    """Id of a payment run."""
    return ProcessId(Process.PAYMENT_RUN, tenant_id, str(run_id))


def period_lock_id(tenant_id: UUID, period: str) -> ProcessId:
    """Id of the lock of a period; at most one is at work."""
    return ProcessId(Process.PERIOD_LOCK, tenant_id, period)
