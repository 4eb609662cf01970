"""Compose and Kubernetes run each process as it is meant to run: seen without building one."""

import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml  # type: ignore[import-untyped]
from pydantic_settings import BaseSettings

from activities.mail_ingestion import ROOM
from api.__main__ import GRACE_SECONDS
from api.mailroom.protocol import HELD_BYTES
from api.mailroom.settings import MailroomSettings
from api.pictures import pool
from api.settings import Settings
from deploy.cli.main import app
from deploy.stack.settings import StackSettings
from deploy.stack.temporal import server_config
from domain.reading.limits import Limits
from worker.memory import cached_in
from worker.registry import QUEUES
from worker.settings import WorkerSettings

DEPLOY = Path(__file__).parents[2] / "deploy"
FOLDER = DEPLOY / "kubernetes"
WORKER_SECONDS = WorkerSettings.model_fields["worker_grace_seconds"].default
ENDS_WITHIN: dict[str, float] = {
    "api": GRACE_SECONDS,
    "mailroom": MailroomSettings.model_fields["smtp_grace"].default.total_seconds(),
    "worker-ledger": WORKER_SECONDS,
    "worker-documents": WORKER_SECONDS,
}
SETTINGS: dict[str, type[BaseSettings]] = {
    "api": Settings,
    "mailroom": MailroomSettings,
    "worker-ledger": WorkerSettings,
    "worker-documents": WorkerSettings,
    "migrate": StackSettings,
    "backup": StackSettings,
}
NOT_OURS = {"FORWARDED_ALLOW_IPS"}
"""What uvicorn reads."""
every_process = pytest.mark.parametrize("name", ENDS_WITHIN)
every_workload = pytest.mark.parametrize("name", [*ENDS_WITHIN, "migrate"])
MIB = 1024**2


def compose() -> dict[str, Any]:
    """Services of compose."""
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    return found


def documents() -> Iterator[dict[str, Any]]:
    """Everything that Kubernetes is told."""
    for path in sorted(FOLDER.glob("*.yaml")):
        if path.name != "kustomization.yaml":
            yield from yaml.safe_load_all(path.read_text())


def pod(name: str) -> dict[str, Any]:
    """What runs, as the manifest has it."""
    text = (FOLDER / f"{name}.yaml").read_text()
    (workload,) = (
        each for each in yaml.safe_load_all(text) if each["kind"] in {"Deployment", "Job"}
    )
    found: dict[str, Any] = workload["spec"]["template"]["spec"]
    return found


def container(name: str) -> dict[str, Any]:
    """The one container of a pod."""
    (found,) = pod(name)["containers"]
    told: dict[str, Any] = found
    return told


def filled_in() -> dict[str, str]:
    """What env.example asks for, each with its example, or with something."""
    text = (DEPLOY / "env.example").read_text()
    told = dict(re.findall(r"^([A-Z_]+)=(.*)$", text, re.MULTILINE))
    return {name: value or "x1" for name, value in told.items()}


def in_compose(name: str, *, filled: bool) -> dict[str, str]:
    """Environment of a service: where all is filled in, or nothing that has a default."""
    told = filled_in()

    def said(found: re.Match[str]) -> str:
        name, must, default = found[1], found[2] == ":?", found[3]
        return told[name] if must or filled else default

    def resolved(value: object) -> str:
        return re.sub(r"\$\{([A-Z_]+)(:[?-])([^}]*)\}", said, str(value))

    return {key: resolved(value) for key, value in compose()[name]["environment"].items()}


def in_kubernetes(name: str) -> dict[str, str]:
    """Environment of a container, with something for each secret."""
    urls = "BELEGFLUSS_DATABASE_URL", "BELEGFLUSS_DATABASE_OWNER_URL"
    secret = dict.fromkeys(urls, "postgresql://role:word@host/belegfluss")
    (settings,) = (each for each in documents() if each["kind"] == "ConfigMap")
    found: dict[str, str] = {}
    for source in container(name)["envFrom"]:
        if "configMapRef" in source:
            found |= settings["data"]
        elif source["secretRef"]["name"] == "belegfluss":
            found |= secret
    for each in container(name).get("env", ()):
        found[each["name"]] = each.get("value", secret.get(each["name"], ""))
    return found


def accepted(kind: type[BaseSettings], told: dict[str, str], patch: pytest.MonkeyPatch) -> set[str]:
    """Read an environment as the process would; the variables that it took from there."""
    for name, value in told.items():
        patch.setenv(name, value)
    return {f"BELEGFLUSS_{each.upper()}" for each in kind().model_fields_set}


def known() -> set[str]:
    """Every variable that one of our processes reads."""
    return {
        f"BELEGFLUSS_{each.upper()}" for kind in SETTINGS.values() for each in kind.model_fields
    }


@every_process
def test_compose_lets_a_process_end_before_it_kills_it(name: str) -> None:
    """Its own default is ten seconds."""
    assert float(compose()[name]["stop_grace_period"].removesuffix("s")) > ENDS_WITHIN[name]


@every_process
def test_kubernetes_lets_a_process_end_before_it_kills_it(name: str) -> None:
    """As compose does; what waits for calls to go elsewhere counts, too."""
    hook = container(name).get("lifecycle", {}).get("preStop", {}).get("exec", {}).get("command")
    waits = float(hook[1]) if hook else 0

    assert pod(name)["terminationGracePeriodSeconds"] > ENDS_WITHIN[name] + waits
    assert bool(waits) == (name in {"api", "mailroom"})


@every_workload
def test_nothing_of_ours_needs_a_right_in_kubernetes(name: str) -> None:
    """A namespace that admits restricted pods only takes all of them."""
    spec = pod(name)

    assert spec["securityContext"]["runAsNonRoot"]
    assert f"USER {spec['securityContext']['runAsUser']}\n" in (DEPLOY / "Dockerfile").read_text()
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container(name)["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
    }


@pytest.mark.parametrize("filled", [True, False])
@pytest.mark.parametrize("name", [each for each in SETTINGS if each != "backup"])
def test_a_process_takes_what_compose_tells_it(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, filled: bool
) -> None:
    """With all of env.example filled in, and with as little of it as will do."""
    told = in_compose(name, filled=filled)
    for key, value in told.items():
        told[key] = "" if value == "x1" and not key.endswith("_URL") else value  # a file, a key
    taken = accepted(SETTINGS[name], told, monkeypatch)

    own = {f"BELEGFLUSS_{each.upper()}" for each in SETTINGS[name].model_fields}
    assert taken >= {key for key, value in told.items() if value} & own


@every_workload
def test_a_process_takes_what_kubernetes_tells_it(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The settings as they lie here, and a secret."""
    told = in_kubernetes(name)
    taken = accepted(SETTINGS[name], told, monkeypatch)

    own = {f"BELEGFLUSS_{each.upper()}" for each in SETTINGS[name].model_fields}
    assert taken >= {key for key, value in told.items() if value} & own
    assert taken


@every_workload
def test_what_is_named_in_a_folder_is_mounted_there(name: str) -> None:
    """Roots, certificates and keys: an address that names one finds it in every pod."""
    text = (FOLDER / "kustomization.yaml").read_text() + (FOLDER / "settings.yaml").read_text()
    (mount,) = container(name)["volumeMounts"]

    assert {mount["mountPath"]} == set(re.findall(r"(/[a-z]+)/[a-z-]+\.pem", text))
    assert mount["name"] in {each["name"] for each in pod(name)["volumes"]}
    assert "sslrootcert=" in text


@every_workload
def test_no_service_is_taken_for_a_setting(name: str) -> None:
    """Kubernetes tells each pod of every service, as variables that are called like ours.

    `belegfluss migrate`, and every command in a pod, ended over `tcp://10.0.0.1:80` as a port.
    """
    services = {each["metadata"]["name"] for each in documents() if each["kind"] == "Service"}
    told = {f"{each.replace('-', '_')}_PORT".upper() for each in services}

    assert told & known()
    assert pod(name)["enableServiceLinks"] is False


def test_every_variable_is_known() -> None:
    """To one of our processes, or to what runs it; a misspelt one would say nothing to nobody."""
    told = {key for name in SETTINGS for key in compose()[name]["environment"]}
    told |= {key for name in (*ENDS_WITHIN, "migrate") for key in in_kubernetes(name)}

    assert told <= known() | NOT_OURS
    own = {"api": "METRICS_", "mailroom": "SMTP_", "worker-ledger": "WORKER_"}
    for name, beginning in own.items():
        kind = SETTINGS[name]
        for key in (*compose()[name]["environment"], *in_kubernetes(name)):
            if key.startswith(f"BELEGFLUSS_{beginning}") and not key.startswith(
                "BELEGFLUSS_SMTP_TLS"
            ):
                assert key.removeprefix("BELEGFLUSS_").lower() in kind.model_fields


@every_process
def test_a_secret_is_told_to_whoever_needs_it(name: str) -> None:
    """And to nobody who reads what strangers send."""
    secrets = {
        f"BELEGFLUSS_{field.upper()}"
        for kind in SETTINGS.values()
        for field, told in kind.model_fields.items()
        if "Secret" in str(told.annotation)
    }
    allowed = {
        "api": {"BELEGFLUSS_DATABASE_URL", "BELEGFLUSS_SEAL_KEYS"},
        "worker-ledger": {"BELEGFLUSS_DATABASE_URL", "BELEGFLUSS_MAIL_PASSWORD"},
    }
    for told in (compose()[name]["environment"], in_kubernetes(name)):
        assert secrets & set(told) == allowed.get(name, {"BELEGFLUSS_DATABASE_URL"})


def test_the_example_asks_for_what_compose_wants() -> None:
    """For all of it, and for nothing else."""
    text = (DEPLOY / "compose.yaml").read_text()
    wanted = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", text))

    assert wanted == set(filled_in())
    for name in re.findall(r"\$\{([A-Z_]+):\?", text):
        assert name.endswith("PASSWORD") or filled_in()[name] != "x1", name


@pytest.mark.parametrize(
    ("where", "name"),
    [
        *(("compose", name) for name in SETTINGS if name != "api"),
        *(("kubernetes", name) for name in (*ENDS_WITHIN, "migrate")),
        ("image", "api"),
    ],
)
def test_every_command_is_there(where: str, name: str) -> None:
    """A module that can be run, or a command of ours; the image begins with one that buries."""
    if where == "compose":
        words = compose()[name]["command"]
        assert "entrypoint" not in compose()[name]
    elif where == "kubernetes":
        words = container(name)["args"]
        assert "command" not in container(name)
    else:
        (line,) = re.findall(r"^CMD (.*)$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
        words = yaml.safe_load(line)
    if words[0] == "belegfluss":
        assert words[1] in typer.main.get_command(app).commands  # type: ignore[attr-defined]
        return
    assert words[:2] == ["python", "-m"]
    assert find_spec(f"{words[2]}.__main__")
    if words[2] == "worker":
        assert name == f"worker-{words[3]}"
        assert words[3] in QUEUES


def test_the_image_runs_the_api_as_kubernetes_does() -> None:
    """One way to do it; compose leaves it to the image."""
    (line,) = re.findall(r"^CMD (.*)$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)

    assert yaml.safe_load(line) == container("api")["args"]
    assert "command" not in compose()["api"]


@every_process
def test_every_port_is_served(name: str) -> None:
    """Where a manifest says that something listens, a process of it does; and is asked there."""
    told, served = in_kubernetes(name), set[int]()
    for key, value in told.items():
        if key.endswith("_PORT") and key != "BELEGFLUSS_MAIL_PORT":
            served.add(int(value))
    if name == "api":
        arguments = container(name)["args"]
        served.add(int(arguments[arguments.index("--port") + 1]))
    named = {each["name"]: each["containerPort"] for each in container(name)["ports"]}
    assert set(named.values()) == served
    (exposed,) = re.findall(r"^EXPOSE (.*)$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    assert {str(port) for port in served} <= set(exposed.split())
    for probe in ("livenessProbe", "readinessProbe"):
        told_probe = container(name)[probe]
        asked = told_probe.get("httpGet") or told_probe["tcpSocket"]
        assert asked["port"] in named
        assert ("httpGet" in told_probe) == (name != "mailroom")
        assert asked.get("path", "/readyz") in {"/healthz", "/readyz"}
    for key in (each for each in told if each.endswith("_HOST") and "MAIL" not in each):
        assert told[key] == "0.0.0.0"  # noqa: S104 - of its own container


@every_process
def test_compose_publishes_what_is_served(name: str) -> None:
    """At the port where Kubernetes says it is."""
    inside = {each["containerPort"] for each in container(name)["ports"]}
    for port in compose()[name].get("ports", ()):
        assert int(port.rpartition(":")[2]) in inside


def test_what_finds_pods_by_their_labels_finds_them() -> None:
    """Services, and what leaves one of each at work while machines are emptied."""
    deployments = {
        each["metadata"]["name"]: each for each in documents() if each["kind"] == "Deployment"
    }
    kept = set()
    for each in documents():
        if each["kind"] in {"Service", "PodDisruptionBudget"}:
            name, spec = each["metadata"]["name"], each["spec"]
            wanted = spec["selector"].get("matchLabels", spec["selector"])
            template = deployments[name]["spec"]["template"]
            assert wanted.items() <= template["metadata"]["labels"].items()
            for port in spec.get("ports", ()):
                (told,) = template["spec"]["containers"]
                assert port["targetPort"] in {one["name"] for one in told["ports"]}
            if each["kind"] == "PodDisruptionBudget":
                kept.add(name)
                assert spec["minAvailable"] < deployments[name]["spec"]["replicas"]
    assert kept == set(deployments)


def test_kustomize_is_told_of_every_file_and_of_this_release() -> None:
    """And says how each secret is made that a pod asks for."""
    text = (FOLDER / "kustomization.yaml").read_text()
    told = yaml.safe_load(text)
    files = {path.name for path in FOLDER.glob("*.yaml")} - {"kustomization.yaml"}
    project = (DEPLOY.parent / "pyproject.toml").read_text()

    assert set(told["resources"]) == files
    assert [each["newTag"] for each in told["images"]] == re.findall(
        r'^version = "(.*)"$', project, re.MULTILINE
    )
    for name in (*ENDS_WITHIN, "migrate"):
        assert container(name)["image"] == told["images"][0]["name"]
        for source in container(name)["envFrom"]:
            if "secretRef" in source:
                assert f"create secret generic {source['secretRef']['name']} " in text
        for volume in pod(name)["volumes"]:
            assert f"create secret generic {volume['secret']['secretName']} " in text
        for each in container(name).get("env", ()):
            if "valueFrom" in each:
                assert each["valueFrom"]["secretKeyRef"]["key"] == each["name"]
                assert f"--from-literal={each['name']}=" in text


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        # What it keeps in memory for waiting cases, itself, and mails that it takes apart.
        ("worker-ledger", cached_in(1024 * MIB) * 350_000 + 200 * MIB + 6 * ROOM),
        # A reader and the validator beside it.
        ("worker-documents", Limits().memory + 512 * MIB),
        # Messages that come in, each once more while it is kept.
        ("mailroom", 2 * HELD_BYTES + 150 * MIB),
        # Itself, and one that draws a hostile page.
        ("api", pool.MEMORY + 384 * MIB),
    ],
)
def test_a_container_has_the_memory_that_the_code_may_take(name: str, needed: int) -> None:
    """Or it would be killed with all that is in it, over what we allow."""
    units = {"Mi": MIB, "Gi": 1024 * MIB}
    limit = container(name)["resources"]["limits"]["memory"]

    assert int(limit[:-2]) * units[limit[-2:]] >= needed
    if name == "worker-documents":
        assert in_kubernetes(name)["BELEGFLUSS_WORKER_READERS"] == "1"


def test_the_server_of_compose_is_told_what_the_embedded_one_is() -> None:
    """Fairness, and when a history begins anew."""
    told = yaml.safe_load((DEPLOY / "temporal-dynamic.yaml").read_text())
    known = server_config()

    assert told.keys() <= known.keys()
    for key, values in told.items():
        assert [each["value"] for each in values] == [known[key]]
    assert {key for key in known if not key.startswith("history.")} == told.keys()


def test_nothing_keeps_logs_for_ever() -> None:
    """Docker would, until the disk is full."""
    for name, service in compose().items():
        assert service["logging"]["options"].keys() == {"max-size", "max-file"}, name
