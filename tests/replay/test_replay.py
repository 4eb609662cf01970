"""Every saved history replays with the code of today, without any server."""

import json
import sys
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

import workflows
from domain.errors import DomainError
from tests.replay.branches import Branch, watched
from worker.registry import WORKFLOWS
from worker.running import FAILURE_TYPES
from worker.sandbox import PASSED_THROUGH, workflow_runner
from workflows.shared.failures import data_converter

STARTED = "workflowExecutionStartedEventAttributes"
FOLDER = Path(__file__).parent / "histories"
RARE = {
    # Decided between the end of a timer and the turn.
    ("document_intake", "if not self._status.stage.is_final:", "async with self._turn:"),
    ("payment_run", "if state.status not in _WAITING:", "return"),
    # Two thousand new messages at once.
    (
        "mailbox_poll",
        "for _ in range(ROUNDS):",
        'workflow.set_current_details(f"{count} new messages")',
    ),
}
"""Branches that no history takes; they ask for nothing that another branch does not ask for."""
STEPS = list(Path(workflows.__file__).parent.glob("*/steps.py"))
HISTORIES = {path.stem: path.read_text() for path in sorted(FOLDER.glob("*.json"))}


def replayer() -> Replayer:
    """Set up as every worker is."""
    return Replayer(
        workflows=WORKFLOWS,
        data_converter=data_converter,
        workflow_runner=workflow_runner(),
        workflow_failure_exception_types=FAILURE_TYPES,
    )


def recorded(name: str, text: str) -> WorkflowHistory:
    """Read a saved history."""
    return WorkflowHistory.from_json(f"replay/{name}", text)


@pytest.mark.parametrize("name", HISTORIES)
async def test_it_goes_the_same_way(name: str) -> None:
    """No command differs from what was recorded."""
    history = recorded(name, HISTORIES[name])

    await replayer().replay_workflow(history)


async def test_a_changed_workflow_is_noticed() -> None:
    """A history that the code would not produce fails, so a passing replay means something."""
    history = recorded(
        "changed", HISTORIES["period-lock_approved"].replace("periods.approve", "periods.seal")
    )

    with pytest.raises(Exception, match=r"[Nn]on-?[Dd]eterminis"):
        await replayer().replay_workflow(history)


def test_worker_and_replayer_share_the_settings() -> None:
    """Refusals fail updates, and `domain` is the same inside the sandbox as outside."""
    assert [DomainError] == FAILURE_TYPES
    assert {"domain", "workflows"} <= set(PASSED_THROUGH)
    assert len(STEPS) == len(WORKFLOWS)
    assert "domain.errors" in sys.modules


def test_every_workflow_has_a_history() -> None:
    """A workflow without a saved history could change its shape unnoticed."""
    saved = {
        json.loads(text)["events"][0][STARTED]["workflowType"]["name"]
        for text in HISTORIES.values()
    }

    assert saved == {workflow.__name__ for workflow in WORKFLOWS}


def _words_of(branch: Branch) -> tuple[str, str, str]:
    path, line, to = branch
    words = Path(path).read_text().splitlines()
    return Path(path).parent.name, words[line - 1].strip(), words[to - 1].strip()


async def test_histories_go_every_way_that_a_workflow_can() -> None:
    """A branch that no history takes could change its commands unnoticed: record one."""
    with watched(sorted(Path(workflows.__file__).parent.glob("*/workflow.py"))) as branches:
        for name, text in HISTORIES.items():
            await replayer().replay_workflow(recorded(name, text))

    missed = {_words_of(branch) for branch in branches.missed}
    assert missed == RARE
