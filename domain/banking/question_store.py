"""Entries of which no rule can know whether they are new: a person says it, once."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

import orjson
from sqlmodel import Session, col, select

from domain.banking import import_store
from domain.banking.import_store import ImportedRows
from domain.banking.rows import BankImportRow, BankQuestionRow
from domain.database import audit
from domain.database.session import actor_of, tenant_of
from domain.errors import Conflict, NotFound


class AnsweredAlready(Conflict):
    """Somebody has said before whether the row is new."""

    def __init__(self, row: int, answer: str) -> None:
        super().__init__("The question is answered already.", row=row, answer=answer)


def questions(session: Session, batch_id: UUID) -> list[BankQuestionRow]:
    """Questions of an import, by row."""
    query = select(BankQuestionRow).where(
        BankQuestionRow.tenant_id == tenant_of(session), BankQuestionRow.batch_id == batch_id
    )
    return list(session.exec(query.order_by(col(BankQuestionRow.position))))


def open_first(session: Session, batch_id: UUID, most: int) -> list[BankQuestionRow]:
    """Questions of an import by row, those that wait for an answer before all others."""
    waits = col(BankQuestionRow.answer).is_(None)
    query = select(BankQuestionRow).where(
        BankQuestionRow.tenant_id == tenant_of(session), BankQuestionRow.batch_id == batch_id
    )
    return list(
        session.exec(query.order_by(waits.desc(), col(BankQuestionRow.position)).limit(most))
    )


def answer(session: Session, batch_id: UUID, answers: Mapping[int, bool]) -> None:
    """Say of rows whether they are new; new ones are stored. Raises NotFound, AnsweredAlready."""
    batch = session.get(BankImportRow, (tenant_of(session), batch_id), with_for_update=True)
    asked = {each.position: each for each in questions(session, batch_id)}
    for position, is_new in sorted(answers.items()):
        question = asked.get(position)
        if batch is None or question is None:
            raise NotFound("Nothing is asked about this row.", row=position)
        if question.answer is not None:
            raise AnsweredAlready(position, question.answer)
        _answer(session, batch, question, is_new=is_new)


def _answer(
    session: Session, batch: BankImportRow, question: BankQuestionRow, *, is_new: bool
) -> None:
    question.answer = "new" if is_new else "known"
    question.answered_by = actor_of(session).user_id
    question.answered_at = datetime.now(UTC)
    count = len(question.rows)
    batch.undecided -= count
    if is_new:
        batch.imported += count
        batch.skipped_duplicates -= count
        rows = ImportedRows(
            batch_id=question.batch_id,
            account_id=question.bank_account_id,
            statement_id=question.statement_id,
            key=f"answer/{question.position}",
            rows=[orjson.dumps(each) for each in question.rows],
            references=[(kind, value) for kind, value in question.references],
        )
        import_store.store_rows(session, rows)
    session.flush()
    audit.record(
        session,
        "bank_question.answered",
        "bank_import",
        question.batch_id,
        after={"row": question.position, "answer": question.answer},
    )
