"""Writes approval policies: each change is a new version."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import text
from sqlmodel import Session

from domain.approvals import views
from domain.approvals.policy import ApprovalPolicy
from domain.approvals.rows import ApprovalPolicyRow
from domain.approvals.views import PolicyVersion
from domain.database import audit
from domain.database.session import actor_of, tenant_of
from domain.errors import InvalidInput, Stale

_QUEUE = text("SELECT pg_advisory_xact_lock(hashtextextended('approval-policy/' || :tenant, 0))")


class PolicyChanged(Stale):
    """Somebody made another version of the policy meanwhile."""

    def __init__(self, version: int) -> None:
        super().__init__(
            f"The policy is version {version}; look at it and decide again.", version=version
        )


def change(
    session: Session, policy: ApprovalPolicy, seen: int, today: date, at: datetime
) -> PolicyVersion:
    """Store the next version; `seen` is the one that its author looked at.

    Raises PolicyChanged for a version that is not the newest, InvalidInput for people who are
    not of the tenant and for a day in the past: what was decided stays decided.
    """
    session.execute(_QUEUE, {"tenant": str(tenant_of(session))})
    before = views.newest(session).policy
    if seen != before.version:
        raise PolicyChanged(before.version)
    _check(session, policy, today)
    made = replace(policy, version=before.version + 1)
    row = ApprovalPolicyRow(
        tenant_id=tenant_of(session),
        version=made.version,
        body=made.to_json(),
        created_by=actor_of(session).user_id,
        created_at=at,
    )
    session.add(row)
    audit.record(
        session,
        "approval_policy.changed",
        "approval_policy",
        made.version,
        before=before.to_json(),
        after=made.to_json(),
    )
    return PolicyVersion(made, row.created_by, at)


def _check(session: Session, policy: ApprovalPolicy, today: date) -> None:
    if policy.valid_from < today:
        raise InvalidInput("/valid_from", "lies in the past")
    strangers = sorted(map(str, policy.people - set(views.roles(session))))
    if strangers:
        raise InvalidInput("", f"names people who cannot decide here: {', '.join(strangers)}")
