"""Asks by a statement that was built once, and takes rows as they come: no objects of the session.

To build a statement of classes, and an object for each row, takes the processor longer than all
else that a page of fifty rows costs.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Executable, Insert, Uuid, any_, bindparam, cast, insert
from sqlalchemy.types import NullType
from sqlmodel import Session

from domain.database.among import array
from domain.database.session import tenant_of
from domain.database.table import Table

TENANT = bindparam("tenant", type_=Uuid())
"""The tenant of the session."""


def rows_of(session: Session, query: Executable, **named: Any) -> Sequence[Any]:
    """Rows of a statement, after what the session would store before it asks."""
    if session.autoflush:
        session.flush()
    known: Mapping[str, Any] = {"tenant": tenant_of(session), **named}
    return session.connection().execute(query, known).all()


def store(session: Session, kind: type[Table], *rows: Mapping[str, Any]) -> None:
    """Store rows that have the same columns, after what the session would store before them."""
    if session.autoflush:
        session.flush()
    session.connection().execute(_insert(kind), rows)


@cache
def _insert(kind: type[Table]) -> Insert:
    return insert(kind.__table__)  # type: ignore[attr-defined]


def rows_among(
    session: Session, query: Executable, ids: Iterable[UUID], **named: Any
) -> Sequence[Any]:
    """Rows of a statement that says `is_among(...)`."""
    return rows_of(session, query, ids=array(ids), **named)


def is_among(column: Any) -> ColumnElement[bool]:
    """Whether a column is one of the ids that `rows_among` is given."""
    given = bindparam("ids", type_=NullType())
    found: ColumnElement[bool] = column == any_(cast(given, ARRAY(Uuid)))
    return found
