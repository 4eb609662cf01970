"""Workflow ids, task queues and search attributes.

Ids are business keys: a second start is the same process.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from temporalio.common import (
    Priority,
    SearchAttributeKey,
    SearchAttributePair,
    TypedSearchAttributes,
)

from domain.ids import derived_id

LEDGER_QUEUE = "ledger"
DOCUMENTS_QUEUE = "documents"
_URGENT = 1  # of 1 to 5; what says nothing has 3

TENANT = SearchAttributeKey.for_keyword("BelegflussTenant")
PROCESS = SearchAttributeKey.for_keyword("BelegflussProcess")
STAGE = SearchAttributeKey.for_keyword("BelegflussStage")
DOCUMENT = SearchAttributeKey.for_keyword("BelegflussDocument")
STUCK_SINCE = SearchAttributeKey.for_datetime("BelegflussStuckSince")
STUCK_BY = SearchAttributeKey.for_keyword("BelegflussStuckBy")
SEARCH_ATTRIBUTES = (TENANT, PROCESS, STAGE, DOCUMENT, STUCK_SINCE, STUCK_BY)
"""Registered at start-up; they hold ids, states, classes of errors and instants only."""


class Process(StrEnum):
    """The kinds of process, as the search attribute and the first part of the id name them."""

    MAIL = "mail"
    INTAKE = "intake"
    READING = "reading"
    MAILBOX = "mailbox"
    PAYMENT_RUN = "payment-run"
    PERIOD_LOCK = "period-lock"
    STATEMENT = "statement"
    LETTER = "letter"
    DUNNING = "dunning"


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

    @property
    def priority(self) -> Priority:
        """Whose turn it is: where many wait, tenants take turns, if the server is told to do so."""
        return Priority(fairness_key=str(self.tenant_id))

    @property
    def urgent(self) -> Priority:
        """Before all that waits without a person who looks at it: on every server."""
        return replace(self.priority, priority_key=_URGENT)

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


def mailbox_id(tenant_id: UUID, mailbox: UUID) -> ProcessId:
    """Id of the polling of one mailbox, and of its schedule."""
    return ProcessId(Process.MAILBOX, tenant_id, str(mailbox))


def intake_id(tenant_id: UUID, inbox_id: UUID) -> ProcessId:
    """Id of the way of one document into the books."""
    return ProcessId(Process.INTAKE, tenant_id, str(inbox_id))


def reading_id(tenant_id: UUID, document_id: UUID, key: str) -> ProcessId:
    """Id of one reading of a document that somebody asked for."""
    return ProcessId(Process.READING, tenant_id, f"{document_id}/{derived_id(key)}")


def payment_run_id(tenant_id: UUID, run_id: UUID) -> ProcessId:
    """Id of a payment run."""
    return ProcessId(Process.PAYMENT_RUN, tenant_id, str(run_id))


def statement_import_id(tenant_id: UUID, batch_id: UUID) -> ProcessId:
    """Id of the import of one statement file."""
    return ProcessId(Process.STATEMENT, tenant_id, str(batch_id))


def period_lock_id(tenant_id: UUID, period: str) -> ProcessId:
    """Id of the lock of a period; at most one is at work."""
    return ProcessId(Process.PERIOD_LOCK, tenant_id, period)


def letter_id(tenant_id: UUID, kind: str, letter: UUID) -> ProcessId:
    """Id of one letter to one person."""
    return ProcessId(Process.LETTER, tenant_id, f"{kind}/{letter}")


def dunning_id(tenant_id: UUID, customer_id: UUID) -> ProcessId:
    """Id of the dunning of one debtor."""
    return ProcessId(Process.DUNNING, tenant_id, str(customer_id))
