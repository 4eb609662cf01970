"""Workers for workflow tests: all real but the activities, which a test may choose."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from temporalio.client import Client
from temporalio.worker import Worker

from domain.actor import Actor
from worker.registry import Registration
from worker.running import Limits, worker_of
from workflows.shared.command import Command
from workflows.shared.ids import LEDGER_QUEUE


@asynccontextmanager
async def serving(
    client: Client, workflows: list[type], activities: list[Callable[..., Any]]
) -> AsyncIterator[Worker]:
    """Serve the ledger queue as a real worker does, until the block ends."""
    registration = Registration(LEDGER_QUEUE, workflows, activities)
    limits = Limits(threads=8, grace=timedelta(seconds=5))
    async with worker_of(client, registration, limits) as worker:
        yield worker


def command(
    tenant_id: UUID, user_id: UUID, operation: str = "periods.request", key: str | None = None
) -> Command:
    """An order of a person, with a key of its own unless one is given."""
    return Command(
        tenant_id=tenant_id,
        actor=Actor(user_id, "person", "api"),
        operation=operation,
        key=key or str(uuid4()),
        request_hash="0" * 64,
    )
