"""The steps of mail and intake without a database: the domain's rules on a dictionary."""

from dataclasses import replace
from threading import Event
from uuid import UUID

from temporalio import activity

from domain.database.outages import DatabaseUnavailable
from domain.errors import NotFound
from domain.ids import derived_id
from domain.intake.inbox import AlreadyProcessed
from domain.intake.review import AlreadyApproved, AlreadyRejected
from domain.posting.outcome import PeriodLocked
from workflows.document_intake.steps import (
    CaseStep,
    Failing,
    FailureStep,
    IntakeActivities,
    IntakeStatus,
    IntakeStep,
    Stage,
)
from workflows.document_reading.steps import (
    ReadingActivities,
    ReadResult,
    ReadStep,
    UnreadableActivities,
)
from workflows.mail_ingestion.steps import (
    FiledDocument,
    FiledMail,
    FiledStatement,
    MailActivities,
    SplitMail,
)

_WAITING = IntakeStatus(stage=Stage.RECEIVED)


class IntakeInMemory(IntakeActivities, UnreadableActivities):
    """Keeps where each item stands; `locked` makes the books refuse, `go_on` makes a step wait.

    `unread_mail`: so often the rest of the mail is not read when the policy is asked.
    """

    def __init__(self) -> None:
        self.items: dict[UUID, IntakeStatus] = {}
        self.calls: list[str] = []
        self.locked = False
        self.touchless = False
        self.unread_mail = 0
        self.patience_days: int | None = None
        self.unfit = 0
        self.broken: dict[str, Exception] = {}
        self.go_on: dict[str, Event] = {}
        self.noted: list[tuple[Failing, str]] = []
        self.reminders = 0
        self._posted: dict[str, IntakeStatus] = {}

    @activity.defn(name="intake.look")
    def look(self, step: IntakeStep) -> IntakeStatus:
        """Where the item stands."""
        return self._known(step.inbox_id)

    @activity.defn(name="intake.give_up")
    def give_up(self, step: ReadStep) -> ReadResult:
        """Note that it could not be read."""
        self.calls.append("give_up")
        return ReadResult(version=1, failure="OCR_FAILED")

    @activity.defn(name="intake.match")
    def match(self, step: IntakeStep) -> None:
        """Find nobody."""
        self.calls.append("match")

    @activity.defn(name="intake.check")
    def check(self, step: IntakeStep) -> IntakeStatus:
        """Open the case, unless what was read breaks the rules."""
        self.calls.append("check")
        self._break("check")
        if self.unfit:
            self.unfit -= 1
            raise RuntimeError("no rule for this")
        known = self._known(step.inbox_id)
        if known.stage.is_final or (step.is_first and known.case_id):
            return known
        case_id = derived_id("case", step.inbox_id)
        return self._now(
            step.inbox_id,
            replace(
                known,
                stage=Stage.IN_REVIEW,
                case_id=case_id,
                queue_state="approval",
                may_post=self.touchless and not self.unread_mail,
                awaits_mail=self.touchless and bool(self.unread_mail),
                patience_days=self.patience_days,
            ),
        )

    @activity.defn(name="intake.amend")
    def amend(self, step: CaseStep) -> IntakeStatus:
        """Correct."""
        self.calls.append("amend")
        self._break("amend")
        known = self._open(step)
        return self._now(
            step.inbox_id,
            replace(known, stage=Stage.IN_REVIEW, queue_state="approval", awaits_mail=False),
        )

    @activity.defn(name="intake.post")
    def post(self, step: CaseStep) -> IntakeStatus:
        """Post, unless the books are locked."""
        self.calls.append("post")
        self._break("post")
        if step.command.key in self._posted:
            return self._posted[step.command.key]
        known = self._open(step)
        if self.locked:
            failed = replace(known, stage=Stage.POSTING_FAILED, queue_state="posting_failed")
            self._now(step.inbox_id, failed)
            raise PeriodLocked("2026-03")
        posted = replace(
            known,
            stage=Stage.POSTED,
            queue_state="approved",
            intent_id=derived_id("intent", step.inbox_id),
            invoice_id=derived_id("invoice", step.inbox_id),
        )
        self._posted[step.command.key] = posted
        return self._now(step.inbox_id, posted)

    @activity.defn(name="intake.post_by_policy")
    def post_by_policy(self, step: IntakeStep) -> IntakeStatus:
        """Post without a person, unless the policy has thought better of it."""
        self.calls.append("post_by_policy")
        known = replace(self._known(step.inbox_id), may_post=False)
        self._break("post_by_policy")
        if self.unread_mail > 1:
            self.unread_mail -= 1
            return self._now(step.inbox_id, replace(known, awaits_mail=True))
        known = replace(known, awaits_mail=False)
        if self.locked:
            return self._now(step.inbox_id, known)
        posted = replace(
            known,
            stage=Stage.POSTED,
            queue_state="approved",
            intent_id=derived_id("intent", step.inbox_id),
            invoice_id=derived_id("invoice", step.inbox_id),
        )
        return self._now(step.inbox_id, posted)

    @activity.defn(name="intake.reject")
    def reject(self, step: CaseStep) -> IntakeStatus:
        """Reject."""
        self.calls.append("reject")
        known = self._open(step)
        return self._now(
            step.inbox_id, replace(known, stage=Stage.REJECTED, queue_state="rejected")
        )

    @activity.defn(name="intake.confirm")
    def confirm(self, step: CaseStep) -> IntakeStatus:
        """Confirm."""
        self.calls.append("confirm")
        known = self._open(step)
        return self._now(step.inbox_id, replace(known, stage=Stage.CONFIRMED))

    @activity.defn(name="intake.remind")
    def remind(self, step: IntakeStep) -> IntakeStatus:
        """Count."""
        self.calls.append("remind")
        self._break("remind")
        self.reminders += 1
        return self._known(step.inbox_id)

    @activity.defn(name="intake.note_failure")
    def note_failure(self, step: FailureStep) -> IntakeStatus:
        """Show it as the database would."""
        self.calls.append("note_failure")
        self._break("note_failure")
        self.noted.append((step.during, step.kind))
        known = self._known(step.inbox_id)
        if known.stage.is_final:
            return known
        failed = replace(known, stage=Stage.POSTING_FAILED, queue_state="posting_failed")
        if step.during is Failing.CHECK:
            failed = replace(known, stage=Stage.IN_REVIEW, queue_state="exception")
        return self._now(step.inbox_id, failed)

    def _break(self, step: str) -> None:
        if step in self.go_on:
            assert self.go_on[step].wait(90)
        if step in self.broken:
            raise self.broken[step]

    def _open(self, step: CaseStep) -> IntakeStatus:
        known = self._known(step.inbox_id)
        if known.stage.is_final and step.at_inbox:
            raise AlreadyProcessed
        if known.stage is Stage.POSTED:
            raise AlreadyApproved
        if known.stage.is_final:
            raise AlreadyRejected
        return known

    def _known(self, inbox_id: UUID) -> IntakeStatus:
        if inbox_id not in self.items:
            raise NotFound("There is no such document in the inbox.")
        return self.items[inbox_id]

    def _now(self, inbox_id: UUID, status: IntakeStatus) -> IntakeStatus:
        self.items[inbox_id] = status
        return status


class ReadingInMemory(ReadingActivities):
    """Reads every document at once, unless told to break down."""

    def __init__(self, *, broken: bool = False, away: int = 0) -> None:
        self.keys: list[str] = []
        self.broken = broken
        self.away = away

    @activity.defn(name="intake.read")
    def read(self, step: ReadStep) -> ReadResult:
        """Read."""
        self.keys.append(step.key)
        if self.broken:
            raise RuntimeError("the reader is gone")
        if self.away:
            self.away -= 1
            raise DatabaseUnavailable
        return ReadResult(version=len(set(self.keys)))


class MailInMemory(MailActivities):
    """Finds the documents that it was given."""

    def __init__(self, items: IntakeInMemory, *documents: FiledDocument) -> None:
        self.documents = documents
        self.statements: tuple[FiledStatement, ...] = ()
        self.deliveries: list[str] = []
        self._items = items

    @activity.defn(name="mail.split")
    def split(self, step: SplitMail) -> FiledMail:
        """File."""
        self.deliveries.append(step.delivery)
        for document in self.documents:
            self._items.items.setdefault(document.inbox_id, _WAITING)
        return FiledMail(
            documents=self.documents, logged=len(self.documents), statements=self.statements
        )
