"""Reads how far an import is, and what it asks."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from domain.banking.import_store import Imported, imported
from domain.banking.question_store import open_first
from domain.banking.rows import BankImportRow, BankQuestionRow
from domain.database.session import tenant_of
from domain.errors import NotFound

_MOST_QUESTIONS = 500


@dataclass(frozen=True, slots=True)
class ImportView:
    """One import with its first questions."""

    row: BankImportRow
    imported: Imported
    questions: tuple[BankQuestionRow, ...]


def state_of(session: Session, batch_id: UUID) -> str | None:
    """Whether an import is at work, done or refused; None when there is none."""
    row = session.get(BankImportRow, (tenant_of(session), batch_id), populate_existing=True)
    return row.state if row else None


def import_of(session: Session, batch_id: UUID) -> ImportView:
    """One import, or NOT_FOUND."""
    row = session.get(BankImportRow, (tenant_of(session), batch_id), populate_existing=True)
    if row is None:
        raise NotFound("There is no such import.")
    asked = open_first(session, batch_id, _MOST_QUESTIONS)
    return ImportView(row, imported(row), tuple(asked))
