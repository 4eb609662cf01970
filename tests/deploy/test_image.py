"""The image holds what runs, and nothing else: seen without building one."""

import ast
import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path, PurePosixPath

import pytest
import yaml  # type: ignore[import-untyped]

from activities.pages import LANGUAGES
from deploy.setup.production import only_for_development

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()
PACKAGES = ("activities", "api", "deploy", "domain", "worker", "workflows")
EMBEDDED = {"deploy/stack/invoice_writer.py": {"reportlab"}}
"""What only `make demo` loads, which brings its own."""


def _ignored(path: str) -> bool:
    """Whether a file stays out: the last pattern that it, or a folder around it, meets decides."""
    named = [path, *(str(each) for each in PurePosixPath(path).parents)]
    is_out = False
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        if line and not line.startswith("#"):
            pattern = re.escape(line.removeprefix("!"))
            pattern = pattern.replace(r"\*\*/", "(.*/)?").replace(r"\*", "[^/]*")
            if any(re.fullmatch(pattern, each) for each in named):
                is_out = not line.startswith("!")
    return is_out


def _copied() -> list[str]:
    """What the steps of the build copy from here, file or folder."""
    return [
        name
        for step in re.findall(r"^COPY (?!--)(.*)$", DOCKERFILE, re.MULTILINE)
        for name in step.split()[:-1]
    ]


def _sources() -> Iterator[str]:
    """Every module that is copied."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if not _ignored(name):
                yield name


def _imported(name: str) -> set[str]:
    """What a module imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / name).read_text())):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
    return found


def _installed() -> set[str]:
    """Debian packages of the image."""
    lines = re.sub(r"\n *#.*", "", DOCKERFILE).replace("\\\n", " ")
    (step,) = (each for each in lines.splitlines() if each.startswith("RUN apt-get update"))
    asked = re.findall(r"apt-get install ([^&]*)", step)
    return {word for each in asked for word in each.split() if not word.startswith("--")}


def test_what_is_copied_is_there() -> None:
    """And is not kept out."""
    assert set(PACKAGES) <= set(_copied())
    for name in _copied():
        assert (ROOT / name).exists(), name
        assert not _ignored(name), name


@pytest.mark.parametrize(
    "name",
    [
        "deploy/.env",
        "deploy/mailboxes.env",
        "deploy/backups/manifest.json",
        "deploy/anything/database-1.dump",
        "deploy/certificates/privkey.pem",
        ".belegfluss/secrets/owner",
        ".git/config",
        "tests/conftest.py",
        "docs/guide/map.md",
        "api/__pycache__/main.cpython-311.pyc",
    ],
)
def test_secrets_and_backups_stay_out(name: str) -> None:
    """They lie beside the files that are copied, and a layer keeps what was copied once."""
    assert _ignored(name)


def test_what_a_module_needs_of_ours_is_copied() -> None:
    """Nothing that runs needs what is for development or for tests."""
    kept = set(_sources())
    assert {"deploy/cli/main.py", "deploy/migrations/versions/0001_baseline.py"} <= kept
    for name in kept:
        for module in _imported(name):
            if module.partition(".")[0] in {*PACKAGES, "tests"}:
                places = (f"{module.replace('.', '/')}{end}" for end in (".py", "/__init__.py"))
                real = [each for each in places if (ROOT / each).exists()]
                assert set(real) <= kept, f"{name} imports {module}"


def test_what_is_taken_out_is_not_needed() -> None:
    """The packages of development and of the embedded servers."""
    dropped = {_plain(each) for each in only_for_development(ROOT / "pyproject.toml")}
    brought_by = packages_distributions()
    needed: dict[str, set[str]] = {}
    for name in _sources():
        for top in {each.partition(".")[0] for each in _imported(name)}:
            if found := {_plain(each) for each in brought_by.get(top, ())} & dropped:
                needed.setdefault(name, set()).update(found)
    assert needed == EMBEDDED


def test_what_is_no_module_is_packed() -> None:
    """Files of every kind that a package reads are installed with it."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    packed = {pattern.removeprefix("*") for pattern in told["package-data"]["*"]}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*"):
            name = path.relative_to(ROOT).as_posix()
            if path.is_file() and not _ignored(name) and "deploy/setup" not in name:
                assert path.suffix in {*packed, ".py", ".md"}, name


def test_the_python_is_the_one_that_is_promised_and_tried() -> None:
    """The oldest that we run on: with it the tests run, and with it the lock was made to fit."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    oldest = project["requires-python"].removeprefix(">=")

    assert (
        re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
        == [f"python:{oldest}-slim-bookworm"] * 2
    )


def test_what_a_machine_is_set_up_with_is_in_the_image() -> None:
    """Tesseract with its languages, and what letters and reports are set with."""
    script = (ROOT / "deploy" / "setup" / "packages.sh").read_text()
    for need in ("tesseract", "pango"):
        (arm,) = re.findall(rf"^    {need}\)\n(.*?);;", script, re.MULTILINE | re.DOTALL)
        wanted = {word for each in re.findall(r'\$missing ([^"]+)"', arm) for word in each.split()}
        assert wanted
        assert wanted <= _installed()
    for language in set(LANGUAGES.split("+")) - {"eng"}:  # which comes with tesseract-ocr
        assert f"tesseract-ocr-{language}" in _installed()


def test_a_backup_is_taken_by_programs_of_the_servers_version() -> None:
    """An older pg_dump refuses a newer server."""
    compose = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())
    server = compose["services"]["postgres"]["image"].removeprefix("postgres:")

    assert f"postgresql-client-{server}" in _installed()


def test_somebody_buries_the_dead() -> None:
    """The first process of a container is given those whose parents were killed."""
    assert "tini" in _installed()
    assert 'ENTRYPOINT ["tini", "--"]' in DOCKERFILE


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
