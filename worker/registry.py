"""Every workflow and activity, built on its resources, by task queue."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from activities.payments import PostgresPayments
from activities.periods import PostgresPeriods
from workflows.ids import DOCUMENTS_QUEUE, LEDGER_QUEUE
from workflows.payment_run import PaymentRun
from workflows.period_lock import PeriodLock


@dataclass(frozen=True, slots=True)
class Resources:
    """What activities are built on; one of each for a process."""

    engine: Engine


@dataclass(frozen=True, slots=True)
class Registration:
    """What a worker of one queue can do."""

    task_queue: str
    workflows: Sequence[type]
    activities: Sequence[Callable[..., Any]]


def ledger(resources: Resources) -> Registration:
    """Workflows, and the activities that talk to the database."""
    periods = PostgresPeriods(resources.engine)
    payments = PostgresPayments(resources.engine)
    return Registration(
        LEDGER_QUEUE,
        workflows=[PeriodLock, PaymentRun],
        activities=[
            periods.request,
            periods.approve,
            periods.cancel,
            periods.expire,
            payments.create,
            payments.approve,
            payments.export,
            payments.complete,
            payments.cancel,
            payments.remind,
        ],
    )


def documents(resources: Resources) -> Registration:
    """Reading of documents, which costs processor time and never runs beside workflows."""
    return Registration(DOCUMENTS_QUEUE, workflows=[], activities=[])


QUEUES: dict[str, Callable[[Resources], Registration]] = {
    LEDGER_QUEUE: ledger,
    DOCUMENTS_QUEUE: documents,
}
