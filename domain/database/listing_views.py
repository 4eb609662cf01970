"""Finds how long a list is and where a page of it begins, by the numbers of rows of its days.

A list of ten years has some hundred months, and a month has some thirty days: to add up their
numbers takes no time, where walking to the page would take as many steps as rows lie before it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    SelectBase,
    Text,
    Uuid,
    cast,
    column,
    func,
    select,
    text,
    true,
)
from sqlmodel import Session

from domain.database.plain import rows_of
from domain.database.session import tenant_of

Days: TypeAlias = SelectBase
"""A query of `day` and `rows`; a day may come more than once, and rows be taken away."""

_DAY = timedelta(days=1)
_OF_LIST = """
    x.tenant_id = :tenant AND x.list = :list
    AND (CAST(:parts AS text[]) IS NULL OR x.part = ANY (:parts))
    AND (CAST(:scope AS uuid) IS NULL OR x.scope = :scope)
"""
_MONTH = "CAST(date_trunc('month', x.day) AS date)"
_MONTHS = f"""
    SELECT x.month, x.scope, x.part, x.rows FROM list_month x WHERE {_OF_LIST}
    UNION ALL
    SELECT {_MONTH}, x.scope, x.part, x.rows FROM list_change x WHERE {_OF_LIST}
"""  # noqa: S608 (our own text)
_DAYS = text(f"""
    SELECT x.day, x.rows FROM list_count x WHERE {_OF_LIST}
    UNION ALL
    SELECT x.day, x.rows FROM list_change x WHERE {_OF_LIST}
""").columns(column("day", Date), column("rows", BigInteger))  # noqa: S608 (our own text)
_TOTAL = text(f"SELECT CAST(coalesce(sum(rows), 0) AS bigint) FROM ({_MONTHS}) x")  # noqa: S608
_BY_SCOPE = text(f"SELECT x.scope, x.part, sum(x.rows) AS rows FROM ({_MONTHS}) x GROUP BY 1, 2")  # noqa: S608
# The month of a page by the sums of months, then its day by the sums of that month's days.
_PLACE = f"""
    WITH months AS MATERIALIZED ({_MONTHS}),
    month AS (
        SELECT month, upto - rows AS before, upto FROM (
            SELECT month, sum(rows) AS rows, sum(sum(rows)) OVER (ORDER BY month {{order}}) AS upto
            FROM months GROUP BY month) x
        WHERE upto - rows <= :offset AND upto > :offset),
    days AS (
        SELECT c.day, c.rows
        FROM (SELECT DISTINCT s.month, s.scope, s.part FROM months s JOIN month USING (month)) m
        CROSS JOIN LATERAL (
            SELECT x.day, x.rows FROM list_count x
            WHERE x.tenant_id = :tenant AND x.list = :list AND x.scope = m.scope
              AND x.part = m.part AND x.day >= m.month AND x.day < m.month + interval '1 month'
            OFFSET 0) c
        UNION ALL
        SELECT x.day, x.rows FROM list_change x JOIN month m ON {_MONTH} = m.month
        WHERE {_OF_LIST}),
    day AS (
        SELECT day, upto - rows AS before, upto FROM (
            SELECT day, sum(rows) AS rows, sum(sum(rows)) OVER (ORDER BY day {{order}}) AS upto
            FROM days GROUP BY day) x)
    SELECT CAST((SELECT coalesce(sum(rows), 0) FROM months) AS bigint) AS total, d.day,
        CAST(:offset - m.before - d.before AS bigint) AS skipped
    FROM (SELECT 1) one
    LEFT JOIN month m ON true
    LEFT JOIN day d ON d.before <= :offset - m.before AND d.upto > :offset - m.before
"""  # noqa: S608 (our own text)
_DOWN, _UP = text(_PLACE.format(order="DESC")), text(_PLACE.format(order=""))


@dataclass(frozen=True, slots=True)
class Counted:
    """The numbers of a list, by the name of its table; of all parts and scopes, or of these."""

    list: str
    parts: Sequence[str] = ()
    scope: UUID | None = None

    def days(self, session: Session, first: date | None = None, last: date | None = None) -> Days:
        """The numbers of its days, or of those from the first to the last."""
        each = _DAYS.bindparams(**self.named(session)).subquery()
        return select(each.c.day, each.c.rows).where(
            each.c.day >= first if first else true(), each.c.day <= last if last else true()
        )

    def named(self, session: Session) -> Mapping[str, Any]:
        """What the queries call it."""
        return {
            "tenant": tenant_of(session),
            "list": self.list,
            "parts": list(self.parts) or None,
            "scope": self.scope,
        }


@dataclass(frozen=True, slots=True)
class Place:
    """How long a list is, and where a page begins: on `day`, after `skipped` of its rows.

    Without a day the page begins with the list, or behind its end.
    """

    total: int
    day: date | None
    skipped: int

    @property
    def is_beyond(self) -> bool:
        """Whether the list has ended before the page."""
        return self.day is None and self.skipped >= self.total

    def days_down(self, column: Any) -> ColumnElement[bool]:
        """The rows of a list with the latest day first, from the day of the page on."""
        return true() if self.day is None else column <= self.day

    @property
    def until(self) -> datetime | None:
        """The instant at which the day of the page has ended; None where it begins the list."""
        return None if self.day is None else _midnight(self.day + _DAY)

    @property
    def since(self) -> datetime | None:
        """The instant at which the day of the page begins; None where it begins the list."""
        return None if self.day is None else _midnight(self.day)

    def instants_down(self, column: Any) -> ColumnElement[bool]:
        """The rows of a list with the latest instant first, from the day of the page on."""
        return true() if self.day is None else column < _midnight(self.day + _DAY)

    def instants_up(self, column: Any) -> ColumnElement[bool]:
        """The rows of a list with the earliest instant first, from the day of the page on."""
        return true() if self.day is None else column >= _midnight(self.day)


def by_scope(session: Session, name: str) -> Days:
    """How many rows a list has by scope and part."""
    query = _BY_SCOPE.bindparams(**Counted(name).named(session))
    return query.columns(column("scope", Uuid), column("part", Text), column("rows", BigInteger))


def place(session: Session, counted: Counted, offset: int, *, is_upwards: bool = False) -> Place:
    """Where a page begins that far behind the beginning of a list; the latest day comes first.

    `is_upwards` says that the earliest does.
    """
    named = counted.named(session)
    if not offset:
        return Place(rows_of(session, _TOTAL, **named)[0][0], None, 0)
    query = _UP if is_upwards else _DOWN
    (found,) = rows_of(session, query, **named, offset=offset)
    return Place(found.total, found.day, offset if found.day is None else found.skipped)


def place_among(session: Session, numbers: Days, offset: int) -> Place:
    """Where a page begins in a list of which the numbers of days are asked for."""
    each = numbers.subquery()
    rows = func.sum(each.c.rows)
    if not offset:
        length = cast(func.coalesce(rows, 0), BigInteger)
        return Place(session.scalars(select(length)).one(), None, 0)
    days = select(each.c.day, rows.label("rows")).group_by(each.c.day).subquery()
    upto = func.sum(days.c.rows).over(order_by=days.c.day.desc())
    placed = select(
        days.c.day,
        (upto - days.c.rows).label("before"),
        upto.label("upto"),
        func.sum(days.c.rows).over().label("total"),
    ).subquery()
    # The day of the page, or any one where the list has ended before: it knows the length.
    is_here = (placed.c.before <= offset) & (placed.c.upto > offset)
    found = session.execute(
        select(placed, is_here.label("is_here")).order_by(is_here.desc()).limit(1)
    ).one_or_none()
    total = int(found.total) if found else 0
    if found is None or not found.is_here:
        return Place(total, None, offset)
    return Place(total, found.day, offset - int(found.before))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
