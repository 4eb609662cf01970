"""The rules of the house that no linter knows."""

import ast
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from temporalio import activity

import activities
import workflows
from domain.errors import DomainError, refusals

ROOT = Path(__file__).parents[1]
PACKAGES = ("activities", "api", "deploy", "domain", "worker", "workflows")
WIRE = {ROOT / "api" / "schemas" / "types.py"}
# Confidences and scores of reading are no money.
MEASURES = {ROOT / "domain" / "reading", ROOT / "domain" / "intake", ROOT / "activities"}
STEADY = {
    "abc",
    "asyncio",
    "collections",
    "contextlib",
    "dataclasses",
    "datetime",
    "domain",
    "enum",
    "functools",
    "pydantic",
    "temporalio",
    "typing",
    "uuid",
    "workflows",
}
"""What code of workflows may import: no clock, no chance, no files, no network of its own."""
OF_PROCESSES = {
    ROOT / "workflows" / "shared" / name
    for name in ("client.py", "connection.py", "settings.py", "variables.py")
} | {ROOT / "workflows" / "resume" / "overview.py"}
"""What processes use and no workflow imports."""
UNSTEADY = {"utcnow", "uuid1", "as_completed", "get_event_loop"}
"""What answers otherwise when a history is replayed."""


def sources(*packages: str) -> Iterator[Path]:
    """Every module of some packages."""
    for package in packages:
        yield from sorted((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in sources("domain", "workflows", "api")
        if path not in WIRE and not MEASURES & set(path.parents)
    ],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_money_is_never_a_float(path: Path) -> None:
    """No float near the books: not as a type, not as a conversion, not as a literal."""
    for node in ast.walk(ast.parse(path.read_text())):
        is_name = isinstance(node, ast.Name) and node.id == "float"
        assert not is_name, f"{path}:{getattr(node, 'lineno', 0)}"


@pytest.mark.parametrize("path", list(sources(*PACKAGES)), ids=lambda p: str(p.relative_to(ROOT)))
def test_packages_hold_a_docstring_and_nothing_else(path: Path) -> None:
    """A package's __init__.py says what belongs there."""
    body = ast.parse(path.read_text()).body
    assert isinstance(body[0], ast.Expr), path
    if path.name == "__init__.py":
        assert len(body) == 1, path


@pytest.mark.parametrize(
    "path",
    [path for path in sources("workflows") if path not in OF_PROCESSES],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_a_workflow_imports_neither_clock_nor_chance(path: Path) -> None:
    """Our code passes through the sandbox, so nobody but this test looks at what it imports."""
    tree = ast.parse(path.read_text())
    modules = {
        module.partition(".")[0]
        for node in ast.walk(tree)
        for module in (
            [each.name for each in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert modules <= STEADY, path
    named = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    if path.name == "workflow.py":
        assert not named & UNSTEADY, path
        assert not any(isinstance(node, ast.Global) for node in ast.walk(tree)), path


def test_every_step_of_every_process_has_an_implementation() -> None:
    """What a workflow may ask for, some worker can do."""
    found = [each.name for each in walk_packages(workflows.__path__, "workflows.")]
    promised = _defined(name for name in found if name.endswith(".steps"))
    kept = _defined(each.name for each in walk_packages(activities.__path__, "activities."))
    assert promised
    assert promised <= kept


def test_no_step_is_broken_off_in_its_thread() -> None:
    """An exception thrown between two lines leaves locks taken and answers in their pipes."""
    found = [each.name for each in walk_packages(activities.__path__, "activities.")]
    steps = [each for name in found for each in _definitions(name) if each.fn.__module__ == name]
    assert len(steps) > 20
    in_threads = [each for each in steps if not each.is_async]
    assert [each.name for each in in_threads if not each.no_thread_cancel_exception] == []


def _defined(modules: Iterable[str]) -> set[str]:
    return {each.name for module in modules for each in _definitions(module) if each.name}


def _definitions(module: str) -> list[activity._Definition]:
    kinds = [kind for kind in vars(import_module(module)).values() if isinstance(kind, type)]
    methods = [m for kind in kinds for m in vars(kind).values() if callable(m)]
    found = [activity._Definition.from_callable(method) for method in methods]  # noqa: SLF001
    return [each for each in found if each]


def test_a_code_is_a_name_in_upper_case() -> None:
    """Codes are stable; two classes of one code differ in their status alone."""
    for package in ("domain", "workflows", "api"):
        for found in walk_packages([str(ROOT / package)], f"{package}."):
            if not found.name.endswith("__main__"):
                import_module(found.name)
    for refusal in refusals(DomainError):
        assert refusal.code == refusal.code.upper()
        assert refusal.code.replace("_", "").isalnum()


def test_every_area_of_the_domain_is_tested() -> None:
    """A module of rules has a test of its name, or at least an example that runs."""
    tested = {path.name.removeprefix("test_") for path in (ROOT / "tests").rglob("test_*.py")}
    rules = [
        path
        for path in sources("domain")
        if path.name != "__init__.py"
        and not _touches_the_database(path)
        and ">>>" not in path.read_text()
    ]
    untested = sorted(str(p.relative_to(ROOT)) for p in rules if p.name not in tested)
    assert untested == []


def _touches_the_database(path: Path) -> bool:
    named = path.stem == "rows" or path.stem.endswith(("store", "views"))
    return named or path.parent.name == "database"
