"""Reads approval policies, and who of the tenant they can be about."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy
from sqlalchemy import Date, DateTime, Text, and_, bindparam, case, cast, func, or_, true
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from domain.access.rows import TenantRow, UserRow
from domain.access.scope import allows, scopes_of_role
from domain.access.views import left_lately, may_decide
from domain.approvals.decisions import is_entitled
from domain.approvals.policy import DEFAULT, ApprovalPolicy, Approvers
from domain.approvals.rows import ApprovalPolicyRow, ApprovalRow
from domain.database.plain import TENANT, is_among, rows_among, rows_of
from domain.database.session import tenant_of
from domain.dates import COUNTRIES, zone_of

_VERSION: Any = (
    ApprovalPolicyRow.body, ApprovalPolicyRow.created_by, ApprovalPolicyRow.created_at
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """A policy, and who made it when; nobody made the first one."""

    policy: ApprovalPolicy
    created_by: UUID | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class InForce:
    """The policy of a day, and the people who may decide, with their roles.

    `has_left_lately` tells that somebody else decided until some days ago.
    """

    policy: ApprovalPolicy
    people: Mapping[UUID, str]
    day: date
    has_left_lately: bool = False

    @property
    def may_alone(self) -> bool:
        """Whether the only person of a tenant may approve what they asked for."""
        is_alone = len(self.people) == 1 and not self.has_left_lately
        return self.policy.alone_may_approve and is_alone

    def readers(self, approvers: Approvers, scope: str) -> list[UUID]:
        """Those of the named people who may do something about it."""
        return [
            user_id
            for user_id, role in self.people.items()
            if allows(scopes_of_role(role), scope)
            and is_entitled(self.policy, approvers, user_id, self.people, self.day)
        ]


@dataclass(frozen=True, slots=True)
class Given:
    """One approval."""

    user_id: UUID
    version: int
    policy_version: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Approvals:
    """Who has approved something as it is now, and how many are needed."""

    needed: int
    by: tuple[UUID, ...] = ()

    @property
    def given(self) -> int:
        """How many there are."""
        return len(self.by)


def in_force(session: Session, at: datetime) -> InForce:
    """What decides at an instant, on the day that it is where the tenant is."""
    return _in_force(session, at)


def in_force_now(session: Session) -> InForce:
    """What decides while the transaction runs."""
    return _in_force(session, None)


def _in_force(session: Session, at: datetime | None) -> InForce:
    rows = rows_of(session, _in_force_query(), at=at)
    day, body, *_ = rows[0]
    people = {user_id: role for *_, user_id, role, is_gone in rows if user_id and not is_gone}
    has_left = any(is_gone for *_, is_gone in rows)
    policy = DEFAULT if body is None else ApprovalPolicy.from_json(json.loads(body))
    return InForce(policy, people, day, has_left)


@cache
def _in_force_query() -> Any:
    """Day, policy and people; the policy comes as text, for it is the same in every row."""
    at: Any = func.coalesce(bindparam("at", type_=DateTime(timezone=True)), func.now())
    zone = case({name: zone_of(name) for name in COUNTRIES}, value=col(TenantRow.country))
    day = sqlalchemy.select(cast(func.timezone(zone, at), Date).label("day")).lateral("day")
    newest = (
        sqlalchemy.select(cast(col(ApprovalPolicyRow.body), Text).label("body"))
        .where(
            col(ApprovalPolicyRow.tenant_id) == TENANT,
            col(ApprovalPolicyRow.body)["valid_from"].as_string() <= cast(day.c.day, Text),
        )
        .order_by(col(ApprovalPolicyRow.version).desc())
        .limit(1)
        .lateral("newest")
    )
    asked: Any = (day.c.day, newest.c.body, UserRow.id, UserRow.role, left_lately())
    return (
        sqlalchemy.select(*asked)
        .select_from(TenantRow)
        .join(day, true())
        .join(newest, true(), isouter=True)
        .join(
            UserRow,
            and_(col(UserRow.tenant_id) == TenantRow.id, or_(may_decide(), left_lately())),
            isouter=True,
        )
        .where(col(TenantRow.id) == TENANT)
    )


def given(session: Session, subject: str, ids: Collection[UUID]) -> dict[UUID, list[Given]]:
    """Approvals of cases or runs, each in the order they were given."""
    found: dict[UUID, list[Given]] = {}
    if not ids:
        return found
    for row in rows_among(session, _given_query(), ids, subject=subject):
        found.setdefault(row[0], []).append(Given(*row[1:]))
    return found


@cache
def _given_query() -> Any:
    row = ApprovalRow
    asked: Any = (getattr(row, name) for name in ("subject_id", *Given.__slots__))
    return (
        sqlalchemy.select(*asked)
        .where(
            col(row.tenant_id) == TENANT,
            col(row.subject) == bindparam("subject"),
            is_among(col(row.subject_id)),
        )
        .order_by(col(row.created_at), col(row.id))
    )


def versions(session: Session, *, limit: int, offset: int) -> tuple[list[PolicyVersion], int]:
    """Versions, the newest first, and how many there are; the last is what holds without any."""
    mine = ApprovalPolicyRow.tenant_id == tenant_of(session)
    stored = session.exec(select(func.count()).select_from(ApprovalPolicyRow).where(mine)).one()
    rows = session.exec(_newest_first(session).limit(limit).offset(offset))
    found = list(map(_version, rows))
    if offset <= stored < offset + limit:
        found.append(PolicyVersion(DEFAULT))
    return found, stored + 1


def current(session: Session, day: date) -> PolicyVersion:
    """The newest version that is in force on a day."""
    rows = rows_of(session, _current_query(), day=day.isoformat())
    return _version(rows[0]) if rows else PolicyVersion(DEFAULT)


@cache
def _current_query() -> Any:
    return (
        sqlalchemy.select(*_VERSION)
        .where(
            col(ApprovalPolicyRow.tenant_id) == TENANT,
            col(ApprovalPolicyRow.body)["valid_from"].as_string() <= bindparam("day"),
        )
        .order_by(col(ApprovalPolicyRow.version).desc())
        .limit(1)
    )


def newest(session: Session) -> PolicyVersion:
    """The newest version, in force or not yet."""
    row = session.exec(_newest_first(session)).first()
    return PolicyVersion(DEFAULT) if row is None else _version(row)


def roles(session: Session) -> dict[UUID, str]:
    """Roles of the people of the tenant who may decide, by their id."""
    rows = session.exec(
        select(UserRow.id, UserRow.role).where(
            UserRow.tenant_id == tenant_of(session), may_decide()
        )
    )
    return dict(rows.all())


def _newest_first(session: Session) -> SelectOfScalar[ApprovalPolicyRow]:
    return (
        select(ApprovalPolicyRow)
        .where(ApprovalPolicyRow.tenant_id == tenant_of(session))
        .order_by(col(ApprovalPolicyRow.version).desc())
    )


def _version(row: Any) -> PolicyVersion:
    return PolicyVersion(ApprovalPolicy.from_json(dict(row.body)), row.created_by, row.created_at)
