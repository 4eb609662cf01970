"""Sender to letters."""

from uuid import UUID

from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy

from domain.letters.letter import LetterKind, LetterState, LetterStatus
from workflows.letter.workflow import Letter, LetterOrder, LetterSubject
from workflows.shared.client import ProcessClient
from workflows.shared.command import Command
from workflows.shared.ids import LEDGER_QUEUE, letter_id
from workflows.shared.options import TASK_TIMEOUT


class Letters(ProcessClient):
    """Starts letters that are due, and has one sent again."""

    async def begin(self, tenant_id: UUID, kind: LetterKind, letter: UUID) -> None:
        """Start the process of a letter; one that is at work goes on."""
        process = letter_id(tenant_id, kind, letter)
        async with self._bounded():
            await self._client.start_workflow(
                Letter.run,
                LetterSubject(tenant_id=tenant_id, letter_id=letter),
                id=str(process),
                task_queue=LEDGER_QUEUE,
                task_timeout=TASK_TIMEOUT,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                priority=process.priority,
                search_attributes=process.search_attributes("pending"),
                static_summary=f"Letter: {kind}",
            )

    async def resend(self, kind: LetterKind, letter: UUID, command: Command) -> LetterStatus:
        """Send a letter again."""
        process = letter_id(command.tenant_id, kind, letter)

        def start() -> WithStartWorkflowOperation[Letter, LetterState]:
            return WithStartWorkflowOperation(
                Letter.run,
                LetterSubject(tenant_id=command.tenant_id, letter_id=letter),
                id=str(process),
                task_queue=LEDGER_QUEUE,
                task_timeout=TASK_TIMEOUT,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                priority=process.priority,
                search_attributes=process.search_attributes("pending"),
                static_summary=f"Letter: {kind}",
            )

        return await self._give(
            Letter.resend, LetterOrder(command=command), command, process, start
        )
