"""Reads what people said on a case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from domain.access import views as access
from domain.database.session import tenant_of
from domain.errors import NotFound
from domain.intake.rows import CaseCommentRow, ReviewCaseRow


@dataclass(frozen=True, slots=True)
class Named:
    """One of the people of a tenant, by name."""

    user_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class CaseComment:
    """What somebody said, and to whom a letter went."""

    id: UUID
    review_case_id: UUID
    author_id: UUID
    author_name: str
    text: str
    mentions: tuple[Named, ...]
    created_at: datetime


def comments(
    session: Session, case_id: UUID, *, limit: int, offset: int
) -> tuple[list[CaseComment], int]:
    """What was said on a case, the first first, and how much that is. Raises NotFound."""
    row, tenant = CaseCommentRow, tenant_of(session)
    if session.get(ReviewCaseRow, (tenant, case_id)) is None:
        raise NotFound("There is no such review case.")
    own = (row.tenant_id == tenant, row.case_id == case_id)
    total = session.exec(select(func.count()).select_from(row).where(*own)).one()
    query = select(row).where(*own).order_by(col(row.created_at), col(row.id))
    return _shown(session, session.exec(query.limit(limit).offset(offset)).all()), total


def latest(session: Session, case_id: UUID, most: int) -> tuple[list[CaseComment], int]:
    """The last comments of a case in their order, and how many there are in all."""
    row = CaseCommentRow
    query = (
        select(row, func.count().over())
        .where(row.tenant_id == tenant_of(session), row.case_id == case_id)
        .order_by(col(row.created_at).desc(), col(row.id).desc())
        .limit(most)
    )
    found = session.exec(query).all()
    return _shown(session, [each for each, _ in found][::-1]), found[0][1] if found else 0


def comment(session: Session, comment_id: UUID) -> CaseComment:
    """One comment. Raises NotFound."""
    row = session.get(CaseCommentRow, (tenant_of(session), comment_id))
    if row is None:
        raise NotFound("There is no such comment.")
    return _shown(session, [row])[0]


def text_of(session: Session, comment_id: UUID) -> str:
    """The words of a comment, for the letter about it."""
    return session.get_one(CaseCommentRow, (tenant_of(session), comment_id)).text


def _shown(session: Session, rows: Sequence[CaseCommentRow]) -> list[CaseComment]:
    names = access.names(session) if rows else {}
    return [_comment(row, names) for row in rows]


def _comment(row: CaseCommentRow, names: Mapping[UUID, str]) -> CaseComment:
    return CaseComment(
        row.id,
        row.case_id,
        row.author_id,
        names[row.author_id],
        row.text,
        tuple(Named(each, names[each]) for each in row.mentions),
        row.created_at,
    )
