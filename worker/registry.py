"""Every workflow and activity, built on its resources, by task queue."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from activities.intake import PostgresIntake
from activities.mail import PostgresMail
from activities.payments import PostgresPayments
from activities.periods import PostgresPeriods
from activities.reading import SubprocessReading
from domain.store.blobs import Blobs
from workflows.document_intake import DocumentIntake
from workflows.document_reading import DocumentReading
from workflows.ids import DOCUMENTS_QUEUE, LEDGER_QUEUE
from workflows.mail_ingestion import MailIngestion
from workflows.payment_run import PaymentRun
from workflows.period_lock import PeriodLock

WORKFLOWS: Sequence[type] = (
    PeriodLock,
    PaymentRun,
    MailIngestion,
    DocumentIntake,
    DocumentReading,
)
"""Every workflow; their saved histories are replayed by every test run."""


@dataclass(frozen=True, slots=True)
class Resources:
    """What activities are built on; one of each for a process."""

    engine: Engine
    blobs: Blobs


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
            PostgresIntake(engine),
        ),
    )


def documents(resources: Resources) -> Registration:
    """Reading of documents, which costs processor time and never runs beside workflows."""
    steps = steps_of(SubprocessReading(resources.engine, resources.blobs))
    return Registration(DOCUMENTS_QUEUE, workflows=[], activities=steps)


def steps_of(*implementations: object) -> list[Callable[..., Any]]:
    """Every activity that the implementations' stubs declare."""
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
