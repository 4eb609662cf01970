"""A worker as every process and test runs it."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import Worker, WorkerDeploymentConfig

from domain.errors import DomainError
from worker.budgets import Budgets
from worker.heartbeat import Heartbeat
from worker.memory import cached_in, memory_limit
from worker.outages import Outages
from worker.registry import Registration
from worker.sandbox import workflow_runner
from worker.settings import WorkerSettings
from workflows.shared.ids import DOCUMENTS_QUEUE

FAILURE_TYPES = [DomainError]
"""Without it, a rule broken after an update was accepted blocks the workflow for good."""

_FAILOVER = timedelta(seconds=1)
"""How long a case waits for the worker that had it in memory before any other takes it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a worker does at once, and how long it may take to stop."""

    threads: int = 16
    grace: timedelta = timedelta(seconds=20)


def limits_of(queue: str, settings: WorkerSettings) -> Limits:
    """How much the worker of a queue does at once.

    A reader takes a core and up to two gigabytes; whoever waits for a database takes neither.
    """
    threads = settings.worker_threads
    if queue == DOCUMENTS_QUEUE:
        threads = settings.worker_readers or _cores()
    return Limits(threads, timedelta(seconds=settings.worker_grace_seconds))


def _cores() -> int:
    """Cores that this process may use, where the system tells; else all there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def worker_of(
    client: Client,
    registration: Registration,
    limits: Limits,
    deployment: WorkerDeploymentConfig | None = None,
) -> Worker:
    """Build the worker of one queue; its activities run in threads."""
    return Worker(
        client,
        task_queue=registration.task_queue,
        workflows=registration.workflows,
        activities=registration.activities,
        # Steps inside a task do not wait for a thread behind those outside: their time is running.
        activity_executor=ThreadPoolExecutor(2 * limits.threads, thread_name_prefix="activity"),
        max_concurrent_activities=limits.threads,
        max_concurrent_local_activities=limits.threads,
        max_cached_workflows=cached_in(memory_limit()),
        workflow_runner=workflow_runner(),
        workflow_failure_exception_types=FAILURE_TYPES,
        interceptors=[Heartbeat(), Outages(), Budgets()],
        sticky_queue_schedule_to_start_timeout=_FAILOVER,
        graceful_shutdown_timeout=limits.grace,
        deployment_config=deployment,
    )


def deployment_of(settings: WorkerSettings) -> WorkerDeploymentConfig | None:
    """Worker Versioning: waiting cases move to the newest build, behind `workflow.patched`."""
    if settings.worker_deployment is None:
        return None
    version = WorkerDeploymentVersion(settings.worker_deployment, settings.worker_build_id)
    return WorkerDeploymentConfig(
        version=version,
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    )
