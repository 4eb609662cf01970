"""Save a history of every way that processes go: `python -m tests.replay.save [FILE…]`.

Run it when a workflow gets a new shape. Files of earlier shapes stay: processes of that
shape may be waiting in the field. `make history ID=…` saves one from a running stack.
"""

import asyncio
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from temporalio.testing import WorkflowEnvironment

from deploy.stack.history import tidied
from deploy.stack.temporal import time_skipping_program
from tests.replay import (
    dunnings,
    intakes,
    letters,
    long_lives,
    mailbox_polls,
    mails,
    payment_runs,
    period_locks,
    readings,
    resumes,
    statements,
)
from workflows.shared.connection import register_search_attributes
from workflows.shared.failures import data_converter

HISTORIES = Path(__file__).parent / "histories"
AREAS = {
    "dunning": dunnings,
    "intake": intakes,
    "letter": letters,
    "mail": mails,
    "mailbox": mailbox_polls,
    "payment-run": payment_runs,
    "period-lock": period_locks,
    "reading": readings,
    "resume": resumes,
    "statement": statements,
}


async def save(wanted: list[str]) -> None:
    """Save the named histories, or those that are missing."""
    async with await WorkflowEnvironment.start_time_skipping(
        data_converter=data_converter, test_server_existing_path=str(time_skipping_program())
    ) as environment:
        await register_search_attributes(environment.client)
        for area, module in AREAS.items():
            for way in module.WAYS:
                path = HISTORIES / f"{area}_{way}.json"
                if path.name in wanted or not (wanted or path.exists()):
                    path.write_text(tidied(await module.history(environment, way)))
    with TemporaryDirectory() as folder:
        async with long_lives.impatient(Path(folder)) as client:
            for way in long_lives.WAYS:
                first = HISTORIES / f"{way}-1.json"
                if first.name in wanted or not (wanted or first.exists()):
                    for number, run in enumerate(await long_lives.histories(client, way), 1):
                        path = HISTORIES / f"{way}-{number}.json"
                        path.write_text(tidied(run))


if __name__ == "__main__":
    asyncio.run(save(sys.argv[1:]))
    time.sleep(0.5)  # as in tests/conftest.py
