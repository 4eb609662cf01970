"""Alerts and the dashboard ask for nothing that nobody serves: they would be silent for ever."""

import asyncio
import json
import re
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import prometheus_client
import pytest
import yaml  # type: ignore[import-untyped]
from temporalio.client import WorkflowFailureError

import activities.resume  # noqa: F401 - each of them has metrics
import api.http.observability
import api.mailroom.certificate
import api.mailroom.protocol  # noqa: F401 - as above
import worker.keeping  # noqa: F401 - as above
from deploy.stack.process import free_port
from deploy.stack.temporal import DevServer
from tests.worker.examples import Stumbling, refuse
from worker.registry import Registration
from worker.running import Limits, worker_of
from workflows.shared.connection import TemporalServer, connect
from workflows.shared.telemetry import runtime_of

_FOLDER = Path(__file__).parents[2] / "deploy"
_NAME = re.compile(r"\b(?:belegfluss|temporal|process)_[a-z_]+")
_LABEL = re.compile(r'\b([a-z_]+)(?:=~|=|!=)"')
_CHOSEN = re.compile(r'(belegfluss_[a-z_]+_total)\{([a-z_]+)="([^"]+)"\}')
_OF_CALLS = re.compile(r"belegfluss_http_request\w+(?:\{([^}]*)\})?")
_JOB = re.compile(r'job=~?"([^"]+)"')
_OF_PROMETHEUS = {"job", "instance", "le"}


def _alerts() -> Iterator[dict[str, Any]]:
    told = yaml.safe_load((_FOLDER / "monitoring/alerts.yaml").read_text())
    for group in told["groups"]:
        yield from group["rules"]


def _expressions() -> list[str]:
    board = json.loads((_FOLDER / "monitoring/dashboard.json").read_text())
    shown = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    return [*(each["expr"] for each in _alerts()), *shown]


async def _of_the_sdk(server: DevServer) -> dict[str, set[str]]:
    """What the SDK serves once something has gone right and wrong: names, and labels of each."""
    address, queue = f"127.0.0.1:{free_port()}", f"stumbling-{uuid4()}"
    client = await connect(TemporalServer(server.address), runtime=runtime_of(address))
    async with worker_of(
        client,
        Registration(queue, [Stumbling], [refuse]),
        Limits(threads=2, grace=timedelta(seconds=5)),
    ):
        with pytest.raises(WorkflowFailureError):
            await client.execute_workflow(Stumbling.run, id=queue, task_queue=queue)
        unknown = await client.start_workflow("Unknown", id=f"{queue}-u", task_queue=queue)
        async with asyncio.timeout(90):
            served = await asyncio.to_thread(_read, f"http://{address}/metrics")
            while "temporal_workflow_task_execution_failed" not in served:
                await asyncio.sleep(0.1)
                served = await asyncio.to_thread(_read, f"http://{address}/metrics")
        await unknown.terminate()
    return served


def _read(url: str) -> dict[str, set[str]]:
    with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - our own http address
        return _named(answer.read().decode())


def _named(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            name, _, rest = line.partition("{")
            found.setdefault(name.split(" ")[0], set()).update(re.findall(r'([a-z_]+)="', rest))
    return found


def _of_our_own() -> dict[str, set[str]]:
    """What our processes serve; a metric with labels is not served before it has counted."""
    found = _named(prometheus_client.generate_latest().decode())
    for family, kept in prometheus_client.REGISTRY._names_to_collectors.items():  # noqa: SLF001
        if family.startswith("belegfluss_"):
            found.setdefault(family, set()).update(getattr(kept, "_labelnames", ()))
    return found


async def test_what_is_asked_is_served(dev_server: DevServer) -> None:
    """Every name in a rule or panel, and every label that it looks at."""
    served = _of_our_own() | await _of_the_sdk(dev_server)
    labels = set().union(*served.values()) | _OF_PROMETHEUS
    for expression in _expressions():
        for name in _NAME.findall(expression):
            assert name in served, expression
        assert set(_LABEL.findall(expression)) <= labels, expression


def test_what_is_asked_comes_from_a_process_that_is_asked() -> None:
    """Jobs of the rules are scraped, at ports that compose serves."""
    scraped = yaml.safe_load((_FOLDER / "monitoring/prometheus.yaml").read_text())
    services = yaml.safe_load((_FOLDER / "compose.yaml").read_text())["services"]
    jobs = {}
    for each in scraped["scrape_configs"]:
        (found,) = each["dns_sd_configs"]
        jobs[each["job_name"]] = str(found["port"])
        (service,) = found["names"]
        told = services[service]["environment"]
        ports = {told[key] for key in told if key.endswith(("METRICS_PORT", "HEALTH_PORT"))}
        assert str(found["port"]) in ports
    for expression in _expressions():
        for named in _JOB.findall(expression):
            assert set(named.split("|")) <= jobs.keys(), expression


def test_what_is_counted_for_the_first_time_is_seen() -> None:
    """A counter that is served from its first event on has not grown, as Prometheus sees it."""
    chosen = [each for alert in _alerts() for each in _CHOSEN.findall(alert["expr"])]

    assert {name for name, _, _ in chosen} >= {
        "belegfluss_letters_total",
        "belegfluss_mailroom_messages_total",
    }
    for name, label, value in chosen:
        assert prometheus_client.REGISTRY.get_sample_value(name, {label: value}) is not None, name
    assert prometheus_client.REGISTRY.get_sample_value("belegfluss_http_bugs_total") is not None


def test_probes_are_no_calls() -> None:
    """They are answered well, and often: where few people call they would hide any outage."""
    for alert in _alerts():
        for labels in _OF_CALLS.findall(alert["expr"]):
            assert 'route!~"/healthz|/readyz|/metrics"' in labels, alert["alert"]


def test_an_alert_says_what_it_means_and_how_urgent_it_is() -> None:
    """Whoever is called at night reads this first."""
    alerts = list(_alerts())
    assert len({each["alert"] for each in alerts}) == len(alerts)
    for each in alerts:
        assert each["annotations"]["summary"]
        assert each["labels"]["severity"] in {"page", "ticket"}
