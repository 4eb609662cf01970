"""Collects the approvals that a policy asks for, of one version of one thing."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from domain.approvals import views
from domain.approvals.decisions import ApproverNotEntitled, Need, check_entitled, needed
from domain.approvals.rows import ApprovalRow
from domain.approvals.views import InForce
from domain.database import audit
from domain.database.plain import store
from domain.database.session import actor_of, tenant_of
from domain.errors import SelfApprovalDenied
from domain.ids import derived_id


@dataclass(frozen=True, slots=True)
class Subject:
    """What is approved: a case or a run, as it was seen."""

    kind: str
    id: UUID
    version: int = 1


def agree(session: Session, subject: Subject, need: Need, force: InForce, at: datetime) -> bool:
    """Note the actor's approval, and say whether there are enough now.

    The caller holds the row of the subject. Raises ApproverNotEntitled for whom the policy does
    not ask, SelfApprovalDenied for whoever has approved this version before.
    """
    actor = actor_of(session)
    if actor.kind != "person" or actor.user_id is None:
        raise ApproverNotEntitled
    check_entitled(force.policy, need, actor.user_id, force.people, force.day)
    before = [
        each.user_id
        for each in views.given(session, subject.kind, [subject.id]).get(subject.id, [])
        if each.version == subject.version
    ]
    if actor.user_id in before:
        raise SelfApprovalDenied("You have approved this; the next approval is another person's.")
    _keep(session, subject, actor.user_id, force, at)
    wanted = needed(need, may_alone=force.may_alone)
    if len(before) + 1 < wanted:
        facts: dict[str, object] = {
            "given": len(before) + 1,
            "needed": wanted,
            "version": subject.version,
            "policy_version": force.policy.version,
        }
        audit.record(session, f"{subject.kind}.agreed", subject.kind, subject.id, after=facts)
        return False
    return True


def _keep(session: Session, subject: Subject, user_id: UUID, force: InForce, at: datetime) -> None:
    named = (tenant_of(session), subject.kind, subject.id, subject.version, user_id)
    store(
        session,
        ApprovalRow,
        {
            "tenant_id": tenant_of(session),
            "id": derived_id("approval", *named),
            "subject": subject.kind,
            "subject_id": subject.id,
            "version": subject.version,
            "user_id": user_id,
            "policy_version": force.policy.version,
            "created_at": at,
        },
    )
