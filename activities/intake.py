"""The way of a document into the books, on PostgreSQL."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy import Engine
from sqlmodel import Session
from temporalio import activity

from activities.commands import answered_once
from activities.reading import keep_failure
from activities.stubs.intake import (
    CaseStep,
    IntakeActivities,
    IntakeStatus,
    IntakeStep,
    ReadResult,
    ReadStep,
    Stage,
)
from domain.access.actor import Actor
from domain.intake.inbox import InboxStatus
from domain.intake.posting import PostingRefused
from domain.intake.review import InvoiceDuplicateSuspected, ReviewState
from domain.store import approval, review_cases
from domain.store.cases import Held, held, input_of
from domain.store.transaction import reading, transaction

_READER_GONE = "the reader of the document died again and again, or never ended"


class PostgresIntake(IntakeActivities):
    """Moves documents through the database, one transaction a step."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @activity.defn(name="intake.look", no_thread_cancel_exception=True)
    def look(self, step: IntakeStep) -> IntakeStatus:
        """Where the document stands."""
        with reading(self._engine, step.tenant_id) as session:
            return status_of(held(session, step.inbox_id, claim=False))

    @activity.defn(name="intake.give_up", no_thread_cancel_exception=True)
    def give_up(self, step: ReadStep) -> ReadResult:
        """Store that the document could not be read; repeated, find the first note."""
        return keep_failure(self._engine, step, "OCR_FAILED", _READER_GONE)

    @activity.defn(name="intake.match", no_thread_cancel_exception=True)
    def match(self, step: IntakeStep) -> None:
        """Find the vendor; repeated, find it again."""
        with transaction(self._engine, step.tenant_id, Actor.system("workflow")) as session:
            review_cases.match(session, step.inbox_id)

    @activity.defn(name="intake.check", no_thread_cancel_exception=True)
    def check(self, step: IntakeStep) -> IntakeStatus:
        """Open the review case, once for an item, or bring it up to the latest reading."""
        with transaction(self._engine, step.tenant_id, Actor.system("workflow")) as session:
            return status_of(review_cases.check(session, step.inbox_id, step.at))

    @activity.defn(name="intake.amend", no_thread_cancel_exception=True)
    def amend(self, step: CaseStep) -> IntakeStatus:
        """Correct the case; repeated, answer as the first time."""

        def act(session: Session) -> Held:
            changes = input_of(session, step.input_id, step.inbox_id)
            return review_cases.amend(session, step.inbox_id, changes, step.at)

        return self._once(step, "intake.amend", act)

    @activity.defn(name="intake.post", no_thread_cancel_exception=True)
    def post(self, step: CaseStep) -> IntakeStatus:
        """Approve the case; repeated, answer as the first time.

        What the books refuse is kept with the case in a second transaction, and told.
        """
        try:
            return self._once(
                step,
                "intake.post",
                lambda session: approval.approve(session, step.inbox_id, step.at),
            )
        except PostingRefused as refused:
            with self._afterwards(step) as session:
                approval.posting_failed(session, step.inbox_id, refused.refusal, step.at)
            raise refused.refusal from None
        except InvoiceDuplicateSuspected:
            with self._afterwards(step) as session:
                review_cases.refresh(session, step.inbox_id, step.at)
            raise

    @activity.defn(name="intake.reject", no_thread_cancel_exception=True)
    def reject(self, step: CaseStep) -> IntakeStatus:
        """Reject the document; repeated, answer as the first time."""

        def act(session: Session) -> Held:
            said = input_of(session, step.input_id, step.inbox_id)
            return review_cases.reject(
                session, step.inbox_id, said.get("reason"), step.at, at_inbox=step.at_inbox
            )

        return self._once(step, "intake.reject", act)

    @activity.defn(name="intake.confirm", no_thread_cancel_exception=True)
    def confirm(self, step: CaseStep) -> IntakeStatus:
        """Confirm the document; repeated, answer as the first time."""
        return self._once(
            step,
            "intake.confirm",
            lambda session: review_cases.confirm(session, step.inbox_id, step.at),
        )

    @activity.defn(name="intake.remind", no_thread_cancel_exception=True)
    def remind(self, step: IntakeStep) -> IntakeStatus:
        """Note that the case waits."""
        with transaction(self._engine, step.tenant_id, Actor.system("workflow")) as session:
            return status_of(review_cases.remind(session, step.inbox_id, step.at))

    def _once(self, step: CaseStep, name: str, act: Callable[[Session], Held]) -> IntakeStatus:
        return answered_once(
            self._engine, step.command, name, IntakeStatus, lambda session: status_of(act(session))
        )

    def _afterwards(self, step: CaseStep) -> AbstractContextManager[Session]:
        return transaction(self._engine, step.command.tenant_id, step.command.actor)


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
