"""Every workflow and activity, built on its resources, by task queue."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine
from temporalio.client import Client

from activities.document_intake import PostgresIntake
from activities.document_reading import PostgresUnreadable, SubprocessReading
from activities.dunning import PostgresDunning
from activities.letter import PostgresLetters
from activities.mail_ingestion import PostgresMail
from activities.mailbox_poll import ImapMailboxes
from activities.payment_run import PostgresPayments
from activities.period_lock import PostgresPeriods
from activities.relay import Relay
from activities.resume import PostgresResume
from activities.statement_import import PostgresStatements
from domain.database.blobs import Blobs
from domain.intake.two_readings import SecondEngine
from workflows.document_intake.workflow import DocumentIntake
from workflows.document_reading.workflow import DocumentReading
from workflows.dunning.workflow import Dunning
from workflows.letter.workflow import Letter
from workflows.mail_ingestion.workflow import MailIngestion
from workflows.mailbox_poll.workflow import MailboxPoll
from workflows.payment_run.workflow import PaymentRun
from workflows.period_lock.workflow import PeriodLock
from workflows.resume.workflow import Resume
from workflows.shared.ids import DOCUMENTS_QUEUE, LEDGER_QUEUE
from workflows.statement_import.workflow import StatementImport

WORKFLOWS: Sequence[type] = (
    PeriodLock,
    PaymentRun,
    MailIngestion,
    MailboxPoll,
    DocumentIntake,
    DocumentReading,
    Resume,
    StatementImport,
    Letter,
    Dunning,
)
"""Every workflow; their saved histories are replayed by every test run."""


@dataclass(frozen=True, slots=True)
class Resources:
    """What activities are built on; one of each for a process.

    Without a client of Temporal a worker serves all steps but the resumption.
    """

    engine: Engine
    blobs: Blobs
    temporal: Client | None = None
    relay: Relay = field(default_factory=Relay)
    second_engine: SecondEngine = SecondEngine.NEVER


@dataclass(frozen=True, slots=True)
class Registration:
    """What a worker of one queue can do."""

    task_queue: str
    workflows: Sequence[type]
    activities: Sequence[Callable[..., Any]]


def ledger(resources: Resources) -> Registration:
    """Workflows, and the activities that talk to the database."""
    engine = resources.engine
    return Registration(
        LEDGER_QUEUE,
        workflows=WORKFLOWS,
        activities=steps_of(
            PostgresPeriods(engine),
            PostgresPayments(engine),
            PostgresMail(engine, resources.blobs),
            ImapMailboxes(engine, resources.blobs),
            PostgresIntake(engine),
            PostgresUnreadable(engine),
            PostgresStatements(engine, resources.blobs),
            PostgresLetters(engine, resources.relay, resources.blobs),
            PostgresDunning(engine, resources.blobs),
            *([PostgresResume(engine, resources.temporal)] if resources.temporal else []),
        ),
    )


def documents(resources: Resources) -> Registration:
    """Reading of documents, which costs processor time and never runs beside workflows."""
    steps = steps_of(SubprocessReading(resources.engine, resources.blobs, resources.second_engine))
    return Registration(DOCUMENTS_QUEUE, workflows=[], activities=steps)


def steps_of(*implementations: object) -> list[Callable[..., Any]]:
    """Every activity that the steps declare which are implemented."""
    return [
        getattr(each, name)
        for each in implementations
        for stub in type(each).__mro__
        for name in sorted(getattr(stub, "__abstractmethods__", ()))
    ]


QUEUES: dict[str, Callable[[Resources], Registration]] = {
    LEDGER_QUEUE: ledger,
    DOCUMENTS_QUEUE: documents,
}
