"""What the import of a statement file asks for."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from uuid import UUID

from temporalio import activity

from domain.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFile:
    """A file in the object store, and the account that a person named for it, if one did."""

    tenant_id: UUID
    batch_id: UUID
    sha256: str
    actor: Actor
    bank_account_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOutcome:
    """How an import ended; the figures are in the books."""

    state: str
    rows: int


class StatementActivities(ABC):
    """What the import of a statement does to object store and database."""

    @abstractmethod
    @activity.defn(name="statements.import_file")
    def import_file(self, file: StatementFile) -> ImportOutcome:
        """Read and store a file piece by piece; repeated, go on where it stopped."""
