"""Reads the audit log."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, tuple_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from domain.database.rows import AuditEventRow
from domain.database.session import tenant_of


@dataclass(frozen=True, slots=True)
class Event:
    """Who did what to what, when; `kind` tells people from services."""

    number: int
    occurred_at: datetime
    user_id: UUID | None
    kind: str
    surface: str
    action: str
    subject: str
    subject_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events; what is not named is not asked."""

    user_id: UUID | None = None
    action: str | None = None
    subject: str | None = None
    subject_id: str | None = None


def listed(
    session: Session, wanted: EventFilter, *, limit: int, offset: int
) -> tuple[list[Event], int]:
    """Events, the newest first, and how many there are in all."""
    row = AuditEventRow
    conditions = [row.tenant_id == tenant_of(session)]
    newest_first = col(row.number).desc()
    if wanted == EventFilter():
        # Events are numbered without a gap: the last number is how many there are.
        newest = select(func.coalesce(func.max(col(row.number)), 0)).where(*conditions)
        total = session.exec(newest).one()
        page = select(row).where(*conditions, col(row.number) <= total - offset)
        return _events(session, page.order_by(newest_first).limit(limit)), total
    for name in EventFilter.__slots__:
        value = getattr(wanted, name)
        if value is not None:
            conditions.append(getattr(row, name) == value)
    total = session.exec(select(func.count()).select_from(row).where(*conditions)).one()
    page = select(row).where(*conditions).order_by(newest_first).limit(limit).offset(offset)
    return _events(session, page), total


def _events(session: Session, page: SelectOfScalar[AuditEventRow]) -> list[Event]:
    return [_event(each) for each in session.exec(page)]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which events a person looks for; instants are half open, `is_refused` asks for attempts."""

    user_id: UUID | None = None
    by_service: bool = False
    subject: str | None = None
    subject_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    is_refused: bool = False


def page(
    session: Session, asked: Asked, *, limit: int, before: int | None = None
) -> tuple[list[Event], int | None]:
    """Events, the newest first, and the number before which more of them lie, if they do.

    Numbers only grow, so that what happens meanwhile never moves a page.
    """
    row = AuditEventRow
    conditions = [
        row.tenant_id == tenant_of(session),
        before is None or row.number < before,
        asked.user_id is None or row.user_id == asked.user_id,
        not asked.by_service or col(row.user_id).is_(None),
        asked.subject is None or row.subject == asked.subject,
        asked.subject_id is None or row.subject_id == asked.subject_id,
        asked.since is None or row.occurred_at >= asked.since,
        asked.until is None or row.occurred_at < asked.until,
        not asked.is_refused or col(row.after)["refused"].is_not(None),
    ]
    asked_for = [each for each in conditions if each is not True]
    query = select(row).where(*asked_for).order_by(col(row.number).desc()).limit(limit + 1)
    found = [_event(each) for each in session.exec(query)]
    return found[:limit], found[limit - 1].number if len(found) > limit else None


def of_subjects(
    session: Session, subjects: Collection[tuple[str, str]], *, limit: int
) -> list[Event]:
    """What happened to some things, in its order; the last of it where it is more."""
    row = AuditEventRow
    query = (
        select(row)
        .where(
            row.tenant_id == tenant_of(session),
            tuple_(col(row.subject), col(row.subject_id)).in_(list(subjects)),
        )
        .order_by(col(row.number).desc())
        .limit(limit)
    )
    return [_event(each) for each in session.exec(query)][::-1]


def last(session: Session, subject: str, subject_id: UUID) -> Event | None:
    """The last event about something."""
    row = AuditEventRow
    found = session.exec(
        select(row)
        .where(
            row.tenant_id == tenant_of(session),
            row.subject == subject,
            row.subject_id == str(subject_id),
        )
        .order_by(col(row.number).desc())
        .limit(1)
    ).first()
    return None if found is None else _event(found)


def _event(row: AuditEventRow) -> Event:
    return Event(*(getattr(row, name) for name in Event.__slots__))
