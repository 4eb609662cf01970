"""Letters on real Temporal servers, their relay in memory."""

from datetime import timedelta
from uuid import UUID, uuid4

from temporalio.client import Client, WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from domain.letters.letter import LetterKind, LetterState
from tests.workflows.letters_in_memory import LettersInMemory
from tests.workflows.running import command, serving
from worker.registry import steps_of
from workflows.letter.client import Letters
from workflows.letter.workflow import Letter
from workflows.shared.ids import STAGE, letter_id

KIND = LetterKind.CASE_REMINDER


def handle_of(client: Client, tenant: UUID, letter: UUID) -> WorkflowHandle[Letter, LetterState]:
    """The process of a letter."""
    return client.get_workflow_handle_for(Letter.run, str(letter_id(tenant, KIND, letter)))


async def test_a_letter_is_sent_once_however_often_it_is_begun(temporal: Client) -> None:
    """Begun again while at work or afterwards, it is the same letter."""
    steps, tenant, letter = LettersInMemory(), uuid4(), uuid4()
    async with serving(temporal, [Letter], steps_of(steps)):
        for _ in range(3):
            await Letters(temporal).begin(tenant, KIND, letter)
        handle = handle_of(temporal, tenant, letter)
        assert await handle.result() is LetterState.SENT
        await Letters(temporal).begin(tenant, KIND, letter)
        assert await handle.result() is LetterState.SENT

        described = await handle.describe()
    assert steps.deliveries == 1
    assert described.typed_search_attributes[STAGE] == "sent"


async def test_a_relay_that_is_away_is_tried_again(time_skipping: WorkflowEnvironment) -> None:
    """Later and later, until it takes the letter."""
    steps, tenant, letter = LettersInMemory(failures=9), uuid4(), uuid4()
    async with serving(time_skipping.client, [Letter], steps_of(steps)):
        await Letters(time_skipping.client).begin(tenant, KIND, letter)
        await time_skipping.sleep(timedelta(days=1))
        handle = handle_of(time_skipping.client, tenant, letter)

        assert await handle.result() is LetterState.SENT
    assert steps.deliveries == 1
    assert len(steps.tried) == 10
    assert timedelta(hours=2) < steps.tried[-1] - steps.tried[0] < timedelta(hours=4)


async def test_it_is_given_up_in_the_end_and_can_be_sent_again(
    time_skipping: WorkflowEnvironment,
) -> None:
    """A person who has mended the relay orders it; the process starts anew for that."""
    steps, tenant, letter = LettersInMemory(failures=75), uuid4(), uuid4()
    async with serving(time_skipping.client, [Letter], steps_of(steps)):
        letters = Letters(time_skipping.client)
        await letters.begin(tenant, KIND, letter)
        await time_skipping.sleep(timedelta(days=5))
        handle = handle_of(time_skipping.client, tenant, letter)
        assert await handle.result() is LetterState.GAVE_UP

        renewed = await letters.resend(KIND, letter, command(tenant, uuid4(), "letters"))
        assert renewed.state is LetterState.PENDING
        assert await handle.result() is LetterState.SENT
    assert steps.deliveries == 1


async def test_an_order_to_send_again_does_not_wait(temporal: Client) -> None:
    """In the middle of a pause the relay is tried at once."""
    steps, tenant, letter = LettersInMemory(failures=1), uuid4(), uuid4()
    async with serving(temporal, [Letter], steps_of(steps)):
        letters = Letters(temporal)
        await letters.begin(tenant, KIND, letter)
        await letters.resend(KIND, letter, command(tenant, uuid4(), "letters"))

        assert await handle_of(temporal, tenant, letter).result() is LetterState.SENT
    assert steps.deliveries == 1
