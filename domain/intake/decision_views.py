"""Reads what the policy said of cases."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import Session, col, select

from domain.approvals.decisions import MAIL_READING, DocumentFacts, Outcome
from domain.approvals.simulate import Recorded
from domain.database.plain import TENANT, is_among, rows_among
from domain.database.session import tenant_of
from domain.intake.rows import CaseDecisionRow


@dataclass(frozen=True, slots=True)
class CaseDecision:
    """A decision: by which version, from which facts, with which reasons."""

    policy_version: int
    outcome: str
    is_posted: bool
    reasons: list[Any]
    inputs: dict[str, Any]
    decided_at: datetime


def decisions(session: Session, case_ids: Collection[UUID]) -> dict[UUID, CaseDecision]:
    """The last decision on each of some cases; one on which a case was posted stays its last."""
    rows = rows_among(session, _decisions_query(), case_ids)
    return {row[0]: CaseDecision(*row[1:]) for row in rows}


@cache
def _decisions_query() -> Any:
    row = CaseDecisionRow
    asked: Any = (getattr(row, name) for name in ("case_id", *CaseDecision.__slots__))
    return (
        sqlalchemy.select(*asked)
        .where(col(row.tenant_id) == TENANT, is_among(col(row.case_id)))
        .order_by(col(row.is_posted), col(row.decided_at))
    )


@dataclass(frozen=True, slots=True)
class LastWord:
    """The last word on an open case: it needs no person, or none once its mail is read."""

    may_post: bool = False
    awaits_mail: bool = False


def last_word(session: Session, case_id: UUID) -> LastWord:
    """Whether the last word on an open case was that it needs no person, or none but for a time."""
    found = decisions(session, [case_id]).get(case_id)
    if found is None or found.is_posted:
        return LastWord()
    reasons = [each["code"] for each in found.reasons]
    return LastWord(found.outcome == Outcome.TOUCHLESS, reasons == [MAIL_READING])


def recorded(session: Session, last: int) -> list[Recorded]:
    """Facts of the documents that were judged last, in the order in which they were."""
    newest = (
        select(CaseDecisionRow)
        .where(CaseDecisionRow.tenant_id == tenant_of(session), ~col(CaseDecisionRow.is_posted))
        .ext(distinct_on(col(CaseDecisionRow.case_id)))
        .order_by(col(CaseDecisionRow.case_id), col(CaseDecisionRow.decided_at).desc())
        .subquery()
    )
    rows = session.execute(
        select(newest.c.case_id, newest.c.inputs)
        .order_by(newest.c.decided_at.desc(), newest.c.id)
        .limit(last)
    ).all()
    return [Recorded(case_id, DocumentFacts.from_json(inputs)) for case_id, inputs in rows[::-1]]
