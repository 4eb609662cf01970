"""Compose and Kubernetes run each process as it is meant to run: seen without building one."""

from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from api.mailroom.settings import MailroomSettings
from worker.settings import WorkerSettings

DEPLOY = Path(__file__).parents[2] / "deploy"
API_SECONDS = 20
"""--timeout-graceful-shutdown of the image and of the manifest."""
WORKER_SECONDS = WorkerSettings.model_fields["worker_grace_seconds"].default
ENDS_WITHIN: dict[str, float] = {
    "api": API_SECONDS,
    "mailroom": MailroomSettings.model_fields["smtp_grace"].default.total_seconds(),
    "worker-ledger": WORKER_SECONDS,
    "worker-documents": WORKER_SECONDS,
}
every_process = pytest.mark.parametrize("name", ENDS_WITHIN)
WORKLOADS = ("api", "mailroom", "migrate", "worker-documents", "worker-ledger")


@every_process
def test_compose_lets_a_process_end_before_it_kills_it(name: str) -> None:
    """Its own default is ten seconds."""
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]

    assert float(services[name]["stop_grace_period"].removesuffix("s")) > ENDS_WITHIN[name]


@every_process
def test_kubernetes_lets_a_process_end_before_it_kills_it(name: str) -> None:
    """As compose does."""
    assert pod(name)["terminationGracePeriodSeconds"] > ENDS_WITHIN[name]


@pytest.mark.parametrize("name", WORKLOADS)
def test_nothing_of_ours_needs_a_right_in_kubernetes(name: str) -> None:
    """A namespace that admits restricted pods only takes all of them."""
    spec = pod(name)

    assert spec["securityContext"]["runAsNonRoot"]
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in spec["containers"]:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        }


def pod(name: str) -> dict[str, Any]:
    """What runs, as the manifest has it."""
    text = (DEPLOY / "kubernetes" / f"{name}.yaml").read_text()
    (workload,) = (
        each for each in yaml.safe_load_all(text) if each["kind"] in {"Deployment", "Job"}
    )
    found: dict[str, Any] = workload["spec"]["template"]["spec"]
    return found
