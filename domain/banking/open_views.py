"""Reads what of the bank is open: imports that are to go on."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, select

from domain.banking.rows import BankImportRow
from domain.database.session import tenant_of


@dataclass(frozen=True, slots=True)
class OpenImport:
    """A file that is not imported to its end."""

    batch_id: UUID
    sha256: str
    bank_account_id: UUID | None


def open_imports(session: Session) -> list[OpenImport]:
    """Imports of files that are at work, or should be."""
    query = select(BankImportRow).where(
        BankImportRow.tenant_id == tenant_of(session),
        BankImportRow.state == "importing",
        BankImportRow.source == "file",
    )
    return [
        OpenImport(row.id, row.sha256, row.bank_account_id)
        for row in session.exec(query)
        if row.sha256
    ]
