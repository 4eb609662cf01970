"""The way of a document into the books, on PostgreSQL."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session
from temporalio import activity

from activities.commands import answered_once, ordered
from domain.actor import Actor
from domain.approvals import views as policies
from domain.database.idempotency import first_answer, keep_answer
from domain.database.session import read_session, write_session
from domain.errors import StepBroke
from domain.intake import approval_store, arrival, arrival_store, decision_views, review_store
from domain.intake.case_finding import FindingsOpen
from domain.intake.case_store import Held, held, input_of
from domain.intake.inbox import InboxStatus
from domain.intake.posting import PostingRefused
from domain.intake.review import CaseChanged, InvoiceDuplicateSuspected, ReviewState
from domain.intake.review_store import Rejection
from workflows.document_intake.steps import (
    CaseStep,
    Failing,
    FailureStep,
    IntakeActivities,
    IntakeStatus,
    IntakeStep,
    Stage,
)

_REFUSED = "intake.post.refused"


class PostgresIntake(IntakeActivities):
    """Moves documents through the database, one transaction a step."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @activity.defn(name="intake.look", no_thread_cancel_exception=True)
    def look(self, step: IntakeStep) -> IntakeStatus:
        """Where the document stands."""
        with read_session(self._engine, step.tenant_id) as session:
            return _patient(session, held(session, step.inbox_id, claim=False), step.at)

    @activity.defn(name="intake.match", no_thread_cancel_exception=True)
    def match(self, step: IntakeStep) -> None:
        """Find the vendor; repeated, find it again."""
        with write_session(self._engine, step.tenant_id, Actor.system("workflow")) as session:
            review_store.match(session, step.inbox_id)

    @activity.defn(name="intake.check", no_thread_cancel_exception=True)
    def check(self, step: IntakeStep) -> IntakeStatus:
        """Open the review case, once for an item, or bring it up to the latest reading."""
        with write_session(self._engine, step.tenant_id, Actor.system("workflow")) as session:
            found = review_store.check(session, step.inbox_id, step.at, is_first=step.is_first)
            status = _patient(session, found, step.at)
            if status.stage is not Stage.IN_REVIEW or status.case_id is None:
                return status
            said = decision_views.last_word(session, status.case_id)
            return replace(status, may_post=said.may_post, awaits_mail=said.awaits_mail)

    @activity.defn(name="intake.amend", no_thread_cancel_exception=True)
    def amend(self, step: CaseStep) -> IntakeStatus:
        """Correct the case; repeated, answer as the first time."""

        def act(session: Session) -> Held:
            changes = input_of(session, step.input_id, step.inbox_id)
            return review_store.amend(
                session, step.inbox_id, changes, step.at, expected=step.version
            )

        return self._once(step, "intake.amend", act)

    @activity.defn(name="intake.post", no_thread_cancel_exception=True)
    def post(self, step: CaseStep) -> IntakeStatus:
        """Approve the case; repeated, answer as the first time.

        What the books refuse is kept with the case in a second transaction, and told. That makes a
        version of it, which is no change by others to the order that is repeated because nobody
        heard of the refusal.
        """
        try:
            return self._posted(step, step.version)
        except CaseChanged:
            with self._afterwards(step) as session:
                own = _own_version(session, step)
            if own is None:
                raise
            return self._posted(step, own)

    @activity.defn(name="intake.post_by_policy", no_thread_cancel_exception=True)
    def post_by_policy(self, step: IntakeStep) -> IntakeStatus:
        """Post by the policy; repeated, find it posted. What the books refuse waits."""
        actor = Actor.system("workflow")
        try:
            with write_session(self._engine, step.tenant_id, actor) as session:
                found = approval_store.approve_by_policy(session, step.inbox_id, step.at)
                status = _patient(session, found, step.at)
                if status.stage is not Stage.IN_REVIEW or status.case_id is None:
                    return status
                said = decision_views.last_word(session, status.case_id)
                return replace(status, awaits_mail=said.awaits_mail)
        except PostingRefused as refused:
            with write_session(self._engine, step.tenant_id, actor) as session:
                found = approval_store.posting_failed(
                    session, step.inbox_id, refused.refusal, step.at
                )
                return _patient(session, found, step.at)

    @activity.defn(name="intake.reject", no_thread_cancel_exception=True)
    def reject(self, step: CaseStep) -> IntakeStatus:
        """Reject the document; repeated, answer as the first time.

        Where it is split, its parts arrive in the same transaction: none without the other.
        """

        def act(session: Session) -> Held:
            said = input_of(session, step.input_id, step.inbox_id)
            rejection = Rejection(said.get("reason"), step.version, step.at_inbox)
            found = review_store.reject(session, step.inbox_id, rejection, step.at)
            for part in arrival.from_json(said.get("parts", [])):
                arrival_store.keep(session, part)
            return found

        return self._once(step, "intake.reject", act)

    @activity.defn(name="intake.confirm", no_thread_cancel_exception=True)
    def confirm(self, step: CaseStep) -> IntakeStatus:
        """Confirm the document; repeated, answer as the first time."""
        return self._once(
            step,
            "intake.confirm",
            lambda session: review_store.confirm(session, step.inbox_id, step.at),
        )

    @activity.defn(name="intake.remind", no_thread_cancel_exception=True)
    def remind(self, step: IntakeStep) -> IntakeStatus:
        """Note that the case waits."""
        with write_session(self._engine, step.tenant_id, Actor.system("workflow")) as session:
            return _patient(session, review_store.remind(session, step.inbox_id, step.at), step.at)

    @activity.defn(name="intake.note_failure", no_thread_cancel_exception=True)
    def note_failure(self, step: FailureStep) -> IntakeStatus:
        """Keep what broke; repeated, keep it again. What was decided meanwhile stays decided."""
        actor = step.command.actor if step.command else Actor.system("workflow")
        with ordered(self._engine, step.tenant_id, actor) as session:
            if step.during is Failing.CHECK:
                found = review_store.check_broke(session, step.inbox_id, step.kind, step.at)
            else:
                broke = StepBroke(step.kind)
                found = approval_store.posting_failed(session, step.inbox_id, broke, step.at)
            return status_of(found)

    def _posted(self, step: CaseStep, version: int | None) -> IntakeStatus:
        def act(session: Session) -> Held:
            return approval_store.approve(session, step.inbox_id, step.at, expected=version)

        try:
            return self._once(step, "intake.post", act)
        except PostingRefused as refused:
            with self._afterwards(step) as session:
                if _own_version(session, step) is None:
                    error = refused.refusal
                    found = approval_store.posting_failed(session, step.inbox_id, error, step.at)
                    _keep_version(session, step, found)
            raise refused.refusal from None
        except (InvoiceDuplicateSuspected, FindingsOpen):
            with self._afterwards(step) as session:
                found = review_store.refresh(session, step.inbox_id, step.at)
                _keep_version(session, step, found)
            raise

    def _once(self, step: CaseStep, name: str, act: Callable[[Session], Held]) -> IntakeStatus:
        return answered_once(
            self._engine, step.command, name, IntakeStatus, lambda session: status_of(act(session))
        )

    def _afterwards(self, step: CaseStep) -> AbstractContextManager[Session]:
        return ordered(self._engine, step.command.tenant_id, step.command.actor)


def _own_version(session: Session, step: CaseStep) -> int | None:
    """The version that the first refusal of this order has made of the one that it is for."""
    command = step.command
    said = first_answer(session, _REFUSED, command.key, command.request_hash)
    if said is None or said["of"] != step.version:
        return None
    made: int = said["made"]
    return made


def _keep_version(session: Session, step: CaseStep, found: Held) -> None:
    command, case = step.command, found.case
    if case is not None and step.version is not None:
        said = {"of": step.version, "made": case.version}
        keep_answer(session, _REFUSED, command.key, command.request_hash, said)


def _patient(session: Session, found: Held, at: datetime) -> IntakeStatus:
    """Where an item stands, and how long the policy waits before people are reminded."""
    days = policies.in_force(session, at).policy.deadlines.reminder_days
    return replace(status_of(found), patience_days=days)


def status_of(found: Held) -> IntakeStatus:
    """Where an item stands, in ids and states only."""
    case = found.case
    return IntakeStatus(
        stage=stage_of(found),
        case_id=case.id if case else None,
        queue_state=case.queue_state if case else None,
        invoice_id=case.invoice_id if case else None,
        intent_id=case.intent_id if case else None,
    )


def stage_of(found: Held) -> Stage:
    """Stage that the states of item and case add up to."""
    case = found.case
    if found.status is InboxStatus.REJECTED:
        return Stage.REJECTED
    if found.status is InboxStatus.CONFIRMED:
        return Stage.POSTED if case and case.intent_id else Stage.CONFIRMED
    if case is None:
        return Stage.RECEIVED
    if case.queue_state == ReviewState.POSTING_FAILED:
        return Stage.POSTING_FAILED
    return Stage.DUPLICATE if case.duplicate_hint else Stage.IN_REVIEW
