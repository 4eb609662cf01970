"""The rules of the house that no linter knows."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from temporalio import activity

import activities
from activities import stubs
from domain.errors import DomainError, refusals

ROOT = Path(__file__).parents[1]
PACKAGES = ("activities", "api", "deploy", "domain", "worker", "workflows")
WIRE = {ROOT / "api" / "schemas" / "types.py"}
# Confidences and scores of reading are no money.
MEASURES = {ROOT / "domain" / "reading", ROOT / "domain" / "intake", ROOT / "activities"}


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


def test_every_activity_of_every_stub_has_one_implementation() -> None:
    """What a workflow may ask for, some worker can do."""
    promised, kept = _defined(stubs.__path__, stubs.__name__), set()
    for found in walk_packages(activities.__path__, "activities."):
        if not found.name.startswith("activities.stubs"):
            kept |= _names(found.name)
    assert promised <= kept


def _defined(path: list[str], name: str) -> set[str]:
    return set().union(*(_names(found.name) for found in walk_packages(path, f"{name}.")))


def _names(module: str) -> set[str]:
    kinds = [kind for kind in vars(import_module(module)).values() if isinstance(kind, type)]
    methods = [m for kind in kinds for m in vars(kind).values() if callable(m)]
    found = [activity._Definition.from_callable(method) for method in methods]  # noqa: SLF001
    return {each.name for each in found if each and each.name}


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
        and not {"tables", "views", "store"} & {parent.name for parent in path.parents}
        and ">>>" not in path.read_text()
    ]
    untested = sorted(str(p.relative_to(ROOT)) for p in rules if p.name not in tested)
    assert untested == []
