"""Every way that a letter goes, to be saved and replayed."""

from datetime import timedelta
from uuid import UUID

from temporalio.testing import WorkflowEnvironment

from domain.letters.letter import LetterKind
from tests.workflows.letters_in_memory import LettersInMemory
from tests.workflows.running import command, serving
from worker.registry import steps_of
from workflows.letter.client import Letters
from workflows.letter.workflow import Letter
from workflows.shared.ids import letter_id

_KIND = LetterKind.CASE_REMINDER
WAYS = {"sent": 0, "retried": 2, "resent": 75}
"""How often the relay fails on each way."""


async def history(environment: WorkflowEnvironment, way: str) -> str:
    """Go one way and return its history as JSON."""
    tenant, letter = UUID(int=200 + list(WAYS).index(way)), UUID(int=3)
    async with serving(environment.client, [Letter], steps_of(LettersInMemory(WAYS[way]))):
        letters = Letters(environment.client)
        await letters.begin(tenant, _KIND, letter)
        process = str(letter_id(tenant, _KIND, letter))
        await environment.sleep(timedelta(days=5))
        await environment.client.get_workflow_handle(process).result()
        if way == "resent":
            await letters.resend(_KIND, letter, command(tenant, UUID(int=1), "letters", "a"))
        handle = environment.client.get_workflow_handle(process)
        await handle.result()
    return (await handle.fetch_history()).to_json()
